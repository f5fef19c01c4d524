/* What the scoring of every unit shares: S1's values, the line of S6's scale. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/method/composite.h"
#include "common/method/score_internal.h"

/* S1: v(y) of one answer place, reversed where the criterion's direction is down. */
static uint64_t set_values(const struct criterion *c, const struct scale *scale,
			   uint64_t *values)
{
	for (uint32_t y = 0; y < scale->levels; y++) {
		uint32_t at = c->down ? scale->levels - 1 - y : y;

		if (scale->values)
			values[y] = (uint64_t)scale->values[at].micro;
		else
			values[y] = (uint64_t)POINTS_FULL * at;
	}
	return scale->values ? DECIMAL_ONE : scale->levels - 1;
}

/* The sample's lists are in the order of units. */
static void find_rows(const struct sample *s, struct score_rules *rules)
{
	for (size_t i = 0; i < s->appraisal_count; i++)
		rules->appraisal_first[s->appraisals[i].unit + 1]++;
	for (size_t i = 0; i < s->measured_count; i++)
		rules->measured_first[s->measured[i].unit + 1]++;
	for (uint32_t u = 0; u < s->round->unit_count; u++) {
		rules->appraisal_first[u + 1] += rules->appraisal_first[u];
		rules->measured_first[u + 1] += rules->measured_first[u];
	}
}

/* out = a b, of decimals. */
static void multiply(struct decimal a, struct decimal b, mpq_t out)
{
	mpz_set_si(mpq_numref(out), a.micro);
	mpz_mul_si(mpq_numref(out), mpq_numref(out), b.micro);
	mpz_set_si(mpq_denref(out), DECIMAL_ONE);
	mpz_mul_si(mpq_denref(out), mpq_denref(out), DECIMAL_ONE);
	mpq_canonicalize(out);
}

/* S6: the ends of the scale times the factor, and the slope between them. */
static void set_scale(const struct composite *c, struct score_rules *rules)
{
	mpq_t full;

	mpq_init(full);
	mpq_set_ui(full, POINTS_FULL, 1);
	multiply(c->lo, c->factor, rules->low);
	multiply(c->hi, c->factor, rules->high);
	mpq_sub(rules->slope, rules->high, rules->low);
	mpq_div(rules->slope, rules->slope, full);
	mpq_clear(full);
}

int score_rules_plain(const struct tally *t, const struct frame *f,
		      struct score_rules *out)
{
	const struct round *r = t->sample->round;
	struct score_rules rules = {.tally = t, .frame = f};

	mpq_inits(rules.low, rules.high, rules.slope, NULL);
	rules.values = calloc(t->width + 1, sizeof *rules.values);
	rules.den = calloc(r->answer_count + 1u, sizeof *rules.den);
	rules.appraisal_first = calloc(r->unit_count + 1u, sizeof(size_t));
	rules.measured_first = calloc(r->unit_count + 1u, sizeof(size_t));
	if (!rules.values || !rules.den || !rules.appraisal_first ||
	    !rules.measured_first) {
		score_rules_free(&rules);
		return -ENOMEM;
	}
	find_rows(t->sample, &rules);
	set_scale(&r->composite, &rules);
	for (uint32_t a = 0; a < r->answer_count; a++) {
		const struct criterion *c = &r->criteria[r->surveyed[a]];

		rules.den[a] =
		    set_values(c, &r->scales[c->scale],
			       rules.values + t->offset[a] + TALLY_FIRST_SCORE);
	}
	*out = rules;
	return 0;
}

int score_rules_make(const struct tally *t, const struct frame *f,
		     struct score_rules *out, struct faults *faults)
{
	const struct round *r = t->sample->round;
	struct score_rules rules;
	int err = score_rules_plain(t, f, &rules);

	if (err)
		return err;
	if (r->mode == MODE_COMPOSITE && r->composite.minmax)
		err = composite_ranges(&rules, faults);
	if (err) {
		score_rules_free(&rules);
		return err;
	}
	*out = rules;
	return 0;
}

void score_rules_free(struct score_rules *r)
{
	if (!r->tally)
		return;
	composite_ranges_free(r);
	mpq_clears(r->low, r->high, r->slope, NULL);
	free(r->values);
	free(r->den);
	free(r->appraisal_first);
	free(r->measured_first);
	memset(r, 0, sizeof *r);
}
