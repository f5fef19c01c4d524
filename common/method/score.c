/* S5 to S7: from the leaves of a unit to its index. */

#include "common/method/score.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/method/composite.h"
#include "common/method/score_internal.h"

int score_init(const struct score_rules *rules, struct score *s)
{
	const struct round *r = score_round(rules);
	size_t cells = (size_t)r->answer_count * rules->frame->group_count;
	struct score made = {0};

	made.leaves = calloc(r->criterion_count + 1u, sizeof *made.leaves);
	made.fields = calloc(r->criterion_count + 1u, sizeof *made.fields);
	made.given = calloc(cells + 1, sizeof *made.given);
	made.worth = calloc(cells + 1, sizeof *made.worth);
	if (!made.leaves || !made.fields || !made.given || !made.worth) {
		free(made.leaves);
		free(made.fields);
		free(made.given);
		free(made.worth);
		return -ENOMEM;
	}
	for (uint32_t c = 0; c < r->criterion_count; c++) {
		mpz_inits(made.leaves[c].sum, made.leaves[c].count, NULL);
		mpq_init(made.leaves[c].theta);
	}
	mpq_init(made.index);
	*s = made;
	return 0;
}

void score_free(const struct score_rules *rules, struct score *s)
{
	for (uint32_t c = 0; c < score_round(rules)->criterion_count; c++) {
		mpz_clears(s->leaves[c].sum, s->leaves[c].count, NULL);
		mpq_clear(s->leaves[c].theta);
	}
	mpq_clear(s->index);
	free(s->leaves);
	free(s->fields);
	free(s->given);
	free(s->worth);
	memset(s, 0, sizeof *s);
}

static bool is_inside(const struct criterion *c, enum score_subset subset)
{
	switch (subset) {
	case SCORE_ALL:
		return true;
	case SCORE_SURVEYED:
		return c->source == SOURCE_SURVEY;
	case SCORE_APPRAISED:
		return c->source != SOURCE_SURVEY;
	}
	return false;
}

/* The places in criteria where the leaves of a field may be: from itself on. */
static uint32_t field_end(const struct round *r, uint32_t field)
{
	return r->criteria[field].leaf ? field + 1 : r->criterion_count;
}

/* S5: a leaf's points among those of its field. */
static void add_points(const struct criterion *c, const struct score_leaf *leaf,
		       struct score_field *sum)
{
	if (!leaf->applies)
		return;
	sum->applying += c->points.micro;
	if (leaf->counts)
		sum->counting += c->points.micro;
}

struct score_field score_points(const struct round *r, const struct score *s,
				uint32_t field, enum score_subset subset)
{
	struct score_field sum = {0};

	for (uint32_t i = field; i < field_end(r, field); i++) {
		const struct criterion *c = &r->criteria[i];

		if ((uint32_t)c->field == field && is_inside(c, subset))
			add_points(c, &s->leaves[i], &sum);
	}
	return sum;
}

bool score_enough(const struct score_field *points)
{
	/* 3 counting >= 2 applying, without leaving 64 bits */
	return points->counting >= 2 * (points->applying - points->counting);
}

/*
 * sum += n / d, without reducing it: a unit's index has hundreds of terms with unlike
 * denominators, and one reduction at the end instead of one a term is what makes it
 * fast.
 */
static void add_fraction(mpq_t sum, const mpz_t n, const mpz_t d)
{
	mpz_mul(mpq_numref(sum), mpq_numref(sum), d);
	mpz_addmul(mpq_numref(sum), n, mpq_denref(sum));
	mpz_mul(mpq_denref(sum), mpq_denref(sum), d);
}

/* S6: x on 0..100 is low + slope x on the declared scale. */
static void put_on_scale(const struct score_rules *rules, mpq_t x)
{
	mpz_mul(mpq_numref(x), mpq_numref(x), mpq_numref(rules->slope));
	mpz_mul(mpq_denref(x), mpq_denref(x), mpq_denref(rules->slope));
	add_fraction(x, mpq_numref(rules->low), mpq_denref(rules->low));
	mpq_canonicalize(x);
}

/*
 * S5: phi[u,f] = sum of max_c theta[u,c] over the counting leaves / sum of their max_c;
 * not reduced, and on 0..100. 0 where none counts.
 */
static struct score_field average_field(const struct score_rules *rules,
					const struct score *s, uint32_t field,
					enum score_subset subset, mpq_t phi)
{
	const struct round *r = score_round(rules);
	struct score_field sum = {0};
	mpq_t room;
	mpz_t points;

	mpq_init(room);
	mpz_init(points);
	mpq_set_ui(phi, 0, 1);
	for (uint32_t i = field; i < field_end(r, field); i++) {
		const struct criterion *c = &r->criteria[i];
		mpq_srcptr value;

		if ((uint32_t)c->field != field || !is_inside(c, subset))
			continue;
		add_points(c, &s->leaves[i], &sum);
		if (!s->leaves[i].counts)
			continue;
		value = composite_value(rules, s, i, room);
		mpz_mul_si(points, mpq_numref(value), c->points.micro);
		add_fraction(phi, points, mpq_denref(value));
	}
	if (sum.counting > 0)
		mpz_mul_si(mpq_denref(phi), mpq_denref(phi), sum.counting);
	mpz_clear(points);
	mpq_clear(room);
	return sum;
}

void score_phi(const struct score_rules *rules, const struct score *s, uint32_t field,
	       enum score_subset subset, mpq_t phi)
{
	average_field(rules, s, field, subset, phi);
	put_on_scale(rules, phi);
}

/*
 * S5: I[u] = sum_f P[u,f] phi[u,f] / sum_f P[u,f]. S6's line to the scale is drawn
 * once, for it is the same for every leaf: the mean of points on a line lies on it.
 */
void score_weigh(const struct score_rules *rules, const struct score *s,
		 enum score_subset subset, mpq_t index)
{
	const struct round *r = score_round(rules);
	int64_t applying = 0;
	mpq_t phi;

	mpq_init(phi);
	mpq_set_ui(index, 0, 1);
	for (uint32_t f = 0; f < r->criterion_count; f++) {
		struct score_field points;

		if (r->criteria[f].parent >= 0)
			continue;
		points = average_field(rules, s, f, subset, phi);
		if (points.applying == 0)
			continue;
		mpz_mul_si(mpq_numref(phi), mpq_numref(phi), points.applying);
		add_fraction(index, mpq_numref(phi), mpq_denref(phi));
		applying += points.applying;
	}
	mpz_mul_si(mpq_denref(index), mpq_denref(index), applying);
	put_on_scale(rules, index);
	mpq_clear(phi);
}

static int64_t limited(int64_t sum, struct decimal max)
{
	return sum < max.micro ? sum : max.micro;
}

/* S5: the rows add up, and each sum is limited. */
static void sum_extra(const struct score_rules *rules, uint32_t unit,
		      struct score_extra *out)
{
	const struct sample *sample = rules->tally->sample;
	const struct round *r = sample->round;

	*out = (struct score_extra){0};
	for (size_t i = rules->appraisal_first[unit];
	     i < rules->appraisal_first[unit + 1]; i++) {
		const struct appraisal *a = &sample->appraisals[i];

		if (a->target == TARGET_BONUS)
			out->bonus_given += a->points.micro;
		else if (a->target == TARGET_PENALTY)
			out->penalty_given += a->points.micro;
	}
	out->bonus = limited(out->bonus_given, r->bonus_max);
	out->penalty = limited(out->penalty_given, r->penalty_max);
}

/* S5: plus bonus minus penalty; then clip to 0..100, S6: to the scale. */
static bool add_extra(const struct score_rules *rules, const struct score_extra *extra,
		      mpq_t index)
{
	mpq_t change;

	mpq_init(change);
	mpq_set_si(change, extra->bonus - extra->penalty, DECIMAL_ONE);
	mpq_canonicalize(change);
	mpq_add(index, index, change);
	mpq_clear(change);
	if (mpq_cmp(index, rules->low) < 0)
		mpq_set(index, rules->low);
	else if (mpq_cmp(index, rules->high) > 0)
		mpq_set(index, rules->high);
	else
		return false;
	return true;
}

void score_extra(const struct score_rules *rules, const struct score *s,
		 struct score_extra *out)
{
	struct score_extra extra;
	mpq_t index;

	sum_extra(rules, s->unit, &extra);
	if (s->has_figure) {
		mpq_init(index);
		score_weigh(rules, s, SCORE_ALL, index);
		extra.clipped = add_extra(rules, &extra, index);
		mpq_clear(index);
	}
	*out = extra;
}

/* S7: every field with P > 0 has at least 2/3 of it counting; and there is one. */
static bool sum_points(const struct round *r, struct score *s)
{
	bool enough = true;

	for (uint32_t i = 0; i < r->criterion_count; i++) {
		const struct criterion *c = &r->criteria[i];

		s->criteria_applicable += s->leaves[i].applies;
		s->criteria_counted += s->leaves[i].counts;
		add_points(c, &s->leaves[i], &s->fields[c->field]);
	}
	for (uint32_t f = 0; f < r->criterion_count; f++) {
		s->applying += s->fields[f].applying;
		enough = enough && score_enough(&s->fields[f]);
	}
	return enough && s->applying > 0;
}

void score_unit(const struct score_rules *rules, uint32_t unit, struct score *s)
{
	struct score_extra extra;

	score_leaves(rules, unit, s);
	s->has_figure = sum_points(score_round(rules), s);
	if (!s->has_figure)
		return;
	score_weigh(rules, s, SCORE_ALL, s->index);
	sum_extra(rules, unit, &extra);
	add_extra(rules, &extra, s->index);
}
