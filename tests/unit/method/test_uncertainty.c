/* METHOD O4: cases by hand, and random rounds against a second, slow computation. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/method/uncertainty.h"
#include "tests/unit/method/uncertainty_slow.h"

/* By unit. */
struct ranks {
	struct uncertainty_unit of[SLOW_UNITS];
};

static struct ranks compute(const struct build *b, uint32_t draws)
{
	struct ranks ranks;
	struct result r = build_result(b);

	memset(&ranks, 0xff, sizeof ranks);
	assert_true(r.unit_count <= SLOW_UNITS);
	assert_int_equal(uncertainty_compute(&r, draws, ranks.of), 0);
	result_free(&r);
	return ranks;
}

static void assert_ranks(const struct uncertainty_unit *u, uint32_t low,
			 uint32_t median, uint32_t high)
{
	assert_int_equal(u->low, low);
	assert_int_equal(u->median, median);
	assert_int_equal(u->high, high);
}

/* The same sheet of `count` raters, each its own cluster. */
static void add_sheets(struct build *b, uint32_t unit, uint32_t count,
		       const char *answers)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t rater = (uint32_t)b->sample.sheet_count;

		build_sheet(b, rater, unit, 0, 0, answers);
	}
}

static struct build *one_leaf(uint32_t units)
{
	struct build *b = build_new(5);

	build_criterion(b, "A", NULL, "10", SOURCE_SURVEY);
	for (uint32_t u = 0; u < units; u++)
		build_unit(b, (char[]){'u', (char)('0' + u), '\0'}, 0);
	build_finish(b);
	return b;
}

/* Means of 75, 100, 50; points and mean of fields change nothing, nor do equal answers.
 */
static void one_leaf_is_certain(void **state)
{
	struct build *b = one_leaf(3);
	struct ranks ranks;

	(void)state;
	add_sheets(b, 0, 4, "4");
	add_sheets(b, 1, 4, "5");
	add_sheets(b, 2, 4, "3");
	ranks = compute(b, UNCERTAINTY_DRAWS);
	assert_ranks(&ranks.of[0], 2, 2, 2);
	assert_ranks(&ranks.of[1], 1, 1, 1);
	assert_ranks(&ranks.of[2], 3, 3, 3);
	build_free(b);
}

static void ties_share_a_rank(void **state)
{
	struct build *b = one_leaf(4);
	struct ranks ranks;

	(void)state;
	add_sheets(b, 0, 3, "4");
	add_sheets(b, 1, 5, "5");
	add_sheets(b, 2, 4, "4");
	add_sheets(b, 3, 4, "1");
	ranks = compute(b, 200);
	assert_ranks(&ranks.of[0], 2, 2, 2);
	assert_ranks(&ranks.of[1], 1, 1, 1);
	assert_ranks(&ranks.of[2], 2, 2, 2);
	assert_ranks(&ranks.of[3], 4, 4, 4);
	build_free(b);
}

/*
 * u0: mean (18 x 75 + 2 x 0) / 20 = 67.5, trimmed by two answers at each end 75. u1:
 * mean (16 x 75 + 4 x 50) / 20 = 70, trimmed (14 x 75 + 2 x 50) / 16 = 71.875.
 */
static void mean_and_trimmed_mean(void **state)
{
	struct build *b = one_leaf(2);
	struct ranks ranks;
	uint32_t trimmed = 0;

	(void)state;
	add_sheets(b, 0, 18, "4");
	add_sheets(b, 0, 2, "1");
	add_sheets(b, 1, 16, "4");
	add_sheets(b, 1, 4, "3");
	ranks = compute(b, UNCERTAINTY_DRAWS);
	for (uint32_t d = 0; d < UNCERTAINTY_DRAWS; d++)
		trimmed += (slow_choice(d, 1) & 2) != 0;
	assert_true(trimmed > 4800 && trimmed < 5200);
	assert_ranks(&ranks.of[0], 1, trimmed >= 5000 ? 1 : 2, 2);
	assert_ranks(&ranks.of[1], 1, trimmed > 5000 ? 2 : 1, 2);
	build_free(b);
}

/* u0 has 100 and 0, arithmetic 37.5 to 62.5, geometric 0; u1 has 0.1 and 0.1. */
static void geometric_mean_of_a_field_at_zero(void **state)
{
	struct build *b = build_new(5);
	struct ranks ranks;

	(void)state;
	build_criterion(b, "A", NULL, "50", SOURCE_APPRAISED);
	build_criterion(b, "B", NULL, "50", SOURCE_APPRAISED);
	build_unit(b, "u0", 0);
	build_unit(b, "u1", 0);
	build_finish(b);
	build_points(b, 0, "A", "50");
	build_points(b, 0, "B", "0");
	build_points(b, 1, "A", "0.05");
	build_points(b, 1, "B", "0.05");
	for (uint32_t draws = 1; draws < 20; draws++) {
		uint32_t geometric = 0;
		uint32_t half = (draws + 1) / 2;

		for (uint32_t d = 0; d < draws; d++)
			geometric += slow_choice(d, 2) & 1;
		ranks = compute(b, draws);
		assert_ranks(&ranks.of[0], geometric == draws ? 2 : 1,
			     draws - geometric >= half ? 1 : 2, geometric ? 2 : 1);
	}
	build_free(b);
}

static void only_ranked_units_take_a_place(void **state)
{
	struct build *b = one_leaf(4);
	struct ranks ranks;

	(void)state;
	b->round.blocks[0].full_rank = 5;
	b->round.blocks[0].rank = 4;
	add_sheets(b, 0, 3, "5"); /* insufficient, would be first */
	add_sheets(b, 1, 4, "4"); /* ranked with a warning */
	add_sheets(b, 2, 9, "3");
	ranks = compute(b, 100); /* u3 has no sheet */
	assert_ranks(&ranks.of[0], 0, 0, 0);
	assert_ranks(&ranks.of[1], 1, 1, 1);
	assert_ranks(&ranks.of[2], 2, 2, 2);
	assert_ranks(&ranks.of[3], 0, 0, 0);
	build_free(b);
}

static void nobody_ranked(void **state)
{
	struct build *b = one_leaf(2);
	struct ranks ranks;

	(void)state;
	ranks = compute(b, 100);
	assert_ranks(&ranks.of[0], 0, 0, 0);
	assert_ranks(&ranks.of[1], 0, 0, 0);
	build_free(b);
}

/* 75 + 30 (of 40) and 100 + 30 are 100; 25 - 30 and 0 - 10 are 0; 50 - 10 is 40. */
static void bonus_penalty_and_clip(void **state)
{
	struct build *b = one_leaf(6);
	struct ranks ranks;

	(void)state;
	b->round.bonus_max.micro = 30 * DECIMAL_ONE;
	b->round.penalty_max.micro = 30 * DECIMAL_ONE;
	build_bonus(b, 0, TARGET_BONUS, "40", "x");
	build_bonus(b, 1, TARGET_BONUS, "30", "x");
	build_bonus(b, 2, TARGET_PENALTY, "10", "x");
	build_bonus(b, 4, TARGET_PENALTY, "30", "x");
	build_bonus(b, 5, TARGET_PENALTY, "10", "x");
	add_sheets(b, 0, 4, "4");
	add_sheets(b, 1, 4, "5");
	add_sheets(b, 2, 4, "3");
	add_sheets(b, 3, 4, "3");
	add_sheets(b, 4, 4, "2");
	add_sheets(b, 5, 4, "1");
	ranks = compute(b, 100);
	assert_ranks(&ranks.of[0], 1, 1, 1);
	assert_ranks(&ranks.of[1], 1, 1, 1);
	assert_ranks(&ranks.of[2], 4, 4, 4);
	assert_ranks(&ranks.of[3], 3, 3, 3);
	assert_ranks(&ranks.of[4], 5, 5, 5);
	assert_ranks(&ranks.of[5], 5, 5, 5);
	build_free(b);
}

static void assert_as_slow(const struct build *b)
{
	struct uncertainty_unit expected[SLOW_UNITS];
	struct ranks ranks = compute(b, SLOW_DRAWS);
	struct result r = build_result(b);

	slow_uncertainty(b, &r, expected);
	for (uint32_t u = 0; u < r.unit_count; u++)
		assert_ranks(&ranks.of[u], expected[u].low, expected[u].median,
			     expected[u].high);
	result_free(&r);
}

static uint64_t random_state;

static uint32_t below(uint32_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t)(random_state >> 33) % limit;
}

/* Three fields, two blocks; what does not apply, lacks answers or is not appraised. */
static struct build *random_round(void)
{
	struct build *b = build_new(5);

	build_block(b, "second", 8, 6);
	build_criterion(b, "A", NULL, "54.5", SOURCE_NONE);
	build_criterion(b, "C", NULL, "23", SOURCE_NONE);
	build_criterion(b, "C1", "C", "8", SOURCE_SURVEY);
	build_criterion(b, "A1", "A", "10", SOURCE_SURVEY);
	build_criterion(b, "A2", "A", "25", SOURCE_SURVEY);
	build_criterion(b, "A3", "A", "7.5", SOURCE_APPRAISED);
	build_criterion(b, "A4", "A", "12", SOURCE_SURVEY);
	build_criterion(b, "B", NULL, "22.5", SOURCE_SURVEY);
	build_criterion(b, "C2", "C", "15", SOURCE_APPRAISED);
	b->round.criteria[6].down = true;
	b->round.bonus_max.micro = 5 * DECIMAL_ONE;
	b->round.penalty_max.micro = 5 * DECIMAL_ONE;
	for (uint32_t u = 0; u < 7; u++)
		build_unit(b, (char[]){'u', (char)('0' + u), '\0'}, u > 4);
	build_exclude(b, 1, "A2");
	build_exclude(b, 2, "B");
	return b;
}

static void random_sheets(struct build *b)
{
	for (uint32_t u = 0; u < 7; u++) {
		uint32_t sheets = 4 + below(20);
		uint32_t good = below(3); /* how many of five times it is at its best */

		for (uint32_t i = 0; i < sheets; i++) {
			char answers[] = "33333";

			for (int a = 0; a < 5; a++)
				answers[a] = below(5) < good ? "51"[a == 3]
							     : "12345n-d"[below(8)];
			answers[3] = u == 3 && i > 1 ? 'n' : answers[3];
			add_sheets(b, u, 1, answers);
		}
		if (u != 2)
			build_points(b, u, "A3",
				     (const char *[]){"7.5", "6", "2"}[below(3)]);
		build_points(b, u, "C2",
			     (const char *[]){"15", "11.25", "0", "10"}[below(4)]);
		if (u == 0)
			build_bonus(b, u, TARGET_BONUS, "2.5", "x");
		if (u == 4)
			build_bonus(b, u, TARGET_PENALTY, "1.25", "x");
	}
}

enum { RANDOM_ROUNDS = 12 };

static void random_points(void **state)
{
	(void)state;
	random_state = 88172645463325252u;
	for (int i = 0; i < RANDOM_ROUNDS; i++) {
		struct build *b = random_round();

		build_finish(b);
		random_sheets(b);
		assert_as_slow(b);
		build_free(b);
	}
}

static void random_composite(void **state)
{
	(void)state;
	random_state = 88172645463325253u;
	for (int i = 0; i < RANDOM_ROUNDS; i++) {
		struct build *b = random_round();

		build_composite(b, "1", "10", "1.5");
		if (i % 2)
			build_minmax(b, "5");
		build_finish(b);
		random_sheets(b);
		assert_as_slow(b);
		build_free(b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_leaf_is_certain),
	    cmocka_unit_test(ties_share_a_rank),
	    cmocka_unit_test(mean_and_trimmed_mean),
	    cmocka_unit_test(geometric_mean_of_a_field_at_zero),
	    cmocka_unit_test(only_ranked_units_take_a_place),
	    cmocka_unit_test(nobody_ranked),
	    cmocka_unit_test(bonus_penalty_and_clip),
	    cmocka_unit_test(random_points),
	    cmocka_unit_test(random_composite),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
