/* METHOD S5: fields, survey part and appraised part; bonus and penalty; U1's omega. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/method/build.h"

static void sheets(struct build *b, uint32_t unit, uint32_t count, const char *answers)
{
	for (uint32_t i = 0; i < count; i++)
		build_sheet(b, 100 * unit + i + 1, unit, 0, 0, answers);
}

/*
 * Field 1, 12 points: surveyed 1.1 (6) and 1.2 (3), appraised 1.3 (3). Field 2, 8:
 * surveyed 2.1 (2), measured 2.2 (6, on 0..10). Field 3, 5: appraised. Unit 1 excludes
 * fields 2 and 3, unit 2 all that is surveyed.
 */
static struct build *mixed(void)
{
	struct build *b = build_new(5);

	build_criterion(b, "1", NULL, "12", SOURCE_NONE);
	build_criterion(b, "1.1", "1", "6", SOURCE_SURVEY);
	build_criterion(b, "1.2", "1", "3", SOURCE_SURVEY);
	build_criterion(b, "1.3", "1", "3", SOURCE_APPRAISED);
	build_criterion(b, "2", NULL, "8", SOURCE_NONE);
	build_criterion(b, "2.1", "2", "2", SOURCE_SURVEY);
	build_criterion(b, "2.2", "2", "6", SOURCE_MEASURED);
	b->round.criteria[6].hi.micro = 10 * DECIMAL_ONE;
	build_criterion(b, "3", NULL, "5", SOURCE_APPRAISED);
	build_unit(b, "U", 0);
	build_unit(b, "V", 0);
	build_unit(b, "W", 0);
	build_exclude(b, 1, "2");
	build_exclude(b, 1, "3");
	build_exclude(b, 2, "1.1");
	build_exclude(b, 2, "1.2");
	build_exclude(b, 2, "2.1");
	b->round.bonus_max.micro = 3 * DECIMAL_ONE;
	b->round.penalty_max.micro = 2 * DECIMAL_ONE;
	build_finish(b);
	return b;
}

/* 1.1 100, 1.2 50, 1.3 33 1/3, 2.1 25, 2.2 70, 3 40. */
static struct build *full(void)
{
	struct build *b = mixed();

	sheets(b, 0, 3, "532");
	build_points(b, 0, "1.3", "1");
	build_points(b, 0, "3", "2");
	build_measured(b, 0, "2.2", "7");
	return b;
}

static void assert_field(const struct scored *s, uint32_t field, const char *expected)
{
	mpq_t figure;

	mpq_init(figure);
	assert_int_equal(score_field_figure(&s->rules, &s->score, field, figure),
			 expected != NULL);
	if (expected != NULL)
		build_assert(figure, expected);
	mpq_clear(figure);
}

typedef void part_fn(const struct score_rules *rules, const struct score *s,
		     struct score_part *part);

static void assert_part(const struct scored *s, part_fn *part, int64_t points,
			const char *expected)
{
	struct score_part p;

	mpq_init(p.index);
	part(&s->rules, &s->score, &p);
	assert_int_equal(p.applying, points * DECIMAL_ONE);
	assert_int_equal(p.has_figure, expected != NULL);
	if (expected != NULL)
		build_assert(p.index, expected);
	mpq_clear(p.index);
}

/* Field 1: (600 + 150 + 100) / 12; field 2: (50 + 420) / 8. */
static void each_field_has_its_figure(void **state)
{
	struct build *b = full();
	struct scored s;

	(void)state;
	build_score(b, 0, &s);
	assert_field(&s, 0, "425/6");
	assert_field(&s, 4, "235/4");
	assert_field(&s, 7, "40");
	scored_free(&s);
	build_free(b);
}

/* 2.2 is 6 of the 8 points, 2.1 is 2 of them: without 2.2 field 2 has none. */
static void a_field_under_two_thirds_has_no_figure(void **state)
{
	struct build *b = mixed();
	struct scored s;

	(void)state;
	sheets(b, 0, 3, "532");
	build_points(b, 0, "3", "2");
	build_score(b, 0, &s);
	assert_false(s.score.has_figure);
	assert_field(&s, 0, "250/3"); /* (600 + 150) / 9, of 12 */
	assert_field(&s, 4, NULL);
	assert_field(&s, 7, "40");
	scored_free(&s);
	build_free(b);
}

/* 2 of 3 millionths of a point. */
static void two_thirds_of_a_field_are_just_enough(void **state)
{
	struct build *b = build_new(5);
	struct scored s;

	(void)state;
	build_criterion(b, "1", NULL, "0.000003", SOURCE_NONE);
	build_criterion(b, "1.1", "1", "0.000002", SOURCE_SURVEY);
	build_criterion(b, "1.2", "1", "0.000001", SOURCE_APPRAISED);
	build_unit(b, "U", 0);
	build_finish(b);
	sheets(b, 0, 3, "4");
	build_score(b, 0, &s);
	assert_field(&s, 0, "75");
	scored_free(&s);
	build_free(b);
}

static void a_field_that_does_not_apply_has_no_figure(void **state)
{
	struct build *b = mixed();
	struct scored s;

	(void)state;
	sheets(b, 1, 3, "53-");
	build_points(b, 1, "1.3", "3");
	build_score(b, 1, &s);
	assert_true(s.score.has_figure);
	assert_field(&s, 0, "175/2");
	assert_field(&s, 4, NULL);
	assert_field(&s, 7, NULL);
	scored_free(&s);
	build_free(b);
}

/*
 * Survey: P is 9 and 2, (9 x 250/3 + 2 x 25) / 11. Appraised and measured: P is 3, 6
 * and 5, (100 + 420 + 200) / 14.
 */
static void the_two_parts(void **state)
{
	struct build *b = full();
	struct scored s;

	(void)state;
	build_bonus(b, 0, TARGET_BONUS, "3", "a");
	build_score(b, 0, &s);
	assert_part(&s, score_survey_part, 11, "800/11");
	assert_part(&s, score_appraised_part, 14, "360/7");
	scored_free(&s);
	build_free(b);
}

/* All of 1.1 but not 1.2: 6 of 9 in the survey part; the index lacks 2.2 and 1.3. */
static void each_part_has_its_own_two_thirds(void **state)
{
	struct build *b = mixed();
	struct scored s;

	(void)state;
	sheets(b, 0, 3, "5n2");
	build_score(b, 0, &s);
	assert_false(s.score.has_figure);
	assert_part(&s, score_survey_part, 11, "950/11"); /* (9 x 100 + 2 x 25) / 11 */
	assert_part(&s, score_appraised_part, 14, NULL);
	scored_free(&s);
	build_free(b);
}

static void one_poor_field_takes_the_part(void **state)
{
	struct build *b = mixed();
	struct scored s;

	(void)state;
	sheets(b, 0, 3, "53n");
	build_points(b, 0, "1.3", "1");
	build_points(b, 0, "3", "2");
	build_measured(b, 0, "2.2", "7");
	build_score(b, 0, &s);
	assert_true(s.score.has_figure); /* field 2: 6 of 8 */
	assert_part(&s, score_survey_part, 11, NULL);
	assert_part(&s, score_appraised_part, 14, "360/7");
	scored_free(&s);
	build_free(b);
}

static void a_part_that_is_not_there(void **state)
{
	struct build *b = mixed();
	struct scored s;

	(void)state;
	build_points(b, 2, "1.3", "3");
	build_points(b, 2, "3", "5");
	build_measured(b, 2, "2.2", "5");
	build_score(b, 2, &s);
	assert_true(s.score.has_figure);
	assert_part(&s, score_survey_part, 0, NULL);
	assert_part(&s, score_appraised_part, 14, "550/7"); /* 100, 50, 100 */
	scored_free(&s);
	build_free(b);
}

static void assert_extra(struct build *b, int64_t bonus, int64_t given, bool clipped)
{
	struct score_extra e;
	struct scored s;

	build_score(b, 0, &s);
	score_extra(&s.rules, &s.score, &e);
	assert_int_equal(e.bonus, bonus * DECIMAL_ONE);
	assert_int_equal(e.bonus_given, given * DECIMAL_ONE);
	assert_int_equal(e.penalty, 2 * DECIMAL_ONE);
	assert_int_equal(e.penalty_given, 5 * DECIMAL_ONE);
	assert_int_equal(e.clipped, clipped);
	scored_free(&s);
	build_free(b);
}

static struct build *one_appraised(const char *points)
{
	struct build *b = build_new(5);

	build_criterion(b, "1", NULL, "100", SOURCE_APPRAISED);
	build_unit(b, "U", 0);
	b->round.bonus_max.micro = 3 * DECIMAL_ONE;
	b->round.penalty_max.micro = 2 * DECIMAL_ONE;
	build_finish(b);
	if (points != NULL)
		build_points(b, 0, "1", points);
	build_bonus(b, 0, TARGET_PENALTY, "5", "c");
	return b;
}

/* The index of 99 gets + 3 - 2: 100 is not beyond the end, 100.5 is. */
static void bonus_and_penalty_and_the_clip(void **state)
{
	static const char *const points[] = {"99", "99.5", "2", "1.5", NULL};
	struct build *b;

	(void)state;
	for (int i = 0; i < 5; i++) {
		b = one_appraised(points[i]);
		if (i < 2) {
			build_bonus(b, 0, TARGET_BONUS, "2", "a");
			build_bonus(b, 0, TARGET_BONUS, "2", "b");
		}
		assert_extra(b, i < 2 ? 3 : 0, i < 2 ? 4 : 0, i == 1 || i == 3);
	}
}

/* omega of 1.1: 12/25 x 6/12; 1.2 not counting: 12/25 x 6/9; 2.1: 8/25 x 2/8. */
static void omega(void **state)
{
	struct build *b = full();
	struct scored s;
	mpq_t w;

	(void)state;
	mpq_init(w);
	build_score(b, 0, &s);
	score_omega(&s.rules, &s.score, 1, w);
	build_assert(w, "6/25");
	score_omega(&s.rules, &s.score, 5, w);
	build_assert(w, "2/25");
	scored_free(&s);
	b->sample.sheet_count = 0;
	sheets(b, 0, 3, "5n2");
	build_score(b, 0, &s);
	score_omega(&s.rules, &s.score, 1, w);
	build_assert(w, "8/25");
	scored_free(&s);
	build_free(b);
	mpq_clear(w);
}

static void a_leaf_is_worth_its_theta(void **state)
{
	struct build *b = full();
	struct scored s;
	mpq_t value;

	(void)state;
	mpq_init(value);
	build_score(b, 0, &s);
	score_leaf_value(&s.rules, &s.score, 3, value);
	build_assert(value, "100/3");
	scored_free(&s);
	build_free(b);
	mpq_clear(value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_field_has_its_figure),
	    cmocka_unit_test(a_field_under_two_thirds_has_no_figure),
	    cmocka_unit_test(two_thirds_of_a_field_are_just_enough),
	    cmocka_unit_test(a_field_that_does_not_apply_has_no_figure),
	    cmocka_unit_test(the_two_parts),
	    cmocka_unit_test(each_part_has_its_own_two_thirds),
	    cmocka_unit_test(one_poor_field_takes_the_part),
	    cmocka_unit_test(a_part_that_is_not_there),
	    cmocka_unit_test(bonus_and_penalty_and_the_clip),
	    cmocka_unit_test(omega),
	    cmocka_unit_test(a_leaf_is_worth_its_theta),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
