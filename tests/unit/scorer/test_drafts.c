/* Who asks for a draft gets one whose cut is not before the asking. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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

static void fill(struct draft *d, uint64_t cut_n, const char *text)
{
	struct buf scores;
	struct faults faults;

	buf_init(&scores, 100);
	faults_init(&faults);
	assert_int_equal(buf_put_str(&scores, text), 0);
	draft_fill(d, cut_n, &scores, &faults);
}

static void made_for_who_asked(void **state)
{
	struct draft_asking a = asking(1, 'a', 10, 10, 9);
	struct drafts drafts;
	const struct draft *answer;

	(void)state;
	drafts_init(&drafts);
	assert_null(drafts_ask(&drafts, &a));
	assert_non_null(drafts_next(&drafts, 10));
	fill(drafts_next(&drafts, 10), 10, "draft");
	assert_null(drafts_next(&drafts, 10));
	/* The round went on meanwhile; this client is answered all the same. */
	a = asking(1, 'a', 20, 20, 20);
	answer = drafts_ask(&drafts, &a);
	assert_non_null(answer);
	assert_true(bytes_equal(buf_bytes(&answer->scores), bytes_str("draft")));
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
	fill(drafts_next(&drafts, 10), 10, "draft");
	assert_non_null(drafts_ask(&drafts, &c));
	assert_null(drafts_ask(&drafts, &b));
	assert_non_null(drafts_next(&drafts, 20));
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
	fill(drafts_next(&drafts, 10), 10, "draft");
	b.first_part = false;
	assert_non_null(drafts_ask(&drafts, &b));
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
	fill(drafts_next(&drafts, 10), 10, "draft");
	/* Round 1 is made and gives way, the next in turn is round 2. */
	assert_null(drafts_ask(&drafts, &a));
	assert_int_equal(drafts_next(&drafts, 10)->round, 2);
	a = asking(1, 'a', 10, 10, 9);
	assert_null(drafts_ask(&drafts, &a));
	drafts_free(&drafts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(made_for_who_asked),
	    cmocka_unit_test(another_client_gets_a_newer_one),
	    cmocka_unit_test(what_the_client_did_before_is_folded_first),
	    cmocka_unit_test(later_parts_are_of_the_same_draft),
	    cmocka_unit_test(places_are_few_and_the_wanted_keep_theirs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
