#include "services/scorer/publish.h"

#include <errno.h>
#include <stdlib.h>

#include "common/method/code.h"
#include "common/round/manifest.h"
#include "common/round/proto.h"
#include "common/report/edge.h"
#include "services/scorer/publish_unit.h"

enum { ITEM_VERSION = 1 };

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
	struct publish_unit *units; /* in the order of units.csv */
	uint32_t unit_count;
	Par__V1__PublicUnit **unit_list; /* block by block */
	Par__V1__PublicBlock *blocks;
	Par__V1__PublicBlock **block_list;
	Par__V1__PublicCriterion *criteria;
	Par__V1__PublicCriterion **criterion_list;
	Par__V1__Text *criterion_names;
	char (*points)[DECIMAL_TEXT]; /* of criteria */
	size_t criterion_count;
	Par__V1__PublicAnnulment *annulments;
	Par__V1__PublicAnnulment **annulment_list;
	ProtobufCBinaryData *merged, *thin, *not_represented;
	char bonus_max[DECIMAL_TEXT], penalty_max[DECIMAL_TEXT];
	uint8_t rules[32];
};

static uint64_t tens(uint64_t count)
{
	return count - count % 10;
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
				*next++ = &s->units[u].message;
		}
		out->n_units = (size_t)(next - out->units);
		s->block_list[b] = out;
	}
}

/* Fields and leaves; a field comes before its leaves. */
static void fill_criteria(const struct round *r, struct sheaf *s)
{
	uint32_t field = 0;

	for (uint32_t c = 0; c < r->criterion_count; c++) {
		const struct criterion *from = &r->criteria[c];
		size_t place = s->criterion_count;
		Par__V1__PublicCriterion *to = &s->criteria[place];

		if (!publish_criterion(from))
			continue;
		par__v1__public_criterion__init(to);
		s->criterion_list[s->criterion_count++] = to;
		s->criterion_names[place] = edge_text2(&from->name);
		to->name = &s->criterion_names[place];
		to->code = edge_text(from->code);
		to->points = edge_text(decimal_text(from->points, s->points[place]));
		to->source = edge_source(from->source);
		to->leaf = from->leaf;
		if (from->parent < 0)
			field = (uint32_t)place + 1;
		else
			to->field = field;
	}
}

static void fill_annulments(const struct public_round *from, struct sheaf *s)
{
	for (size_t i = 0; i < from->annulment_count; i++) {
		Par__V1__PublicAnnulment *to = &s->annulments[i];

		par__v1__public_annulment__init(to);
		s->annulment_list[i] = to;
		to->reason = edge_text(from->annulments[i].reason);
		to->sheets = from->annulments[i].sheets;
	}
}

static void sheaf_free(struct sheaf *s)
{
	for (uint32_t u = 0; s->units != NULL && u < s->unit_count; u++)
		publish_unit_free(&s->units[u]);
	free(s->units);
	free(s->unit_list);
	free(s->blocks);
	free(s->block_list);
	free(s->criteria);
	free(s->criterion_list);
	free(s->criterion_names);
	free(s->points);
	free(s->annulments);
	free(s->annulment_list);
	free(s->merged);
	free(s->thin);
	free(s->not_represented);
}

static int sheaf_room(const struct analysis *a, struct sheaf *s)
{
	const struct result *r = &a->result;
	size_t units = (size_t)r->unit_count + 1;
	size_t blocks = (size_t)r->round->block_count + 1;
	size_t criteria = (size_t)r->round->criterion_count + 1;
	const struct public_round *whole = &a->public.whole;
	size_t annulments = whole->annulment_count + 1;

	*s = (struct sheaf){
	    .units = calloc(units, sizeof(*s->units)),
	    .unit_count = r->unit_count,
	    .unit_list = calloc(units, sizeof(Par__V1__PublicUnit *)),
	    .blocks = calloc(blocks, sizeof(*s->blocks)),
	    .block_list = calloc(blocks, sizeof(Par__V1__PublicBlock *)),
	    .criteria = calloc(criteria, sizeof(*s->criteria)),
	    .criterion_list = calloc(criteria, sizeof(Par__V1__PublicCriterion *)),
	    .criterion_names = calloc(criteria, sizeof(*s->criterion_names)),
	    .points = calloc(criteria, sizeof(*s->points)),
	    .annulments = calloc(annulments, sizeof(*s->annulments)),
	    .annulment_list = calloc(annulments, sizeof(Par__V1__PublicAnnulment *)),
	    .merged = edge_texts(whole->merged.list, whole->merged.count),
	    .thin = edge_texts(whole->thin.list, whole->thin.count),
	    .not_represented =
		edge_texts(whole->not_represented.list, whole->not_represented.count),
	};
	if (!s->units || !s->unit_list || !s->blocks || !s->block_list ||
	    !s->criteria || !s->criterion_list || !s->criterion_names || !s->points ||
	    !s->annulments || !s->annulment_list || !s->merged || !s->thin ||
	    !s->not_represented)
		return -ENOMEM;
	return 0;
}

static int sheaf_make(const struct analysis *a, struct sheaf *s)
{
	const struct round *r = a->result.round;
	int err = sheaf_room(a, s);

	if (err == 0)
		err = manifest_rules_digest(r, s->rules);
	for (uint32_t u = 0; err == 0 && u < r->unit_count; u++)
		err = publish_unit_make(a, u, &s->units[u]);
	if (err != 0)
		return err;
	fill_blocks(r, s);
	fill_criteria(r, s);
	fill_annulments(&a->public.whole, s);
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

/* What the release says of itself. */
static void fill_release(const struct analysis *a, const struct fold_release *release,
			 struct sheaf *s, Par__V1__PublicRelease *out)
{
	const struct round *r = a->result.round;

	out->kind = wire_kind[release->kind];
	out->decision = edge_text(release->decision);
	out->note = edge_text(release->note);
	out->trial = r->trial;
	out->design = edge_design(r->design);
	out->mode = edge_mode(r->mode);
	out->minmax = r->composite.minmax;
	out->unweighted = a->result.unweighted;
	out->respondents_tens = a->public.whole.respondents_tens;
	out->invited = a->sample.invited;
	out->decimals = r->decimals;
	out->cell_show = r->cell_show;
	out->bonus_max = edge_text(decimal_text(r->bonus_max, s->bonus_max));
	out->penalty_max = edge_text(decimal_text(r->penalty_max, s->penalty_max));
	out->result_hash = proto_view(bytes_of(a->result.hash, sizeof(a->result.hash)));
	out->rules_digest = proto_view(bytes_of(s->rules, sizeof(s->rules)));
	out->method_digest = proto_view(bytes_of(code_digest, sizeof(code_digest)));
	out->seed = a->result.seed;
}

static int pack_release(const struct analysis *a, const struct fold_release *release,
			struct sheaf *s, struct buf *out)
{
	const struct result *r = &a->result;
	const struct public_round *whole = &a->public.whole;
	Par__V1__Text title = edge_text2(&r->round->title);
	Par__V1__PublicRelease what = PAR__V1__PUBLIC_RELEASE__INIT;
	Par__V1__ReleaseItem item;

	fill_release(a, release, s, &what);
	what.title = &title;
	what.n_blocks = r->round->block_count;
	what.blocks = s->block_list;
	what.n_criteria = s->criterion_count;
	what.criteria = s->criterion_list;
	what.n_merged = whole->merged.count;
	what.merged = s->merged;
	what.n_thin = whole->thin.count;
	what.thin = s->thin;
	what.n_not_represented = whole->not_represented.count;
	what.not_represented = s->not_represented;
	what.n_annulments = whole->annulment_count;
	what.annulments = s->annulment_list;
	item_init(&item, r->round, release);
	item.what_case = PAR__V1__RELEASE_ITEM__WHAT_RELEASE;
	item.release = &what;
	return edge_pack(&item.base, out);
}

int publish_release(const struct analysis *a, const struct fold_release *release,
		    struct buf *out)
{
	struct sheaf s;
	int err = sheaf_make(a, &s);

	if (err == 0)
		err = pack_release(a, release, &s, out);
	sheaf_free(&s);
	return err;
}

int publish_failure(const struct round *round, const struct fold_release *release,
		    struct buf *out)
{
	Par__V1__PublicFailure what = PAR__V1__PUBLIC_FAILURE__INIT;
	Par__V1__ReleaseItem item;

	what.kind = wire_kind[release->kind];
	item_init(&item, round, release);
	item.what_case = PAR__V1__RELEASE_ITEM__WHAT_FAILURE;
	item.failure = &what;
	return edge_pack(&item.base, out);
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

static void lost_release(const struct fold_release *lost, Par__V1__ReleaseItem *item,
			 Par__V1__PublicFailure *what)
{
	what->lost = true;
	if (lost->number > 0)
		what->kind = wire_kind[lost->kind];
	item->what_case = PAR__V1__RELEASE_ITEM__WHAT_FAILURE;
	item->failure = what;
}

static void lost_retraction(Par__V1__ReleaseItem *item, Par__V1__PublicRetraction *what)
{
	what->lost = true;
	item->what_case = PAR__V1__RELEASE_ITEM__WHAT_RETRACTION;
	item->retraction = what;
}

int publish_lost(const struct fold_release *lost, struct buf *out)
{
	Par__V1__PublicRetraction retraction = PAR__V1__PUBLIC_RETRACTION__INIT;
	Par__V1__PublicFailure failure = PAR__V1__PUBLIC_FAILURE__INIT;
	Par__V1__ReleaseItem item = PAR__V1__RELEASE_ITEM__INIT;

	item.version = ITEM_VERSION;
	item.round = edge_text(lost->lost_round);
	item.number = lost->number;
	item.time = (uint64_t)lost->time;
	if (lost->retraction)
		lost_retraction(&item, &retraction);
	else
		lost_release(lost, &item, &failure);
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
	out->respondents_tens = tens(fold_round_heard(from));
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
