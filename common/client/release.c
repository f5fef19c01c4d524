#include "common/client/release.h"

/* The public numbers of kind, state and status are those of the messages. */
static int take_enum(struct taken *t, int value, int most)
{
	taken_check(t, value >= 1 && value <= most);
	return value;
}

static struct par_figure take_figure(struct taken *t, Par__V1__CellState state,
				     ProtobufCBinaryData text)
{
	return (struct par_figure){
	    .shown = (enum par_shown)take_enum(t, (int)state, PAR_SHOWN_HIDDEN),
	    .text = taken_text(t, text)};
}

/*
 * A unit without enough raters, and one of a release from before there were criteria,
 * tell no state.
 */
static struct par_figure take_index(struct taken *t, const Par__V1__PublicUnit *from)
{
	Par__V1__CellState state = from->state;

	if (state == PAR__V1__CELL_STATE__CELL_STATE_UNSPECIFIED)
		state = from->score.len > 0 ? PAR__V1__CELL_STATE__CELL_STATE_SHOWN
					    : PAR__V1__CELL_STATE__CELL_STATE_NONE;
	return take_figure(t, state, from->score);
}

static const struct par_figure *take_cells(struct taken *t,
					   const Par__V1__PublicUnit *from,
					   size_t criteria)
{
	if (from->n_cells == 0)
		return NULL;
	taken_check(t, from->n_cells == criteria);
	struct par_figure *list = taken_array(t, from->n_cells, sizeof(*list));
	for (size_t i = 0; list && i < from->n_cells; i++)
		list[i] = take_figure(t, from->cells[i]->state, from->cells[i]->score);
	return list;
}

static struct par_unit_score *take_unit(struct taken *t, const char *block,
					const Par__V1__PublicUnit *from,
					size_t criteria)
{
	struct par_unit_score *u = taken_array(t, 1, sizeof(*u));

	if (!u)
		return NULL;
	u->code = taken_text(t, from->code);
	u->block = block;
	u->name_vi = taken_vi(t, from->name);
	u->name_en = taken_en(t, from->name);
	u->status =
	    (enum par_status)take_enum(t, (int)from->status, PAR_STATUS_INSUFFICIENT);
	u->score = take_index(t, from);
	u->se = taken_text(t, from->se);
	u->ci_low = taken_text(t, from->ci_low);
	u->ci_high = taken_text(t, from->ci_high);
	u->rank = from->rank;
	u->rank_low = from->rank_low;
	u->rank_high = from->rank_high;
	u->raters = from->raters;
	u->band_vi = taken_vi(t, from->band);
	u->band_en = taken_en(t, from->band);
	u->band_certain = from->band_certain;
	u->criteria = take_cells(t, from, criteria);
	return u;
}

static size_t count_units(const Par__V1__PublicRelease *from)
{
	size_t count = 0;

	for (size_t b = 0; b < from->n_blocks; b++)
		count += from->blocks[b]->n_units;
	return count;
}

static void take_units(struct taken *t, const Par__V1__PublicRelease *from,
		       struct par_release *out)
{
	const struct par_unit_score **list =
	    taken_array(t, count_units(from), sizeof(*list));

	out->units = list;
	for (size_t b = 0; list && b < from->n_blocks; b++) {
		const Par__V1__PublicBlock *block = from->blocks[b];
		const char *name = taken_text(t, block->name);
		for (size_t i = 0; i < block->n_units; i++)
			list[out->unit_count++] =
			    take_unit(t, name, block->units[i], from->n_criteria);
	}
}

static struct par_criterion *take_criterion(struct taken *t,
					    const Par__V1__PublicCriterion *from,
					    size_t place)
{
	struct par_criterion *c = taken_array(t, 1, sizeof(*c));

	taken_check(t, from->field <= place);
	if (!c)
		return NULL;
	c->code = taken_text(t, from->code);
	c->name_vi = taken_vi(t, from->name);
	c->name_en = taken_en(t, from->name);
	c->points = taken_text(t, from->points);
	c->field = from->field > 0 ? (size_t)from->field - 1 : place;
	return c;
}

static void take_criteria(struct taken *t, const Par__V1__PublicRelease *from,
			  struct par_release *out)
{
	const struct par_criterion **list =
	    taken_array(t, from->n_criteria, sizeof(*list));

	out->criteria = list;
	out->criterion_count = from->n_criteria;
	for (size_t i = 0; list && i < from->n_criteria; i++)
		list[i] = take_criterion(t, from->criteria[i], i);
}

const struct par_release *release_take(struct taken *t,
				       const Par__V1__PublicRelease *from)
{
	struct par_release *r = taken_array(t, 1, sizeof(*r));

	if (!r)
		return NULL;
	r->kind = (enum par_kind)take_enum(t, (int)from->kind, PAR_KIND_TRIAL);
	r->title_vi = taken_vi(t, from->title);
	r->title_en = taken_en(t, from->title);
	r->decision = taken_text(t, from->decision);
	r->note = taken_text(t, from->note);
	r->result_hash = taken_hex(t, from->result_hash);
	r->respondents = from->respondents_tens;
	r->invited = from->invited;
	r->decimals = from->decimals;
	take_criteria(t, from, r);
	take_units(t, from, r);
	return r;
}
