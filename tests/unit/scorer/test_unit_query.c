/* How a figure comes about, asked over link 5. */

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

static Par__V1__UnitQuery newest_query(const char *unit)
{
	Par__V1__UnitQuery q = asking_unit_query(0, unit);

	q.which_case = PAR__V1__UNIT_QUERY__WHICH_NEWEST;
	q.newest = true;
	return q;
}

static void assert_detail(struct world *w, Par__V1__UnitQuery q, uint32_t number,
			  const char *score, uint64_t raters)
{
	Par__V1__UnitDetail *d = asking_unit(w, q);

	assert_true(asking_is(d->round, "nho-2024"));
	assert_int_equal(d->number, number);
	assert_true(asking_is(d->unit->score, score));
	assert_int_equal(d->n_leaves, SMALL_CRITERIA);
	assert_int_equal(d->leaves[0]->raters, raters);
	assert_int_equal(d->n_cut, number == 0 ? 1 : 0);
	par__v1__unit_detail__free_unpacked(d, NULL);
}

/* After release 1 rater 0 was annulled, so the state now is another. */
static void of_a_release_a_draft_and_the_newest(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	small_released(&w.journal);
	small_annul(&w.journal, 0, 1);
	world_start(&w, KEY_OPERATOR);
	world_until(&w, world_reached);
	assert_detail(&w, asking_unit_query(1, "U1"), 1, "74.00", 25);
	assert_detail(&w, asking_unit_query(0, "U1"), 0, "75.00", 24);
	assert_detail(&w, newest_query("U1"), 1, "74.00", 25);
	small_release(&w.journal, 2, RELEASE_CORRECTION, 0);
	world_wake(&w);
	world_until_items(&w, 2);
	/* The operator sees the new value, which is held in public. */
	assert_detail(&w, newest_query("U1"), 2, "75.00", 24);
	small_retract(&w.journal, 2, "sai");
	world_wake(&w);
	world_until_items(&w, 3);
	assert_detail(&w, newest_query("U1"), 1, "74.00", 25);
	/* By its number a retracted one is there all the same. */
	assert_detail(&w, asking_unit_query(2, "U1"), 2, "75.00", 24);
	world_stop(&w);
	world_close(&w);
}

static void without_a_release_the_newest_is_the_draft(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	small_ballots(&w.journal);
	small_close(&w.journal);
	world_start(&w, KEY_OPERATOR);
	assert_detail(&w, newest_query("U1"), 0, "74.00", 25);
	world_stop(&w);
	world_close(&w);
}

/* Computed again from the journal, it is of the very result that was stored. */
static void it_is_of_the_stored_result(void **state)
{
	struct world w;
	Par__V1__Scores *scores;
	Par__V1__UnitDetail *d;

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	small_released(&w.journal);
	small_annul(&w.journal, 0, 3);
	world_start(&w, KEY_AUDITOR);
	world_until(&w, world_reached);
	scores = asking_scores(&w, 1);
	d = asking_unit(&w, asking_unit_query(1, "U2"));
	assert_int_equal(d->result_hash.len, 32);
	assert_int_equal(scores->result_hash.len, 32);
	assert_memory_equal(d->result_hash.data, scores->result_hash.data, 32);
	assert_int_equal(d->n_pairs, 2);
	assert_true(asking_is(d->pairs[0]->unit, "U1"));
	assert_true(asking_is(d->pairs[0]->score, "74.00"));
	assert_true(d->unit->se.len > 4);
	assert_true(
	    bytes_equal(bytes_of(d->unit->se.data, d->unit->se.len),
			bytes_of(scores->units[1]->se.data, scores->units[1]->se.len)));
	par__v1__unit_detail__free_unpacked(d, NULL);
	par__v1__scores__free_unpacked(scores, NULL);
	world_stop(&w);
	world_close(&w);
}

static void what_makes_no_sense_is_refused(void **state)
{
	struct world w;
	Par__V1__UnitQuery q = asking_unit_query(1, "U1");

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	small_released(&w.journal);
	world_start(&w, KEY_OPERATOR);
	world_until_items(&w, 1);
	asking_unit_refused(&w, asking_unit_query(1, "U9"), "no unit of that code");
	asking_unit_refused(&w, asking_unit_query(0, ""), "no unit of that code");
	asking_unit_refused(&w, asking_unit_query(2, "U1"),
			    "no release of that number");
	q.round = edge_text("khong-co");
	asking_unit_refused(&w, q, "no round of this code");
	q = asking_unit_query(1, "U1");
	q.which_case = PAR__V1__UNIT_QUERY__WHICH__NOT_SET;
	asking_unit_refused(&w, q, "which result and which part");
	q = asking_unit_query(1, "U1");
	q.part = 0;
	asking_unit_refused(&w, q, "which result and which part");
	q.part = 2;
	asking_unit_refused(&w, q, "fewer parts");
	q.part = 1;
	q.number = 0;
	asking_unit_refused(&w, q, "which result and which part");
	world_stop(&w);
	world_close(&w);
}

/* P3, for the operator too. */
static void nothing_before_the_round_is_closed(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	small_ballots(&w.journal);
	world_start(&w, KEY_OPERATOR);
	asking_unit_refused(&w, asking_unit_query(0, "U1"),
			    "before the round is closed");
	asking_unit_refused(&w, newest_query("U1"), "before the round is closed");
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
	world_open(&w, true, SMALL_UNITS);
	small_ballots(&w.journal);
	world_start(&w, KEY_RELEASER);
	world_until(&w, is_denied);
	assert_int_equal(w.scorer.inspect.requests, 0);
	world_stop(&w);
	world_close(&w);
}

static void a_revoked_auditor_is_refused(void **state)
{
	struct world w;
	struct faults faults;
	char path[128];

	(void)state;
	world_open(&w, true, SMALL_UNITS);
	small_ballots(&w.journal);
	world_start(&w, KEY_AUDITOR);
	assert_detail(&w, asking_unit_query(0, "U1"), 0, "74.00", 25);
	snprintf(path, sizeof(path), "%s/auditor.pub", w.dir);
	assert_int_equal(remove(path), 0);
	faults_init(&faults);
	assert_int_equal(gate_reload(w.scorer.gate, &faults), 0);
	faults_free(&faults);
	asking_unit_refused(&w, asking_unit_query(0, "U1"), "not admitted");
	world_stop(&w);
	world_close(&w);
}

/* 900 rows of evidence with a kilobyte each; all parts are of one answer. */
static void a_large_detail_comes_in_parts(void **state)
{
	struct world w;
	struct buf whole;
	uint32_t count = 1;
	Par__V1__UnitDetail *d;

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	small_ballots(&w.journal);
	small_bonus(&w.journal, 900, 1000);
	small_close(&w.journal);
	small_release(&w.journal, 1, RELEASE_OFFICIAL, 0);
	world_start(&w, KEY_OPERATOR);
	world_until_items(&w, 1);
	buf_init(&whole, 4 << 20);
	for (uint32_t i = 1; i <= count; i++) {
		Par__V1__UnitQuery q = asking_unit_query(1, "U1");
		const Par__V1__Part *part;

		q.part = i;
		part = world_ask_unit(&w, &q)->unit;
		assert_non_null(part);
		assert_int_equal(part->index, i);
		count = part->count;
		assert_int_equal(buf_put(&whole, part->data.data, part->data.len), 0);
	}
	assert_int_equal(count, 2);
	d = par__v1__unit_detail__unpack(NULL, whole.len, whole.data);
	assert_non_null(d);
	assert_int_equal(d->n_evidence, 900);
	assert_int_equal(d->evidence[899]->evidence.len, 1000);
	assert_true(asking_is(d->bonus_given, "900"));
	assert_true(asking_is(d->bonus, "3"));
	assert_true(asking_is(d->exact, "77"));
	par__v1__unit_detail__free_unpacked(d, NULL);
	buf_free(&whole);
	world_stop(&w);
	world_close(&w);
}

static void how_far_the_scorer_is(void **state)
{
	struct world w;
	Par__V1__InspectRequest request = PAR__V1__INSPECT_REQUEST__INIT;
	Par__V1__ScorerQuery q = PAR__V1__SCORER_QUERY__INIT;
	const Par__V1__InspectReply *reply;

	(void)state;
	world_open(&w, false, SMALL_UNITS);
	small_released(&w.journal);
	world_start(&w, KEY_AUDITOR);
	world_until_items(&w, 1);
	world_until(&w, world_reached);
	q.status = true;
	request.what_case = PAR__V1__INSPECT_REQUEST__WHAT_SCORER;
	request.scorer = &q;
	reply = world_ask_any(&w, &request);
	assert_int_equal(reply->outcome, PAR__V1__OUTCOME__OUTCOME_DONE);
	assert_int_equal(reply->what_case, PAR__V1__INSPECT_REPLY__WHAT_SCORER);
	assert_int_equal(reply->scorer->folded->n, w.journal.count);
	assert_int_equal(reply->scorer->releases, 1);
	request.what_case = PAR__V1__INSPECT_REQUEST__WHAT__NOT_SET;
	reply = world_ask_any(&w, &request);
	assert_int_equal(reply->outcome, PAR__V1__OUTCOME__OUTCOME_REFUSED);
	world_stop(&w);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(of_a_release_a_draft_and_the_newest),
	    cmocka_unit_test(without_a_release_the_newest_is_the_draft),
	    cmocka_unit_test(it_is_of_the_stored_result),
	    cmocka_unit_test(what_makes_no_sense_is_refused),
	    cmocka_unit_test(nothing_before_the_round_is_closed),
	    cmocka_unit_test(other_roles_get_nowhere),
	    cmocka_unit_test(a_revoked_auditor_is_refused),
	    cmocka_unit_test(a_large_detail_comes_in_parts),
	    cmocka_unit_test(how_far_the_scorer_is),
	};

	if (sodium_init() < 0)
		return 1;
	log_setup("scorer", LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
