/* METHOD U1: E of each cluster, by hand, how it is rounded, and what is refused. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/base/err.h"
#include "tests/unit/method/build.h"
#include "tests/unit/method/matrix.h"

/* One leaf; each sheet is one score of the next unit's next rater. */
static struct build *by_hand(void)
{
	struct build *b = build_new(5);

	b->round.cell_score = 1;
	build_criterion(b, "1", NULL, "100", SOURCE_SURVEY);
	build_unit(b, "P", 0);
	build_unit(b, "Q", 0);
	build_unit(b, "R", 0);
	return b;
}

/*
 * Answers 0 and 100 about P: theta 50, D 2, z = -25 and 25, mean 0. About Q the other
 * way round, about R both 100: E of R is 0. V = 2/1 (625 + 625).
 */
static void two_raters_by_hand(void **state)
{
	const int64_t unit = (int64_t)1 << 48;
	const int values[3][3] = {{2500, -2500, 0}, {-2500, 2500, 0}, {0, 0, 0}};
	struct build *b = by_hand();
	struct matrix m;
	mpq_t value;

	(void)state;
	mpq_init(value);
	build_finish(b);
	build_sheet(b, 1, 0, 0, 0, "1");
	build_sheet(b, 2, 0, 0, 0, "5");
	build_sheet(b, 1, 1, 0, 0, "5");
	build_sheet(b, 2, 1, 0, 0, "1");
	build_sheet(b, 1, 2, 0, 0, "5");
	build_sheet(b, 2, 2, 0, 0, "5");
	matrix_open(&b->sample, &m);
	assert_int_equal(covariance_clusters(m.covariance), 2);
	assert_true(covariance_influence(m.covariance, 0, 0) == -25 * unit);
	assert_true(covariance_influence(m.covariance, 1, 0) == 25 * unit);
	assert_true(covariance_influence(m.covariance, 0, 1) == 25 * unit);
	assert_true(covariance_influence(m.covariance, 1, 2) == 0);
	for (uint32_t u = 0; u < 3; u++)
		for (uint32_t t = 0; t < 3; t++) {
			matrix_value(&m, u, t, value);
			assert_int_equal(mpq_cmp_si(value, values[u][t], 1), 0);
		}
	mpq_clear(value);
	matrix_close(&m);
	build_free(b);
}

/* Numbers that are no whole 2^-48, of both signs: -100/9 twice and 200/9. */
static void influences_round_to_the_nearest(void **state)
{
	struct build *b = by_hand();
	struct matrix m;
	const int64_t hundred = (int64_t)100 << 48;

	(void)state;
	build_finish(b);
	build_sheet(b, 1, 0, 0, 0, "1");
	build_sheet(b, 2, 0, 0, 0, "1");
	build_sheet(b, 3, 0, 0, 0, "5");
	matrix_open(&b->sample, &m);
	assert_int_equal(m.count, 1);
	/* floor(x + 1/2) of x = -100/9 and 200/9, in whole numbers */
	assert_true(covariance_influence(m.covariance, 0, 0) ==
		    -((2 * hundred + 8) / 18));
	assert_true(covariance_influence(m.covariance, 2, 0) == (4 * hundred + 9) / 18);
	/* a unit that was not added */
	assert_true(covariance_influence(m.covariance, 0, 2) == 0);
	matrix_close(&m);
	build_free(b);
}

static int overflow_at(const char *factor, const char *first, const char *second)
{
	struct build *b = by_hand();
	int err;

	build_composite(b, "0", "100", factor);
	build_finish(b);
	build_sheet(b, 1, 0, 0, 0, first);
	build_sheet(b, 2, 0, 0, 0, second);
	err = matrix_first_error(&b->sample);
	build_free(b);
	return err;
}

/* E is -25 and 25 times the factor; their magnitudes must add up to less than 8192. */
static void what_does_not_fit_is_refused(void **state)
{
	(void)state;
	assert_int_equal(overflow_at("163.839", "1", "5"), 0);
	assert_int_equal(overflow_at("163.84", "1", "5"), ERR_OVERFLOW);
	assert_int_equal(overflow_at("200", "1", "5"),
			 ERR_OVERFLOW); /* each alone is 5000 */
	assert_int_equal(overflow_at("400", "1", "5"),
			 ERR_OVERFLOW); /* an E is over it */
	assert_int_equal(overflow_at("2097152", "1", "5"), ERR_OVERFLOW);
	assert_int_equal(overflow_at("999999999999", "1", "5"), ERR_OVERFLOW);
	/* where all answers are equal E is 0, whatever omega is; up to 2^21 */
	assert_int_equal(overflow_at("2097151.999999", "4", "4"), 0);
	assert_int_equal(overflow_at("2097152", "4", "4"), ERR_OVERFLOW);
}

/*
 * All of a stratum agree, so every E is 0. A rater without a sheet would have an E over
 * all bounds; there is none.
 */
static void nobody_is_no_reason_to_refuse(void **state)
{
	struct build *b = by_hand();

	(void)state;
	build_composite(b, "0", "100", "1000000");
	build_columns(b, 1);
	build_stratum(b, "a", 100);
	build_stratum(b, "b", 100);
	build_finish(b);
	for (uint32_t i = 0; i < 4; i++)
		build_sheet(b, i, 0, i % 2, 0, i % 2 ? "1" : "5");
	assert_int_equal(matrix_first_error(&b->sample), 0);
	build_sheet(b, 4, 1, 0, 0, "n");
	assert_int_equal(matrix_first_error(&b->sample), ERR_OVERFLOW);
	build_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(two_raters_by_hand),
	    cmocka_unit_test(influences_round_to_the_nearest),
	    cmocka_unit_test(what_does_not_fit_is_refused),
	    cmocka_unit_test(nobody_is_no_reason_to_refuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
