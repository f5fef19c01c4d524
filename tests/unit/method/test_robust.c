/* METHOD O1: median, trimmed mean, shares and polarisation of one leaf of one unit. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/method/robust.h"
#include "tests/unit/method/build.h"

/* A unit "U" and one leaf; `members` of each of up to three strata, 0: no columns. */
static struct build *one_leaf(uint32_t levels, bool down, const uint64_t members[3])
{
	const char *labels[] = {"A", "B", "C"};
	struct build *b = build_new(levels);

	build_criterion(b, "1", NULL, "100", SOURCE_SURVEY);
	b->round.criteria[0].down = down;
	build_unit(b, "U", 0);
	for (int i = 0; i < 3 && members[i]; i++) {
		build_columns(b, 1);
		build_stratum(b, labels[i], members[i]);
	}
	build_finish(b);
	return b;
}

static const uint64_t none[3] = {0};

static void score_each(struct build *b, const char *answers)
{
	for (uint32_t i = 0; answers[i]; i++) {
		const char one[2] = {answers[i], 0};

		build_sheet(b, i + 1, 0, 0, 0, one);
	}
}

static void assert_fraction(const mpq_t value, const char *expected)
{
	char *text = mpq_get_str(NULL, 10, value);

	assert_string_equal(text, expected);
	free(text);
}

struct expected {
	const char *median, *trimmed, *top2, *bottom2, *polarisation;
};

static void assert_leaf(struct build *b, struct expected e)
{
	struct scored s;
	struct robust_leaf l;
	mpq_t trimmed;

	build_score(b, 0, &s);
	robust_init(&l);
	robust_leaf(&s.rules, &s.score, 0, &l);
	assert_true(l.any);
	assert_fraction(l.median, e.median);
	assert_fraction(l.trimmed, e.trimmed);
	assert_int_equal(l.has_shares, e.top2 != NULL);
	if (e.top2) {
		assert_fraction(l.top2, e.top2);
		assert_fraction(l.bottom2, e.bottom2);
	}
	assert_fraction(l.polarisation, e.polarisation);
	mpq_init(trimmed);
	assert_true(robust_trimmed(&s.rules, &s.score, 0, trimmed));
	assert_fraction(trimmed, e.trimmed);
	mpq_clear(trimmed);
	robust_clear(&l);
	scored_free(&s);
	build_free(b);
}

static void three_low_seven_high(void **state)
{
	struct build *b = one_leaf(5, false, none);

	(void)state;
	score_each(b, "1115555555");
	/* 2 x 0 and 6 x 100 are left of ten */
	assert_leaf(b, (struct expected){"100", "75", "7/10", "3/10", "21/25"});
}

/* Three tenths of an answer go at each end: 0.7 x 0 + 0 + 0.7 x 100, over 2.4. */
static void the_bordering_answer_is_split(void **state)
{
	struct build *b = one_leaf(5, false, none);

	(void)state;
	score_each(b, "115");
	/* mean 100/3, variance 20000/9 */
	assert_leaf(b, (struct expected){"0", "175/6", "1/3", "2/3", "8/9"});
}

static void the_lower_of_two_is_the_median(void **state)
{
	struct build *b = one_leaf(5, false, none);

	(void)state;
	score_each(b, "42");
	assert_leaf(b, (struct expected){"25", "50", "1/2", "1/2", "1/4"});
}

static void one_rater(void **state)
{
	struct build *b = one_leaf(4, false, none);

	(void)state;
	score_each(b, "2");
	assert_leaf(b, (struct expected){"100/3", "100/3", "0", "1", "0"});
}

static void all_equal(void **state)
{
	struct build *b = one_leaf(5, false, none);

	(void)state;
	score_each(b, "5555");
	assert_leaf(b, (struct expected){"100", "100", "1", "0", "0"});
}

static void two_levels(void **state)
{
	struct build *b = one_leaf(2, false, none);

	(void)state;
	score_each(b, "1212");
	assert_leaf(b, (struct expected){"0", "50", NULL, NULL, "1"});
}

/* Four answers are enough for shares, three are not; the middle is in both halves. */
static void shares_need_four_levels(void **state)
{
	struct build *b = one_leaf(3, false, none);

	(void)state;
	score_each(b, "123");
	assert_leaf(b, (struct expected){"50", "50", NULL, NULL, "2/3"});
	b = one_leaf(4, false, none);
	score_each(b, "1344"); /* mean 200/3, variance 55000/9 - 40000/9 */
	assert_leaf(b, (struct expected){"200/3", "425/6", "3/4", "1/4", "2/3"});
}

static void down_turns_the_scale(void **state)
{
	struct build *b = one_leaf(5, true, none);

	(void)state;
	score_each(b, "1125");
	/*
	 * values 0, 75, 100, 100: 0.6 x 0 + 75 + 100 + 0.6 x 100 over 3.2; mean 68.75,
	 * squares 25625 / 4, variance 6406.25 - 4726.5625
	 */
	assert_leaf(b, (struct expected){"75", "1175/16", "3/4", "1/4", "43/64"});
}

/* One rater of A stands for 60, each of two of B for 10. */
static void weights_of_strata(void **state)
{
	const uint64_t members[3] = {60, 20};
	struct build *b = one_leaf(5, false, members);

	(void)state;
	build_sheet(b, 1, 0, 0, 0, "1");
	build_sheet(b, 2, 0, 1, 0, "3");
	build_sheet(b, 3, 0, 1, 0, "5");
	/*
	 * weights 60, 10, 10; 8 off each end: 10 x 50 + 2 x 100 over 64; mean 18.75,
	 * squares 125000 / 80, variance 1562.5 - 351.5625
	 */
	assert_leaf(b, (struct expected){"0", "175/16", "1/8", "3/4", "31/64"});
}

static void declared_values(void **state)
{
	const char *values[] = {"0", "12.5", "12.5", "90"};
	struct build *b = build_new(4);

	(void)state;
	b->round.scales[0].values = calloc(4, sizeof(struct decimal));
	for (int i = 0; i < 4; i++)
		assert_int_equal(text_decimal(values[i], &b->round.scales[0].values[i]),
				 0);
	build_criterion(b, "1", NULL, "100", SOURCE_SURVEY);
	build_unit(b, "U", 0);
	build_finish(b);
	score_each(b, "1223");
	/* 0.6 x 0 + 2.6 x 12.5 over 3.2; mean 9.375, variance 117.1875 - 87.890625 */
	assert_leaf(b, (struct expected){"25/2", "325/32", "1/4", "3/4", "3/256"});
}

/* Neither five kinds of no score, nor a leaf that does not apply. */
static void no_score(void **state)
{
	struct build *b = build_new(5);
	struct scored s;
	struct robust_leaf l;
	mpq_t trimmed;

	(void)state;
	build_criterion(b, "1", NULL, "50", SOURCE_SURVEY);
	build_criterion(b, "2", NULL, "50", SOURCE_SURVEY);
	build_unit(b, "U", 0);
	build_exclude(b, 0, "2");
	build_finish(b);
	build_sheet(b, 1, 0, 0, 0, "b-");
	build_sheet(b, 2, 0, 0, 0, "n-");
	build_sheet(b, 3, 0, 0, 0, "d-");
	build_score(b, 0, &s);
	robust_init(&l);
	mpq_init(trimmed);
	for (uint32_t a = 0; a < 2; a++) {
		robust_leaf(&s.rules, &s.score, a, &l);
		assert_false(l.any);
		assert_false(robust_trimmed(&s.rules, &s.score, a, trimmed));
	}
	mpq_clear(trimmed);
	robust_clear(&l);
	scored_free(&s);
	build_free(b);
}

/* Fewer clusters than cell_score: the leaf does not count, and is described. */
static void a_leaf_that_does_not_count(void **state)
{
	struct build *b = one_leaf(5, false, none);

	(void)state;
	b->round.cell_score = 5;
	score_each(b, "55");
	assert_leaf(b, (struct expected){"100", "100", "1", "0", "0"});
}

static uint32_t draw(uint64_t *seed, uint32_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)(*seed >> 33) % below;
}

enum { COPIES_MAX = 100000 };

/* Every score as often as its rater's weight says, ten times over, worst first. */
struct crowd {
	uint32_t count;
	uint8_t y[COPIES_MAX];
};

static void fill(struct crowd *crowd, const struct build *b, uint32_t levels,
		 const uint32_t *weight)
{
	crowd->count = 0;
	for (uint32_t y = 1; y <= levels; y++)
		for (size_t i = 0; i < b->sample.sheet_count; i++) {
			uint32_t copies = 10 * weight[b->sheets[i].stratum];

			if (b->answers[i][0] != y)
				continue;
			assert_true(crowd->count + copies <= COPIES_MAX);
			memset(crowd->y + crowd->count, (int)y, copies);
			crowd->count += copies;
		}
}

static void compare(const struct crowd *crowd, uint32_t levels,
		    const struct robust_leaf *l)
{
	uint32_t cut = crowd->count / 10, n = crowd->count;
	uint64_t sum = 0, squares = 0, kept = 0, top = 0, bottom = 0;
	mpq_t expected;

	for (uint32_t i = 0; i < n; i++) {
		uint64_t v = 100 * (crowd->y[i] - 1u);

		sum += v;
		squares += v * v;
		kept += i >= cut && i < n - cut ? v : 0;
		top += crowd->y[i] + 1u >= levels;
		bottom += crowd->y[i] <= 2;
	}
	mpq_init(expected);
	mpq_set_ui(expected, 100 * (crowd->y[(n - 1) / 2] - 1u), levels - 1);
	mpq_canonicalize(expected);
	assert_true(mpq_equal(expected, l->median));
	mpq_set_ui(expected, kept, (uint64_t)(n - 2 * cut) * (levels - 1));
	mpq_canonicalize(expected);
	assert_true(mpq_equal(expected, l->trimmed));
	mpq_set_ui(expected, n * squares - sum * sum,
		   (uint64_t)n * n * (levels - 1) * (levels - 1) * 2500);
	mpq_canonicalize(expected);
	assert_true(mpq_equal(expected, l->polarisation));
	assert_int_equal(l->has_shares, levels >= 4);
	mpq_set_ui(expected, top, n);
	mpq_canonicalize(expected);
	assert_true(levels < 4 || mpq_equal(expected, l->top2));
	mpq_set_ui(expected, bottom, n);
	mpq_canonicalize(expected);
	assert_true(levels < 4 || mpq_equal(expected, l->bottom2));
	mpq_clear(expected);
}

/* Weights N / m that are whole numbers, so that a score can be written out w times. */
static void against_lists_written_out(void **state)
{
	struct crowd *crowd = malloc(sizeof *crowd);
	uint64_t seed = 20230613;

	(void)state;
	assert_non_null(crowd);
	for (int trial = 0; trial < 200; trial++) {
		uint32_t levels = 2 + draw(&seed, 6);
		uint32_t raters[3], weight[3], number = 0;
		uint64_t members[3];
		struct build *b;
		struct scored s;
		struct robust_leaf l;

		for (int h = 0; h < 3; h++) {
			raters[h] = 1 + draw(&seed, 9);
			weight[h] = 1 + draw(&seed, 7);
			members[h] = (uint64_t)raters[h] * weight[h];
		}
		b = one_leaf(levels, false, members);
		for (uint32_t h = 0; h < 3; h++)
			for (uint32_t i = 0; i < raters[h]; i++) {
				char one[2] = {(char)('1' + draw(&seed, levels)), 0};

				build_sheet(b, ++number, 0, h, 0, one);
			}
		fill(crowd, b, levels, weight);
		build_score(b, 0, &s);
		robust_init(&l);
		robust_leaf(&s.rules, &s.score, 0, &l);
		compare(crowd, levels, &l);
		robust_clear(&l);
		scored_free(&s);
		build_free(b);
	}
	free(crowd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(three_low_seven_high),
	    cmocka_unit_test(the_bordering_answer_is_split),
	    cmocka_unit_test(the_lower_of_two_is_the_median),
	    cmocka_unit_test(one_rater),
	    cmocka_unit_test(all_equal),
	    cmocka_unit_test(two_levels),
	    cmocka_unit_test(shares_need_four_levels),
	    cmocka_unit_test(down_turns_the_scale),
	    cmocka_unit_test(weights_of_strata),
	    cmocka_unit_test(declared_values),
	    cmocka_unit_test(no_score),
	    cmocka_unit_test(a_leaf_that_does_not_count),
	    cmocka_unit_test(against_lists_written_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
