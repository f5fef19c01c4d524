/* METHOD sections 1 and 6: the counters. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/method/tally.h"
#include "tests/unit/method/build.h"

static struct build *two_leaves(void)
{
	struct build *b = build_new(5);

	build_criterion(b, "1", NULL, "10", SOURCE_NONE);
	build_criterion(b, "1.1", "1", "6", SOURCE_SURVEY);
	build_criterion(b, "1.2", "1", "4", SOURCE_SURVEY);
	build_unit(b, "U", 0);
	build_unit(b, "V", 0);
	build_columns(b, 1);
	build_stratum(b, "a", 1000);
	build_stratum(b, "b", 1000);
	build_stratum(b, "c", 1000);
	build_finish(b);
	return b;
}

static struct tally tally_of(const struct build *b)
{
	struct tally t;

	assert_int_equal(tally_make(&b->sample, 1, &t), 0);
	return t;
}

static uint32_t counter(const struct tally *t, size_t row, uint32_t place, uint8_t y)
{
	return tally_row(t, row)[t->offset[place] + tally_slot(y)];
}

static void six_answers_are_counted_apart(void **state)
{
	struct build *b = two_leaves();
	struct tally t;

	(void)state;
	build_sheet(b, 10, 0, 0, 0, "1b");
	build_sheet(b, 11, 0, 0, 0, "5n");
	build_sheet(b, 12, 0, 0, 0, "5d");
	build_sheet(b, 13, 0, 0, 0, "5r");
	build_sheet(b, 14, 0, 0, 0, "5-");
	build_sheet(b, 15, 0, 2, 0, "32");
	t = tally_of(b);
	assert_int_equal(t.row_first[1] - t.row_first[0], 2);
	assert_int_equal(t.row_stratum[0], 0);
	assert_int_equal(t.row_stratum[1], 2);
	assert_int_equal(counter(&t, 0, 0, 1), 1);
	assert_int_equal(counter(&t, 0, 0, 5), 4);
	for (int y = ANSWER_BLANK; y <= ANSWER_NOT_SHOWN; y++)
		assert_int_equal(counter(&t, 0, 1, (uint8_t)y), 1);
	assert_int_equal(counter(&t, 1, 0, 3), 1);
	assert_int_equal(counter(&t, 1, 1, 2), 1);
	assert_int_equal(t.row_first[2], t.row_first[1]);
	tally_free(&t);
	build_free(b);
}

/* m_h: raters with a sheet, whatever is in it, once for all their sheets. */
static void a_ballot_of_blanks_is_a_response(void **state)
{
	struct build *b = two_leaves();
	struct tally t;

	(void)state;
	build_sheet(b, 7, 0, 1, 0, "nn");
	build_sheet(b, 7, 1, 1, 0, "44");
	build_sheet(b, 3, 1, 0, 0, "44");
	t = tally_of(b);
	assert_int_equal(t.rater_count, 2);
	assert_int_equal(t.cluster_count, 2);
	assert_int_equal(t.responded[0], 1);
	assert_int_equal(t.responded[1], 1);
	assert_int_equal(t.responded[2], 0);
	assert_int_equal(t.scorers[0], 0);
	assert_int_equal(t.scorers[1], 2);
	tally_free(&t);
	build_free(b);
}

/* A label is one cluster over all strata; raters without one are never together. */
static void clusters_count_once(void **state)
{
	struct build *b = two_leaves();
	struct tally t;

	(void)state;
	build_sheet(b, 1, 0, 0, 5, "4-");
	build_sheet(b, 2, 0, 1, 5, "43");
	build_sheet(b, 3, 0, 0, 6, "4-");
	build_sheet(b, 4, 0, 0, 0, "-4");
	build_sheet(b, 5, 0, 0, 0, "-4");
	build_sheet(b, 6, 1, 0, 5, "44");
	t = tally_of(b);
	assert_int_equal(t.rater_count, 6);
	assert_int_equal(t.cluster_count, 4);
	assert_int_equal(t.scored_by[0], 2); /* 5 and 6 */
	assert_int_equal(t.scored_by[1], 3); /* 5 and the two alone */
	assert_int_equal(t.scored_by[2], 1);
	tally_free(&t);
	build_free(b);
}

/* n_u: half of the points, by a single rater; halves of two raters do not add up. */
static void half_of_the_points_makes_a_scorer(void **state)
{
	struct build *b = two_leaves();
	struct tally t;

	(void)state;
	build_sheet(b, 1, 0, 0, 0, "4-"); /* 6 of 10 */
	build_sheet(b, 2, 0, 0, 0, "-4"); /* 4 of 10 */
	build_sheet(b, 3, 0, 0, 9, "-4");
	build_sheet(b, 4, 0, 0, 9, "-4");
	build_sheet(b, 5, 0, 0, 8, "-4");
	build_sheet(b, 6, 0, 0, 8, "44");
	t = tally_of(b);
	assert_int_equal(t.scorers[0], 2); /* 1 and cluster 8 */
	tally_free(&t);
	build_free(b);
}

static void exactly_half_is_enough(void **state)
{
	struct build *b = build_new(5);
	struct tally t;

	(void)state;
	build_criterion(b, "1", NULL, "5", SOURCE_SURVEY);
	build_criterion(b, "2", NULL, "5", SOURCE_SURVEY);
	build_unit(b, "U", 0);
	build_finish(b);
	build_sheet(b, 1, 0, 0, 0, "4-");
	build_sheet(b, 2, 0, 0, 0, "nn");
	t = tally_of(b);
	assert_int_equal(t.scorers[0], 1);
	tally_free(&t);
	build_free(b);
}

/* A sheet about a unit without surveyed leaves says nothing: half of nothing is no
 * score. */
static void nothing_to_score(void **state)
{
	struct build *b = build_new(5);
	struct tally t;

	(void)state;
	build_criterion(b, "1", NULL, "5", SOURCE_APPRAISED);
	build_unit(b, "U", 0);
	build_finish(b);
	build_sheet(b, 1, 0, 0, 0, "");
	t = tally_of(b);
	assert_int_equal(t.rater_count, 1);
	assert_int_equal(t.scorers[0], 0);
	tally_free(&t);
	build_free(b);
}

static void no_sheet_at_all(void **state)
{
	struct build *b = two_leaves();
	struct tally t = tally_of(b);

	(void)state;
	assert_int_equal(t.rater_count, 0);
	assert_int_equal(t.cluster_count, 0);
	assert_int_equal(t.row_first[2], 0);
	tally_free(&t);
	build_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(six_answers_are_counted_apart),
	    cmocka_unit_test(a_ballot_of_blanks_is_a_response),
	    cmocka_unit_test(clusters_count_once),
	    cmocka_unit_test(half_of_the_points_makes_a_scorer),
	    cmocka_unit_test(exactly_half_is_enough),
	    cmocka_unit_test(nothing_to_score),
	    cmocka_unit_test(no_sheet_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
