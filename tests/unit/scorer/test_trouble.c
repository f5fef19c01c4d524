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

static void another_cut_halts(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	small_ballots(&w.journal);
	small_close(&w.journal);
	small_release(&w.journal, 1, RELEASE_OFFICIAL, 1);
	small_retract(&w.journal, 1, "never folded");
	world_start(&w, KEY_OPERATOR);
	world_until(&w, world_halted);
	asking_refused(&w, asking_query(1), "another cut");
	assert_int_equal(w.scorer.reading.at.n, 28);
	assert_false(w.scorer.reading.reached);
	assert_false(w.scorer.failed);
	assert_int_equal(w.item_count, 0);
	world_stop(&w);
	world_close(&w);
}

/* However much of the journal is still to come. */
static void a_halted_one_says_so_at_once(void **state)
{
	struct world w;
	const uint8_t scores[SMALL_UNITS] = {1, 2, 3};

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	small_ballots(&w.journal);
	small_close(&w.journal);
	small_release(&w.journal, 1, RELEASE_OFFICIAL, 1);
	world_start(&w, KEY_OPERATOR);
	world_until(&w, world_halted);
	/* These are not taken any more, nor is the head then told again. */
	for (uint32_t rater = 30; rater < 40; rater++)
		small_ballot(&w.journal, rater, scores);
	w.heads_before = w.scorer.reading.heads;
	world_wake(&w);
	world_until(&w, world_head_again);
	asking_refused(&w, asking_query(0), "another cut");
	asking_unit_refused(&w, asking_unit_query(0, "U1"), "another cut");
	world_stop(&w);
	world_close(&w);
}

static void assert_failure(const struct world *w, size_t place, const char *round,
			   uint32_t number)
{
	Par__V1__ReleaseItem *item = asking_item(w, place);

	assert_true(asking_is(item->round, round));
	assert_int_equal(item->number, number);
	assert_int_equal(item->what_case, PAR__V1__RELEASE_ITEM__WHAT_FAILURE);
	assert_int_equal(item->failure->kind,
			 PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL);
	par__v1__release_item__free_unpacked(item, NULL);
}

/* That there is a release with figures; the caller looks at U1. */
static void assert_release(const struct world *w, size_t place, const char *round,
			   uint32_t number, const char *score)
{
	Par__V1__ReleaseItem *item = asking_item(w, place);

	assert_true(asking_is(item->round, round));
	assert_int_equal(item->number, number);
	assert_int_equal(item->what_case, PAR__V1__RELEASE_ITEM__WHAT_RELEASE);
	assert_true(asking_is(item->release->blocks[0]->units[0]->score, score));
	par__v1__release_item__free_unpacked(item, NULL);
}

static Par__V1__ScoresQuery newest_of(const char *round)
{
	Par__V1__ScoresQuery q = asking_query(0);

	q.round = edge_text(round);
	q.which_case = PAR__V1__SCORES_QUERY__WHICH_NEWEST;
	q.newest = true;
	return q;
}

/* More respondents than members: METHOD section 7. Annulling one makes it good. */
static void what_cannot_be_computed_is_recorded(void **state)
{
	struct world w;
	const uint8_t scores[SMALL_UNITS] = {1, 2, 3};
	Par__V1__ScoresQuery newest = newest_of("nho-2024");
	const Par__V1__InspectReply *reply;

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	for (uint32_t rater = 0; rater < 41; rater++)
		small_ballot(&w.journal, rater, scores);
	small_close(&w.journal);
	world_start(&w, KEY_OPERATOR);
	world_until(&w, world_reached);
	asking_refused(&w, asking_query(0), "");
	small_release(&w.journal, 1, RELEASE_OFFICIAL, 0);
	world_wake(&w);
	world_until_items(&w, 1);
	assert_failure(&w, 0, "nho-2024", 1);
	asking_refused(&w, asking_query(1), "could not be made");
	asking_unit_refused(&w, asking_unit_query(1, "U1"), "could not be made");
	/* There is none that stands, and the draft has no result either. */
	asking_refused(&w, newest, "");
	small_annul(&w.journal, 40, 1);
	small_release(&w.journal, 2, RELEASE_OFFICIAL, 0);
	world_wake(&w);
	world_until_items(&w, 2);
	assert_release(&w, 1, "nho-2024", 2, "0.00");
	reply = world_ask(&w, &newest);
	assert_int_equal(reply->outcome, PAR__V1__OUTCOME__OUTCOME_DONE);
	assert_false(world_halted(&w));
	world_stop(&w);
	world_close(&w);
}

/*
 * A composite in which P and Q have the same mean: a range of width 0. Another round
 * goes on, and this one too, when an annulment has parted the two.
 */
static void no_round_stops_another(void **state)
{
	struct world w;
	struct world_item before[4];

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	small_open_flat(&w.journal);
	small_ballots_flat(&w.journal);
	small_close(&w.journal);
	small_release(&w.journal, 1, RELEASE_OFFICIAL, 0);
	small_turn(&w.journal, 1);
	small_released(&w.journal);
	small_turn(&w.journal, 2);
	small_annul(&w.journal, 0, 1);
	small_release(&w.journal, 2, RELEASE_OFFICIAL, 0);
	small_annul(&w.journal, 2, 1);
	small_release(&w.journal, 3, RELEASE_OFFICIAL, 0);
	world_start(&w, KEY_OPERATOR);
	world_until_items(&w, 4);
	assert_failure(&w, 0, "bang-2024", 1);
	assert_release(&w, 1, "nho-2024", 1, "74.00");
	/* Without a 4 it is the lower end, and the next one does not move it. */
	assert_release(&w, 2, "bang-2024", 2, "1.00");
	assert_release(&w, 3, "bang-2024", 3, "1.00");
	assert_false(world_halted(&w));
	world_until(&w, world_reached);
	world_stop(&w);
	memcpy(before, w.items, sizeof(before));
	w.item_count = 0;
	world_remove_results(&w);
	world_start(&w, KEY_OPERATOR);
	world_until_items(&w, 4);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(w.items[i].len, before[i].len);
		assert_memory_equal(w.items[i].data, before[i].data, before[i].len);
		free(before[i].data);
	}
	world_stop(&w);
	world_close(&w);
}

/* The same journal id, but one ballot is another than when the result was stored. */
static void a_changed_journal_is_an_alarm(void **state)
{
	struct world w;
	const uint8_t before[SMALL_UNITS] = {2, 2, 2}, after[SMALL_UNITS] = {1, 1, 1};

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	small_ballot(&w.journal, 30, before);
	small_released(&w.journal);
	world_start(&w, KEY_OPERATOR);
	world_until_items(&w, 1);
	world_stop(&w);
	small_free(&w.journal);
	small_init(&w.journal, false, SMALL_UNITS);
	small_ballot(&w.journal, 30, after);
	small_released(&w.journal);
	world_start(&w, KEY_OPERATOR);
	world_until(&w, world_failed);
	assert_false(w.scorer.reading.reached);
	world_stop(&w);
	world_close(&w);
}

static void a_broken_chain_halts(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	small_ballots(&w.journal);
	w.journal.chains[w.journal.count][0] ^= 1;
	world_start(&w, KEY_OPERATOR);
	world_until(&w, world_halted);
	assert_int_equal(w.scorer.reading.at.n, w.journal.count - 1);
	assert_false(w.scorer.reading.reached);
	world_stop(&w);
	world_close(&w);
}

static void a_revoked_key_is_refused(void **state)
{
	struct world w;
	struct faults faults;
	char path[128];

	(void)state;
	world_open(&w, true, SMALL_UNITS);
	small_ballots(&w.journal);
	world_start(&w, KEY_OPERATOR);
	par__v1__scores__free_unpacked(asking_scores(&w, 0), NULL);
	snprintf(path, sizeof(path), "%s/operator.pub", w.dir);
	assert_int_equal(remove(path), 0);
	faults_init(&faults);
	assert_int_equal(gate_reload(w.scorer.gate, &faults), 0);
	faults_free(&faults);
	asking_refused(&w, asking_query(0), "not admitted");
	world_stop(&w);
	world_close(&w);
}

static void a_journal_without_our_release_is_an_alarm(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	small_released(&w.journal);
	world_start(&w, KEY_OPERATOR);
	world_until_items(&w, 1);
	world_stop(&w);
	small_free(&w.journal);
	small_init(&w.journal, false, SMALL_UNITS);
	world_start(&w, KEY_OPERATOR);
	world_until(&w, world_failed);
	world_stop(&w);
	world_close(&w);
}

static bool is_denied(const struct world *w)
{
	return client_state(w->client) == CLIENT_DENIED;
}

static void other_roles_get_nowhere(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	world_start(&w, KEY_RELEASER);
	world_until(&w, is_denied);
	assert_int_equal(w.scorer.inspect.requests, 0);
	world_stop(&w);
	world_close(&w);
}

static bool is_served(const struct world *w)
{
	return feed_server_stats(w->scorer.serving).requests > 0;
}

static void admit_scorer(struct world *w, bool admitted)
{
	struct faults faults;
	char in[128], out[128];

	snprintf(in, sizeof(in), "%s/scorer.pub", w->dir);
	snprintf(out, sizeof(out), "%s/scorer.out", w->dir);
	assert_int_equal(admitted ? rename(out, in) : rename(in, out), 0);
	faults_init(&faults);
	assert_int_equal(gate_reload(w->gate, &faults), 0);
	faults_free(&faults);
}

static bool scorer_is_denied(const struct world *w)
{
	return w->scorer.reading.state == CLIENT_DENIED;
}

/* Before the store is made again nobody can say that a position is forked. */
static void a_publisher_waits_for_a_lost_store(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	small_released(&w.journal);
	world_start(&w, KEY_OPERATOR);
	world_until_items(&w, 1);
	w.from = results_head(w.scorer.results);
	world_stop(&w);
	world_remove_results(&w);
	small_retract(&w.journal, 1, "sai danh sách");
	admit_scorer(&w, false);
	world_start(&w, KEY_OPERATOR);
	world_until(&w, is_served);
	world_until(&w, scorer_is_denied);
	admit_scorer(&w, true);
	world_until_items(&w, 1);
	assert_false(w.reader_stopped);
	world_stop(&w);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(another_cut_halts),
	    cmocka_unit_test(a_publisher_waits_for_a_lost_store),
	    cmocka_unit_test(a_halted_one_says_so_at_once),
	    cmocka_unit_test(what_cannot_be_computed_is_recorded),
	    cmocka_unit_test(no_round_stops_another),
	    cmocka_unit_test(a_changed_journal_is_an_alarm),
	    cmocka_unit_test(a_journal_without_our_release_is_an_alarm),
	    cmocka_unit_test(a_broken_chain_halts),
	    cmocka_unit_test(a_revoked_key_is_refused),
	    cmocka_unit_test(other_roles_get_nowhere),
	};

	if (sodium_init() < 0)
		return 1;
	log_setup("scorer", LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
