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
#include "services/scorer/edge.h"
#include "tests/unit/scorer/asking.h"

static void another_cut_halts(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	small_ballots(&w.journal);
	small_close(&w.journal);
	small_release(&w.journal, 1, false, 1);
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

/* More respondents than members: METHOD section 7. */
static void what_cannot_be_computed_halts(void **state)
{
	struct world w;
	const uint8_t scores[SMALL_UNITS] = {1, 2, 3};

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	for (uint32_t rater = 0; rater < 41; rater++)
		small_ballot(&w.journal, rater, scores);
	small_close(&w.journal);
	world_start(&w, KEY_OPERATOR);
	world_until(&w, world_reached);
	asking_refused(&w, asking_query(0), "");
	assert_false(world_halted(&w));
	small_release(&w.journal, 1, false, 0);
	world_wake(&w);
	world_until(&w, world_halted);
	asking_refused(&w, asking_query(1), "cannot be made");
	assert_int_equal(w.item_count, 0);
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
	world_until(&w, world_one_item);
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
	world_until(&w, world_one_item);
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
	world_until(&w, world_one_item);
	w.from = results_head(w.scorer.results);
	world_stop(&w);
	world_remove_results(&w);
	small_retract(&w.journal, 1, "sai danh sách");
	admit_scorer(&w, false);
	world_start(&w, KEY_OPERATOR);
	world_until(&w, is_served);
	world_until(&w, scorer_is_denied);
	admit_scorer(&w, true);
	world_until(&w, world_one_item);
	assert_false(w.reader_stopped);
	world_stop(&w);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(another_cut_halts),
	    cmocka_unit_test(a_publisher_waits_for_a_lost_store),
	    cmocka_unit_test(what_cannot_be_computed_halts),
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
