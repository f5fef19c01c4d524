/*
 * METHOD U3: sets against a second implementation straight from the definition, and the
 * cases at the edge.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/method/rankset.h"
#include "tests/unit/method/rankset_round.h"
#include "tests/unit/method/rankset_slow.h"

static const uint64_t seed = 0x0123456789abcdef;

static struct rankset compute(const struct rankset_round *f, uint32_t threads)
{
	struct rankset r = {0};

	assert_int_equal(rankset_compute(f->matrix.covariance, f->order, seed,
					 RANKSET_DRAWS, threads, f->units, f->count,
					 &r),
			 0);
	assert_int_equal(r.count, f->count);
	return r;
}

static void assert_slow(const struct rankset *r, const struct rankset_slow *w)
{
	for (uint32_t u = 0; u < r->count; u++) {
		uint32_t low = 1, high = r->count;

		for (uint32_t t = 0; t < r->count; t++) {
			assert_int_equal(r->better[u * r->count + t],
					 w->rejected[u][t]);
			low += w->rejected[t][u];
			high -= w->rejected[u][t];
		}
		/* the published rank lies inside in these rounds */
		assert_int_equal(r->low[u], low);
		assert_int_equal(r->high[u], high);
		assert_in_range(w->units[u].rank, low, high);
	}
}

static void sets_are_those_of_the_definition(void **state)
{
	static const struct {
		uint32_t units, strata, raters, labels, slope;
	} cases[] = {
	    {8, 1, 150, 0, 2}, {12, 3, 200, 0, 1},  {6, 2, 300, 60, 3},
	    {5, 1, 40, 4, 0},  {10, 3, 120, 40, 2},
	};
	struct rankset_slow *w = calloc(1, sizeof *w);
	uint32_t steps = 0;

	(void)state;
	assert_non_null(w);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct build *b = rankset_round_new(cases[i].units, cases[i].strata);
		struct rankset_round f;
		struct rankset r;
		uint32_t taken;

		rankset_round_fill(b, cases[i].raters, cases[i].labels, cases[i].slope);
		rankset_round_open(b, &f);
		assert_int_equal(f.count, cases[i].units);
		r = compute(&f, 1);
		taken = rankset_slow(f.matrix.covariance, seed, f.units, f.count, w);
		assert_slow(&r, w);
		steps = taken > steps ? taken : steps;
		rankset_free(&r);
		rankset_round_close(&f);
	}
	assert_true(steps > 1); /* or later steps were never seen */
	free(w);
}

/* Few raters: n/(n-1) and the df are far from 1 and from many. */
static void sets_of_small_samples(void **state)
{
	struct rankset_slow *w = calloc(1, sizeof *w);
	uint32_t rejected = 0;

	(void)state;
	assert_non_null(w);
	for (uint32_t raters = 4; raters < 16; raters++) {
		struct build *b = rankset_round_new(5, 1);
		struct rankset_round f;
		struct rankset r;

		rankset_round_fill(b, raters, 0, 6);
		rankset_round_open(b, &f);
		r = compute(&f, 1);
		rankset_slow(f.matrix.covariance, seed, f.units, f.count, w);
		assert_slow(&r, w);
		for (uint32_t i = 0; i < r.count * r.count; i++)
			rejected += r.better[i];
		rankset_free(&r);
		rankset_round_close(&f);
	}
	assert_true(rejected > 5);
	free(w);
}

/* Without a df there is no proof: n_u = 1, or nobody but V~ > 0 all the same. */
static void no_degrees_of_freedom(void **state)
{
	struct build *b = rankset_round_new(3, 1);
	struct rankset_round f;
	struct rankset r;

	(void)state;
	rankset_round_fill(b, 150, 0, 12);
	rankset_round_open(b, &f);
	r = compute(&f, 1);
	assert_int_equal(r.better[2 * 3 + 0], 1);
	rankset_free(&r);
	f.units[2].raters = 1;
	r = compute(&f, 1);
	assert_int_equal(r.better[2 * 3 + 0], 0);
	rankset_free(&r);
	f.units[0].raters = 0;
	f.units[2].raters = 0;
	r = compute(&f, 1);
	assert_int_equal(r.better[2 * 3 + 0], 0);
	rankset_free(&r);
	rankset_round_close(&f);
}

/* Nothing to tell apart, and the set is no wider than the block. */
static void one_unit(void **state)
{
	struct build *b = rankset_round_new(1, 1);
	struct rankset_round f;
	struct rankset r;

	(void)state;
	rankset_round_fill(b, 60, 0, 0);
	rankset_round_open(b, &f);
	r = compute(&f, 1);
	assert_int_equal(r.low[0], 1);
	assert_int_equal(r.high[0], 1);
	rankset_free(&r);
	f.count = 0;
	r = compute(&f, 2);
	rankset_free(&r);
	f.count = 1;
	rankset_round_close(&f);
}

/* n < 2: nothing is known. */
static void one_cluster(void **state)
{
	struct build *b = rankset_round_new(3, 1);
	struct rankset_round f;
	struct rankset r;

	(void)state;
	build_sheet(b, 1, 0, 0, 0, "12");
	build_sheet(b, 1, 1, 0, 0, "34");
	build_sheet(b, 1, 2, 0, 0, "55");
	rankset_round_open(b, &f);
	assert_int_equal(covariance_clusters(f.matrix.covariance), 1);
	r = compute(&f, 1);
	for (uint32_t u = 0; u < 3; u++) {
		assert_int_equal(r.low[u], 1);
		assert_int_equal(r.high[u], 3);
	}
	rankset_free(&r);
	rankset_round_close(&f);
}

/*
 * Units 0 and 1 have the same sheets but for a bonus that unit 1 has, so that s = 0
 * where V~ is V: never rejected, though V = 0 too of the two that everyone rates alike.
 */
static void no_deviation_proves_nothing(void **state)
{
	struct build *b = rankset_round_new(5, 1);
	struct rankset_round f;
	struct rankset r;

	(void)state;
	b->round.bonus_max.micro = 5 * DECIMAL_ONE;
	for (uint32_t i = 0; i < 80; i++) {
		build_sheet(b, i, 0, 0, 0, i % 3 ? "12" : "23");
		build_sheet(b, i, 1, 0, 0, i % 3 ? "12" : "23");
		build_sheet(b, i, 2, 0, 0, "33");
		build_sheet(b, i, 3, 0, 0, "44");
		build_sheet(b, i, 4, 0, 0, i % 2 ? "55" : "54");
	}
	build_bonus(b, 1, TARGET_BONUS, "5", "file");
	rankset_round_open(b, &f);
	for (uint32_t u = 0; u < 5; u++)
		matrix_value(&f.matrix, u, u, f.stabilised[u]);
	r = compute(&f, 1);
	assert_int_equal(r.better[1 * 5 + 0], 0);
	assert_int_equal(r.better[3 * 5 + 2], 0);
	assert_int_equal(r.better[4 * 5 + 0], 1);
	assert_int_equal(r.better[3 * 5 + 1], 1);
	assert_int_equal(r.low[4], 1);
	assert_int_equal(r.high[4], 1);
	assert_int_equal(r.low[0], 4);
	assert_int_equal(r.high[0], 5);
	assert_int_equal(r.low[1], 4);
	assert_int_equal(r.high[1], 5);
	rankset_free(&r);
	rankset_round_close(&f);
}

/* Nothing varies at all: no pair takes part, and the sets are all places. */
static void nobody_varies(void **state)
{
	struct build *b = rankset_round_new(3, 1);
	struct rankset_round f;
	struct rankset r;

	(void)state;
	for (uint32_t i = 0; i < 30; i++)
		for (uint32_t u = 0; u < 3; u++)
			build_sheet(b, i, u, 0, 0, u == 0 ? "11" : "55");
	rankset_round_open(b, &f);
	r = compute(&f, 1);
	for (uint32_t u = 0; u < 3; u++) {
		assert_int_equal(r.low[u], 1);
		assert_int_equal(r.high[u], 3);
	}
	rankset_free(&r);
	rankset_round_close(&f);
}

/* Ties leave room: a set that would not hold the published rank is made to. */
static void sets_hold_the_published_rank(void **state)
{
	struct build *b = rankset_round_new(4, 1);
	struct rankset_round f;
	struct rankset r;

	(void)state;
	for (uint32_t i = 0; i < 200; i++)
		for (uint32_t u = 0; u < 4; u++)
			build_sheet(
			    b, i, u, 0, 0,
			    (const char *[]){"12", "21", "43", "54"}[(u + i % 2) % 4]);
	rankset_round_open(b, &f);
	r = compute(&f, 1);
	assert_in_range(r.low[2], 1, 3);
	assert_true(r.high[2] < 4);
	rankset_free(&r);
	f.units[2].rank = 4;
	f.units[0].rank = 1;
	r = compute(&f, 1);
	assert_int_equal(r.high[2], 4);
	assert_int_equal(r.low[0], 1);
	rankset_free(&r);
	rankset_round_close(&f);
}

/* A unit without a surveyed leaf has V = 0 and n_u = 0, and takes part. */
static void an_appraised_unit(void **state)
{
	struct build *b = build_new(5);
	struct rankset_round f;
	struct rankset r;

	(void)state;
	build_criterion(b, "1", NULL, "50", SOURCE_SURVEY);
	build_criterion(b, "2", NULL, "50", SOURCE_APPRAISED);
	for (uint32_t u = 0; u < 3; u++)
		build_unit(b, (const char *[]){"P", "Q", "R"}[u], 0);
	build_exclude(b, 2, "1");
	build_finish(b);
	for (uint32_t i = 0; i < 60; i++) {
		build_sheet(b, i, 0, 0, 0, i % 3 ? "1" : "2");
		build_sheet(b, i, 1, 0, 0, i % 2 ? "3" : "2");
	}
	for (uint32_t u = 0; u < 3; u++)
		build_points(b, u, "2", u == 2 ? "50" : "10");
	rankset_round_open(b, &f);
	assert_int_equal(f.count, 3);
	assert_int_equal(f.units[2].raters, 0);
	r = compute(&f, 1);
	assert_int_equal(r.low[2], 1);
	assert_int_equal(r.high[2], 1);
	assert_int_equal(r.better[2 * 3 + 0], 1);
	assert_int_equal(r.better[2 * 3 + 1], 1);
	rankset_free(&r);
	/* what does not vary takes nothing from the other's df, whoever rated it */
	f.units[2].raters = 1;
	r = compute(&f, 1);
	assert_int_equal(r.better[2 * 3 + 0], 1);
	rankset_free(&r);
	rankset_round_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sets_are_those_of_the_definition),
	    cmocka_unit_test(sets_of_small_samples),
	    cmocka_unit_test(no_degrees_of_freedom),
	    cmocka_unit_test(one_unit),
	    cmocka_unit_test(one_cluster),
	    cmocka_unit_test(no_deviation_proves_nothing),
	    cmocka_unit_test(nobody_varies),
	    cmocka_unit_test(sets_hold_the_published_rank),
	    cmocka_unit_test(an_appraised_unit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
