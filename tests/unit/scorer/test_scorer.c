/* The scorer as a whole, from a journal on link 2 to items on link 3 and figures on 5.
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
#include "common/report/edge.h"
#include "tests/unit/scorer/asking.h"

static void assert_public(const struct world_item *item)
{
	Par__V1__ReleaseItem *m =
	    par__v1__release_item__unpack(NULL, item->len, item->data);
	const Par__V1__PublicBlock *block;

	assert_non_null(m);
	assert_int_equal(m->what_case, PAR__V1__RELEASE_ITEM__WHAT_RELEASE);
	assert_int_equal(m->number, 1);
	/* Of the entry: the 28th, an hour each. */
	assert_int_equal(m->time, 1735664400 + 27 * 3600);
	assert_int_equal(m->release->respondents_tens, 20);
	assert_int_equal(m->release->invited, 40);
	assert_true(m->release->unweighted);
	block = m->release->blocks[0];
	assert_int_equal(block->n_units, 3);
	assert_true(asking_is(block->units[0]->code, "U1"));
	/* 3, 4, 5 by turns: 9, 8 and 8 of them, (9*50 + 8*75 + 8*100) / 25 = 74 */
	assert_true(asking_is(block->units[0]->score, "74.00"));
	assert_int_equal(block->units[0]->rank, 1);
	assert_int_equal(block->units[0]->raters, 25);
	assert_int_equal(block->units[1]->rank, 2);
	assert_int_equal(block->units[2]->status,
			 PAR__V1__UNIT_STATUS__UNIT_STATUS_INSUFFICIENT);
	assert_int_equal(block->units[2]->score.len, 0);
	assert_int_equal(block->units[2]->raters, 0);
	par__v1__release_item__free_unpacked(m, NULL);
}

static void a_release_becomes_an_item(void **state)
{
	struct world w;
	Par__V1__Scores *scores;
	Par__V1__Heads *heads;

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	small_released(&w.journal);
	small_retract(&w.journal, 1, "sai danh sách");
	world_start(&w, KEY_OPERATOR);
	world_until_items(&w, 2);
	assert_public(&w.items[0]);
	scores = asking_scores(&w, 1);
	assert_int_equal(scores->number, 1);
	assert_int_equal(scores->cut[0]->n, 27);
	assert_true(asking_is(scores->units[0]->score, "74.00"));
	assert_int_equal(scores->units[2]->raters, 5);
	assert_true(asking_is(scores->units[2]->score, "100.00"));
	par__v1__scores__free_unpacked(scores, NULL);
	world_until(&w, world_heads);
	heads = par__v1__heads__unpack(NULL, w.heads_len, w.heads);
	assert_non_null(heads);
	assert_int_equal(heads->n_rounds, 1);
	assert_int_equal(heads->rounds[0]->state,
			 PAR__V1__ROUND_STATE__ROUND_STATE_CLOSED);
	assert_int_equal(heads->rounds[0]->respondents_tens, 20);
	par__v1__heads__free_unpacked(heads, NULL);
	world_stop(&w);
	world_close(&w);
}

static void a_lost_store_is_made_again(void **state)
{
	struct world w;
	struct world_item before[2];

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	small_released(&w.journal);
	small_retract(&w.journal, 1, "sai danh sách");
	world_start(&w, KEY_OPERATOR);
	world_until_items(&w, 2);
	world_stop(&w);
	memcpy(before, w.items, sizeof(before));
	w.item_count = 0;
	world_remove_results(&w);
	world_start(&w, KEY_OPERATOR);
	world_until_items(&w, 2);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(w.items[i].len, before[i].len);
		assert_memory_equal(w.items[i].data, before[i].data, before[i].len);
		assert_memory_equal(w.items[i].chain, before[i].chain, CHAIN_SIZE);
		free(before[i].data);
	}
	world_stop(&w);
	world_close(&w);
}

static void a_restart_makes_nothing_twice(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	small_released(&w.journal);
	world_start(&w, KEY_OPERATOR);
	world_until_items(&w, 1);
	world_stop(&w);
	small_retract(&w.journal, 1, "sai danh sách");
	world_start(&w, KEY_OPERATOR);
	world_until_items(&w, 2);
	assert_public(&w.items[0]);
	world_stop(&w);
	world_close(&w);
}

static void no_score_before_closing(void **state)
{
	struct world w;
	Par__V1__ScoresQuery unknown = asking_query(0);

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	small_ballots(&w.journal);
	world_start(&w, KEY_OPERATOR);
	asking_refused(&w, asking_query(0), "before the round is closed");
	asking_refused(&w, asking_query(1), "before the round is closed");
	unknown.round = edge_text("khong-co");
	asking_refused(&w, unknown, "no round of this code");
	small_close(&w.journal);
	world_wake(&w);
	world_until(&w, world_reached);
	asking_refused(&w, asking_query(1), "no release of that number");
	par__v1__scores__free_unpacked(asking_scores(&w, 0), NULL);
	world_stop(&w);
	world_close(&w);
}

static void drafts_follow_the_journal(void **state)
{
	struct world w;
	Par__V1__Scores *scores;

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	small_ballots(&w.journal);
	small_close(&w.journal);
	world_start(&w, KEY_OPERATOR);
	scores = asking_scores(&w, 0);
	assert_int_equal(scores->number, 0);
	assert_int_equal(scores->cut[0]->n, 27);
	assert_int_equal(scores->units[0]->raters, 25);
	par__v1__scores__free_unpacked(scores, NULL);
	small_annul(&w.journal, 0, 1);
	world_wake(&w);
	world_until(&w, world_reached);
	scores = asking_scores(&w, 0);
	assert_int_equal(scores->cut[0]->n, 28);
	assert_int_equal(scores->units[0]->raters, 24);
	assert_true(asking_is(scores->units[0]->score, "75.00"));
	par__v1__scores__free_unpacked(scores, NULL);
	assert_int_equal(w.item_count, 0);
	world_stop(&w);
	world_close(&w);
}

static Par__V1__Outcome outcome_of(struct world *w, const struct question *q,
				   const uint8_t id[WIRE_ID_SIZE])
{
	struct answer_given a;
	Par__V1__Outcome outcome;

	answer_init(&a);
	answer_question(&w->scorer, q, id, &a);
	outcome = a.outcome;
	answer_free(&a);
	return outcome;
}

/* The next head may have been on its way when the question came; not the one after. */
static void the_second_head_is_the_one_to_go_by(void **state)
{
	static const uint8_t first[WIRE_ID_SIZE] = {1}, second[WIRE_ID_SIZE] = {2};
	const struct question q = {
	    .round = bytes_str("nho-2024"), .which = WHICH_DRAFT, .part = 1};
	struct world w;

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	world_start(&w, KEY_OPERATOR);
	world_until(&w, world_reached);
	assert_int_equal(outcome_of(&w, &q, first),
			 PAR__V1__OUTCOME__OUTCOME_TRY_LATER);
	w.scorer.reading.heads++;
	assert_int_equal(outcome_of(&w, &q, first),
			 PAR__V1__OUTCOME__OUTCOME_TRY_LATER);
	w.scorer.reading.heads++;
	assert_int_equal(outcome_of(&w, &q, second),
			 PAR__V1__OUTCOME__OUTCOME_TRY_LATER);
	/* The round is open: that is the answer. */
	assert_int_equal(outcome_of(&w, &q, first), PAR__V1__OUTCOME__OUTCOME_REFUSED);
	/* With the collector away there is nothing to wait for. */
	w.scorer.reading.state = CLIENT_CONNECTING;
	assert_int_equal(outcome_of(&w, &q, second), PAR__V1__OUTCOME__OUTCOME_REFUSED);
	world_stop(&w);
	world_close(&w);
}

static bool is_parked(const struct world *w)
{
	return feed_server_stats(w->collector).parked == 1;
}

/*
 * The collector has just told its head, which lies before the scorer unread, when the
 * round is closed and the operator asks: that head is not the one to go by.
 */
static void what_the_operator_did_is_known(void **state)
{
	struct world w;
	Par__V1__ScoresQuery q = asking_query(0);

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	small_ballots(&w.journal);
	world_start(&w, KEY_OPERATOR);
	world_until(&w, world_reached);
	/* So that the operator is connected. */
	asking_refused(&w, q, "before the round is closed");
	world_until(&w, is_parked);
	while (is_parked(&w))
		assert_int_equal(loop_turn(w.loop, 1), 0);
	small_close(&w.journal);
	world_begin(&w, &q);
	for (int i = 0; i < 20; i++)
		assert_int_equal(loop_turn(w.loop, 1), 0);
	world_until(&w, world_answered);
	assert_int_equal(w.reply->outcome, PAR__V1__OUTCOME__OUTCOME_DONE);
	world_stop(&w);
	world_close(&w);
}

/* Nothing is answered out of what the journal was before the asking. */
static void later_is_told_before_the_head_is(void **state)
{
	struct world w;
	Par__V1__ScoresQuery q = asking_query(0);
	Par__V1__Scores *scores;

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	small_ballots(&w.journal);
	small_close(&w.journal);
	world_start(&w, KEY_OPERATOR);
	scores = asking_scores(&w, 0);
	assert_int_equal(scores->cut[0]->n, 27);
	par__v1__scores__free_unpacked(scores, NULL);
	small_annul(&w.journal, 0, 1);
	world_begin(&w, &q);
	world_until(&w, world_later);
	assert_null(w.reply);
	world_until(&w, world_answered);
	scores = par__v1__scores__unpack(NULL, w.reply->scores->data.len,
					 w.reply->scores->data.data);
	assert_non_null(scores);
	assert_int_equal(scores->cut[0]->n, 28);
	assert_int_equal(scores->units[0]->raters, 24);
	par__v1__scores__free_unpacked(scores, NULL);
	world_stop(&w);
	world_close(&w);
}

static void trial_rounds_are_scored_while_open(void **state)
{
	struct world w;
	Par__V1__Scores *scores;
	Par__V1__ReleaseItem *item;

	(void)state;
	world_open(&w, true, SMALL_UNITS);
	small_ballots(&w.journal);
	small_release(&w.journal, 1, RELEASE_TRIAL, 0);
	world_start(&w, KEY_OPERATOR);
	world_until_items(&w, 1);
	item = par__v1__release_item__unpack(NULL, w.items[0].len, w.items[0].data);
	assert_non_null(item);
	assert_true(item->release->trial);
	assert_int_equal(item->release->kind,
			 PAR__V1__RELEASE_KIND__RELEASE_KIND_TRIAL);
	par__v1__release_item__free_unpacked(item, NULL);
	scores = asking_scores(&w, 0);
	assert_true(scores->trial);
	par__v1__scores__free_unpacked(scores, NULL);
	world_stop(&w);
	world_close(&w);
}

/* Names make it 1,1 MiB: in pieces on links 2 and 3, in parts on link 5. */
static void a_large_result_comes_in_parts(void **state)
{
	struct world w;
	struct buf whole;
	uint32_t count = 1;
	Par__V1__Scores *scores;

	(void)state;
	world_open(&w, false, 1200);
	small_released(&w.journal);
	world_start(&w, KEY_OPERATOR);
	world_until_items(&w, 1);
	assert_true(w.items[0].len > FEED_MESSAGE_MAX);
	buf_init(&whole, 4 << 20);
	for (uint32_t i = 1; i <= count; i++) {
		Par__V1__ScoresQuery q = asking_query(1);
		const Par__V1__Part *part;

		q.part = i;
		part = world_ask(&w, &q)->scores;
		assert_non_null(part);
		assert_int_equal(part->index, i);
		count = part->count;
		assert_int_equal(buf_put(&whole, part->data.data, part->data.len), 0);
	}
	assert_int_equal(count, 3);
	scores = par__v1__scores__unpack(NULL, whole.len, whole.data);
	assert_non_null(scores);
	assert_int_equal(scores->n_units, 1200);
	assert_true(asking_is(scores->units[0]->score, "74.00"));
	par__v1__scores__free_unpacked(scores, NULL);
	buf_free(&whole);
	world_stop(&w);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_release_becomes_an_item),
	    cmocka_unit_test(a_lost_store_is_made_again),
	    cmocka_unit_test(a_restart_makes_nothing_twice),
	    cmocka_unit_test(no_score_before_closing),
	    cmocka_unit_test(drafts_follow_the_journal),
	    cmocka_unit_test(the_second_head_is_the_one_to_go_by),
	    cmocka_unit_test(what_the_operator_did_is_known),
	    cmocka_unit_test(later_is_told_before_the_head_is),
	    cmocka_unit_test(trial_rounds_are_scored_while_open),
	    cmocka_unit_test(a_large_result_comes_in_parts),
	};

	if (sodium_init() < 0)
		return 1;
	log_setup("scorer", LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
