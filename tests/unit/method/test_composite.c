/* METHOD S6 without minmax, worked by hand. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/method/composite.h"

/* theta 50, 100, 25: s 5.5, 10, 3.25; fields 8.5 and 3.25; 0.6 x 8.5 + 0.4 x 3.25. */
static void fields_are_weighed_on_the_scale(void **state)
{
	struct build *b = composite_fields("1");
	struct scored s;
	mpq_t x;

	(void)state;
	build_unit(b, "U", 0);
	build_finish(b);
	composite_give(b, 0, "10", "40", "10");
	composite_assert(b, 0, "32/5");

	mpq_init(x);
	build_score(b, 0, &s);
	score_leaf_value(&s.rules, &s.score, 1, x);
	build_assert(x, "11/2");
	score_leaf_value(&s.rules, &s.score, 3, x);
	build_assert(x, "13/4");
	assert_true(score_field_figure(&s.rules, &s.score, 0, x));
	build_assert(x, "17/2");
	scored_free(&s);
	build_free(b);
	mpq_clear(x);
}

static void the_factor_is_of_fields_parts_and_index(void **state)
{
	struct build *b = composite_fields("2.5");
	struct score_part part;
	struct scored s;

	(void)state;
	build_unit(b, "U", 0);
	build_finish(b);
	composite_give(b, 0, "10", "40", "10");
	build_score(b, 0, &s);
	build_assert(s.score.index, "16");
	build_assert(s.rules.low, "5/2");
	build_assert(s.rules.high, "25");
	mpq_init(part.index);
	assert_true(score_field_figure(&s.rules, &s.score, 0, part.index));
	build_assert(part.index, "85/4");
	score_leaf_value(&s.rules, &s.score, 1, part.index);
	build_assert(part.index, "11/2");
	score_appraised_part(&s.rules, &s.score, &part);
	build_assert(part.index, "16");
	score_survey_part(&s.rules, &s.score, &part);
	assert_int_equal(part.applying, 0);
	assert_false(part.has_figure);
	mpq_clear(part.index);
	scored_free(&s);
	build_free(b);
}

/* Answers 1, 3, 5 of five on a scale 0..4 are 0, 2, 4: as they were asked. */
static void surveyed_leaves(void **state)
{
	struct build *b = build_new(5);

	(void)state;
	build_criterion(b, "1", NULL, "100", SOURCE_SURVEY);
	build_unit(b, "U", 0);
	build_composite(b, "0", "4", "1");
	build_finish(b);
	build_sheet(b, 1, 0, 0, 0, "1");
	build_sheet(b, 2, 0, 0, 0, "3");
	build_sheet(b, 3, 0, 0, 0, "5");
	build_sheet(b, 4, 0, 0, 0, "5");
	composite_assert(b, 0, "5/2");
	build_free(b);
}

/* Without field 2 the whole is field 1; without 1.1 field 1 is 1.2, of 40 and not 60.
 */
static void what_does_not_apply_is_rebased(void **state)
{
	struct build *b = composite_fields("1");

	(void)state;
	build_unit(b, "U", 0);
	build_unit(b, "V", 0);
	build_exclude(b, 0, "2");
	build_exclude(b, 1, "1.1");
	build_finish(b);
	composite_give(b, 0, "10", "40", NULL);
	composite_give(b, 1, NULL, "40", "10");
	composite_assert(b, 0, "17/2");
	composite_assert(b, 1, "53/8"); /* (40 x 10 + 40 x 3.25) / 80 */
	build_free(b);
}

/* 1.2 is 40 of 60 points, and enough; 1.1 is not. */
static void missing_points_go_to_the_rest_of_the_field(void **state)
{
	struct build *b = composite_fields("1");

	(void)state;
	build_unit(b, "U", 0);
	build_unit(b, "V", 0);
	build_finish(b);
	composite_give(b, 0, NULL, "40", "10");
	composite_give(b, 1, "10", NULL, "10");
	composite_assert(b, 0, "73/10"); /* 0.6 x 10 + 0.4 x 3.25 */
	composite_assert(b, 1, NULL);
	build_free(b);
}

/* The 100 of a block is a rule of the folder; the score divides by what there is. */
static void weights_need_not_be_a_hundred_here(void **state)
{
	struct build *b = build_new(5);

	(void)state;
	build_criterion(b, "1", NULL, "1", SOURCE_APPRAISED);
	build_criterion(b, "2", NULL, "2", SOURCE_APPRAISED);
	build_unit(b, "U", 0);
	build_composite(b, "0", "1", "1");
	build_finish(b);
	build_points(b, 0, "1", "1");
	build_points(b, 0, "2", "0.5");
	composite_assert(b, 0, "1/2");
	build_free(b);
}

static struct build *with_extra(const char *points)
{
	struct build *b = build_new(5);

	build_criterion(b, "1", NULL, "100", SOURCE_APPRAISED);
	build_unit(b, "U", 0);
	build_composite(b, "1", "10", "2");
	b->round.bonus_max.micro = 3 * DECIMAL_ONE;
	b->round.penalty_max.micro = 3 * DECIMAL_ONE;
	build_finish(b);
	build_points(b, 0, "1", points);
	return b;
}

/* theta 50 is 11 on 2..20. */
static void bonus_is_on_the_scale_of_the_index_and_clipped_to_it(void **state)
{
	static const char *const cases[][4] = {
	    {"50", "1.5", "0.25", "49/4"},
	    {"50", "9", "0", "14"},
	    {"95", "3", "0", "20"}, /* 19.1 + 3 */
	    {"5", "0", "1.5", "2"}, /* 2.9 - 1.5 */
	};

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct build *b = with_extra(cases[i][0]);
		struct score_extra e;
		struct scored s;

		build_bonus(b, 0, TARGET_BONUS, cases[i][1], "a");
		build_bonus(b, 0, TARGET_PENALTY, cases[i][2], "a");
		build_score(b, 0, &s);
		build_assert(s.score.index, cases[i][3]);
		score_extra(&s.rules, &s.score, &e);
		assert_int_equal(e.clipped, i >= 2);
		scored_free(&s);
		build_free(b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fields_are_weighed_on_the_scale),
	    cmocka_unit_test(the_factor_is_of_fields_parts_and_index),
	    cmocka_unit_test(surveyed_leaves),
	    cmocka_unit_test(what_does_not_apply_is_rebased),
	    cmocka_unit_test(missing_points_go_to_the_rest_of_the_field),
	    cmocka_unit_test(weights_need_not_be_a_hundred_here),
	    cmocka_unit_test(bonus_is_on_the_scale_of_the_index_and_clipped_to_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
