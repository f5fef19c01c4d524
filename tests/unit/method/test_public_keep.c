/* METHOD P6: what a second release of a round shows. Attacks: test_public.c. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/method/released.h"

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 16;
}

/* Two strata, so that weights are at work; some raters rate one unit, some all. */
static struct build *random_round(uint32_t *seed, uint32_t raters)
{
	struct build *b = build_new(5);

	build_columns(b, 1);
	build_stratum(b, "x", 300);
	build_stratum(b, "y", 900);
	build_criterion(b, "1", NULL, "40", SOURCE_NONE);
	build_criterion(b, "a", "1", "20", SOURCE_SURVEY);
	build_criterion(b, "b", "1", "20", SOURCE_SURVEY);
	build_criterion(b, "2", NULL, "30", SOURCE_SURVEY);
	build_criterion(b, "3", NULL, "30", SOURCE_APPRAISED);
	for (char code[] = "A"; code[0] < 'E'; code[0]++)
		build_unit(b, code, 0);
	build_finish(b);
	for (uint32_t u = 0; u < 4; u++)
		build_points(b, u, "3", "20");
	for (uint32_t r = 0; r < raters; r++) {
		for (uint32_t u = 0; u < 4; u++) {
			char answers[4];

			if (next_random(seed) % 3 == 0)
				continue;
			for (int a = 0; a < 3; a++)
				answers[a] = "12345n"[next_random(seed) % 6];
			answers[3] = '\0';
			build_sheet(b, r, u, r % 2, 0, answers);
		}
	}
	return b;
}

/* The sample without the raters below `count`: its sheets are the rest of the list. */
static struct sample annul(const struct sample *s, uint32_t count)
{
	struct sample left = *s;

	while (left.sheet_count > 0 && left.sheets[0].rater < count) {
		left.sheets++;
		left.sheet_count--;
	}
	return left;
}

/* What is public at `to` after a release of `from`. */
static void make_second(const struct result *from, const struct result *to,
			struct public_release *out)
{
	struct public_source sources[] = {{.result = to},
					  {.result = from, .release = 1}};
	struct public_changes c;
	uint32_t source_of[5];

	assert_int_equal(public_changes_find(from->sample, to->sample, &c), 0);
	for (uint32_t u = 0; u < 4; u++)
		source_of[u] = c.few[u];
	source_of[4] = c.round_few;
	assert_int_equal(public_make(sources, source_of, out), 0);
	public_changes_free(&c);
}

static bool same_row(const struct round *r, const struct public_unit *a,
		     const struct public_unit *b)
{
	bool same =
	    a->status == b->status && a->rank == b->rank &&
	    a->rank_low == b->rank_low && a->rank_high == b->rank_high &&
	    a->band == b->band && a->band_certain == b->band_certain &&
	    a->raters == b->raters && a->criteria_counted == b->criteria_counted &&
	    strcmp(a->se, b->se) == 0 && strcmp(a->ci_low, b->ci_low) == 0 &&
	    strcmp(a->ci_high, b->ci_high) == 0 && same_cell(&a->index, &b->index) &&
	    same_cell(&a->survey_part, &b->survey_part) &&
	    same_cell(&a->appraised_part, &b->appraised_part);

	for (uint32_t c = 0; c < r->criterion_count; c++)
		same = same && same_cell(&a->cells[c], &b->cells[c]);
	return same;
}

static void small_annulments_move_nothing(void **state)
{
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 30; round++) {
		uint32_t raters = 15 + next_random(&seed) % 50;
		struct build *b = random_round(&seed, raters);
		struct sample left = annul(&b->sample, 1 + next_random(&seed) % 9);
		struct released first = released_make(&b->sample);
		struct result second = released_result(&left);
		struct public_release after;

		make_second(&first.result, &second, &after);
		for (uint32_t u = 0; u < 4; u++) {
			assert_true(same_row(&b->round, &first.public.units[u],
					     &after.units[u]));
			assert_int_equal(after.units[u].held_from, 1);
		}
		assert_int_equal(first.public.whole.respondents_tens, after.whole.respondents_tens);
		public_free(&after);
		result_free(&second);
		released_free(&first);
		build_free(b);
	}
}

/* Many leave, and the figures follow; any unit is the one or the other, whole. */
static void large_annulments_move_figures(void **state)
{
	uint32_t seed = 8, moved = 0, held = 0;

	(void)state;
	for (int round = 0; round < 30; round++) {
		struct build *b = random_round(&seed, 60);
		struct sample left = annul(&b->sample, 10 + next_random(&seed) % 20);
		struct released first = released_make(&b->sample);
		struct released alone = released_make(&left);
		struct public_release after;

		make_second(&first.result, &alone.result, &after);
		for (uint32_t u = 0; u < 4; u++) {
			const struct public_unit *now = &after.units[u];
			const struct public_unit *whose = now->held_from
							      ? &first.public.units[u]
							      : &alone.public.units[u];

			assert_true(same_cell(&now->index, &whose->index));
			assert_int_equal(now->raters, whose->raters);
			held += now->held_from != 0;
			moved += !same_cell(&now->index, &first.public.units[u].index);
		}
		public_free(&after);
		released_free(&alone);
		released_free(&first);
		build_free(b);
	}
	assert_true(moved > 30);
	assert_true(held > 10);
}

/* A is held, B and C are not: between A and the others nothing is certain (13). */
static void mixtures_are_uncertain(void **state)
{
	struct build *b = build_new(5);
	struct sample left;
	struct released first;
	struct result second;
	struct public_source sources[2];
	const uint32_t source_of[] = {1, 0, 0, 0};
	struct public_release after;

	(void)state;
	build_criterion(b, "1", NULL, "100", SOURCE_SURVEY);
	for (char code[] = "A"; code[0] < 'D'; code[0]++)
		build_unit(b, code, 0);
	build_finish(b);
	build_same(b, 0, 3, 0, "1");
	build_same(b, 10, 40, 0, "5");
	build_same(b, 50, 40, 0, "4");
	build_same(b, 100, 40, 1, "3");
	build_same(b, 140, 40, 1, "4");
	build_same(b, 200, 40, 2, "1");
	build_same(b, 240, 40, 2, "2");
	left = annul(&b->sample, 3);
	first = released_make(&b->sample);
	second = released_result(&left);
	sources[0] = (struct public_source){.result = &second};
	sources[1] = (struct public_source){.result = &first.result, .release = 1};
	assert_int_equal(public_make(sources, source_of, &after), 0);
	assert_int_equal(first.public.units[0].rank_high, 1);
	assert_int_equal(second.units[0].rank_high, 1);
	assert_string_equal(after.units[0].index.text, first.result.units[0].score);
	assert_string_not_equal(after.units[0].index.text, second.units[0].score);
	assert_int_equal(after.units[0].raters, 83);
	assert_int_equal(after.units[0].rank_low, 1);
	assert_int_equal(after.units[0].rank_high, 3);
	assert_int_equal(after.units[1].rank_low, 1);
	assert_int_equal(after.units[1].rank_high, 2);
	assert_int_equal(after.units[2].rank_low, 2);
	assert_int_equal(after.units[2].rank_high, 3);
	public_free(&after);
	result_free(&second);
	released_free(&first);
	build_free(b);
}

/* One field of three leaves, another of one; the raters who leave come first. */
static struct build *three_leaves(void)
{
	struct build *b = build_new(5);

	build_criterion(b, "1", NULL, "60", SOURCE_NONE);
	build_criterion(b, "a", "1", "20", SOURCE_SURVEY);
	build_criterion(b, "b", "1", "20", SOURCE_SURVEY);
	build_criterion(b, "c", "1", "20", SOURCE_SURVEY);
	build_criterion(b, "2", NULL, "40", SOURCE_SURVEY);
	build_unit(b, "A", 0);
	build_unit(b, "B", 0);
	build_finish(b);
	return b;
}

/*
 * a has 5 raters, b 12, c 20; b goes with a. Ten who scored c and 2 leave: now c is the
 * smallest, and b, unchanged, would be shown: with it the first release tells a (12).
 */
static void company_does_not_change(void **state)
{
	struct build *b = three_leaves();
	struct released first, second;
	struct sample left;

	(void)state;
	build_same(b, 0, 10, 0, "nn41");
	build_same(b, 20, 5, 0, "1n32");
	build_same(b, 25, 6, 0, "n1n5");
	build_same(b, 31, 6, 0, "n3n5");
	build_same(b, 37, 3, 0, "nn2n");
	build_same(b, 40, 2, 0, "nn2n");
	build_same(b, 50, 40, 1, "2345");
	left = annul(&b->sample, 10);
	first = released_make(&b->sample);
	second = released_make(&left);
	assert_int_equal(first.public.units[0].cells[2].state, CELL_HIDDEN);
	assert_int_equal(first.public.units[0].cells[3].state, CELL_SHOWN);
	assert_int_equal(second.public.units[0].cells[2].state, CELL_SHOWN);
	public_keep(&first.public, 1, &second.public);
	assert_true(
	    same_cell(&second.public.units[0].index, &first.public.units[0].index));
	assert_int_equal(second.public.units[0].cells[2].state, CELL_HIDDEN);
	assert_int_equal(second.public.units[0].held_from, 1);
	assert_int_equal(second.public.units[0].rank_low, 1);
	assert_int_equal(second.public.units[0].rank_high, 2);
	assert_int_equal(second.public.units[1].held_from, 0);
	/* nothing else is kept: the same again changes nothing */
	public_keep(&first.public, 1, &second.public);
	assert_int_equal(second.public.units[1].held_from, 0);
	released_free(&second);
	released_free(&first);
	build_free(b);
}

/* An appraisal comes after the first release: in a hidden field it waits (12). */
static void late_appraisal(uint32_t few, uint32_t held_from)
{
	struct build *b = build_new(5);
	struct released first, second;

	build_criterion(b, "1", NULL, "40", SOURCE_NONE);
	build_criterion(b, "a", "1", "30", SOURCE_SURVEY);
	build_criterion(b, "x", "1", "10", SOURCE_APPRAISED);
	build_criterion(b, "2", NULL, "60", SOURCE_SURVEY);
	build_unit(b, "A", 0);
	build_finish(b);
	build_same(b, 0, few, 0, "32");
	build_same(b, few, 20 - few, 0, "n4");
	first = released_make(&b->sample);
	build_points(b, 0, "x", "5");
	second = released_make(&b->sample);
	public_keep(&first.public, 1, &second.public);
	assert_int_equal(second.public.units[0].held_from, held_from);
	assert_int_equal(second.public.units[0].cells[2].state,
			 held_from ? CELL_NONE : CELL_SHOWN);
	released_free(&second);
	released_free(&first);
	build_free(b);
}

static void late_appraisals(void **state)
{
	(void)state;
	late_appraisal(12, 0);
	late_appraisal(6, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(small_annulments_move_nothing),
	    cmocka_unit_test(large_annulments_move_figures),
	    cmocka_unit_test(mixtures_are_uncertain),
	    cmocka_unit_test(company_does_not_change),
	    cmocka_unit_test(late_appraisals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
