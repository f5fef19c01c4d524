/* Who asks for a draft gets one whose cut is not before the asking. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "services/scorer/drafts.h"

static struct draft_asking asking(uint32_t round, uint8_t id, uint64_t folded_n,
				  uint64_t head_n, uint64_t changed_n)
{
	struct draft_asking a = {
	    .round = round,
	    .first_part = true,
	    .folded_n = folded_n,
	    .head_n = head_n,
	    .changed_n = changed_n,
	};

	memset(a.id, id, sizeof(a.id));
	return a;
}

static struct draft_asking asking_of(uint32_t round, uint32_t release, uint8_t id,
				     uint64_t n)
{
	struct draft_asking a = asking(round, id, n, n, n);

	a.release = release;
	return a;
}

/* What is there of it is told apart by its number. */
static void fill(struct draft *d, uint64_t cut_n, uint32_t number)
{
	const struct position cut = {.n = cut_n};
	struct analysis *analysis = calloc(1, sizeof(*analysis));
	struct faults faults;

	assert_non_null(d);
	assert_non_null(analysis);
	analysis->result.clusters = number;
	faults_init(&faults);
	draft_fill(d, &cut, analysis, &faults);
}

static void assert_has(const struct draft *d, uint32_t number)
{
	assert_non_null(d);
	assert_non_null(d->analysis);
	assert_int_equal(d->analysis->result.clusters, number);
}

static void made_for_who_asked(void **state)
{
	struct draft_asking a = asking(1, 'a', 10, 10, 9);
	struct drafts drafts;

	(void)state;
	drafts_init(&drafts);
	assert_null(drafts_ask(&drafts, &a));
	assert_non_null(drafts_next(&drafts, 10));
	fill(drafts_next(&drafts, 10), 10, 7);
	assert_null(drafts_next(&drafts, 10));
	/* The round went on meanwhile; this client is answered all the same. */
	a = asking(1, 'a', 20, 20, 20);
	assert_has(drafts_ask(&drafts, &a), 7);
	drafts_free(&drafts);
}

static void another_client_gets_a_newer_one(void **state)
{
	struct draft_asking a = asking(1, 'a', 10, 10, 9);
	struct draft_asking b = asking(1, 'b', 20, 20, 20);
	struct draft_asking c = asking(1, 'c', 20, 20, 10);
	struct drafts drafts;

	(void)state;
	drafts_init(&drafts);
	assert_null(drafts_ask(&drafts, &a));
	fill(drafts_next(&drafts, 10), 10, 1);
	assert_has(drafts_ask(&drafts, &c), 1);
	assert_null(drafts_ask(&drafts, &b));
	fill(drafts_next(&drafts, 20), 20, 2);
	assert_has(drafts_ask(&drafts, &b), 2);
	drafts_free(&drafts);
}

static void what_the_client_did_before_is_folded_first(void **state)
{
	struct draft_asking a = asking(1, 'a', 10, 30, 9);
	struct drafts drafts;

	(void)state;
	drafts_init(&drafts);
	assert_null(drafts_ask(&drafts, &a));
	assert_null(drafts_next(&drafts, 29));
	assert_non_null(drafts_next(&drafts, 30));
	drafts_free(&drafts);
}

static void later_parts_are_of_the_same_draft(void **state)
{
	struct draft_asking a = asking(1, 'a', 10, 10, 9);
	struct draft_asking b = asking(1, 'b', 20, 20, 20);
	struct drafts drafts;

	(void)state;
	drafts_init(&drafts);
	assert_null(drafts_ask(&drafts, &a));
	fill(drafts_next(&drafts, 10), 10, 1);
	b.first_part = false;
	assert_has(drafts_ask(&drafts, &b), 1);
	drafts_free(&drafts);
}

/* However the round went on: by whomever, whenever it is asked for. */
static void what_a_release_was_never_changes(void **state)
{
	struct draft_asking a = asking_of(1, 3, 'a', 10);
	struct draft_asking b = asking_of(1, 3, 'b', 500);
	struct drafts drafts;

	(void)state;
	drafts_init(&drafts);
	a.head_n = 30;
	assert_null(drafts_ask(&drafts, &a));
	/* Its cut is folded for sure: nothing is waited for. */
	fill(drafts_next(&drafts, 10), 4, 1);
	b.head_n = 600;
	assert_has(drafts_ask(&drafts, &b), 1);
	assert_null(drafts_next(&drafts, 1000));
	drafts_free(&drafts);
}

static void releases_and_the_state_now_are_kept_apart(void **state)
{
	struct draft_asking now = asking(1, 'a', 10, 10, 9);
	struct draft_asking first = asking_of(1, 1, 'b', 10);
	struct draft_asking other = asking_of(2, 1, 'c', 10);
	struct drafts drafts;

	(void)state;
	drafts_init(&drafts);
	assert_null(drafts_ask(&drafts, &now));
	assert_null(drafts_ask(&drafts, &first));
	fill(drafts_next(&drafts, 10), 10, 1);
	fill(drafts_next(&drafts, 10), 5, 2);
	assert_has(drafts_ask(&drafts, &now), 1);
	assert_has(drafts_ask(&drafts, &first), 2);
	assert_null(drafts_ask(&drafts, &other));
	drafts_free(&drafts);
}

static void places_are_few_and_the_wanted_keep_theirs(void **state)
{
	struct draft_asking a;
	struct drafts drafts;

	(void)state;
	drafts_init(&drafts);
	for (uint32_t i = 1; i <= DRAFTS_MAX; i++) {
		a = asking(i, 'a', 10, 10, 9);
		assert_null(drafts_ask(&drafts, &a));
	}
	a = asking(100, 'a', 10, 10, 9);
	assert_null(drafts_ask(&drafts, &a));
	assert_int_equal(drafts_next(&drafts, 10)->round, 1);
	fill(drafts_next(&drafts, 10), 10, 1);
	/* Round 1 is made and gives way, the next in turn is round 2. */
	assert_null(drafts_ask(&drafts, &a));
	assert_int_equal(drafts_next(&drafts, 10)->round, 2);
	a = asking(1, 'a', 10, 10, 9);
	assert_null(drafts_ask(&drafts, &a));
	drafts_free(&drafts);
}

static void the_longest_unasked_gives_way(void **state)
{
	struct draft_asking first = asking_of(1, 1, 'a', 10);
	struct draft_asking second = asking_of(1, 2, 'a', 10);
	struct draft_asking third = asking_of(1, 3, 'a', 10);
	struct drafts drafts;

	(void)state;
	drafts_init(&drafts);
	assert_null(drafts_ask(&drafts, &first));
	fill(drafts_next(&drafts, 10), 1, 1);
	assert_null(drafts_ask(&drafts, &second));
	fill(drafts_next(&drafts, 10), 2, 2);
	assert_has(drafts_ask(&drafts, &first), 1);
	assert_null(drafts_ask(&drafts, &third));
	assert_has(drafts_ask(&drafts, &first), 1);
	fill(drafts_next(&drafts, 10), 3, 3);
	assert_null(drafts_ask(&drafts, &second));
	drafts_free(&drafts);
}

/* No result is an answer as well, and why. */
static void what_cannot_be_made_says_why(void **state)
{
	struct draft_asking a = asking(1, 'a', 10, 10, 9);
	const struct position cut = {.n = 10};
	const struct draft *answer;
	struct drafts drafts;
	struct faults faults;

	(void)state;
	drafts_init(&drafts);
	assert_null(drafts_ask(&drafts, &a));
	faults_init(&faults);
	faults_add(&faults, NULL, 0, "a range of width 0");
	draft_fill(drafts_next(&drafts, 10), &cut, NULL, &faults);
	answer = drafts_ask(&drafts, &a);
	assert_non_null(answer);
	assert_null(answer->analysis);
	assert_int_equal(answer->faults.count, 1);
	drafts_free(&drafts);
}

/* What is there is of an entry after the newest of the round: it will do. */
static void settled_without_making(void **state)
{
	struct draft_asking a = asking(1, 'a', 10, 10, 9);
	struct draft_asking b = asking(1, 'b', 10, 12, 9);
	struct drafts drafts;

	(void)state;
	drafts_init(&drafts);
	assert_null(drafts_ask(&drafts, &a));
	fill(drafts_next(&drafts, 10), 10, 1);
	assert_null(drafts_ask(&drafts, &b));
	draft_settle(drafts_next(&drafts, 12));
	assert_null(drafts_next(&drafts, 12));
	assert_has(drafts_ask(&drafts, &b), 1);
	drafts_free(&drafts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(made_for_who_asked),
	    cmocka_unit_test(another_client_gets_a_newer_one),
	    cmocka_unit_test(what_the_client_did_before_is_folded_first),
	    cmocka_unit_test(later_parts_are_of_the_same_draft),
	    cmocka_unit_test(what_a_release_was_never_changes),
	    cmocka_unit_test(releases_and_the_state_now_are_kept_apart),
	    cmocka_unit_test(places_are_few_and_the_wanted_keep_theirs),
	    cmocka_unit_test(the_longest_unasked_gives_way),
	    cmocka_unit_test(what_cannot_be_made_says_why),
	    cmocka_unit_test(settled_without_making),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
