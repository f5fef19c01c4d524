#include "common/method/score.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS_FULL = 100 };

static const struct round *round_of(const struct score_rules *rules)
{
	return rules->tally->sample->round;
}

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

int score_rules_make(const struct tally *t, const struct frame *f,
		     struct score_rules *out)
{
	const struct round *r = t->sample->round;
	struct score_rules rules = {.tally = t, .frame = f};

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
	for (uint32_t a = 0; a < r->answer_count; a++) {
		const struct criterion *c = &r->criteria[r->surveyed[a]];

		rules.den[a] =
		    set_values(c, &r->scales[c->scale],
			       rules.values + t->offset[a] + TALLY_FIRST_SCORE);
	}
	*out = rules;
	return 0;
}

void score_rules_free(struct score_rules *r)
{
	free(r->values);
	free(r->den);
	free(r->appraisal_first);
	free(r->measured_first);
	memset(r, 0, sizeof *r);
}

int score_init(const struct score_rules *rules, struct score *s)
{
	const struct round *r = round_of(rules);
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
	for (uint32_t c = 0; c < round_of(rules)->criterion_count; c++) {
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
	const struct round *r = round_of(rules);
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

/* S5, S7: P[u,f] over what applies, and how much of it counts. */
static void sum_points(const struct round *r, struct score *s)
{
	for (uint32_t i = 0; i < r->criterion_count; i++) {
		const struct criterion *c = &r->criteria[i];
		struct score_field *field = &s->fields[c->field];

		if (!c->leaf || !s->leaves[i].applies)
			continue;
		s->criteria_applicable++;
		field->applying += c->points.micro;
		s->applying += c->points.micro;
		if (!s->leaves[i].counts)
			continue;
		s->criteria_counted++;
		field->counting += c->points.micro;
	}
}

/* S7: every field with P > 0 has at least 2/3 of it counting; and there is one. */
static bool enough_counts(const struct round *r, const struct score *s)
{
	for (uint32_t f = 0; f < r->criterion_count; f++) {
		const struct score_field *field = &s->fields[f];

		/* 3 counting >= 2 applying, without leaving 64 bits */
		if (field->counting < 2 * (field->applying - field->counting))
			return false;
	}
	return s->applying > 0;
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

/* S5: phi[u,f] = sum of max_c theta[u,c] over the counting leaves / sum of their max_c.
 */
static void field_phi(const struct round *r, const struct score *s, uint32_t f,
		      mpq_t phi)
{
	mpz_t points;

	mpz_init(points);
	mpq_set_ui(phi, 0, 1);
	for (uint32_t c = 0; c < r->criterion_count; c++) {
		if (!s->leaves[c].counts || (uint32_t)r->criteria[c].field != f)
			continue;
		mpz_mul_si(points, mpq_numref(s->leaves[c].theta),
			   r->criteria[c].points.micro);
		add_fraction(phi, points, mpq_denref(s->leaves[c].theta));
	}
	mpz_mul_si(mpq_denref(phi), mpq_denref(phi), s->fields[f].counting);
	mpz_clear(points);
}

/* S5: I[u] = sum_f P[u,f] phi[u,f] / sum_f P[u,f]. */
static void weigh_fields(const struct round *r, struct score *s)
{
	mpq_t phi;

	mpq_init(phi);
	mpq_set_ui(s->index, 0, 1);
	for (uint32_t f = 0; f < r->criterion_count; f++) {
		if (s->fields[f].applying == 0)
			continue;
		field_phi(r, s, f, phi);
		mpz_mul_si(mpq_numref(phi), mpq_numref(phi), s->fields[f].applying);
		add_fraction(s->index, mpq_numref(phi), mpq_denref(phi));
	}
	mpz_mul_si(mpq_denref(s->index), mpq_denref(s->index), s->applying);
	mpq_canonicalize(s->index);
	mpq_clear(phi);
}

static int64_t limited(int64_t sum, struct decimal max)
{
	return sum < max.micro ? sum : max.micro;
}

/* S5: plus bonus minus penalty, each sum limited; then clip to 0..100. */
static void add_bonus(const struct score_rules *rules, struct score *s)
{
	const struct sample *sample = rules->tally->sample;
	const struct round *r = sample->round;
	int64_t bonus = 0, penalty = 0;
	mpq_t change;

	for (size_t i = rules->appraisal_first[s->unit];
	     i < rules->appraisal_first[s->unit + 1]; i++) {
		const struct appraisal *a = &sample->appraisals[i];

		/* limited at each step: the rows are not negative, so no sum grows
		 * large */
		if (a->target == TARGET_BONUS)
			bonus = limited(bonus + a->points.micro, r->bonus_max);
		else if (a->target == TARGET_PENALTY)
			penalty = limited(penalty + a->points.micro, r->penalty_max);
	}
	mpq_init(change);
	mpq_set_si(change, bonus - penalty, DECIMAL_ONE);
	mpq_canonicalize(change);
	mpq_add(s->index, s->index, change);
	if (mpq_sgn(s->index) < 0)
		mpq_set_ui(s->index, 0, 1);
	if (mpq_cmp_ui(s->index, POINTS_FULL, 1) > 0)
		mpq_set_ui(s->index, POINTS_FULL, 1);
	mpq_clear(change);
}

static void reset(const struct score_rules *rules, uint32_t unit, struct score *s)
{
	const struct round *r = round_of(rules);
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

void score_unit(const struct score_rules *rules, uint32_t unit, struct score *s)
{
	const struct round *r = round_of(rules);

	reset(rules, unit, s);
	surveyed_thetas(rules, s);
	appraised_thetas(rules, s);
	measured_thetas(rules, s);
	sum_points(r, s);
	s->has_figure = enough_counts(r, s);
	if (!s->has_figure)
		return;
	weigh_fields(r, s);
	add_bonus(rules, s);
}
