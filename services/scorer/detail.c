#include "services/scorer/detail.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/method/figure.h"
#include "common/round/proto.h"
#include "services/scorer/detail_internal.h"
#include "common/report/response_wire.h"
#include "common/report/scores_row.h"

enum { DETAIL_VERSION = 1, ARENA_CHUNK = 64 * 1024 };

void *detail_get(struct detail *d, size_t size)
{
	void *memory = arena_get(&d->memory, size);

	if (memory != NULL)
		memset(memory, 0, size);
	return memory;
}

ProtobufCBinaryData detail_text(struct detail *d, const char *text)
{
	char *copy = arena_text(&d->memory, bytes_str(text));

	return edge_text(copy == NULL ? "" : copy);
}

ProtobufCBinaryData detail_fraction(struct detail *d, const mpq_t x)
{
	char *text = mpq_get_str(NULL, 10, x);
	ProtobufCBinaryData out = detail_text(d, text);

	free(text);
	return out;
}

ProtobufCBinaryData detail_rounded(struct detail *d, const mpq_t x, uint32_t decimals)
{
	char text[FIGURE_TEXT];

	figure_text_signed(x, decimals, d->a->result.round->half_even, text);
	return detail_text(d, text);
}

ProtobufCBinaryData detail_decimal(struct detail *d, int64_t micro)
{
	char text[DECIMAL_TEXT];

	return detail_text(d, decimal_text((struct decimal){micro}, text));
}

void detail_weight(const struct detail *d, uint32_t group, mpq_t weight)
{
	const struct frame_group *g = &d->a->result.frame->groups[group];

	mpq_set_ui(weight, d->a->result.unweighted ? 1 : 0, 1);
	if (d->a->result.unweighted || g->responded == 0)
		return;
	mpz_set_ui(mpq_numref(weight), g->members);
	mpz_set_ui(mpq_denref(weight), g->responded);
	mpq_canonicalize(weight);
}

/* ---- frame ---- */

static void fill_group(struct detail *d, uint32_t group, Par__V1__GroupDetail *out)
{
	const struct result *r = &d->a->result;
	const struct frame_group *g = &r->frame->groups[group];
	char *name =
	    frame_group_name(r->frame, group, r->sample->strata,
			     r->sample->stratum_count, r->round->strata_column_count);
	mpq_t weight;

	par__v1__group_detail__init(out);
	out->name = detail_text(d, name == NULL ? "" : name);
	out->members = g->members;
	out->responded = g->responded;
	out->thin = g->thin;
	d->memory.failed = d->memory.failed || name == NULL;
	free(name);
	if (g->responded == 0)
		return;
	mpq_init(weight);
	detail_weight(d, group, weight);
	out->weight = detail_fraction(d, weight);
	mpq_clear(weight);
}

static void fill_groups(struct detail *d, Par__V1__UnitDetail *out)
{
	uint32_t count = d->a->result.frame->group_count;
	Par__V1__GroupDetail *list = detail_get(d, count * sizeof(*list));

	out->groups = detail_get(d, count * sizeof(Par__V1__GroupDetail *));
	if (list == NULL || out->groups == NULL)
		return;
	for (uint32_t g = 0; g < count; g++) {
		fill_group(d, g, &list[g]);
		out->groups[g] = &list[g];
	}
	out->n_groups = count;
}

/* ---- fields and parts ---- */

static void fill_field(struct detail *d, uint32_t field, Par__V1__FieldDetail *out)
{
	const struct score_field *f = &d->score.fields[field];
	const struct criterion *c = &d->a->result.round->criteria[field];
	Par__V1__Text *name = detail_get(d, sizeof(*name));
	mpq_t x;

	par__v1__field_detail__init(out);
	out->code = edge_text(c->code);
	if (name != NULL) {
		*name = edge_text2(&c->name);
		out->name = name;
	}
	out->points = detail_decimal(d, c->points.micro);
	out->applying = detail_decimal(d, f->applying);
	out->counting = detail_decimal(d, f->counting);
	mpq_init(x);
	out->enough = score_field_figure(d->a->result.rules, &d->score, field, x);
	if (out->enough) {
		out->figure = detail_fraction(d, x);
		out->six_decimals = detail_rounded(d, x, DETAIL_DECIMALS);
	}
	if (f->applying > 0) {
		mpq_set_si(x, f->applying, (unsigned long)d->score.applying);
		mpq_canonicalize(x);
		out->weight = detail_fraction(d, x);
	}
	mpq_clear(x);
}

static void fill_fields(struct detail *d, Par__V1__UnitDetail *out)
{
	const struct round *r = d->a->result.round;
	Par__V1__FieldDetail *list =
	    detail_get(d, (size_t)r->criterion_count * sizeof(*list));

	out->fields =
	    detail_get(d, r->criterion_count * sizeof(Par__V1__FieldDetail *));
	if (list == NULL || out->fields == NULL)
		return;
	for (uint32_t c = 0; c < r->criterion_count; c++) {
		if (r->criteria[c].parent >= 0)
			continue;
		fill_field(d, c, &list[c]);
		out->fields[out->n_fields++] = &list[c];
	}
}

typedef void part_fn(const struct score_rules *rules, const struct score *s,
		     struct score_part *part);

static Par__V1__PartDetail *part_of(struct detail *d, part_fn *find)
{
	Par__V1__PartDetail *out = detail_get(d, sizeof(*out));
	struct score_part part = {.applying = 0};

	if (out == NULL)
		return NULL;
	par__v1__part_detail__init(out);
	mpq_init(part.index);
	find(d->a->result.rules, &d->score, &part);
	out->points = detail_decimal(d, part.applying);
	if (part.has_figure) {
		out->exact = detail_fraction(d, part.index);
		out->six_decimals = detail_rounded(d, part.index, DETAIL_DECIMALS);
		out->figure =
		    detail_rounded(d, part.index, d->a->result.round->decimals);
	}
	mpq_clear(part.index);
	return out;
}

/* ---- the index ---- */

/* S5: bonus and penalty with their rows, each as it was given. */
static void fill_evidence(struct detail *d, Par__V1__UnitDetail *out)
{
	const struct sample *s = &d->a->sample;
	const size_t *first = &d->a->result.rules->appraisal_first[d->unit];
	size_t count = first[1] - first[0];
	Par__V1__EvidenceDetail *list = detail_get(d, count * sizeof(*list));

	out->evidence = detail_get(d, count * sizeof(Par__V1__EvidenceDetail *));
	if (list == NULL || out->evidence == NULL)
		return;
	for (size_t i = first[0]; i < first[1]; i++) {
		const struct appraisal *from = &s->appraisals[i];
		Par__V1__EvidenceDetail *to = &list[out->n_evidence];

		if (from->target == TARGET_CRITERION)
			continue;
		par__v1__evidence_detail__init(to);
		to->bonus = from->target == TARGET_BONUS;
		to->points = detail_decimal(d, from->points.micro);
		to->evidence = edge_text(from->evidence);
		to->by = edge_text(from->by);
		out->evidence[out->n_evidence++] = to;
	}
}

/* The index before bonus, penalty and clip: the sum of the fields by their weights. */
static void fill_weighed(struct detail *d, Par__V1__UnitDetail *out)
{
	mpq_t sum, x, weight;

	mpq_inits(sum, x, weight, NULL);
	for (uint32_t f = 0; f < d->a->result.round->criterion_count; f++) {
		if (d->score.fields[f].applying == 0 ||
		    !score_field_figure(d->a->result.rules, &d->score, f, x))
			continue;
		mpq_set_si(weight, d->score.fields[f].applying,
			   (unsigned long)d->score.applying);
		mpq_canonicalize(weight);
		mpq_mul(x, x, weight);
		mpq_add(sum, sum, x);
	}
	out->weighed = detail_fraction(d, sum);
	mpq_clears(sum, x, weight, NULL);
}

static void fill_index(struct detail *d, Par__V1__UnitDetail *out)
{
	const struct result *r = &d->a->result;
	const struct unit_exact *e = &r->exact[d->unit];
	struct score_extra extra;

	out->bonus_max = detail_decimal(d, r->round->bonus_max.micro);
	out->penalty_max = detail_decimal(d, r->round->penalty_max.micro);
	if (!d->score.has_figure)
		return;
	score_extra(r->rules, &d->score, &extra);
	fill_weighed(d, out);
	out->bonus = detail_decimal(d, extra.bonus);
	out->bonus_given = detail_decimal(d, extra.bonus_given);
	out->penalty = detail_decimal(d, extra.penalty);
	out->penalty_given = detail_decimal(d, extra.penalty_given);
	out->clipped = extra.clipped;
	out->exact = edge_text(r->units[d->unit].exact);
	out->six_decimals = detail_rounded(d, e->index, DETAIL_DECIMALS);
	if (r->blocks[r->round->units[d->unit].block].sums == NULL)
		return;
	out->variance = detail_fraction(d, e->variance);
	out->stabilised = detail_fraction(d, e->stabilised);
	out->median =
	    detail_fraction(d, r->blocks[r->round->units[d->unit].block].median);
}

/* O2. */
static void fill_associations(struct detail *d, Par__V1__UnitDetail *out)
{
	const struct leave_out *l = &d->a->leave_out;
	const struct leave_out_unit *u;
	Par__V1__AssociationDetail *list;

	if (l->units == NULL)
		return;
	u = &l->units[d->unit];
	list = detail_get(d, u->count * sizeof(*list));
	out->associations =
	    detail_get(d, u->count * sizeof(Par__V1__AssociationDetail *));
	if (list == NULL || out->associations == NULL)
		return;
	for (size_t i = 0; i < u->count; i++) {
		const struct leave_out_row *row = &l->rows[u->first + i];

		par__v1__association_detail__init(&list[i]);
		list[i].association =
		    edge_text(l->associations.labels[row->association]);
		list[i].raters = row->raters;
		list[i].weight_share =
		    detail_rounded(d, row->share, DETAIL_COLUMN_DECIMALS);
		out->associations[i] = &list[i];
	}
	out->n_associations = u->count;
}

static void fill_round(struct detail *d, Par__V1__UnitDetail *out)
{
	const struct round *r = d->a->result.round;
	const struct block *block = &r->blocks[r->units[d->unit].block];

	out->round = edge_text(r->code);
	out->trial = r->trial;
	out->mode = edge_mode(r->mode);
	out->block = edge_text(block->name);
	out->full_rank = block->full_rank;
	out->rank = block->rank;
	out->decimals = r->decimals;
	out->clusters = d->a->result.clusters;
	out->minmax = r->composite.minmax;
	out->lo = detail_decimal(d, r->composite.lo.micro);
	out->hi = detail_decimal(d, r->composite.hi.micro);
	out->factor = detail_decimal(d, r->composite.factor.micro);
	out->result_hash =
	    proto_view(bytes_of(d->a->result.hash, sizeof(d->a->result.hash)));
}

static int pack(struct detail *d, uint32_t number, const struct position *cut,
		struct buf *out)
{
	Par__V1__Text title = edge_text2(&d->a->result.round->title);
	Par__V1__Position position = edge_position(cut);
	Par__V1__Position *positions[] = {&position};
	Par__V1__UnitDetail m = PAR__V1__UNIT_DETAIL__INIT;
	struct scores_row row = {.reliability = ""};

	m.version = DETAIL_VERSION;
	m.title = &title;
	m.number = number;
	if (number == 0) {
		m.n_cut = 1;
		m.cut = positions;
	}
	scores_row_fill(d->a, d->unit, &row);
	m.unit = &row.message;
	fill_round(d, &m);
	fill_groups(d, &m);
	detail_leaves(d, &m);
	fill_fields(d, &m);
	m.survey_part = part_of(d, score_survey_part);
	m.appraised_part = part_of(d, score_appraised_part);
	fill_evidence(d, &m);
	fill_index(d, &m);
	fill_associations(d, &m);
	detail_pairs(d, &m);
	return d->memory.failed ? -ENOMEM : edge_pack(&m.base, out);
}

int detail_encode(const struct analysis *a, uint32_t unit, uint32_t number,
		  const struct position *cut, struct buf *out)
{
	struct detail d = {.a = a, .unit = unit};
	int err = score_init(a->result.rules, &d.score);

	if (err != 0)
		return err;
	score_unit(a->result.rules, unit, &d.score);
	arena_init(&d.memory, ARENA_CHUNK);
	err = pack(&d, number, cut, out);
	arena_free(&d.memory);
	score_free(a->result.rules, &d.score);
	return err;
}
