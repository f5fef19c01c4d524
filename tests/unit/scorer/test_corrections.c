/*
 * METHOD P6 through the whole scorer: releases after annulments, from the journal to
 * the items of link 3. In the small round 25 raters rate U1 and U2.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "common/base/log.h"
#include "tests/unit/scorer/asking.h"

/* Of U1: the release that its data are of, its figure, its raters; respondents. */
struct shown {
	uint32_t held_from;
	const char *score;
	uint32_t raters;
	uint64_t respondents_tens;
};

static void assert_shown(const struct world *w, size_t place, uint32_t number,
			 Par__V1__ReleaseKind kind, struct shown expected)
{
	Par__V1__ReleaseItem *item = asking_item(w, place);
	const Par__V1__PublicUnit *u;

	assert_int_equal(item->number, number);
	assert_int_equal(item->what_case, PAR__V1__RELEASE_ITEM__WHAT_RELEASE);
	assert_int_equal(item->release->kind, kind);
	u = item->release->blocks[0]->units[0];
	assert_int_equal(u->held_from, expected.held_from);
	assert_true(asking_is(u->score, expected.score));
	assert_int_equal(u->raters, expected.raters);
	assert_int_equal(item->release->respondents_tens, expected.respondents_tens);
	/* What was annulled is never told of a unit that is held. */
	if (expected.held_from != 0)
		assert_int_equal(u->unannulled_score.len, 0);
	par__v1__release_item__free_unpacked(item, NULL);
}

static const Par__V1__ReleaseKind official =
    PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL;
static const Par__V1__ReleaseKind correction =
    PAR__V1__RELEASE_KIND__RELEASE_KIND_CORRECTION;

/*
 * U1 gets 3, 4, 5 by turns. 25 raters: 74. Without the first: 75. Without nine, which
 * is three of each: (6 x 50 + 5 x 75 + 5 x 100) / 16. Without ten: (5 x 50 + 5 x 75 +
 * 5 x 100) / 15 = 75.
 */
static void make_chain(struct small *j)
{
	small_released(j);
	small_annul(j, 0, 1);
	small_release(j, 2, RELEASE_CORRECTION, 0);
	small_annul(j, 1, 8);
	small_release(j, 3, RELEASE_CORRECTION, 0);
	small_annul(j, 9, 1);
	small_release(j, 4, RELEASE_OFFICIAL, 0);
}

static void assert_operator_sees(struct world *w, uint32_t number, const char *score,
				 uint32_t raters)
{
	Par__V1__Scores *scores = asking_scores(w, number);

	assert_true(asking_is(scores->units[0]->score, score));
	assert_int_equal(scores->units[0]->raters, raters);
	assert_true(
	    asking_is(scores->units[0]->unannulled_score, number > 1 ? "74.00" : ""));
	par__v1__scores__free_unpacked(scores, NULL);
}

static void a_few_annulled_raters_move_nothing(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	make_chain(&w.journal);
	world_start(&w, KEY_OPERATOR);
	world_until_items(&w, 4);
	assert_shown(&w, 0, 1, official, (struct shown){0, "74.00", 25, 20});
	assert_shown(&w, 1, 2, correction, (struct shown){1, "74.00", 25, 20});
	assert_shown(&w, 2, 3, correction, (struct shown){1, "74.00", 25, 20});
	assert_shown(&w, 3, 4, official, (struct shown){0, "75.00", 15, 10});
	assert_operator_sees(&w, 1, "74.00", 25);
	assert_operator_sees(&w, 2, "75.00", 24);
	assert_operator_sees(&w, 3, "73.44", 16);
	assert_operator_sees(&w, 4, "75.00", 15);
	world_stop(&w);
	world_close(&w);
}

/* O3: the figure with annulled sheets is never public. */
static void assert_score(const struct world *w, size_t place, const char *score)
{
	Par__V1__ReleaseItem *item = asking_item(w, place);
	const Par__V1__PublicUnit *u = item->release->blocks[0]->units[0];

	assert_true(asking_is(u->score, score));
	assert_int_equal(u->unannulled_score.len, 0);
	par__v1__release_item__free_unpacked(item, NULL);
}

/* Without twelve, four of each score: (5 x 50 + 4 x 75 + 4 x 100) / 13. */
static void many_annulled_are_left_out(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	small_ballots(&w.journal);
	small_annul(&w.journal, 0, 12);
	small_close(&w.journal);
	small_release(&w.journal, 1, RELEASE_OFFICIAL, 0);
	small_annul(&w.journal, 12, 1);
	small_release(&w.journal, 2, RELEASE_CORRECTION, 0);
	world_start(&w, KEY_OPERATOR);
	world_until_items(&w, 2);
	assert_score(&w, 0, "73.08");
	assert_score(&w, 1, "73.08"); /* held */
	world_stop(&w);
	world_close(&w);
}

/* Three, then twelve more: (8 x 50 + 7 x 75 + 7 x 100) / 22 at first. */
static void few_before_many_are_left_out(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	small_ballots(&w.journal);
	small_annul(&w.journal, 0, 3);
	small_close(&w.journal);
	small_release(&w.journal, 1, RELEASE_OFFICIAL, 0);
	small_annul(&w.journal, 3, 12);
	small_release(&w.journal, 2, RELEASE_CORRECTION, 0);
	world_start(&w, KEY_OPERATOR);
	world_until_items(&w, 2);
	assert_score(&w, 0, "73.86");
	/* (4 x 50 + 3 x 75 + 3 x 100) / 10 */
	assert_score(&w, 1, "72.50");
	world_stop(&w);
	world_close(&w);
}

/* Retracted or not, it was seen. */
static void a_retracted_release_counts(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	small_released(&w.journal);
	small_retract(&w.journal, 1, "sai danh sách");
	small_annul(&w.journal, 0, 9);
	small_release(&w.journal, 2, RELEASE_OFFICIAL, 0);
	world_start(&w, KEY_OPERATOR);
	world_until_items(&w, 3);
	assert_shown(&w, 2, 2, official, (struct shown){1, "74.00", 25, 20});
	world_stop(&w);
	world_close(&w);
}

/* Also when one half was made before, and the other after a restart. */
static void a_lost_store_is_made_again(void **state)
{
	struct world w;
	struct world_item before[4];

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	small_released(&w.journal);
	world_start(&w, KEY_OPERATOR);
	world_until_items(&w, 1);
	world_stop(&w);
	small_free(&w.journal);
	small_init(&w.journal, false, SMALL_UNITS);
	make_chain(&w.journal);
	world_start(&w, KEY_OPERATOR);
	world_until_items(&w, 4);
	world_stop(&w);
	memcpy(before, w.items, sizeof(before));
	w.item_count = 0;
	world_remove_results(&w);
	world_start(&w, KEY_OPERATOR);
	world_until_items(&w, 4);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(w.items[i].len, before[i].len);
		assert_memory_equal(w.items[i].data, before[i].data, before[i].len);
		assert_memory_equal(w.items[i].chain, before[i].chain, CHAIN_SIZE);
		free(before[i].data);
	}
	world_stop(&w);
	world_close(&w);
}

/* A correction of nothing is no release: the fold goes past it. */
static void nothing_to_correct(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	small_ballots(&w.journal);
	small_close(&w.journal);
	small_release(&w.journal, 1, RELEASE_CORRECTION, 0);
	small_release(&w.journal, 1, RELEASE_OFFICIAL, 0);
	world_start(&w, KEY_OPERATOR);
	world_until_items(&w, 1);
	assert_shown(&w, 0, 1, official, (struct shown){0, "74.00", 25, 20});
	world_stop(&w);
	world_close(&w);
}

/* P3 exempts a trial from waiting, P6 does not exempt it. */
static void trials_are_held_likewise(void **state)
{
	struct world w;
	const uint8_t scores[SMALL_UNITS] = {1, 1, 0};
	const Par__V1__ReleaseKind trial = PAR__V1__RELEASE_KIND__RELEASE_KIND_TRIAL;

	(void)state;
	world_open(&w, true, SMALL_UNITS);
	small_ballots(&w.journal);
	small_release(&w.journal, 1, RELEASE_TRIAL, 0);
	for (uint32_t rater = 25; rater < 34; rater++)
		small_ballot(&w.journal, rater, scores);
	small_release(&w.journal, 2, RELEASE_TRIAL, 0);
	small_ballot(&w.journal, 34, scores);
	small_release(&w.journal, 3, RELEASE_TRIAL, 0);
	world_start(&w, KEY_OPERATOR);
	world_until_items(&w, 3);
	assert_shown(&w, 0, 1, trial, (struct shown){0, "74.00", 25, 20});
	assert_shown(&w, 1, 2, trial, (struct shown){1, "74.00", 25, 20});
	/* 1850 over 35 */
	assert_shown(&w, 2, 3, trial, (struct shown){0, "52.86", 35, 30});
	world_stop(&w);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_few_annulled_raters_move_nothing),
	    cmocka_unit_test(many_annulled_are_left_out),
	    cmocka_unit_test(few_before_many_are_left_out),
	    cmocka_unit_test(a_retracted_release_counts),
	    cmocka_unit_test(a_lost_store_is_made_again),
	    cmocka_unit_test(nothing_to_correct),
	    cmocka_unit_test(trials_are_held_likewise),
	};

	if (sodium_init() < 0)
		return 1;
	log_setup("scorer", LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
