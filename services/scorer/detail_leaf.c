#include "services/scorer/detail_internal.h"

#include "common/method/composite.h"
#include "common/method/robust.h"

static const struct round *round_of(const struct detail *d)
{
	return d->a->result.round;
}

/* The answers of a group on one leaf, added up over its strata. */
static void count_row(const struct tally *t, const uint32_t *counts, uint32_t answer,
		      Par__V1__CountDetail *out)
{
	const uint32_t *slot = counts + t->offset[answer];

	out->blank += slot[tally_slot(ANSWER_BLANK)];
	out->no_contact += slot[tally_slot(ANSWER_NO_CONTACT)];
	out->dont_know += slot[tally_slot(ANSWER_DONT_KNOW)];
	out->refused += slot[tally_slot(ANSWER_REFUSED)];
	out->not_shown += slot[tally_slot(ANSWER_NOT_SHOWN)];
	for (size_t y = 0; y < out->n_scores; y++)
		out->scores[y] += slot[TALLY_FIRST_SCORE + y];
}

static void fill_counts(struct detail *d, uint32_t answer, Par__V1__LeafDetail *out)
{
	const struct result *r = &d->a->result;
	const struct tally *t = r->tally;
	uint32_t groups = r->frame->group_count;
	size_t levels = round_of(d)->answer_levels[answer];
	Par__V1__CountDetail *list = detail_get(d, groups * sizeof(*list));

	out->counts_by_group = detail_get(d, groups * sizeof(Par__V1__CountDetail *));
	if (list == NULL || out->counts_by_group == NULL)
		return;
	for (uint32_t g = 0; g < groups; g++) {
		par__v1__count_detail__init(&list[g]);
		list[g].group = g;
		list[g].scores = detail_get(d, levels * sizeof(uint64_t));
		if (list[g].scores == NULL)
			return;
		list[g].n_scores = levels;
		out->counts_by_group[g] = &list[g];
	}
	for (size_t row = t->row_first[d->unit]; row < t->row_first[d->unit + 1]; row++)
		count_row(t, tally_row(t, row), answer,
			  &list[r->frame->group_of[t->row_stratum[row]]]);
	out->n_counts_by_group = groups;
}

/* S3 with the weights as they are: sum w v n, and D. */
static void fill_sums(struct detail *d, uint32_t answer, Par__V1__LeafDetail *out)
{
	const struct result *r = &d->a->result;
	uint32_t groups = r->frame->group_count;
	size_t at = (size_t)answer * groups;
	mpq_t weight, part, sum, divisor;

	mpq_inits(weight, part, sum, divisor, NULL);
	for (uint32_t g = 0; g < groups; g++) {
		detail_weight(d, g, weight);
		mpq_set_ui(part, d->score.given[at + g], 1);
		out->raters += d->score.given[at + g];
		mpq_mul(part, part, weight);
		mpq_add(divisor, divisor, part);
		mpq_set_ui(part, d->score.worth[at + g], r->rules->den[answer]);
		mpq_canonicalize(part);
		mpq_mul(part, part, weight);
		mpq_add(sum, sum, part);
	}
	out->sum = detail_fraction(d, sum);
	out->divisor = detail_fraction(d, divisor);
	mpq_clears(weight, part, sum, divisor, NULL);
}

/* S1. */
static void fill_values(struct detail *d, uint32_t answer, Par__V1__LeafDetail *out)
{
	const struct score_rules *rules = d->a->result.rules;
	size_t levels = round_of(d)->answer_levels[answer];
	const uint64_t *v =
	    rules->values + d->a->result.tally->offset[answer] + TALLY_FIRST_SCORE;
	mpq_t value;

	out->values = detail_get(d, levels * sizeof(*out->values));
	if (out->values == NULL)
		return;
	mpq_init(value);
	for (size_t y = 0; y < levels; y++) {
		mpq_set_ui(value, v[y], rules->den[answer]);
		mpq_canonicalize(value);
		out->values[y] = detail_fraction(d, value);
	}
	out->n_values = levels;
	mpq_clear(value);
}

/* O1. */
static void fill_robust(struct detail *d, uint32_t answer, Par__V1__LeafDetail *out)
{
	uint32_t decimals = round_of(d)->decimals;
	struct robust_leaf l;

	robust_init(&l);
	robust_leaf(d->a->result.rules, &d->score, answer, &l);
	if (l.any) {
		out->weighted_median = detail_rounded(d, l.median, decimals);
		out->trimmed_mean = detail_rounded(d, l.trimmed, decimals);
		out->polarisation =
		    detail_rounded(d, l.polarisation, DETAIL_COLUMN_DECIMALS);
	}
	if (l.any && l.has_shares) {
		out->top2 = detail_rounded(d, l.top2, DETAIL_COLUMN_DECIMALS);
		out->bottom2 = detail_rounded(d, l.bottom2, DETAIL_COLUMN_DECIMALS);
	}
	robust_clear(&l);
}

static void fill_surveyed(struct detail *d, uint32_t answer, Par__V1__LeafDetail *out)
{
	const struct tally *t = d->a->result.tally;

	out->clusters =
	    t->scored_by[(size_t)d->unit * round_of(d)->answer_count + answer];
	fill_counts(d, answer, out);
	fill_values(d, answer, out);
	fill_sums(d, answer, out);
	fill_robust(d, answer, out);
}

/* S4: what was given, by whom and with which evidence. */
static void fill_given(struct detail *d, uint32_t criterion, Par__V1__LeafDetail *out)
{
	const struct score_rules *rules = d->a->result.rules;
	const struct sample *s = &d->a->sample;

	for (size_t i = rules->appraisal_first[d->unit];
	     i < rules->appraisal_first[d->unit + 1]; i++) {
		const struct appraisal *a = &s->appraisals[i];

		if (a->target != TARGET_CRITERION || a->criterion != criterion)
			continue;
		out->given = detail_decimal(d, a->points.micro);
		out->evidence = edge_text(a->evidence);
		out->by = edge_text(a->by);
	}
	for (size_t i = rules->measured_first[d->unit];
	     i < rules->measured_first[d->unit + 1]; i++) {
		const struct measured *m = &s->measured[i];

		if (m->criterion != criterion)
			continue;
		out->given = detail_decimal(d, m->value.micro);
		out->evidence = edge_text(m->evidence);
	}
}

/* S6. */
static void fill_scaled(struct detail *d, uint32_t criterion, Par__V1__LeafDetail *out)
{
	const struct score_rules *rules = d->a->result.rules;
	mpq_t value;

	if (round_of(d)->mode != MODE_COMPOSITE)
		return;
	if (rules->ranges != NULL) {
		const struct score_range *range =
		    composite_range(rules, d->unit, criterion);

		out->min = detail_fraction(d, range->min);
		out->max = detail_fraction(d, range->max);
	}
	mpq_init(value);
	score_leaf_value(rules, &d->score, criterion, value);
	out->scaled = detail_fraction(d, value);
	mpq_clear(value);
}

/* S5, S7: in words. */
static const char *reason_of(const struct detail *d, uint32_t criterion)
{
	const struct criterion *c = &round_of(d)->criteria[criterion];

	if (!d->score.leaves[criterion].applies)
		return "does not apply to this unit";
	if (d->score.leaves[criterion].counts)
		return "";
	if (c->source == SOURCE_SURVEY)
		return "scored by fewer clusters than cell_score";
	return c->source == SOURCE_APPRAISED ? "no appraisal was given"
					     : "no measured value was given";
}

static void fill_leaf(struct detail *d, uint32_t criterion, Par__V1__LeafDetail *out)
{
	const struct criterion *c = &round_of(d)->criteria[criterion];
	const struct score_leaf *leaf = &d->score.leaves[criterion];
	Par__V1__Text *name = detail_get(d, sizeof(*name));

	par__v1__leaf_detail__init(out);
	if (name != NULL) {
		*name = edge_text2(&c->name);
		out->name = name;
	}
	out->code = edge_text(c->code);
	out->field = edge_text(round_of(d)->criteria[c->field].code);
	out->points = detail_decimal(d, c->points.micro);
	out->source = edge_source(c->source);
	out->applies = leaf->applies;
	out->counts = leaf->counts;
	out->reason = edge_text(reason_of(d, criterion));
	if (!leaf->applies)
		return;
	if (c->source == SOURCE_SURVEY)
		fill_surveyed(d, (uint32_t)c->answer, out);
	else
		fill_given(d, criterion, out);
	if (!leaf->counts)
		return;
	out->theta = detail_fraction(d, leaf->theta);
	out->six_decimals = detail_rounded(d, leaf->theta, DETAIL_DECIMALS);
	fill_scaled(d, criterion, out);
}

void detail_leaves(struct detail *d, Par__V1__UnitDetail *out)
{
	const struct round *r = round_of(d);
	Par__V1__LeafDetail *list =
	    detail_get(d, (size_t)r->criterion_count * sizeof(*list));

	out->leaves = detail_get(d, r->criterion_count * sizeof(Par__V1__LeafDetail *));
	if (list == NULL || out->leaves == NULL)
		return;
	for (uint32_t c = 0; c < r->criterion_count; c++) {
		if (!r->criteria[c].leaf)
			continue;
		fill_leaf(d, c, &list[c]);
		out->leaves[out->n_leaves++] = &list[c];
	}
}
