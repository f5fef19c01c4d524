#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "common/base/err.h"
#include "common/round/entry.h"

enum { MAX = 4096 };

static struct seal full_seal(void)
{
	struct seal s = {.rater = 0x01020304,
			 .stratum = 5,
			 .cluster = 6,
			 .import_id = 0x0708090a0b0c0d0e,
			 .time = 2 * 3600 + 59 * 60 + 59};

	memset(s.command, 0x11, sizeof s.command);
	memset(s.random, 0x22, sizeof s.random);
	strcpy(s.via, "cổng-1");
	return s;
}

static void encode(enum entry_kind kind, struct bytes body, struct buf *out)
{
	struct seal s = full_seal();

	buf_init(out, MAX);
	assert_int_equal(entry_encode(kind, 9, &s, body, out), 0);
}

static void a_ballot_comes_back_without_what_it_must_not_carry(void **state)
{
	struct buf b;
	struct entry e;

	(void)state;
	encode(ENTRY_BALLOT, bytes_str("body"), &b);
	assert_int_equal(entry_decode(buf_bytes(&b), true, &e), 0);
	assert_int_equal(e.kind, ENTRY_BALLOT);
	assert_int_equal(e.round, 9);
	assert_true(bytes_equal(e.body, bytes_str("body")));
	assert_int_equal(e.header.len, ENTRY_HEADER);
	assert_int_equal(e.seal.rater, 0x01020304);
	assert_int_equal(e.seal.stratum, 5);
	assert_int_equal(e.seal.cluster, 6);
	assert_int_equal(e.seal.import_id, 0x0708090a0b0c0d0e);
	assert_int_equal(e.seal.time, 2 * 3600);
	assert_int_equal(e.seal.command[0], 0);
	assert_int_equal(e.seal.random[31], 0x22);
	assert_string_equal(e.seal.via, "cổng-1");
	buf_free(&b);
}

static void a_control_entry_names_no_rater(void **state)
{
	struct buf b;
	struct entry e;

	(void)state;
	encode(ENTRY_CLOSE, bytes_str(""), &b);
	assert_int_equal(entry_decode(buf_bytes(&b), true, &e), 0);
	assert_int_equal(e.seal.rater, 0);
	assert_int_equal(e.seal.stratum, 0);
	assert_int_equal(e.seal.cluster, 0);
	assert_int_equal(e.seal.import_id, 0);
	assert_int_equal(e.seal.time, 2 * 3600 + 59 * 60 + 59);
	assert_int_equal(e.seal.command[15], 0x11);
	buf_free(&b);
}

static void the_layout_is_the_documented_one(void **state)
{
	uint8_t digest[32], seal_digest[32];
	struct buf b;
	size_t via = strlen("cổng-1");

	(void)state;
	encode(ENTRY_BALLOT, bytes_str("body"), &b);
	assert_int_equal(b.len, 76 + 2 + 78 + via + 4);
	assert_int_equal(b.data[0], 1);
	assert_int_equal(b.data[1], ENTRY_BALLOT);
	assert_int_equal(be32_get(b.data + 4), 9);
	assert_int_equal(be32_get(b.data + 8), 4);
	crypto_hash_sha256(digest, (const uint8_t *)"body", 4);
	assert_memory_equal(b.data + 12, digest, 32);
	assert_int_equal(be16_get(b.data + 76), 78 + via);
	crypto_hash_sha256(seal_digest, b.data + 78, 78 + via);
	assert_memory_equal(b.data + 44, seal_digest, 32);
	entry_body_digest(bytes_of(b.data, ENTRY_HEADER), seal_digest);
	assert_memory_equal(seal_digest, digest, 32);
	buf_free(&b);
}

static void a_header_alone_tells_kind_and_round(void **state)
{
	enum entry_kind kind = ENTRY_VOID;
	uint32_t round = 1;
	struct entry e;
	struct buf b;

	(void)state;
	encode(ENTRY_BALLOT, bytes_str("body"), &b);
	assert_int_equal(
	    entry_decode_header(bytes_of(b.data, ENTRY_HEADER - 1), &kind, &round),
	    ERR_FORMAT);
	b.data[1] = 99;
	assert_int_equal(entry_decode_header(buf_bytes(&b), &kind, &round),
			 ERR_VERSION);
	assert_true(kind == ENTRY_VOID && round == 1);
	b.data[1] = ENTRY_BALLOT;
	b.len = ENTRY_HEADER;
	assert_int_equal(entry_decode_header(buf_bytes(&b), &kind, &round), 0);
	assert_true(kind == ENTRY_BALLOT && round == 9);
	assert_int_equal(entry_decode(buf_bytes(&b), false, &e), ERR_FORMAT);
	buf_free(&b);
}

static void every_prefix_is_refused(void **state)
{
	struct buf b;
	struct entry e;

	(void)state;
	encode(ENTRY_BALLOT, bytes_str("body"), &b);
	for (size_t len = 0; len < b.len; len++)
		assert_int_equal(entry_decode(bytes_of(b.data, len), false, &e),
				 ERR_FORMAT);
	buf_free(&b);
}

static void a_changed_byte_is_noticed(void **state)
{
	struct buf b;
	struct entry e;

	(void)state;
	encode(ENTRY_BALLOT, bytes_str("body"), &b);
	for (size_t i = 0; i < b.len; i++) {
		bool in_header_text =
		    i >= 4 && i < 8; /* the round: the chain's matter */

		b.data[i] ^= 0x40;
		if (!in_header_text)
			assert_int_not_equal(entry_decode(buf_bytes(&b), true, &e), 0);
		b.data[i] ^= 0x40;
	}
	buf_free(&b);
}

static void what_is_newer_is_said_to_be_newer(void **state)
{
	static const size_t places[] = {0, 1, 2, 78};
	struct buf b;
	struct entry e;

	(void)state;
	encode(ENTRY_BALLOT, bytes_str("body"), &b);
	for (size_t i = 0; i < 4; i++) {
		uint8_t old = b.data[places[i]];

		b.data[places[i]] = 99;
		assert_int_equal(entry_decode(buf_bytes(&b), false, &e), ERR_VERSION);
		b.data[places[i]] = old;
	}
	buf_free(&b);
}

static void a_body_over_the_limit_is_refused(void **state)
{
	static const uint8_t one;
	struct seal s = full_seal();
	struct buf b;

	(void)state;
	buf_init(&b, MAX);
	assert_int_equal(
	    entry_encode(ENTRY_OPEN, 1, &s, bytes_of(&one, ENTRY_BODY_MAX + 1), &b),
	    ERR_LIMIT);
	assert_int_equal(b.len, 0);
	buf_free(&b);
}

static void the_chain_is_the_documented_one(void **state)
{
	uint8_t id[JOURNAL_ID_SIZE], chain[CHAIN_SIZE], expected[CHAIN_SIZE];
	uint8_t text[13 + 32 + 8 + ENTRY_HEADER], header[ENTRY_HEADER];

	(void)state;
	memset(id, 3, sizeof id);
	memset(header, 4, sizeof header);
	entry_chain_start(id, 2, chain);
	text[0] = 1;
	memcpy(text + 1, id, sizeof id);
	be32_put(text + 17, 2);
	crypto_generichash(expected, 32, text, 21, NULL, 0);
	assert_memory_equal(chain, expected, 32);

	memcpy(text, "par-journal/1", 13);
	memcpy(text + 13, chain, 32);
	be64_put(text + 45, 77);
	memcpy(text + 53, header, sizeof header);
	crypto_generichash(expected, 32, text, sizeof text, NULL, 0);
	entry_chain_next(chain, 77, bytes_of(header, sizeof header));
	assert_memory_equal(chain, expected, 32);
}

static void a_position_moves_only_to_what_follows(void **state)
{
	uint8_t first[ENTRY_HEADER] = {1}, other[ENTRY_HEADER] = {2};
	const struct bytes header = bytes_of(first, sizeof first);
	struct position at = {.n = 4}, before;
	uint8_t chain[CHAIN_SIZE];

	(void)state;
	entry_chain_start(at.journal, 0, at.chain);
	before = at;
	memcpy(chain, at.chain, sizeof chain);
	entry_chain_next(chain, 5, header);
	assert_int_equal(position_step(&at, 6, chain, header), ERR_CORRUPT);
	assert_int_equal(position_step(&at, 5, before.chain, header), ERR_CORRUPT);
	assert_int_equal(position_step(&at, 5, chain, bytes_of(other, sizeof other)),
			 ERR_CORRUPT);
	assert_memory_equal(&at, &before, sizeof at);
	assert_int_equal(position_step(&at, 5, chain, header), 0);
	assert_int_equal(at.n, 5);
	assert_memory_equal(at.chain, chain, sizeof chain);
}

static int setup(void **state)
{
	(void)state;
	return sodium_init() < 0 ? -1 : 0;
}

static void the_chain_of_releases_is_the_documented_one(void **state)
{
	const struct bytes item = bytes_str("an item");
	struct position start = {0}, first = {.n = 1, .journal = "the journal"};
	uint8_t text[14 + CHAIN_SIZE + 8 + 32], chain[CHAIN_SIZE], expected[CHAIN_SIZE];

	(void)state;
	entry_chain_start(first.journal, 0, chain);
	memcpy(text, "par-releases/1", 14);
	memcpy(text + 14, chain, CHAIN_SIZE);
	be64_put(text + 14 + CHAIN_SIZE, 1);
	crypto_hash_sha256(text + 14 + CHAIN_SIZE + 8, item.data, item.len);
	crypto_generichash(expected, CHAIN_SIZE, text, sizeof text, NULL, 0);
	release_chain_next(chain, 1, item);
	assert_memory_equal(chain, expected, CHAIN_SIZE);
	assert_true(release_chain_holds(&start, first.journal, 1, item, chain));
	assert_false(release_chain_holds(&start, first.journal, 2, item, chain));
	assert_false(
	    release_chain_holds(&start, first.journal, 1, bytes_str("other"), chain));
	memcpy(first.chain, chain, CHAIN_SIZE);
	release_chain_next(chain, 2, item);
	assert_true(release_chain_holds(&first, first.journal, 2, item, chain));
	chain[31] ^= 1;
	assert_false(release_chain_holds(&first, first.journal, 2, item, chain));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_ballot_comes_back_without_what_it_must_not_carry),
	    cmocka_unit_test(a_control_entry_names_no_rater),
	    cmocka_unit_test(the_layout_is_the_documented_one),
	    cmocka_unit_test(a_header_alone_tells_kind_and_round),
	    cmocka_unit_test(every_prefix_is_refused),
	    cmocka_unit_test(a_changed_byte_is_noticed),
	    cmocka_unit_test(what_is_newer_is_said_to_be_newer),
	    cmocka_unit_test(a_body_over_the_limit_is_refused),
	    cmocka_unit_test(the_chain_is_the_documented_one),
	    cmocka_unit_test(a_position_moves_only_to_what_follows),
	    cmocka_unit_test(the_chain_of_releases_is_the_documented_one),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
