/* The quick reader against the one that decides: never another ballot. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "common/round/fold_ballot.h"

enum { SHEETS = 4, ANSWERS = 300, ROUNDS = 3000, CHUNK = 1024 };

static const char *const code = "vòng-1";

static uint64_t seed = 1;

static uint32_t draw(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % below;
}

/* Units ascend, but for some ballots; numbers and answers of all lengths. */
static void make(struct buf *out)
{
	static uint8_t answers[ANSWERS], rules[32], nonce[BALLOT_NONCE];
	struct sheet sheets[SHEETS];
	struct ballot b = {.round = bytes_str(code),
			   .rules = bytes_of(rules, sizeof rules),
			   .nonce = bytes_of(nonce, sizeof nonce),
			   .sheets = sheets,
			   .sheet_count = 1 + draw(SHEETS)};
	uint32_t unit = draw(300);

	for (uint32_t i = 0; i < ANSWERS; i++)
		answers[i] = (uint8_t)draw(256);
	for (uint32_t i = 0; i < b.sheet_count; i++) {
		sheets[i] =
		    (struct sheet){unit, draw(1001), bytes_of(answers, draw(ANSWERS))};
		unit += draw(10) == 0 ? 0 : 1 + draw(20000);
	}
	buf_reset(out);
	assert_int_equal(ballot_encode(&b, out), 0);
}

static void expect_same(const struct ballot *a, const struct ballot *b)
{
	assert_true(bytes_equal(a->round, b->round));
	assert_true(bytes_equal(a->rules, b->rules));
	assert_true(bytes_equal(a->nonce, b->nonce));
	assert_int_equal(a->sheet_count, b->sheet_count);
	for (uint32_t i = 0; i < a->sheet_count; i++) {
		assert_int_equal(a->sheets[i].unit, b->sheets[i].unit);
		assert_int_equal(a->sheets[i].revision, b->sheets[i].revision);
		assert_true(bytes_equal(a->sheets[i].answers, b->sheets[i].answers));
	}
}

/* Whether the quick reader took it; if so, both read the same. */
static bool compare(struct bytes body)
{
	struct ballot quick, slow;
	struct arena a, b;
	bool read;

	arena_init(&a, CHUNK);
	arena_init(&b, CHUNK);
	read = fold_ballot_read(&a, body, bytes_str(code), &quick);
	if (read) {
		assert_int_equal(ballot_decode_in(&b, body, &slow, NULL), 0);
		expect_same(&quick, &slow);
	}
	arena_free(&a);
	arena_free(&b);
	return read;
}

static bool is_plain(struct bytes body)
{
	struct ballot b;
	struct arena a;
	bool plain;

	arena_init(&a, CHUNK);
	plain = ballot_decode_in(&a, body, &b, NULL) == 0;
	for (uint32_t i = 0; plain && i < b.sheet_count; i++)
		plain = b.sheets[i].revision > 0 && b.sheets[i].answers.len > 0 &&
			(i == 0 || b.sheets[i].unit > b.sheets[i - 1].unit);
	arena_free(&a);
	return plain;
}

static void every_plain_ballot_is_read(void **state)
{
	unsigned read = 0;
	struct buf body;

	(void)state;
	buf_init(&body, BALLOT_BYTES_MAX);
	for (int i = 0; i < ROUNDS; i++) {
		make(&body);
		assert_int_equal(compare(buf_bytes(&body)), is_plain(buf_bytes(&body)));
		read += compare(buf_bytes(&body));
	}
	assert_true(read > ROUNDS / 2 && read < ROUNDS);
	buf_free(&body);
}

static void no_other_bytes_are(void **state)
{
	unsigned read = 0;
	struct buf body;

	(void)state;
	buf_init(&body, BALLOT_BYTES_MAX);
	for (int i = 0; i < ROUNDS; i++) {
		make(&body);
		for (int k = 0; k < 30; k++) {
			/* Heads of fields are at the front and about the end. */
			size_t at = draw(2) ? draw(60) : draw((uint32_t)body.len);
			uint8_t old = body.data[at % body.len];

			body.data[at % body.len] = (uint8_t)draw(256);
			read += compare(buf_bytes(&body));
			body.data[at % body.len] = old;
			(void)compare(bytes_of(body.data, draw((uint32_t)body.len)));
		}
		assert_false(compare(bytes_of(body.data, body.len - 1)));
		assert_int_equal(buf_put(&body, "\x2a", 1), 0);
		assert_false(compare(buf_bytes(&body)));
	}
	assert_true(read > ROUNDS);
	buf_free(&body);
}

static void what_is_longer_than_need_be_is_left(void **state)
{
	struct bytes shorter;
	struct buf body, longer;

	(void)state;
	buf_init(&body, BALLOT_BYTES_MAX);
	buf_init(&longer, BALLOT_BYTES_MAX);
	make(&body);
	while (!compare(buf_bytes(&body)))
		make(&body);
	/* The version as two bytes: 0x81 0x00. */
	shorter = bytes_of(body.data + 2, body.len - 2);
	assert_int_equal(buf_put(&longer, "\x08\x81\x00", 3), 0);
	assert_int_equal(buf_put(&longer, shorter.data, shorter.len), 0);
	assert_false(compare(buf_bytes(&longer)));
	/* Another round's. */
	body.data[4] = 'w';
	assert_false(compare(buf_bytes(&body)));
	buf_free(&body);
	buf_free(&longer);
}

static int setup(void **state)
{
	(void)state;
	return sodium_init() < 0 ? -1 : 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_plain_ballot_is_read),
	    cmocka_unit_test(no_other_bytes_are),
	    cmocka_unit_test(what_is_longer_than_need_be_is_left),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
