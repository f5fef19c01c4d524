/* METHOD S6 with minmax: by hand, and by a slow program from the definition. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/err.h"
#include "tests/unit/method/composite.h"

/* Refused, with a fault of these words. */
static void assert_refused(const struct build *b, const char *words)
{
	struct faults faults;
	struct scored s;

	faults_init(&faults);
	assert_int_equal(build_rules(b, &s, &faults), ERR_REFUSED);
	assert_int_equal(faults.count, 1);
	if (strstr(faults.list[0].text, words) == NULL)
		fail_msg("\"%s\" is not in: %s", words, faults.list[0].text);
	faults_free(&faults);
	scored_free(&s);
}

/*
 * Thetas of 1.1: 25, 50, 100; of 1.2: 0, 50; of 2: 40, 50, 60. Unit 1 has no 1.2, so no
 * figure, and is the greatest of 1.1 all the same. Unit 3, of another block, is alone.
 */
static struct build *ranges(void)
{
	struct build *b = composite_fields("1");

	build_block(b, "C", 1, 1);
	build_unit(b, "U", 0);
	build_unit(b, "V", 0);
	build_unit(b, "W", 0);
	build_unit(b, "X", 1);
	build_minmax(b, "4");
	build_finish(b);
	composite_give(b, 0, "5", "0", "20");
	composite_give(b, 1, "20", NULL, "16");
	composite_give(b, 2, "10", "20", "24");
	composite_give(b, 3, "0", "40", "40");
	return b;
}

static void minmax_is_over_the_units_of_the_block(void **state)
{
	struct build *b = ranges();
	struct scored s;
	mpq_t x;

	(void)state;
	mpq_init(x);
	/* s of 1.1: 1, -, 4; of 1.2: 1, -, 10; of 2: 5.5, 1, 10 */
	composite_assert(b, 0, "14/5");
	composite_assert(b, 1, NULL);
	composite_assert(b, 2, "44/5"); /* 0.6 (4 + 2 x 10) / 3 + 4 */
	build_score(b, 2, &s);
	score_leaf_value(&s.rules, &s.score, 1, x);
	build_assert(x, "4");
	/* the leaf itself stays as it was */
	build_assert(s.score.leaves[1].theta, "50");
	scored_free(&s);
	build_free(b);
	mpq_clear(x);
}

/* Unit 3 has each leaf alone in its block: 4 each. */
static void max_eq_min_is_what_it_says(void **state)
{
	struct build *b = ranges();

	(void)state;
	composite_assert(b, 3, "4");
	build_free(b);
}

static void max_eq_min_undeclared_is_refused(void **state)
{
	struct build *b = ranges();
	struct faults faults;
	struct scored s;

	(void)state;
	b->round.composite.has_max_eq_min = false;
	faults_init(&faults);
	assert_int_equal(build_rules(b, &s, &faults), ERR_REFUSED);
	assert_int_equal(faults.count, 3);
	assert_non_null(strstr(faults.list[0].text, "block C"));
	assert_non_null(strstr(faults.list[0].text, "criterion 1.1"));
	assert_non_null(strstr(faults.list[2].text, "criterion 2,"));
	assert_non_null(strstr(faults.list[0].text, "max_eq_min"));
	faults_free(&faults);
	scored_free(&s);
	build_free(b);
}

static void all_equal_is_width_zero_too(void **state)
{
	struct build *b = composite_fields("1");

	(void)state;
	build_unit(b, "U", 0);
	build_unit(b, "V", 0);
	build_minmax(b, NULL);
	build_finish(b);
	composite_give(b, 0, "5", "0", "20");
	composite_give(b, 1, "10", "20", "20");
	assert_refused(b, "criterion 2,");
	build_free(b);
}

/* A leaf that nobody has has no range, and needs none. */
static void a_leaf_that_nobody_has_needs_no_range(void **state)
{
	struct build *b = composite_fields("1");

	(void)state;
	build_unit(b, "U", 0);
	build_unit(b, "V", 0);
	build_minmax(b, NULL);
	build_finish(b);
	composite_give(b, 0, NULL, "0", "20");
	composite_give(b, 1, NULL, "20", "10");
	composite_assert(b, 0, "23/5"); /* 0.6 x 1 + 0.4 x 10 */
	composite_assert(b, 1, "32/5");
	build_free(b);
}

/*
 * An earlier round with criteria in another order and with other points, and with a
 * block that this one does not have.
 */
static struct build *earlier(void)
{
	struct build *b = build_new(5);

	build_block(b, "Z", 1, 1);
	build_block(b, "C", 1, 1);
	build_criterion(b, "2", NULL, "10", SOURCE_APPRAISED);
	build_criterion(b, "old", NULL, "10", SOURCE_APPRAISED);
	build_criterion(b, "1.2", NULL, "80", SOURCE_APPRAISED);
	build_unit(b, "P", 2);
	build_unit(b, "Q", 0);
	build_unit(b, "R", 0);
	build_unit(b, "S", 1);
	return b;
}

/*
 * Block B: 2 gets 0..60 by unit Q, 1.2 gets 0..75 by R; 1.1 is a leaf of this round
 * alone; block C, unit P: 1.2 gets 50..100.
 */
static void pooled_rounds_widen_the_ranges(void **state)
{
	struct build *b = ranges(), *old = earlier();

	(void)state;
	build_finish(old);
	build_points(old, 0, "1.2", "40");
	build_points(old, 1, "2", "0");
	build_points(old, 1, "old", "0");
	build_points(old, 2, "1.2", "60");
	build_points(old, 3, "2", "0");
	build_points(old, 3, "1.2", "80");
	build_pool(b, old);
	/* s of 1.1: 1, -, 4; of 1.2: 1, -, 7; of 2: 8.5, -, 10 */
	composite_assert(b, 0, "4");
	composite_assert(b, 2, "38/5");
	composite_assert(b, 3, "32/5"); /* 1.1: 4, 1.2: 10; 2: 4 */
	build_free(b);
	build_free(old);
}

/* Pooled: max = min no more. A pooled range of width 0 that no unit here has: none. */
static void a_pooled_round_gives_width(void **state)
{
	struct build *b = composite_fields("1"), *old = earlier();

	(void)state;
	build_unit(b, "U", 0);
	build_unit(b, "V", 0);
	build_exclude(b, 0, "1.2");
	build_exclude(b, 1, "1.2");
	build_minmax(b, NULL);
	build_finish(b);
	composite_give(b, 0, "5", NULL, "20");
	composite_give(b, 1, "10", NULL, "20");
	assert_refused(b, "criterion 2,");
	build_finish(old);
	build_points(old, 1, "2", "10");
	build_points(old, 2, "1.2", "60");
	build_pool(b, old);
	/* 1.1 is 20 points, 2 is 40; 2 is at the low end */
	composite_assert(b, 0, "1");
	composite_assert(b, 1, "4");
	build_free(b);
	build_free(old);
}

/*
 * The other round's own scale (0, 90), strata (w 100 and 10) and cell_score (1): its
 * unit has theta (100 x 90 + 10 x 0) / 110 = 900/11.
 */
static void a_pooled_theta_is_by_that_rounds_rules(void **state)
{
	struct build *b = build_new(2), *old = build_new(2);

	(void)state;
	build_criterion(b, "1", NULL, "100", SOURCE_SURVEY);
	build_unit(b, "U", 0);
	build_composite(b, "0", "10", "1");
	build_minmax(b, NULL);
	build_finish(b);
	for (uint32_t i = 1; i <= 4; i++)
		build_sheet(b, i, 0, 0, 0, i < 4 ? "1" : "2");

	build_columns(old, 1);
	build_stratum(old, "a", 100);
	build_stratum(old, "b", 10);
	build_criterion(old, "1", NULL, "7", SOURCE_SURVEY);
	old->round.cell_score = 1;
	old->round.scales[0].values = calloc(2, sizeof(struct decimal));
	old->round.scales[0].values[1].micro = 90 * DECIMAL_ONE;
	build_unit(old, "P", 0);
	build_finish(old);
	build_sheet(old, 1, 0, 0, 0, "2");
	build_sheet(old, 2, 0, 1, 0, "1");
	build_pool(b, old);
	{
		struct scored s;

		build_score(b, 0, &s);
		build_assert(s.score.index, "0");
		build_assert(s.rules.ranges[0].min, "25");
		build_assert(s.rules.ranges[0].max, "900/11");
		scored_free(&s);
	}
	build_free(b);
	build_free(old);
}

static void assert_omega(const struct scored *s, uint32_t criterion,
			 const char *expected)
{
	mpq_t w;

	mpq_init(w);
	score_omega(&s->rules, &s->score, criterion, w);
	build_assert(w, expected);
	mpq_clear(w);
}

/* 60/100 x 20/60, 40/100, times 2 (10 - 1)/100; with minmax 2 x 9 / (max - min). */
static void omega_is_the_slope_of_the_index(void **state)
{
	struct build *b = composite_fields("2");
	struct scored s;

	(void)state;
	build_unit(b, "U", 0);
	build_unit(b, "V", 0);
	build_finish(b);
	composite_give(b, 0, "5", "0", "20");
	composite_give(b, 1, "10", "20", "20");
	build_score(b, 0, &s);
	assert_omega(&s, 1, "9/250");
	assert_omega(&s, 3, "9/125");
	scored_free(&s);

	build_minmax(b, "5");
	build_score(b, 0, &s);
	assert_omega(&s, 1, "18/125"); /* 0.2 x 18 / 25 */
	assert_omega(&s, 2, "18/125"); /* 0.4 x 18 / 50 */
	assert_omega(&s, 3, "0");
	scored_free(&s);
	build_free(b);
}

/* S6 once more: every leaf on the scale, every field, then the whole, as written. */
static void slow_leaf(const struct build *b, const struct scored *all, uint32_t unit,
		      uint32_t c, mpq_t s)
{
	const struct composite *k = &b->round.composite;
	mpq_t lo, hi, width;

	mpq_inits(lo, hi, width, NULL);
	mpq_set_si(lo, 1000, 1);
	for (uint32_t u = 0; u < b->round.unit_count; u++) {
		if (b->round.units[u].block != b->round.units[unit].block ||
		    !all[u].score.leaves[c].counts)
			continue;
		if (mpq_cmp(all[u].score.leaves[c].theta, lo) < 0)
			mpq_set(lo, all[u].score.leaves[c].theta);
		if (mpq_cmp(all[u].score.leaves[c].theta, hi) > 0)
			mpq_set(hi, all[u].score.leaves[c].theta);
	}
	mpq_sub(hi, hi, lo);
	mpq_sub(s, all[unit].score.leaves[c].theta, lo);
	mpq_set_si(width, k->hi.micro - k->lo.micro, DECIMAL_ONE);
	mpq_canonicalize(width);
	mpq_mul(s, s, width);
	mpq_div(s, s, hi);
	mpq_set_si(lo, k->lo.micro, DECIMAL_ONE);
	mpq_canonicalize(lo);
	mpq_add(s, s, lo);
	mpq_clears(lo, hi, width, NULL);
}

static void slow_score(const struct build *b, const struct scored *all, uint32_t unit,
		       mpq_t total)
{
	const struct round *r = &b->round;
	mpq_t s, field, points, weight, weights;

	mpq_inits(s, field, points, weight, weights, NULL);
	mpq_set_ui(total, 0, 1);
	for (uint32_t f = 0; f < r->criterion_count; f++) {
		if (r->criteria[f].parent >= 0)
			continue;
		mpq_set_ui(field, 0, 1);
		mpq_set_ui(weight, 0, 1);
		for (uint32_t c = f; c < r->criterion_count; c++) {
			if (!r->criteria[c].leaf || (uint32_t)r->criteria[c].field != f)
				continue;
			slow_leaf(b, all, unit, c, s);
			mpq_set_si(points, r->criteria[c].points.micro, 1);
			mpq_mul(s, s, points);
			mpq_add(field, field, s);
			mpq_add(weight, weight, points);
		}
		mpq_add(total, total, field); /* weight x (field / weight) */
		mpq_add(weights, weights, weight);
	}
	mpq_div(total, total, weights);
	mpq_set_si(s, r->composite.factor.micro, DECIMAL_ONE);
	mpq_canonicalize(s);
	mpq_mul(total, total, s);
	mpq_clears(s, field, points, weight, weights, NULL);
}

enum { LARGE = 12 };

static struct build *large(void)
{
	struct build *b = build_new(5);
	uint32_t seed = 7;

	build_columns(b, 1);
	build_stratum(b, "a", 700);
	build_stratum(b, "b", 90);
	build_criterion(b, "1", NULL, "55", SOURCE_NONE);
	build_criterion(b, "1.1", "1", "20.5", SOURCE_SURVEY);
	build_criterion(b, "1.2", "1", "34.5", SOURCE_SURVEY);
	build_criterion(b, "2", NULL, "45", SOURCE_NONE);
	build_criterion(b, "2.1", "2", "12", SOURCE_SURVEY);
	build_criterion(b, "2.2", "2", "33", SOURCE_SURVEY);
	build_block(b, "C", 1, 1);
	for (uint32_t u = 0; u < LARGE; u++)
		build_unit(b, "U", u % 2);
	build_composite(b, "1.5", "10", "0.7");
	build_minmax(b, NULL);
	build_finish(b);
	for (uint32_t i = 0; i < 40 * LARGE; i++) {
		char answers[5] = {0};

		for (int a = 0; a < 4; a++) {
			seed = seed * 1664525u + 1013904223u;
			answers[a] = (char)('1' + (seed >> 20) % 5);
		}
		build_sheet(b, i / 2, i * 5 % LARGE, i / 2 % 2, 0, answers);
	}
	return b;
}

static void the_same_from_the_definition(void **state)
{
	struct build *b = large();
	struct scored all[LARGE];
	uint32_t inside = 0;
	mpq_t expected;

	(void)state;
	mpq_init(expected);
	for (uint32_t u = 0; u < LARGE; u++)
		build_score(b, u, &all[u]);
	for (uint32_t u = 0; u < LARGE; u++) {
		assert_true(all[u].score.has_figure);
		slow_score(b, all, u, expected);
		assert_true(mpq_equal(all[u].score.index, expected));
		inside += mpq_cmp(expected, all[u].rules.low) > 0 &&
			  mpq_cmp(expected, all[u].rules.high) < 0;
	}
	assert_true(inside > LARGE / 2);
	for (uint32_t u = 0; u < LARGE; u++)
		scored_free(&all[u]);
	mpq_clear(expected);
	build_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(minmax_is_over_the_units_of_the_block),
	    cmocka_unit_test(max_eq_min_is_what_it_says),
	    cmocka_unit_test(max_eq_min_undeclared_is_refused),
	    cmocka_unit_test(all_equal_is_width_zero_too),
	    cmocka_unit_test(a_leaf_that_nobody_has_needs_no_range),
	    cmocka_unit_test(pooled_rounds_widen_the_ranges),
	    cmocka_unit_test(a_pooled_round_gives_width),
	    cmocka_unit_test(a_pooled_theta_is_by_that_rounds_rules),
	    cmocka_unit_test(omega_is_the_slope_of_the_index),
	    cmocka_unit_test(the_same_from_the_definition),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
