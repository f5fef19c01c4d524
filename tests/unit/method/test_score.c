/* METHOD S1, S3, S4, S5, S7: the exact index of a unit. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/method/build.h"

/* The exact index of unit 0; "" if it has no figure. */
static void assert_index(struct build *b, const char *expected)
{
	struct scored s;

	build_score(b, 0, &s);
	assert_int_equal(s.score.has_figure, expected[0] != 0);
	if (expected[0] != 0)
		build_assert(s.score.index, expected);
	scored_free(&s);
	build_free(b);
}

static void sheets(struct build *b, uint32_t first_rater, uint32_t stratum,
		   uint32_t count, const char *answers)
{
	for (uint32_t i = 0; i < count; i++)
		build_sheet(b, first_rater + i, 0, stratum, 0, answers);
}

static struct build *one_leaf(uint32_t levels)
{
	struct build *b = build_new(levels);

	build_criterion(b, "1", NULL, "100", SOURCE_SURVEY);
	build_unit(b, "U", 0);
	return b;
}

static void default_values_are_even_steps(void **state)
{
	struct build *b = one_leaf(4);

	(void)state;
	build_finish(b);
	sheets(b, 1, 0, 1, "2"); /* 33 1/3 */
	sheets(b, 2, 0, 2, "4");
	assert_index(b, "700/9");
}

static void declared_values(void **state)
{
	struct build *b = one_leaf(3);
	const char *values[] = {"0", "12.5", "90"};

	(void)state;
	b->round.scales[0].values = calloc(3, sizeof(struct decimal));
	for (int i = 0; i < 3; i++)
		assert_int_equal(text_decimal(values[i], &b->round.scales[0].values[i]),
				 0);
	build_finish(b);
	sheets(b, 1, 0, 2, "2");
	sheets(b, 3, 0, 2, "3");
	assert_index(b, "205/4");
}

static void direction_down_reverses_the_order(void **state)
{
	struct build *b = one_leaf(5);

	(void)state;
	b->round.criteria[0].down = true;
	build_finish(b);
	sheets(b, 1, 0, 4, "2");
	assert_index(b, "75");
}

/* w = 100 and 10: (100 x 3 x 100 + 10 x 3 x 0) / (300 + 30). */
static void weights_of_strata(void **state)
{
	struct build *b = one_leaf(2);

	(void)state;
	build_columns(b, 1);
	build_stratum(b, "a", 300);
	build_stratum(b, "b", 30);
	build_finish(b);
	sheets(b, 1, 0, 3, "2");
	sheets(b, 4, 1, 3, "1");
	assert_index(b, "1000/11");
}

/* A ballot of no contact makes its stratum's weight smaller: w = 50 and 10. */
static void blanks_count_in_the_weight(void **state)
{
	struct build *b = one_leaf(2);

	(void)state;
	build_columns(b, 1);
	build_stratum(b, "a", 300);
	build_stratum(b, "b", 30);
	build_finish(b);
	sheets(b, 1, 0, 3, "2");
	sheets(b, 4, 1, 3, "1");
	sheets(b, 7, 0, 3, "n");
	assert_index(b, "250/3");
}

static void fewer_than_cell_score_clusters(void **state)
{
	struct build *b = one_leaf(5);

	(void)state;
	build_finish(b);
	build_sheet(b, 1, 0, 0, 0, "5");
	build_sheet(b, 2, 0, 0, 4, "5");
	build_sheet(b, 3, 0, 0, 4, "5");
	assert_index(b, "");
}

static void zero_one_and_two_raters(void **state)
{
	(void)state;
	for (uint32_t raters = 0; raters < 3; raters++) {
		struct build *b = one_leaf(5);

		build_finish(b);
		sheets(b, 1, 0, raters, "5");
		assert_index(b, "");
	}
}

static void cell_score_of_one(void **state)
{
	struct build *b = one_leaf(5);

	(void)state;
	b->round.cell_score = 1;
	build_finish(b);
	sheets(b, 1, 0, 1, "4");
	assert_index(b, "75");
}

static void appraised_points(void **state)
{
	struct build *b = build_new(5);

	(void)state;
	build_criterion(b, "1", NULL, "30", SOURCE_APPRAISED);
	build_criterion(b, "2", NULL, "10", SOURCE_SURVEY);
	build_unit(b, "U", 0);
	build_finish(b);
	build_points(b, 0, "1", "22.5");
	sheets(b, 1, 0, 3, "3"); /* 50 */
	assert_index(b, "275/4");
}

static void measured_values(void **state)
{
	const char *values[] = {"-5", "20", "35", "60", "61"};
	const char *up[] = {"0", "0", "75/2", "100", "100"};
	const char *down[] = {"100", "100", "125/2", "0", "0"};

	(void)state;
	for (int i = 0; i < 10; i++) {
		struct build *b = build_new(5);

		build_criterion(b, "1", NULL, "30", SOURCE_MEASURED);
		b->round.criteria[0].lo.micro = 20 * DECIMAL_ONE;
		b->round.criteria[0].hi.micro = 60 * DECIMAL_ONE;
		b->round.criteria[0].down = i >= 5;
		build_unit(b, "U", 0);
		build_finish(b);
		build_measured(b, 0, "1", values[i % 5]);
		assert_index(b, i < 5 ? up[i % 5] : down[i % 5]);
	}
}

/* Field 1 has three leaves of 3 points, field 2 one of 11. */
static struct build *two_fields(void)
{
	struct build *b = build_new(5);

	build_criterion(b, "1", NULL, "9", SOURCE_NONE);
	build_criterion(b, "1.1", "1", "3", SOURCE_APPRAISED);
	build_criterion(b, "1.2", "1", "3", SOURCE_SURVEY);
	build_criterion(b, "1.3", "1", "3", SOURCE_APPRAISED);
	build_criterion(b, "2", NULL, "11", SOURCE_APPRAISED);
	build_unit(b, "U", 0);
	build_finish(b);
	return b;
}

/* What does not count leaves its points to its field: (9 (100 + 50) / 2 + 0) / 20. */
static void two_thirds_of_a_field_are_enough(void **state)
{
	struct build *b = two_fields();
	struct scored s;

	(void)state;
	build_points(b, 0, "1.1", "3");
	build_points(b, 0, "1.3", "1.5");
	build_points(b, 0, "2", "0");
	sheets(b, 1, 0, 2, "1");
	build_score(b, 0, &s);
	assert_int_equal(s.score.criteria_counted, 3);
	assert_int_equal(s.score.criteria_applicable, 4);
	scored_free(&s);
	assert_index(b, "135/4");
}

static void less_than_two_thirds_is_no_figure(void **state)
{
	struct build *b = two_fields();

	(void)state;
	build_points(b, 0, "1.1", "3");
	build_points(b, 0, "2", "11");
	assert_index(b, "");
}

static void a_field_without_a_counting_leaf(void **state)
{
	struct build *b = two_fields();

	(void)state;
	build_points(b, 0, "1.1", "3");
	build_points(b, 0, "1.3", "3");
	sheets(b, 1, 0, 3, "5");
	assert_index(b, "");
}

/* Excluded by law: field 1 is 1.1 and 1.3, field 2 is not there at all. */
static void what_does_not_apply_leaves_everything(void **state)
{
	struct build *b = build_new(5);

	(void)state;
	build_criterion(b, "1", NULL, "9", SOURCE_NONE);
	build_criterion(b, "1.1", "1", "3", SOURCE_APPRAISED);
	build_criterion(b, "1.2", "1", "6", SOURCE_SURVEY);
	build_criterion(b, "2", NULL, "11", SOURCE_APPRAISED);
	build_unit(b, "U", 0);
	build_exclude(b, 0, "1.2");
	build_exclude(b, 0, "2");
	build_finish(b);
	build_points(b, 0, "1.1", "1");
	build_points(b, 0, "2", "11");
	sheets(b, 1, 0, 3, "5");
	assert_index(b, "100/3");
}

static void a_unit_to_which_nothing_applies(void **state)
{
	struct build *b = build_new(5);

	(void)state;
	build_criterion(b, "1", NULL, "9", SOURCE_APPRAISED);
	build_unit(b, "U", 0);
	build_exclude(b, 0, "1");
	build_finish(b);
	assert_index(b, "");
}

static struct build *with_bonus(const char *points)
{
	struct build *b = build_new(5);

	build_criterion(b, "1", NULL, "100", SOURCE_APPRAISED);
	build_unit(b, "U", 0);
	b->round.bonus_max.micro = 3 * DECIMAL_ONE;
	b->round.penalty_max.micro = 2 * DECIMAL_ONE;
	build_finish(b);
	build_points(b, 0, "1", points);
	return b;
}

static void bonus_and_penalty_add_up(void **state)
{
	struct build *b = with_bonus("50");

	(void)state;
	build_bonus(b, 0, TARGET_BONUS, "1.5", "a");
	build_bonus(b, 0, TARGET_BONUS, "1", "b");
	build_bonus(b, 0, TARGET_PENALTY, "0.25", "a");
	assert_index(b, "209/4");
}

static void bonus_beyond_the_cap(void **state)
{
	struct build *b = with_bonus("50");

	(void)state;
	build_bonus(b, 0, TARGET_BONUS, "2", "a");
	build_bonus(b, 0, TARGET_BONUS, "1.5", "b");
	build_bonus(b, 0, TARGET_PENALTY, "9", "a");
	assert_index(b, "51");
}

static void the_index_is_clipped(void **state)
{
	struct build *b = with_bonus("99");

	(void)state;
	build_bonus(b, 0, TARGET_BONUS, "3", "a");
	assert_index(b, "100");
	b = with_bonus("1");
	build_bonus(b, 0, TARGET_PENALTY, "2", "a");
	assert_index(b, "0");
}

static void a_bonus_alone_makes_no_figure(void **state)
{
	struct build *b = two_fields();

	(void)state;
	b->round.bonus_max.micro = 3 * DECIMAL_ONE;
	build_bonus(b, 0, TARGET_BONUS, "3", "a");
	assert_index(b, "");
}

/* Three levels: components count as leaves of their field. */
static void components(void **state)
{
	struct build *b = build_new(5);

	(void)state;
	build_criterion(b, "1", NULL, "10", SOURCE_NONE);
	build_criterion(b, "1.1", "1", "7", SOURCE_NONE);
	build_criterion(b, "1.1.1", "1.1", "2", SOURCE_SURVEY);
	build_criterion(b, "1.1.2", "1.1", "5", SOURCE_SURVEY);
	build_criterion(b, "1.2", "1", "3", SOURCE_SURVEY);
	build_unit(b, "U", 0);
	build_finish(b);
	sheets(b, 1, 0, 3, "531"); /* 100, 50, 0 */
	assert_index(b, "45");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(default_values_are_even_steps),
	    cmocka_unit_test(declared_values),
	    cmocka_unit_test(direction_down_reverses_the_order),
	    cmocka_unit_test(weights_of_strata),
	    cmocka_unit_test(blanks_count_in_the_weight),
	    cmocka_unit_test(fewer_than_cell_score_clusters),
	    cmocka_unit_test(zero_one_and_two_raters),
	    cmocka_unit_test(cell_score_of_one),
	    cmocka_unit_test(appraised_points),
	    cmocka_unit_test(measured_values),
	    cmocka_unit_test(two_thirds_of_a_field_are_enough),
	    cmocka_unit_test(less_than_two_thirds_is_no_figure),
	    cmocka_unit_test(a_field_without_a_counting_leaf),
	    cmocka_unit_test(what_does_not_apply_leaves_everything),
	    cmocka_unit_test(a_unit_to_which_nothing_applies),
	    cmocka_unit_test(bonus_and_penalty_add_up),
	    cmocka_unit_test(bonus_beyond_the_cap),
	    cmocka_unit_test(the_index_is_clipped),
	    cmocka_unit_test(a_bonus_alone_makes_no_figure),
	    cmocka_unit_test(components),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
