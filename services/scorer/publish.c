#include "services/scorer/publish.h"

#include <errno.h>
#include <stdlib.h>

#include "common/round/proto.h"
#include "par/v1/release.pb-c.h"
#include "services/scorer/edge.h"

enum { ITEM_VERSION = 1 };

static const Par__V1__Design wire_design[] = {
    [DESIGN_OPEN] = PAR__V1__DESIGN__DESIGN_OPEN,
    [DESIGN_CENSUS] = PAR__V1__DESIGN__DESIGN_CENSUS,
    [DESIGN_PROBABILITY] = PAR__V1__DESIGN__DESIGN_PROBABILITY,
};

static const Par__V1__ReleaseKind wire_kind[] = {
    [RELEASE_OFFICIAL] = PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL,
    [RELEASE_CORRECTION] = PAR__V1__RELEASE_KIND__RELEASE_KIND_CORRECTION,
    [RELEASE_TRIAL] = PAR__V1__RELEASE_KIND__RELEASE_KIND_TRIAL,
};

static const Par__V1__RoundState wire_state[] = {
    [ROUND_OPEN] = PAR__V1__ROUND_STATE__ROUND_STATE_OPEN,
    [ROUND_CLOSED] = PAR__V1__ROUND_STATE__ROUND_STATE_CLOSED,
    [ROUND_VOID] = PAR__V1__ROUND_STATE__ROUND_STATE_VOID,
};

/* The messages of one release, until they are packed. */
struct sheaf {
	Par__V1__PublicUnit *units; /* in the order of units.csv */
	Par__V1__Text *names;
	Par__V1__Text *bands;
	Par__V1__PublicUnit **unit_list; /* block by block */
	Par__V1__PublicBlock *blocks;
	Par__V1__PublicBlock **block_list;
	ProtobufCBinaryData *thin;
	ProtobufCBinaryData *not_represented;
};

static uint64_t tens(uint64_t count)
{
	return count - count % 10;
}

static bool is_surveyed(const struct round *r, uint32_t unit)
{
	for (uint32_t i = 0; i < r->answer_count; i++) {
		if (model_applies(r, unit, r->surveyed[i]))
			return true;
	}
	return false;
}

/* A unit without surveyed leaves has points of the council, not of raters. */
static bool is_cell(const struct round *r, uint32_t unit, const struct unit_result *u)
{
	return u->raters >= r->cell_show || !is_surveyed(r, unit);
}

static bool has_public_figure(const struct round *r, uint32_t unit,
			      const struct unit_result *u)
{
	return u->status != STATUS_INSUFFICIENT && u->has_figure && is_cell(r, unit, u);
}

static void fill_figure(const struct round *r, const struct unit_result *u,
			Par__V1__Text *band, Par__V1__PublicUnit *out)
{
	out->score = edge_text(u->score);
	out->rank = u->rank;
	out->se = edge_text(u->public_se);
	out->ci_low = edge_text(u->public_ci_low);
	out->ci_high = edge_text(u->public_ci_high);
	if (u->band < 0)
		return;
	*band = edge_text2(&r->bands[u->band].name);
	out->band = band;
}

static void fill_unit(const struct result *result, uint32_t unit, struct sheaf *s)
{
	const struct round *r = result->round;
	const struct unit_result *u = &result->units[unit];
	Par__V1__PublicUnit *out = &s->units[unit];

	par__v1__public_unit__init(out);
	s->names[unit] = edge_text2(&r->units[unit].name);
	out->name = &s->names[unit];
	out->code = edge_text(r->units[unit].code);
	out->criteria_applicable = u->criteria_applicable;
	if (is_cell(r, unit, u))
		out->criteria_counted = u->criteria_counted;
	if (u->raters >= r->cell_show)
		out->raters = u->raters;
	out->status = edge_status(STATUS_INSUFFICIENT);
	if (!has_public_figure(r, unit, u))
		return;
	out->status = edge_status(u->status);
	fill_figure(r, u, &s->bands[unit], out);
}

/* Blocks in their order; within one the units in the order of units.csv. */
static void fill_blocks(const struct round *r, struct sheaf *s)
{
	Par__V1__PublicUnit **next = s->unit_list;

	for (uint32_t b = 0; b < r->block_count; b++) {
		Par__V1__PublicBlock *out = &s->blocks[b];

		par__v1__public_block__init(out);
		out->name = edge_text(r->blocks[b].name);
		out->full_rank = r->blocks[b].full_rank;
		out->rank = r->blocks[b].rank;
		out->units = next;
		for (uint32_t u = 0; u < r->unit_count; u++) {
			if (r->units[u].block == b)
				*next++ = &s->units[u];
		}
		out->n_units = (size_t)(next - out->units);
		s->block_list[b] = out;
	}
}

static void sheaf_free(struct sheaf *s)
{
	free(s->units);
	free(s->names);
	free(s->bands);
	free(s->unit_list);
	free(s->blocks);
	free(s->block_list);
	free(s->thin);
	free(s->not_represented);
}

static int sheaf_make(const struct result *result, struct sheaf *s)
{
	const struct round *r = result->round;
	size_t units = (size_t)r->unit_count + 1;
	size_t blocks = (size_t)r->block_count + 1;

	*s = (struct sheaf){
	    .units = calloc(units, sizeof(*s->units)),
	    .names = calloc(units, sizeof(*s->names)),
	    .bands = calloc(units, sizeof(*s->bands)),
	    .unit_list = calloc(units, sizeof(Par__V1__PublicUnit *)),
	    .blocks = calloc(blocks, sizeof(*s->blocks)),
	    .block_list = calloc(blocks, sizeof(Par__V1__PublicBlock *)),
	    .thin = edge_texts(result->thin, result->thin_count),
	    .not_represented =
		edge_texts(result->not_represented, result->not_represented_count),
	};
	if (!s->units || !s->names || !s->bands || !s->unit_list || !s->blocks ||
	    !s->block_list || !s->thin || !s->not_represented)
		return -ENOMEM;
	for (uint32_t u = 0; u < r->unit_count; u++)
		fill_unit(result, u, s);
	fill_blocks(r, s);
	return 0;
}

static void item_init(Par__V1__ReleaseItem *item, const struct round *round,
		      const struct fold_release *release)
{
	par__v1__release_item__init(item);
	item->version = ITEM_VERSION;
	item->round = edge_text(round->code);
	item->number = release->number;
	item->time = (uint64_t)release->time;
}

static int pack_release(const struct result *result, const struct fold_release *release,
			uint64_t invited, struct sheaf *s, struct buf *out)
{
	const struct round *r = result->round;
	Par__V1__Text title = edge_text2(&r->title);
	Par__V1__PublicRelease what = PAR__V1__PUBLIC_RELEASE__INIT;
	Par__V1__ReleaseItem item;

	what.kind = wire_kind[release->kind];
	what.decision = edge_text(release->decision);
	what.note = edge_text(release->note);
	what.title = &title;
	what.trial = r->trial;
	what.design = wire_design[r->design];
	what.unweighted = result->unweighted;
	what.respondents_tens = tens(result->respondents);
	what.invited = invited;
	what.n_blocks = r->block_count;
	what.blocks = s->block_list;
	what.n_thin = result->thin_count;
	what.thin = s->thin;
	what.n_not_represented = result->not_represented_count;
	what.not_represented = s->not_represented;
	what.result_hash = proto_view(bytes_of(result->hash, sizeof(result->hash)));
	what.decimals = r->decimals;
	item_init(&item, r, release);
	item.what_case = PAR__V1__RELEASE_ITEM__WHAT_RELEASE;
	item.release = &what;
	return edge_pack(&item.base, out);
}

int publish_release(const struct result *result, const struct fold_release *release,
		    uint64_t invited, struct buf *out)
{
	struct sheaf s;
	int err = sheaf_make(result, &s);

	if (err == 0)
		err = pack_release(result, release, invited, &s, out);
	sheaf_free(&s);
	return err;
}

int publish_retraction(const struct round *round, const struct fold_release *retraction,
		       struct buf *out)
{
	Par__V1__PublicRetraction what = PAR__V1__PUBLIC_RETRACTION__INIT;
	Par__V1__ReleaseItem item;

	what.reason = edge_text(retraction->note);
	item_init(&item, round, retraction);
	item.what_case = PAR__V1__RELEASE_ITEM__WHAT_RETRACTION;
	item.retraction = &what;
	return edge_pack(&item.base, out);
}

static void fill_head(const struct fold_round *from, Par__V1__Text *title,
		      Par__V1__RoundHead *out)
{
	const struct round *r = fold_round_model(from);

	par__v1__round_head__init(out);
	*title = edge_text2(&r->title);
	out->round = edge_text(r->code);
	out->title = title;
	out->state = wire_state[fold_round_state(from)];
	out->trial = r->trial;
	out->respondents_tens = tens(fold_round_counts(from, -1).responded);
}

int publish_heads(const struct fold *fold, struct buf *out)
{
	uint32_t count = fold_round_count(fold);
	size_t room = (size_t)count + 1;
	Par__V1__RoundHead *heads = calloc(room, sizeof(*heads));
	Par__V1__RoundHead **list = calloc(room, sizeof(Par__V1__RoundHead *));
	Par__V1__Text *titles = calloc(room, sizeof(*titles));
	Par__V1__Heads all = PAR__V1__HEADS__INIT;
	int err = -ENOMEM;

	if (heads != NULL && list != NULL && titles != NULL) {
		for (uint32_t i = 0; i < count; i++) {
			fill_head(fold_round_by_number(fold, i + 1), &titles[i],
				  &heads[i]);
			list[i] = &heads[i];
		}
		all.n_rounds = count;
		all.rounds = list;
		err = edge_pack(&all.base, out);
	}
	free(heads);
	free(list);
	free(titles);
	return err;
}
