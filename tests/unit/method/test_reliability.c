/* METHOD U5: DerSimonian-Laird's rho of a block. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "common/method/reliability.h"
#include "tests/unit/method/build.h"

struct related {
	struct result result;
	struct reliability out;
};

static struct related compute(const struct build *b)
{
	struct related r = {.result = build_result(b)};

	assert_int_equal(reliability_compute(&r.result, &r.out), 0);
	return r;
}

static void related_free(struct related *r, struct build *b)
{
	reliability_free(&r->out);
	result_free(&r->result);
	build_free(b);
}

static void assert_near(double value, double expected)
{
	if (fabs(value - expected) > 1e-9 * fmax(1, fabs(expected)))
		print_error("%.17g instead of %.17g\n", value, expected);
	assert_true(fabs(value - expected) <= 1e-9 * fmax(1, fabs(expected)));
}

static struct build *one_leaf(uint32_t units)
{
	struct build *b = build_new(5);

	build_criterion(b, "1", NULL, "100", SOURCE_SURVEY);
	for (uint32_t u = 0; u < units; u++)
		build_unit(b, "U", 0);
	build_finish(b);
	return b;
}

/* Four raters of its own for a unit, one a character. */
static void own_raters(struct build *b, uint32_t unit, const char *answers)
{
	for (uint32_t i = 0; i < 4; i++) {
		const char one[2] = {answers[i], 0};

		build_sheet(b, 4 * unit + i + 1, unit, 0, 0, one);
	}
}

static void assert_no_rho(const struct related *r)
{
	for (uint32_t u = 0; u < r->result.unit_count; u++)
		assert_true(r->out.rho[u] < 0);
}

/*
 * No rater in common: no covariance. Each unit has V = 16/15 x 4 x (25/4)^2 = 500/3;
 * the indexes are 25, 75, 50, 25, Q = 1718.75 x 3/500, tau2 = (Q - 3) / (3 x 3/500).
 */
static void rho_by_hand(void **state)
{
	struct build *b = one_leaf(4);
	struct related r;

	(void)state;
	own_raters(b, 0, "1133");
	own_raters(b, 1, "3355");
	own_raters(b, 2, "2244");
	own_raters(b, 3, "1133");
	r = compute(b);
	assert_int_equal(r.out.blocks[0].units, 4);
	assert_true(r.out.blocks[0].has_covariance);
	assert_near(r.out.blocks[0].mean_covariance, 0);
	assert_true(r.out.blocks[0].any);
	assert_near(r.out.blocks[0].tau2, 406.25);
	for (uint32_t u = 0; u < 4; u++)
		assert_near(r.out.rho[u], 406.25 / (406.25 + 500.0 / 3));
	related_free(&r, b);
}

/* Equal indexes: Q = 0. */
static void no_difference_between_units(void **state)
{
	struct build *b = one_leaf(4);
	struct related r;

	(void)state;
	own_raters(b, 0, "1133");
	own_raters(b, 1, "1133");
	own_raters(b, 2, "3311");
	own_raters(b, 3, "1313");
	r = compute(b);
	assert_true(r.out.blocks[0].has_covariance);
	assert_false(r.out.blocks[0].any);
	assert_near(r.out.blocks[0].tau2, 0);
	assert_no_rho(&r);
	related_free(&r, b);
}

/* Everybody gives every unit the same: the covariance is the variance. */
static void nothing_beside_the_covariance(void **state)
{
	struct build *b = one_leaf(5);
	struct related r;
	double v = 4.0 / 3 * 4 * 6.25 * 6.25;

	(void)state;
	for (uint32_t rater = 0; rater < 4; rater++)
		for (uint32_t u = 0; u < 5; u++)
			build_sheet(b, rater, u, 0, 0, rater < 2 ? "1" : "3");
	r = compute(b);
	assert_near(r.out.blocks[0].mean_covariance, v);
	assert_false(r.out.blocks[0].any);
	assert_no_rho(&r);
	related_free(&r, b);
}

/* As above with indexes apart; nobody differs about the last unit, so its V is 0. */
static void less_than_the_covariance(void **state)
{
	const char *scores[2] = {"12345", "34545"};
	struct build *b = one_leaf(5);
	struct related r;

	(void)state;
	for (uint32_t rater = 0; rater < 4; rater++)
		for (uint32_t u = 0; u < 5; u++) {
			const char one[2] = {scores[rater / 2][u], 0};

			build_sheet(b, rater, u, 0, 0, one);
		}
	r = compute(b);
	assert_true(r.out.blocks[0].mean_covariance > 0);
	assert_false(r.out.blocks[0].any);
	assert_no_rho(&r);
	related_free(&r, b);
}

/* A negative covariance: two raters who disagree in opposite ways. */
static void a_negative_covariance(void **state)
{
	struct build *b = one_leaf(2);
	struct related r;

	(void)state;
	b->round.cell_score = 1;
	build_sheet(b, 1, 0, 0, 0, "1");
	build_sheet(b, 1, 1, 0, 0, "5");
	build_sheet(b, 2, 0, 0, 0, "5");
	build_sheet(b, 2, 1, 0, 0, "1");
	r = compute(b);
	assert_int_equal(r.out.blocks[0].units, 2);
	assert_near(r.out.blocks[0].mean_covariance, -2500);
	assert_false(r.out.blocks[0].any);
	related_free(&r, b);
}

static void three_units_are_too_few(void **state)
{
	struct build *b = one_leaf(3);
	struct related r;

	(void)state;
	own_raters(b, 0, "1133");
	own_raters(b, 1, "3355");
	own_raters(b, 2, "2244");
	r = compute(b);
	assert_int_equal(r.out.blocks[0].units, 3);
	assert_true(r.out.blocks[0].has_covariance);
	assert_false(r.out.blocks[0].any);
	assert_no_rho(&r);
	related_free(&r, b);
}

/* One rater: n = 1; and none. */
static void no_variance_at_all(void **state)
{
	struct build *b = one_leaf(4);
	struct related r;

	(void)state;
	b->round.cell_score = 1;
	for (uint32_t u = 0; u < 4; u++)
		build_sheet(b, 1, u, 0, 0, "3");
	r = compute(b);
	assert_int_equal(r.out.blocks[0].units, 0);
	assert_false(r.out.blocks[0].has_covariance);
	assert_no_rho(&r);
	related_free(&r, b);
	b = one_leaf(4);
	r = compute(b);
	assert_int_equal(r.out.blocks[0].units, 0);
	assert_no_rho(&r);
	related_free(&r, b);
}

/* Insufficient units, units without a surveyed leaf, and other blocks stay outside. */
static void who_takes_part(void **state)
{
	struct build *b = build_new(5);
	struct related r;

	(void)state;
	b->round.blocks[0].rank = 4;
	b->round.blocks[0].full_rank = 5;
	build_block(b, "C", 1, 1);
	build_criterion(b, "1", NULL, "50", SOURCE_SURVEY);
	build_criterion(b, "2", NULL, "50", SOURCE_APPRAISED);
	for (uint32_t u = 0; u < 7; u++)
		build_unit(b, "U", u == 6);
	for (uint32_t u = 0; u < 7; u++)
		build_exclude(b, u, u == 1 ? "1" : "2");
	build_finish(b);
	own_raters(b, 0, "1133");
	build_points(b, 1, "2", "45"); /* appraised only */
	own_raters(b, 2, "3355");
	own_raters(b, 3, "2244");
	for (uint32_t i = 0; i < 3; i++)
		build_sheet(b, 17 + i, 4, 0, 0, "5"); /* three raters: insufficient */
	own_raters(b, 5, "1133");
	own_raters(b, 6, "1155");
	r = compute(b);
	assert_int_equal(r.result.units[4].status, STATUS_INSUFFICIENT);
	assert_true(r.result.units[4].has_figure);
	assert_int_equal(r.out.blocks[0].units, 4);
	assert_true(r.out.blocks[0].any);
	for (uint32_t u = 0; u < 7; u++)
		assert_int_equal(r.out.rho[u] > 0,
				 u == 0 || u == 2 || u == 3 || u == 5);
	assert_int_equal(r.out.blocks[1].units, 1);
	assert_false(r.out.blocks[1].has_covariance);
	related_free(&r, b);
}

static uint32_t draw(uint64_t *seed, uint32_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)(*seed >> 33) % below;
}

enum { UNITS = 6, RATERS = 30 };

/* E of one stratum without labels: (v - theta) / (scores of the unit). */
static void influence(const struct build *b, double e[RATERS][UNITS],
		      double theta[UNITS])
{
	double count[UNITS] = {0};

	for (size_t i = 0; i < b->sample.sheet_count; i++) {
		uint32_t u = b->sheets[i].unit;

		count[u]++;
		theta[u] += 25.0 * (b->answers[i][0] - 1);
	}
	for (uint32_t u = 0; u < UNITS; u++)
		theta[u] /= count[u];
	for (size_t i = 0; i < b->sample.sheet_count; i++) {
		uint32_t u = b->sheets[i].unit;

		e[b->sheets[i].rater][u] =
		    (25.0 * (b->answers[i][0] - 1) - theta[u]) / count[u];
	}
}

/* Straight from the formulas; rho[0] < 0: none. */
static void slow_rho(const struct build *b, double *mean, double rho[UNITS])
{
	double e[RATERS][UNITS] = {{0}}, theta[UNITS] = {0}, v[UNITS][UNITS] = {{0}};
	double w = 0, ww = 0, wi = 0, q = 0, tau2;

	influence(b, e, theta);
	for (int u = 0; u < UNITS; u++)
		for (int t = 0; t < UNITS; t++)
			for (int k = 0; k < RATERS; k++)
				v[u][t] += RATERS / (RATERS - 1.0) * e[k][u] * e[k][t];
	*mean = 0;
	for (int u = 0; u < UNITS; u++)
		for (int t = 0; t < UNITS; t++)
			*mean += t == u ? 0 : v[u][t] / (UNITS * (UNITS - 1));
	rho[0] = -1;
	for (int u = 0; u < UNITS; u++) {
		double own = v[u][u] - *mean;

		if (own <= 0)
			return;
		w += 1 / own;
		ww += 1 / own / own;
		wi += theta[u] / own;
	}
	for (int u = 0; u < UNITS; u++)
		q += pow(theta[u] - wi / w, 2) / (v[u][u] - *mean);
	tau2 = (q - (UNITS - 1)) / (w - ww / w);
	for (int u = 0; u < UNITS && tau2 > 0; u++)
		rho[u] = tau2 / (tau2 + v[u][u]);
}

static void rho_against_the_formulas(void **state)
{
	uint64_t seed = 17;
	int with = 0, without = 0;

	(void)state;
	for (int trial = 0; trial < 60; trial++) {
		struct build *b = one_leaf(UNITS);
		double mean, rho[UNITS];
		struct related r;

		for (uint32_t k = 0; k < RATERS; k++)
			for (uint32_t u = 0; u < UNITS; u++) {
				uint32_t y = draw(&seed, 4) + (u < 2 && k % 2);
				const char one[2] = {(char)('1' + y), 0};

				if (draw(&seed, 3) || u == k % UNITS)
					build_sheet(b, k, u, 0, 0, one);
			}
		r = compute(b);
		slow_rho(b, &mean, rho);
		assert_near(r.out.blocks[0].mean_covariance, mean);
		assert_int_equal(r.out.blocks[0].any, rho[0] >= 0);
		for (int u = 0; u < UNITS && rho[0] >= 0; u++)
			assert_near(r.out.rho[u], rho[u]);
		with += rho[0] >= 0;
		without += rho[0] < 0;
		related_free(&r, b);
	}
	assert_in_range(with, 5, 55);
	assert_in_range(without, 5, 55);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rho_by_hand),
	    cmocka_unit_test(no_difference_between_units),
	    cmocka_unit_test(nothing_beside_the_covariance),
	    cmocka_unit_test(less_than_the_covariance),
	    cmocka_unit_test(a_negative_covariance),
	    cmocka_unit_test(three_units_are_too_few),
	    cmocka_unit_test(no_variance_at_all),
	    cmocka_unit_test(who_takes_part),
	    cmocka_unit_test(rho_against_the_formulas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
