/*
 * The engine "lmdb:" under the conformance test, and damage that only a faulty program
 * could make: the checksums hold and the journal is wrong all the same.
 */

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "common/base/err.h"
#include "common/store/journal.h"
#include "common/store/journal_mark.h"
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

static const char *mark_path(const struct place *p)
{
	return place_path(p, "journal.head");
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

static int open_reading(const struct place *p, struct journal **out)
{
	char text[PATH_MAX + 32];

	uri(p->dir, text, sizeof(text));
	return journal_open_reading(text, out);
}

/* To work with or to read. */
static void opening_gives(const struct place *p, int expected)
{
	struct journal *read = NULL, *j = NULL;

	assert_int_equal(open_reading(p, &read), expected);
	journal_close(read);
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

static void gap_is_found_at_opening(void **state)
{
	uint8_t key[8];

	be64_put(key, 1);
	write_under(*state, RECORDS, bytes_of(key, 8), bytes_of(NULL, 0));
	opening_gives(*state, ERR_CORRUPT);
}

/* The last record goes, and the store is as whole as it was one entry earlier. */
static void older_state_is_found_at_opening(void **state)
{
	uint8_t key[8];

	be64_put(key, RECORDS_MADE);
	write_under(*state, RECORDS, bytes_of(key, 8), bytes_of(NULL, 0));
	opening_gives(*state, ERR_CORRUPT);
}

static void mark_of_another_journal_tells_nothing(void **state)
{
	struct position other = {.journal = {1}, .n = 1000};
	int fd;

	assert_int_equal(journal_mark_open(mark_path(*state), &fd), 0);
	journal_mark_write(fd, &other);
	close(fd);
	opening_gives(*state, 0);
}

static void damaged_mark_tells_nothing(void **state)
{
	int fd = open(mark_path(*state), O_RDWR | O_CLOEXEC);
	uint8_t byte;

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &byte, 1, 20), 1);
	byte ^= 4;
	assert_int_equal(pwrite(fd, &byte, 1, 20), 1);
	opening_gives(*state, 0);
	assert_int_equal(ftruncate(fd, 40), 0);
	opening_gives(*state, 0);
	close(fd);
}

static void missing_mark_is_made_again(void **state)
{
	assert_int_equal(unlink(mark_path(*state)), 0);
	opening_gives(*state, 0);
	assert_int_equal(access(mark_path(*state), F_OK), 0);
}

static void copy_keeps_the_id_and_no_other(void **state)
{
	const struct place *p = *state;
	uint8_t id[JOURNAL_ID_SIZE] = {7}, other[JOURNAL_ID_SIZE] = {8};
	struct journal *j;
	char path[PATH_MAX + 32];

	(void)snprintf(path, sizeof path, "lmdb:%s", place_path(p, "copy"));
	assert_int_equal(journal_open_copy(path, LIMIT, id, &j), 0);
	assert_memory_equal(journal_head(j, 0).journal, id, sizeof id);
	journal_close(j);
	assert_int_equal(journal_open_copy(path, LIMIT, id, &j), 0);
	journal_close(j);
	assert_int_equal(journal_open_copy(path, LIMIT, other, &j), ERR_FORKED);
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

static void older_format_is_refused(void **state)
{
	static const uint8_t format[4];

	write_under(*state, META, bytes_str("format"), bytes_of(format, 4));
	opening_gives(*state, ERR_OLD);
}

static int count_record(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
			struct bytes record)
{
	uint64_t *count = ctx;

	(void)chain;
	(void)record;
	assert_int_equal(n, ++*count);
	return 0;
}

/* Not even the files that an opening makes beside the data. */
static void reading_changes_nothing(void **state)
{
	const struct place *p = *state;
	struct journal *j, *other;
	uint64_t count = 0;
	struct position head;

	assert_int_equal(unlink(mark_path(p)), 0);
	assert_int_equal(unlink(place_path(p, "journal/lock.mdb")), 0);
	assert_int_equal(open_reading(p, &j), 0);
	assert_int_equal(open_reading(p, &other), ERR_LOCKED);
	assert_int_equal(open_journal(p, &other), ERR_LOCKED);
	head = journal_head(j, 0);
	assert_int_equal(head.n, RECORDS_MADE);
	assert_int_equal(journal_contains(j, &head), 0);
	assert_int_equal(journal_read(j, 0, 1, count_record, &count, NULL), 0);
	assert_int_equal(count, RECORDS_MADE);
	journal_close(j);
	assert_false(place_has(p, "journal.head"));
	assert_false(place_has(p, "journal/lock.mdb"));
}

static void nothing_is_made_by_reading(void **state)
{
	const struct place *p = *state;
	struct journal *j;
	char path[PATH_MAX + 32];

	(void)snprintf(path, sizeof path, "lmdb:%s", place_path(p, "other"));
	assert_int_equal(journal_open_reading(path, &j), ERR_NOT_FOUND);
	assert_false(place_has(p, "other"));
	assert_int_equal(journal_open_reading("none:x", &j), ERR_CONFIG);
}

int main(void)
{
	static const struct journal_maker maker = {uri, damage};
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(broken_chain_is_found_at_opening, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(gap_is_found_at_opening, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(older_state_is_found_at_opening, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(mark_of_another_journal_tells_nothing,
					    set_up, tear_down),
	    cmocka_unit_test_setup_teardown(damaged_mark_tells_nothing, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(missing_mark_is_made_again, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(copy_keeps_the_id_and_no_other, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(records_without_an_id_are_damage, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(newer_format_is_refused, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(older_format_is_refused, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(reading_changes_nothing, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(nothing_is_made_by_reading, set_up,
					    tear_down),
	};
	int failed = journal_conformance(&maker);

	return failed + cmocka_run_group_tests_name("lmdb", tests, NULL, NULL);
}
