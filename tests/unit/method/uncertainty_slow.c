#include "tests/unit/method/uncertainty_slow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <math.h>

#include "common/method/philox.h"

enum { LEAVES = 16 };

uint32_t slow_choice(uint32_t draw, uint32_t leaf_count)
{
	uint32_t key[2], words[4];

	philox_key(philox_seed("test"), key);
	philox4x32((const uint32_t[]){draw, leaf_count, 4, 0}, key, words);
	return words[0];
}

struct slow {
	const struct build *b;
	const struct result *r;
	int leaves[LEAVES];
	int leaf_count;
	bool counts[SLOW_UNITS][LEAVES];
	double theta[SLOW_UNITS][LEAVES];
	double trimmed[SLOW_UNITS][LEAVES];
	double extra[SLOW_UNITS];
};

static int compare_doubles(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

/* Each answer cut into ten parts, so that a tenth of them all is a whole number. */
static double trimmed_mean(const double *sorted, int count)
{
	double sum = 0;

	for (int i = count; i < 9 * count; i++)
		sum += sorted[i / 10];
	return sum / (8 * count);
}

static void read_survey(struct slow *s, uint32_t unit, int leaf)
{
	const struct round *r = &s->b->round;
	const struct criterion *c = &r->criteria[s->leaves[leaf]];
	double values[BUILD_MAX];
	double sum = 0;
	int count = 0;

	for (size_t i = 0; i < s->b->sample.sheet_count; i++) {
		uint8_t y = s->b->sheets[i].answers[c->answer];

		if (s->b->sheets[i].unit != unit || y > 5)
			continue;
		values[count] = c->down ? 25 * (5 - y) : 25 * (y - 1);
		sum += values[count++];
	}
	s->counts[unit][leaf] = count >= 3;
	if (count < 3)
		return;
	qsort(values, (size_t)count, sizeof *values, compare_doubles);
	s->theta[unit][leaf] = sum / count;
	s->trimmed[unit][leaf] = trimmed_mean(values, count);
}

static void read_appraised(struct slow *s, uint32_t unit, int leaf)
{
	const struct criterion *c = &s->b->round.criteria[s->leaves[leaf]];
	const struct sample *sample = &s->b->sample;

	for (size_t i = 0; i < sample->appraisal_count; i++) {
		const struct appraisal *a = &sample->appraisals[i];

		if (a->unit != unit || a->target != TARGET_CRITERION ||
		    a->criterion != (uint32_t)s->leaves[leaf])
			continue;
		s->counts[unit][leaf] = true;
		s->theta[unit][leaf] =
		    100 * (double)a->points.micro / (double)c->points.micro;
		s->trimmed[unit][leaf] = s->theta[unit][leaf];
	}
}

static void read_extra(struct slow *s)
{
	const struct sample *sample = &s->b->sample;

	for (size_t i = 0; i < sample->appraisal_count; i++) {
		const struct appraisal *a = &sample->appraisals[i];
		double points = (double)a->points.micro / DECIMAL_ONE;

		if (a->target == TARGET_BONUS)
			s->extra[a->unit] += points;
		if (a->target == TARGET_PENALTY)
			s->extra[a->unit] -= points;
	}
}

/* S6: onto the scale, with the ranges of theta over the block. */
static void put_on_scale(struct slow *s, int leaf)
{
	const struct composite *c = &s->b->round.composite;
	const struct unit *units = s->b->round.units;
	double lo = (double)c->lo.micro / 1e6, hi = (double)c->hi.micro / 1e6;
	double min[SLOW_UNITS], max[SLOW_UNITS];

	for (uint32_t u = 0; u < s->r->unit_count; u++) {
		min[u] = c->minmax ? INFINITY : 0;
		max[u] = c->minmax ? -INFINITY : 100;
		for (uint32_t t = 0; c->minmax && t < s->r->unit_count; t++) {
			if (units[t].block != units[u].block || !s->counts[t][leaf])
				continue;
			min[u] = fmin(min[u], s->theta[t][leaf]);
			max[u] = fmax(max[u], s->theta[t][leaf]);
		}
	}
	for (uint32_t u = 0; u < s->r->unit_count; u++) {
		double *x[] = {&s->theta[u][leaf], &s->trimmed[u][leaf]};

		for (int i = 0; i < 2; i++)
			*x[i] = min[u] == max[u] ? (double)c->max_eq_min.micro / 1e6
						 : lo + (hi - lo) * (*x[i] - min[u]) /
							    (max[u] - min[u]);
	}
}

static void read_all(struct slow *s)
{
	const struct round *r = &s->b->round;

	for (uint32_t c = 0; c < r->criterion_count; c++)
		if (r->criteria[c].leaf)
			s->leaves[s->leaf_count++] = (int)c;
	for (int i = 0; i < s->leaf_count; i++) {
		for (uint32_t u = 0; u < r->unit_count; u++) {
			if (!model_applies(r, u, (uint32_t)s->leaves[i]))
				continue;
			if (r->criteria[s->leaves[i]].source == SOURCE_SURVEY)
				read_survey(s, u, i);
			else
				read_appraised(s, u, i);
		}
		put_on_scale(s, i);
	}
	read_extra(s);
}

/* The figure of one unit in one draw. */
static double figure_of(const struct slow *s, uint32_t unit, const double *points,
			uint32_t word)
{
	const struct round *r = &s->b->round;
	const struct composite *scale = &r->composite;
	const double *x = word & 2 ? s->trimmed[unit] : s->theta[unit];
	double factor = (double)scale->factor.micro / 1e6;
	double sum = 0, all = 0, product = 1, figure;

	for (uint32_t f = 0; f < r->criterion_count; f++) {
		double top = 0, counting = 0, applying = 0;

		for (int i = 0; i < s->leaf_count; i++) {
			uint32_t c = (uint32_t)s->leaves[i];

			if (r->criteria[c].field != (int32_t)f ||
			    !model_applies(r, unit, c))
				continue;
			applying += points[i];
			counting += s->counts[unit][i] ? points[i] : 0;
			top += s->counts[unit][i] ? points[i] * x[i] : 0;
		}
		if (applying == 0)
			continue;
		sum += applying * top / counting;
		product *= pow(fmax(top / counting, 0), applying);
		all += applying;
	}
	figure = factor * (word & 1 ? pow(product, 1 / all) : sum / all);
	figure += s->extra[unit];
	figure = fmin(figure, factor * (double)scale->hi.micro / 1e6);
	return fmax(figure, factor * (double)scale->lo.micro / 1e6);
}

/* Its rank in one draw: figures of two units nearer than this are equal. */
static uint32_t rank_of(const struct slow *s, uint32_t unit, const double *figures)
{
	uint32_t rank = 1;

	for (uint32_t t = 0; t < s->r->unit_count; t++)
		rank += s->b->round.units[t].block == s->b->round.units[unit].block &&
			s->r->units[t].status != STATUS_INSUFFICIENT &&
			figures[t] > figures[unit] + 1e-10;
	return rank;
}

static void play_draw(const struct slow *s, uint32_t d, double *ranks)
{
	const struct round *r = &s->b->round;
	uint32_t key[2], words[4];
	double points[LEAVES], figures[SLOW_UNITS];

	philox_key(philox_seed("test"), key);
	for (int i = 0; i < s->leaf_count; i++) {
		philox4x32((const uint32_t[]){d, (uint32_t)i, 4, 0}, key, words);
		points[i] = (double)r->criteria[s->leaves[i]].points.micro / 1e6 *
			    (0.75 + (words[0] + 0.5) / 8589934592.0);
	}
	for (uint32_t u = 0; u < r->unit_count; u++)
		figures[u] =
		    figure_of(s, u, points, slow_choice(d, (uint32_t)s->leaf_count));
	for (uint32_t u = 0; u < r->unit_count; u++)
		ranks[u] = rank_of(s, u, figures);
}

void slow_uncertainty(const struct build *b, const struct result *r,
		      struct uncertainty_unit *out)
{
	struct slow s = {.b = b, .r = r};
	static double ranks[SLOW_DRAWS][SLOW_UNITS];

	assert_true(r->unit_count <= SLOW_UNITS);
	read_all(&s);
	for (uint32_t d = 0; d < SLOW_DRAWS; d++)
		play_draw(&s, d, ranks[d]);
	for (uint32_t u = 0; u < r->unit_count; u++) {
		double own[SLOW_DRAWS];

		for (uint32_t d = 0; d < SLOW_DRAWS; d++)
			own[d] = ranks[d][u];
		qsort(own, SLOW_DRAWS, sizeof *own, compare_doubles);
		out[u] = (struct uncertainty_unit){0};
		if (r->units[u].status != STATUS_INSUFFICIENT)
			out[u] = (struct uncertainty_unit){
			    .low = (uint32_t)own[SLOW_DRAWS * 5 / 100 - 1],
			    .median = (uint32_t)own[SLOW_DRAWS / 2 - 1],
			    .high = (uint32_t)own[SLOW_DRAWS * 95 / 100 - 1]};
	}
}
