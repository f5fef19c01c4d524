/* S3, S4: which leaves of a unit count, and what each of them scores. */

#include <string.h>

#include "common/method/score_internal.h"

/* Scores and their worth by group of the frame, for one answer place. */
static void sum_groups(const struct score_rules *rules, struct score *s,
		       uint32_t answer)
{
	const struct tally *t = rules->tally;
	size_t at = (size_t)answer * rules->frame->group_count;

	for (size_t row = t->row_first[s->unit]; row < t->row_first[s->unit + 1];
	     row++) {
		uint32_t group = rules->frame->group_of[t->row_stratum[row]];
		const uint32_t *n = tally_row(t, row);

		for (size_t i = t->offset[answer] + TALLY_FIRST_SCORE;
		     i < t->offset[answer + 1]; i++) {
			s->given[at + group] += n[i];
			s->worth[at + group] += n[i] * rules->values[i];
		}
	}
}

/* S3: theta[u,c] = sum_h w_h sum_k v(k) n[u,c,h,k] / D[u,c]; false if D = 0. */
static bool surveyed_theta(const struct score_rules *rules, struct score *s,
			   uint32_t answer, struct score_leaf *leaf)
{
	const struct frame *f = rules->frame;
	size_t at = (size_t)answer * f->group_count;

	mpz_set_ui(leaf->sum, 0);
	mpz_set_ui(leaf->count, 0);
	sum_groups(rules, s, answer);
	for (uint32_t g = 0; g < f->group_count; g++) {
		mpz_addmul_ui(leaf->sum, f->groups[g].weight, s->worth[at + g]);
		mpz_addmul_ui(leaf->count, f->groups[g].weight, s->given[at + g]);
	}
	if (mpz_sgn(leaf->count) == 0)
		return false;
	mpz_set(mpq_numref(leaf->theta), leaf->sum);
	mpz_mul_ui(mpq_denref(leaf->theta), leaf->count, rules->den[answer]);
	mpq_canonicalize(leaf->theta);
	return true;
}

/* Millionths over millionths, as a rational times 100. */
static void set_percent(mpq_t out, int64_t part, int64_t whole)
{
	mpz_set_si(mpq_numref(out), part);
	mpz_mul_ui(mpq_numref(out), mpq_numref(out), POINTS_FULL);
	mpz_set_si(mpq_denref(out), whole);
	mpq_canonicalize(out);
}

/* S4, appraised: theta = 100 points / max points. */
static void appraised_thetas(const struct score_rules *rules, struct score *s)
{
	const struct sample *sample = rules->tally->sample;

	for (size_t i = rules->appraisal_first[s->unit];
	     i < rules->appraisal_first[s->unit + 1]; i++) {
		const struct appraisal *a = &sample->appraisals[i];
		const struct criterion *c;

		if (a->target != TARGET_CRITERION)
			continue;
		c = &sample->round->criteria[a->criterion];
		if (c->source != SOURCE_APPRAISED || !s->leaves[a->criterion].applies)
			continue;
		set_percent(s->leaves[a->criterion].theta, a->points.micro,
			    c->points.micro);
		s->leaves[a->criterion].counts = true;
	}
}

/* S4, measured: 100 clamp((x - lo) / (hi - lo), 0, 1); down: 100 minus that. */
static void measured_theta(const struct criterion *c, int64_t x, mpq_t theta)
{
	int64_t range = c->hi.micro - c->lo.micro;
	int64_t at = x <= c->lo.micro ? 0 : x >= c->hi.micro ? range : x - c->lo.micro;

	set_percent(theta, c->down ? range - at : at, range);
}

static void measured_thetas(const struct score_rules *rules, struct score *s)
{
	const struct sample *sample = rules->tally->sample;

	for (size_t i = rules->measured_first[s->unit];
	     i < rules->measured_first[s->unit + 1]; i++) {
		const struct measured *m = &sample->measured[i];
		const struct criterion *c = &sample->round->criteria[m->criterion];

		if (c->source != SOURCE_MEASURED || !s->leaves[m->criterion].applies)
			continue;
		measured_theta(c, m->value.micro, s->leaves[m->criterion].theta);
		s->leaves[m->criterion].counts = true;
	}
}

/*
 * S5: a surveyed leaf counts when at least cell_score clusters scored it, and scores
 * that nobody gave count nowhere.
 */
static void surveyed_thetas(const struct score_rules *rules, struct score *s)
{
	const struct round *r = score_round(rules);
	const uint32_t *scored_by =
	    rules->tally->scored_by + (size_t)s->unit * r->answer_count;

	for (uint32_t a = 0; a < r->answer_count; a++) {
		struct score_leaf *leaf = &s->leaves[r->surveyed[a]];

		if (!leaf->applies)
			continue;
		s->surveyed = true;
		leaf->counts =
		    surveyed_theta(rules, s, a, leaf) && scored_by[a] >= r->cell_score;
	}
}

static void reset(const struct score_rules *rules, uint32_t unit, struct score *s)
{
	const struct round *r = score_round(rules);
	size_t cells = (size_t)r->answer_count * rules->frame->group_count;

	s->unit = unit;
	s->applying = 0;
	s->surveyed = false;
	s->has_figure = false;
	s->criteria_counted = 0;
	s->criteria_applicable = 0;
	mpq_set_ui(s->index, 0, 1);
	memset(s->fields, 0, r->criterion_count * sizeof *s->fields);
	memset(s->given, 0, cells * sizeof *s->given);
	memset(s->worth, 0, cells * sizeof *s->worth);
	for (uint32_t c = 0; c < r->criterion_count; c++) {
		s->leaves[c].applies = r->criteria[c].leaf && model_applies(r, unit, c);
		s->leaves[c].counts = false;
	}
}

void score_leaves(const struct score_rules *rules, uint32_t unit, struct score *s)
{
	reset(rules, unit, s);
	surveyed_thetas(rules, s);
	appraised_thetas(rules, s);
	measured_thetas(rules, s);
}
