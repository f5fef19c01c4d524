/* Link 2 in role auditor: whole entries of closed rounds, of all others the headers. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "common/base/err.h"
#include "tests/unit/collector/asking.h"

enum { ENTRIES_MAX = 32 };

/* What a peer has read from the start, a letter an entry: its round's number where it
 * came whole, "-" where it was withheld. */
struct reading {
	struct service *s;
	struct feed_reader *reader;
	uint8_t chain[CHAIN_SIZE];
	char seen[ENTRIES_MAX + 1];
	size_t count;
};

static int on_items(void *ctx, const struct feed_item items[], size_t count,
		    const uint8_t journal[JOURNAL_ID_SIZE])
{
	struct reading *r = ctx;

	for (size_t i = 0; i < count; i++) {
		struct bytes got = items[i].payload;
		enum entry_kind kind;
		uint32_t round;
		struct entry e;

		if (r->count == 0)
			entry_chain_start(journal, 0, r->chain);
		assert_true(got.len >= ENTRY_HEADER && r->count < ENTRIES_MAX);
		entry_chain_next(r->chain, items[i].n,
				 bytes_of(got.data, ENTRY_HEADER));
		assert_memory_equal(r->chain, items[i].chain, CHAIN_SIZE);
		assert_int_equal(entry_decode_header(got, &kind, &round), 0);
		if (got.len > ENTRY_HEADER)
			assert_int_equal(entry_decode(got, true, &e), 0);
		r->seen[r->count++] =
		    got.len > ENTRY_HEADER ? (char)('0' + round) : '-';
	}
	return 0;
}

static void read_all(struct service *s, enum role role, struct reading *out)
{
	struct feed_handlers handlers = {.ctx = out, .on_items = on_items};
	struct position start = {0};
	char path[512];
	struct key key;
	struct faults faults;

	*out = (struct reading){.s = s};
	faults_init(&faults);
	(void)snprintf(path, sizeof path, "%s/%s.key", s->keys, role_name(role));
	assert_int_equal(key_read(path, &key, &faults), 0);
	faults_free(&faults);
	struct client_config config = {.endpoint = s->feed,
				       .server_public = s->own.public_text,
				       .key = &key,
				       .resend_ms = 60000};
	assert_int_equal(
	    feed_reader_open(s->loop, &config, &start, 0, &handlers, &out->reader), 0);
	for (int i = 0; i < 20000 && out->count < entries(s); i++)
		assert_int_equal(loop_turn(s->loop, 50), 0);
	feed_reader_close(out->reader);
}

static void expect_seen(struct service *s, enum role role, const char *expected)
{
	struct reading r;

	read_all(s, role, &r);
	assert_string_equal(r.seen, expected);
}

static void send_sheet(struct service *s, const char *round)
{
	struct sending what = {ROLE_INTAKE, "ma-1", NULL, 0, 1, 4, 0, false, round};

	expect_verdict(s, &what, ACCEPTED, NULL, NULL);
}

static void test_only_closed_rounds_are_whole(void **state)
{
	struct service *s = service_make();
	struct opening second = plain;

	(void)state;
	second.code = "r2";
	expect_done(open_round(s, &plain, NULL, 1000));
	send_sheet(s, NULL);
	expect_done(open_round(s, &second, NULL, 1000));
	send_sheet(s, "r2");
	expect_seen(s, ROLE_AUDITOR, "----");
	expect_seen(s, ROLE_INTERNAL, "1122");
	expect_done(close_round(s, ROLE_RELEASER, "r1", NULL));
	expect_seen(s, ROLE_AUDITOR, "11--1");
	expect_done(close_round(s, ROLE_RELEASER, "r2", NULL));
	expect_seen(s, ROLE_AUDITOR, "112212");
	expect_done(void_round(s, "r2", "sai"));
	expect_seen(s, ROLE_AUDITOR, "11--1--");
	service_restart(s);
	expect_seen(s, ROLE_AUDITOR, "11--1--");
	expect_seen(s, ROLE_INTERNAL, "1122122");
	service_free(s);
}

/* Without it no auditor could recompute what was pooled with it. */
static void test_void_but_pooled_with_a_closed_one(void **state)
{
	struct service *s = service_make();
	struct opening pooling = plain;

	(void)state;
	pooling.code = "r2";
	pooling.pool = "r1";
	expect_done(open_round(s, &plain, NULL, 1000));
	expect_done(close_round(s, ROLE_RELEASER, "r1", NULL));
	expect_done(open_round(s, &pooling, NULL, 1000));
	expect_seen(s, ROLE_AUDITOR, "11-");
	expect_done(void_round(s, "r1", "sai"));
	expect_seen(s, ROLE_AUDITOR, "----");
	expect_done(close_round(s, ROLE_RELEASER, "r2", NULL));
	expect_seen(s, ROLE_AUDITOR, "11212");
	service_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_only_closed_rounds_are_whole),
	    cmocka_unit_test(test_void_but_pooled_with_a_closed_one),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
