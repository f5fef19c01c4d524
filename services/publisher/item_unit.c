#include "services/publisher/item_unit.h"

#include <string.h>

static const int wire_statuses[] = {
    [STATUS_RANKED] = PAR__V1__UNIT_STATUS__UNIT_STATUS_RANKED,
    [STATUS_RANKED_WARNING] = PAR__V1__UNIT_STATUS__UNIT_STATUS_RANKED_WARNING,
    [STATUS_INSUFFICIENT] = PAR__V1__UNIT_STATUS__UNIT_STATUS_INSUFFICIENT,
};

static const int wire_states[] = {
    [CELL_NONE] = PAR__V1__CELL_STATE__CELL_STATE_NONE,
    [CELL_SHOWN] = PAR__V1__CELL_STATE__CELL_STATE_SHOWN,
    [CELL_NO_SE] = PAR__V1__CELL_STATE__CELL_STATE_NO_SE,
    [CELL_HIGH] = PAR__V1__CELL_STATE__CELL_STATE_HIGH,
    [CELL_LOW] = PAR__V1__CELL_STATE__CELL_STATE_LOW,
    [CELL_HIDDEN] = PAR__V1__CELL_STATE__CELL_STATE_HIDDEN,
};

/* METHOD P2: a bound is its sign and a figure. */
static const char *take_bound(struct taker *t, const char *sign,
			      ProtobufCBinaryData from)
{
	const char *text = take_bytes(t, from);
	struct decimal unused;

	take_check(t, strlen(text) < FIGURE_TEXT && strncmp(text, sign, 3) == 0 &&
			  text_decimal(text + 3, &unused) == 0);
	return text;
}

static const char *take_cell_text(struct taker *t, enum cell_state state,
				  ProtobufCBinaryData from)
{
	switch (state) {
	case CELL_HIGH:
		return take_bound(t, ">= ", from);
	case CELL_LOW:
		return take_bound(t, "<= ", from);
	case CELL_SHOWN:
	case CELL_NO_SE:
		take_check(t, from.len > 0);
		return take_figure(t, from);
	case CELL_NONE:
	case CELL_HIDDEN:
		break;
	}
	take_check(t, from.len == 0);
	return "";
}

static struct item_cell take_cell(struct taker *t, int state, ProtobufCBinaryData text)
{
	struct item_cell cell;

	cell.state = (enum cell_state)take_enum(t, state, wire_states, 6);
	cell.text = take_cell_text(t, cell.state, text);
	return cell;
}

static struct item_cell take_part(struct taker *t, const Par__V1__PublicCell *from)
{
	const struct item_cell none = {.state = CELL_NONE, .text = ""};

	take_check(t, from != NULL);
	return from == NULL ? none : take_cell(t, (int)from->state, from->score);
}

static void take_cells(struct taker *t, const Par__V1__PublicUnit *from,
		       struct item_unit *out)
{
	if (from->n_cells == 0)
		return;
	out->cells = take_array(t, from->n_cells, sizeof(out->cells[0]));
	for (size_t i = 0; out->cells != NULL && i < from->n_cells; i++)
		out->cells[i] =
		    take_cell(t, (int)from->cells[i]->state, from->cells[i]->score);
}

/* Of a release that tells no criteria the state of the index is not told either. */
static struct item_cell take_index(struct taker *t, const Par__V1__PublicUnit *from,
				   bool detailed, enum status status)
{
	struct item_cell index = {.state = CELL_NONE, .text = ""};

	if (detailed && status != STATUS_INSUFFICIENT)
		return take_cell(t, (int)from->state, from->score);
	take_check(t, from->state == PAR__V1__CELL_STATE__CELL_STATE_UNSPECIFIED);
	index.text = take_figure(t, from->score);
	if (index.text[0] != '\0')
		index.state = CELL_SHOWN;
	return index;
}

/* METHOD S9: no figure of any kind. */
static void check_insufficient(struct taker *t, const Par__V1__PublicUnit *u)
{
	take_check(t, u->score.len == 0 && u->rank == 0 && u->se.len == 0 &&
			  u->ci_low.len == 0 && u->ci_high.len == 0);
	take_check(t, u->rank_low == 0 && u->rank_high == 0 && u->n_cells == 0 &&
			  u->survey_part == NULL && u->appraised_part == NULL);
}

/* METHOD O2, O3: figures of the operator's alone. */
static void check_operators(struct taker *t, const Par__V1__PublicUnit *u)
{
	take_check(t, u->leave_out_change.len == 0 &&
			  u->leave_out_association.len == 0 &&
			  u->unannulled_score.len == 0);
}

/* METHOD P1, P2, U3: the last look before the public. */
static void check_ranked(struct taker *t, const struct item *of,
			 const struct item_unit *u)
{
	bool exact = u->index.state == CELL_SHOWN;

	take_check(t, u->index.state != CELL_NONE && u->index.state != CELL_HIDDEN);
	take_check(t, u->rank > 0);
	take_check(t, (u->rank_low == 0 && u->rank_high == 0) ||
			  (0 < u->rank_low && u->rank_low <= u->rank &&
			   u->rank <= u->rank_high));
	take_check(t, exact || (u->se[0] == '\0' && u->ci_low[0] == '\0' &&
				u->ci_high[0] == '\0' && !u->band_certain));
	take_check(t, u->held_from < of->number);
}

static void take_more(struct taker *t, const Par__V1__PublicUnit *from,
		      const struct item *of, struct item_unit *out)
{
	take_check(t, from->n_cells == of->criterion_count);
	take_cells(t, from, out);
	out->survey_part = take_part(t, from->survey_part);
	out->appraised_part = take_part(t, from->appraised_part);
	out->rank_low = from->rank_low;
	out->rank_high = from->rank_high;
	out->band_certain = from->band_certain;
	out->held_from = from->held_from;
	check_ranked(t, of, out);
}

static void take_unit(struct taker *t, const Par__V1__PublicUnit *from,
		      const struct item *of, struct item_unit *out)
{
	const struct item_cell none = {.state = CELL_NONE, .text = ""};
	bool detailed = item_is_detailed(of);

	out->code = take_needed(t, from->code);
	out->name = take_text(t, from->name);
	out->status = (enum status)take_enum(t, (int)from->status, wire_statuses, 3);
	out->index = take_index(t, from, detailed, out->status);
	out->rank = from->rank;
	out->band = take_text(t, from->band);
	out->se = take_figure(t, from->se);
	out->ci_low = take_figure(t, from->ci_low);
	out->ci_high = take_figure(t, from->ci_high);
	out->raters = from->raters;
	out->criteria_counted = from->criteria_counted;
	out->criteria_applicable = from->criteria_applicable;
	out->survey_part = none;
	out->appraised_part = none;
	take_check(t, from->raters == 0 || from->raters >= of->cell_show);
	check_operators(t, from);
	if (out->status == STATUS_INSUFFICIENT)
		check_insufficient(t, from);
	else if (detailed)
		take_more(t, from, of, out);
	else
		take_check(t, from->n_cells == 0);
}

void item_take_block(struct taker *t, const Par__V1__PublicBlock *from,
		     const struct item *of, struct item_block *out)
{
	take_check(t, from->n_units <= MODEL_UNITS_MAX);
	out->name = take_needed(t, from->name);
	out->full_rank = from->full_rank;
	out->rank = from->rank;
	out->units = take_array(t, from->n_units, sizeof(out->units[0]));
	if (out->units == NULL)
		return;
	out->unit_count = from->n_units;
	for (size_t i = 0; i < from->n_units && t->err == 0; i++)
		take_unit(t, from->units[i], of, &out->units[i]);
}
