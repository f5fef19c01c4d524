#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "services/collector/batch.h"

static struct batch *make(void)
{
	struct batch *b = calloc(1, sizeof *b);

	assert_non_null(b);
	batch_init(b);
	return b;
}

static void drop(struct batch *b)
{
	batch_free(b);
	free(b);
}

static void test_keys(void **state)
{
	struct batch *b = make();

	(void)state;
	assert_false(batch_has_key(b, 1, 2, 3));
	assert_int_equal(batch_put_key(b, 1, 2, 3), 0);
	assert_true(batch_has_key(b, 1, 2, 3));
	assert_false(batch_has_key(b, 1, 3, 2));
	assert_false(batch_has_key(b, 2, 2, 3));
	batch_reset(b);
	assert_false(batch_has_key(b, 1, 2, 3));
	drop(b);
}

static void test_records_and_answers(void **state)
{
	struct batch *b = make();
	struct seal seal = {.via = "test"};
	struct wire_peer peer = {.route = "p", .route_len = 1};
	uint8_t id[WIRE_ID_SIZE] = {7};
	struct entry e;

	(void)state;
	assert_int_equal(batch_put_record(b, ENTRY_BALLOT, 1, &seal, bytes_str("one")),
			 0);
	assert_int_equal(batch_put_answer(b, &peer, id, bytes_str("taken")), 0);
	assert_int_equal(batch_put_record(b, ENTRY_CLOSE, 2, &seal, bytes_str("two!")),
			 0);
	assert_int_equal(entry_decode(batch_record(b, 0), true, &e), 0);
	assert_true(bytes_equal(e.body, bytes_str("one")));
	assert_int_equal(entry_decode(batch_record(b, 1), true, &e), 0);
	assert_true(bytes_equal(e.body, bytes_str("two!")));
	assert_int_equal(e.round, 2);
	assert_int_equal(b->answer_count, 1);
	assert_true(bytes_equal(batch_answer_bytes(b, 0), bytes_str("taken")));
	assert_memory_equal(b->answers[0].id, id, sizeof id);
	drop(b);
}

static void test_is_full(void **state)
{
	struct batch *b = make();
	struct seal seal = {.via = "test"};

	(void)state;
	for (int i = 0; i < BATCH_ENTRIES_MAX; i++) {
		assert_false(batch_is_full(b));
		assert_int_equal(
		    batch_put_record(b, ENTRY_BALLOT, 1, &seal, bytes_str("x")), 0);
	}
	assert_true(batch_is_full(b));
	batch_reset(b);
	assert_false(batch_is_full(b));
	drop(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_keys),
	    cmocka_unit_test(test_records_and_answers),
	    cmocka_unit_test(test_is_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
