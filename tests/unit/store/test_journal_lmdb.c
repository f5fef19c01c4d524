/*
 * The engine "lmdb:" under the conformance test, and damage that only a faulty program
 * could make: the checksums hold and the journal is wrong all the same.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "common/base/err.h"
#include "common/store/journal.h"
#include "common/store/store.h"
#include "journal_conformance.h"
#include "place.h"

enum { META, RECORDS, LIMIT = 4 << 20, RECORDS_MADE = 3 };

static void uri(const char *dir, char *out, size_t size)
{
	snprintf(out, size, "lmdb:%s/journal", dir);
}

static unsigned damage(const char *dir, struct bytes what)
{
	char path[PATH_MAX + 32];

	snprintf(path, sizeof(path), "%s/journal/data.mdb", dir);
	return place_flip(path, what);
}

static void on_done(void *ctx, int err, uint64_t first)
{
	(void)ctx;
	(void)first;
	assert_int_equal(err, 0);
}

static int open_journal(const struct place *p, struct journal **out)
{
	char text[PATH_MAX + 32];

	uri(p->dir, text, sizeof(text));
	return journal_open(text, LIMIT, out);
}

/* A journal of three equal records in a fresh place. */
static int set_up(void **state)
{
	static struct place place;
	struct bytes records[RECORDS_MADE];
	struct seal seal = {.rater = 1};
	struct journal *j;
	struct buf record;

	place_make(&place);
	buf_init(&record, 1000);
	assert_int_equal(entry_encode(ENTRY_BALLOT, 1, &seal, bytes_str("x"), &record),
			 0);
	for (size_t i = 0; i < RECORDS_MADE; i++)
		records[i] = buf_bytes(&record);
	assert_int_equal(open_journal(&place, &j), 0);
	journal_append(j, 0, records, RECORDS_MADE, on_done, NULL);
	journal_close(j);
	buf_free(&record);
	*state = &place;
	return 0;
}

static int tear_down(void **state)
{
	place_remove(*state);
	return 0;
}

/* Changes the tables under the journal; an empty value deletes. */
static void write_under(const struct place *p, size_t table, struct bytes key,
			struct bytes value)
{
	static const char *const tables[] = {[META] = "meta", [RECORDS] = "records"};
	struct store_txn t;
	struct store *s;

	assert_int_equal(
	    store_open(place_path(p, "journal"), LIMIT, tables, 2, NULL, &s), 0);
	store_begin(s, true, &t);
	if (value.len > 0)
		store_put(&t, table, key, value);
	else
		store_del(&t, table, key);
	assert_int_equal(store_commit(&t), 0);
	store_close(s);
}

static void opening_gives(const struct place *p, int expected)
{
	struct journal *j = NULL;

	assert_int_equal(open_journal(p, &j), expected);
	journal_close(j);
}

static void broken_chain_is_found_at_opening(void **state)
{
	uint8_t key[8], value[CHAIN_SIZE + ENTRY_HEADER] = {0};

	be64_put(key, RECORDS_MADE);
	write_under(*state, RECORDS, bytes_of(key, 8), bytes_of(value, sizeof(value)));
	opening_gives(*state, ERR_CORRUPT);
}

static int on_record(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		     struct bytes record)
{
	uint64_t *last = ctx;

	(void)chain;
	(void)record;
	*last = n;
	return 0;
}

static void gap_is_found_by_reading(void **state)
{
	uint64_t last = 0, bad = 0;
	struct journal *j;
	uint8_t key[8];

	be64_put(key, 1);
	write_under(*state, RECORDS, bytes_of(key, 8), bytes_of(NULL, 0));
	assert_int_equal(open_journal(*state, &j), 0);
	assert_int_equal(journal_read(j, 0, 1, on_record, &last, &bad), ERR_CORRUPT);
	assert_int_equal(last, 0);
	assert_int_equal(bad, 1);
	journal_close(j);
}

static void records_without_an_id_are_damage(void **state)
{
	write_under(*state, META, bytes_str("id"), bytes_of(NULL, 0));
	opening_gives(*state, ERR_CORRUPT);
}

static void newer_format_is_refused(void **state)
{
	uint8_t format[4];

	be32_put(format, 2);
	write_under(*state, META, bytes_str("format"), bytes_of(format, 4));
	opening_gives(*state, ERR_VERSION);
}

int main(void)
{
	static const struct journal_maker maker = {uri, damage};
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(broken_chain_is_found_at_opening, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(gap_is_found_by_reading, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(records_without_an_id_are_damage, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(newer_format_is_refused, set_up, tear_down),
	};
	int failed = journal_conformance(&maker);

	return failed + cmocka_run_group_tests_name("lmdb", tests, NULL, NULL);
}
