#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/round/arena.h"
#include "common/round/index.h"

static void finds_what_was_added(void **state)
{
	struct index ix;

	(void)state;
	index_init(&ix);
	for (uint32_t i = 0; i < 10000; i++)
		assert_int_equal(index_add(&ix, hash_number(i), i), 0);
	for (uint32_t i = 0; i < 10000; i++) {
		struct index_cursor at = index_seek(&ix, hash_number(i));
		bool found = false;

		while (index_next(&ix, &at))
			found = found || at.place == i;
		assert_true(found);
	}
	index_free(&ix);
}

static void offers_every_place_of_one_hash(void **state)
{
	struct index ix;
	struct index_cursor at;
	unsigned count = 0;

	(void)state;
	index_init(&ix);
	at = index_seek(&ix, 5);
	assert_false(index_next(&ix, &at));
	for (uint32_t i = 0; i < 50; i++)
		assert_int_equal(index_add(&ix, 5, i), 0);
	assert_int_equal(index_add(&ix, 6, 99), 0);
	at = index_seek(&ix, 5);
	while (index_next(&ix, &at)) {
		assert_true(at.place < 50);
		count++;
	}
	assert_int_equal(count, 50);
	index_free(&ix);
}

static void hash_depends_on_every_byte(void **state)
{
	uint8_t text[21] = {0};
	uint64_t first = hash_bytes(bytes_of(text, sizeof text));

	(void)state;
	for (size_t i = 0; i < sizeof text; i++) {
		text[i] = 1;
		assert_int_not_equal(hash_bytes(bytes_of(text, sizeof text)), first);
		text[i] = 0;
		assert_int_not_equal(hash_bytes(bytes_of(text, i)), first);
	}
}

static void arena_pieces_stay_where_they_are(void **state)
{
	struct arena a;
	uint8_t *pieces[500];

	(void)state;
	arena_init(&a, 100);
	for (size_t i = 0; i < 500; i++) {
		pieces[i] = i % 2 == 0 ? arena_get(&a, i) : arena_bytes(&a, i);
		assert_non_null(pieces[i]);
		memset(pieces[i], (int)(i & 0xff), i);
	}
	for (size_t i = 0; i < 500; i++) {
		for (size_t k = 0; k < i; k++)
			assert_int_equal(pieces[i][k], i & 0xff);
	}
	arena_reset(&a);
	assert_string_equal(arena_text(&a, bytes_str("sở")), "sở");
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_what_was_added),
	    cmocka_unit_test(offers_every_place_of_one_hash),
	    cmocka_unit_test(hash_depends_on_every_byte),
	    cmocka_unit_test(arena_pieces_stay_where_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
