/* METHOD O2: the index without one association, weight shares, Kish's n_eff. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/method/leave_out.h"
#include "tests/unit/method/build.h"

static uint32_t next_rater;

static void sheets(struct build *b, uint32_t count, uint32_t unit, uint32_t stratum,
		   const char *answers)
{
	for (uint32_t i = 0; i < count; i++)
		build_sheet(b, ++next_rater, unit, stratum, 0, answers);
}

/* One leaf, one unit, associations A and B of so many members. */
static struct build *two_associations(uint64_t a, uint64_t b_members)
{
	struct build *b = build_new(5);

	next_rater = 0;
	build_criterion(b, "1", NULL, "100", SOURCE_SURVEY);
	build_unit(b, "U", 0);
	build_columns(b, 1);
	build_stratum(b, "A", a);
	build_stratum(b, "B", b_members);
	build_finish(b);
	return b;
}

struct left {
	struct result result;
	struct leave_out out;
};

static struct left compute(const struct build *b)
{
	struct left left = {.result = build_result(b)};

	assert_int_equal(leave_out_compute(&left.result, &left.out), 0);
	return left;
}

static void left_free(struct left *left, struct build *b)
{
	leave_out_free(&left->out);
	result_free(&left->result);
	build_free(b);
}

static void assert_fraction(const mpq_t value, const char *expected)
{
	char *text = mpq_get_str(NULL, 10, value);

	assert_string_equal(text, expected);
	free(text);
}

/* change NULL: no figure. */
static void assert_row(const struct leave_out *l, const struct leave_out_row *row,
		       const char *association, uint32_t raters, const char *share,
		       const char *change)
{
	assert_non_null(row);
	assert_string_equal(l->associations.labels[row->association], association);
	assert_int_equal(row->raters, raters);
	assert_fraction(row->share, share);
	assert_int_equal(row->no_figure, change == NULL);
	assert_fraction(row->change, change ? change : "0");
}

/* The index is 75; 50 without A, 100 without B: a tie, and A comes first. */
static void equal_weights(void **state)
{
	struct build *b = two_associations(100, 100);
	struct left l;

	(void)state;
	sheets(b, 3, 0, 1, "3");
	sheets(b, 3, 0, 0, "5");
	l = compute(b);
	assert_int_equal(l.out.associations.count, 2);
	assert_int_equal(l.out.unit_count, 1);
	assert_int_equal(l.out.units[0].count, 2);
	assert_row(&l.out, &l.out.rows[0], "A", 3, "1/2", "-25");
	assert_row(&l.out, &l.out.rows[1], "B", 3, "1/2", "25");
	assert_ptr_equal(l.out.units[0].largest, &l.out.rows[0]);
	assert_fraction(l.out.units[0].effective, "6");
	left_free(&l, b);
}

/* Weights 100 and 100/3: the index is 87.5; n_eff = 400^2 / (3 x 100^2 x 10/9). */
static void unequal_weights(void **state)
{
	struct build *b = two_associations(300, 100);
	struct left l;

	(void)state;
	sheets(b, 3, 0, 0, "5");
	sheets(b, 3, 0, 1, "3");
	l = compute(b);
	assert_row(&l.out, &l.out.rows[0], "A", 3, "3/4", "-75/2");
	assert_row(&l.out, &l.out.rows[1], "B", 3, "1/4", "25/2");
	assert_ptr_equal(l.out.units[0].largest, &l.out.rows[0]);
	assert_fraction(l.out.units[0].effective, "24/5");
	left_free(&l, b);
}

/* Without A two clusters are left, under cell_score; that is more than any change. */
static void no_figure_is_the_largest(void **state)
{
	struct build *b = two_associations(100, 100);
	struct left l;

	(void)state;
	sheets(b, 3, 0, 0, "5");
	sheets(b, 2, 0, 1, "1");
	l = compute(b);
	assert_row(&l.out, &l.out.rows[0], "A", 3, "1/2", NULL);
	assert_row(&l.out, &l.out.rows[1], "B", 2, "1/2", "50");
	assert_ptr_equal(l.out.units[0].largest, &l.out.rows[0]);
	left_free(&l, b);
	/* the same from the other side, and both */
	b = two_associations(100, 100);
	sheets(b, 2, 0, 0, "5");
	sheets(b, 3, 0, 1, "1");
	l = compute(b);
	assert_ptr_equal(l.out.units[0].largest, &l.out.rows[1]);
	assert_row(&l.out, l.out.units[0].largest, "B", 3, "1/2", NULL);
	left_free(&l, b);
	b = two_associations(100, 100);
	sheets(b, 2, 0, 0, "5");
	sheets(b, 2, 0, 1, "1");
	l = compute(b);
	assert_row(&l.out, l.out.units[0].largest, "A", 2, "1/2", NULL);
	left_free(&l, b);
}

/* A cluster with a rater in each association stays while one of them does. */
static void clusters_over_associations(void **state)
{
	struct build *b = two_associations(100, 100);
	struct left l;

	(void)state;
	for (uint32_t i = 1; i <= 3; i++) {
		build_sheet(b, i, 0, 0, i, "5");
		build_sheet(b, i + 3, 0, 1, i, "1");
	}
	l = compute(b);
	assert_row(&l.out, &l.out.rows[0], "A", 3, "1/2", "-50");
	assert_row(&l.out, &l.out.rows[1], "B", 3, "1/2", "50");
	left_free(&l, b);
}

/* A sheet without a score counts among the raters and in no weight. */
static void blank_sheets(void **state)
{
	struct build *b = two_associations(300, 100);
	struct left l;

	(void)state;
	sheets(b, 3, 0, 0, "5");
	sheets(b, 4, 0, 1, "n");
	l = compute(b);
	assert_row(&l.out, &l.out.rows[0], "A", 3, "1", NULL);
	assert_row(&l.out, &l.out.rows[1], "B", 4, "0", "0");
	assert_fraction(l.out.units[0].effective, "3");
	left_free(&l, b);
}

/* One rater: no figure with cell_score 3; rows, but nothing moves. */
static void a_unit_without_a_figure(void **state)
{
	struct build *b = two_associations(100, 100);
	struct left l;

	(void)state;
	sheets(b, 1, 0, 1, "4");
	l = compute(b);
	assert_int_equal(l.out.units[0].count, 1);
	assert_string_equal(l.out.associations.labels[l.out.rows[0].association], "B");
	assert_int_equal(l.out.rows[0].raters, 1);
	assert_null(l.out.units[0].largest);
	/* its leaf does not count */
	assert_fraction(l.out.rows[0].share, "0");
	assert_fraction(l.out.units[0].effective, "0");
	left_free(&l, b);
}

static void nothing_came(void **state)
{
	struct build *b = two_associations(100, 100);
	struct left l = compute(b);

	(void)state;
	assert_int_equal(l.out.row_count, 0);
	assert_int_equal(l.out.units[0].count, 0);
	assert_null(l.out.units[0].largest);
	left_free(&l, b);
}

static void no_strata_columns(void **state)
{
	struct build *b = build_new(5);
	struct left l;

	(void)state;
	next_rater = 0;
	build_criterion(b, "1", NULL, "100", SOURCE_SURVEY);
	build_unit(b, "U", 0);
	build_finish(b);
	sheets(b, 5, 0, 0, "5");
	l = compute(b);
	assert_int_equal(l.out.associations.count, 0);
	assert_int_equal(l.out.unit_count, 0);
	assert_int_equal(l.out.row_count, 0);
	left_free(&l, b);
}

/* Only appraised leaves: the sheets about other units move nothing here. */
static void an_appraised_unit(void **state)
{
	struct build *b = build_new(5);
	struct left l;

	(void)state;
	next_rater = 0;
	build_criterion(b, "1", NULL, "50", SOURCE_SURVEY);
	build_criterion(b, "2", NULL, "50", SOURCE_APPRAISED);
	build_unit(b, "U", 0);
	build_unit(b, "V", 0);
	build_exclude(b, 0, "1");
	build_columns(b, 1);
	build_stratum(b, "A", 100);
	build_stratum(b, "B", 100);
	build_finish(b);
	sheets(b, 3, 1, 0, "5");
	sheets(b, 3, 1, 1, "3");
	build_points(b, 0, "2", "40");
	build_points(b, 1, "2", "50");
	l = compute(b);
	assert_int_equal(l.out.units[0].count, 0);
	assert_null(l.out.units[0].largest);
	assert_int_equal(l.out.units[1].first, 0);
	assert_row(&l.out, &l.out.rows[0], "A", 3, "1/2", "-25/2");
	left_free(&l, b);
}

/* Composite with minmax: 50 and 100 stay the ends, so U falls to -100 and is clipped.
 */
static void ranges_are_held(void **state)
{
	struct build *b = build_new(5);
	struct left l;

	(void)state;
	next_rater = 0;
	build_composite(b, "0", "100", "1");
	build_minmax(b, NULL);
	build_criterion(b, "1", NULL, "100", SOURCE_SURVEY);
	build_unit(b, "U", 0);
	build_unit(b, "V", 0);
	build_columns(b, 1);
	build_stratum(b, "A", 100);
	build_stratum(b, "B", 100);
	build_finish(b);
	sheets(b, 3, 0, 0, "5"); /* U 50: in the range 50..100 the least */
	sheets(b, 3, 0, 1, "1");
	sheets(b, 3, 1, 0, "5"); /* V 100 */
	sheets(b, 3, 1, 1, "5");
	l = compute(b);
	assert_row(&l.out, &l.out.rows[0], "A", 3, "1/2", "0");
	assert_row(&l.out, &l.out.rows[1], "B", 3, "1/2", "100");
	assert_ptr_equal(l.out.units[0].largest, &l.out.rows[1]);
	assert_row(&l.out, &l.out.rows[2], "A", 3, "1/2", "0");
	left_free(&l, b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(equal_weights),
	    cmocka_unit_test(unequal_weights),
	    cmocka_unit_test(no_figure_is_the_largest),
	    cmocka_unit_test(clusters_over_associations),
	    cmocka_unit_test(blank_sheets),
	    cmocka_unit_test(a_unit_without_a_figure),
	    cmocka_unit_test(nothing_came),
	    cmocka_unit_test(no_strata_columns),
	    cmocka_unit_test(an_appraised_unit),
	    cmocka_unit_test(ranges_are_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
