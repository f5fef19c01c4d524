/* Looking at a closed environment, copying it, and what an opening sees of damage that
 * no record's checksum shows. */

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/base/err.h"
#include "common/store/store_verify.h"
#include "place.h"

enum { FIRST, SECOND, MAP = 4 << 20, RECORDS = 200, PAGE = 4096, AT_TXN = 144 };

static const char *const tables[] = {[FIRST] = "first", [SECOND] = "second"};

struct bench {
	struct place place;
	char dir[PATH_MAX + 16];
};

static int open_store(const struct bench *b, struct store **out)
{
	return store_open(b->dir, MAP, tables, 2, NULL, out);
}

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof *b);
	struct store_txn t;
	struct store *s;
	uint8_t key[8];

	place_make(&b->place);
	(void)snprintf(b->dir, sizeof b->dir, "%s/env", b->place.dir);
	assert_int_equal(open_store(b, &s), 0);
	store_begin(s, true, &t);
	for (uint64_t i = 1; i <= RECORDS; i++) {
		be64_put(key, i);
		store_append(&t, FIRST, bytes_of(key, sizeof key),
			     bytes_str("the same in each record"));
	}
	store_put(&t, SECOND, bytes_str("name"), bytes_str("value of the name"));
	assert_int_equal(store_commit(&t), 0);
	store_close(s);
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;

	place_remove(&b->place);
	free(b);
	return 0;
}

struct seen {
	size_t count;
	char table[32];
	uint8_t key[8];
	size_t key_len;
};

static void see(void *ctx, const char *table, struct bytes key)
{
	struct seen *s = ctx;

	s->count++;
	(void)snprintf(s->table, sizeof s->table, "%s", table);
	s->key_len = key.len;
	memcpy(s->key, key.data, key.len < 8 ? key.len : 8);
}

static int verify(const char *dir, struct seen *seen, struct store_census *out)
{
	*seen = (struct seen){.count = 0};
	*out = (struct store_census){.records = 0};
	return store_verify(dir, see, seen, out);
}

static void whole_store_is_counted(void **state)
{
	const struct bench *b = *state;
	struct store_census census;
	struct seen seen;

	assert_int_equal(verify(b->dir, &seen, &census), 0);
	assert_true(census.records >= RECORDS + 2);
	assert_int_equal(census.damaged, 0);
	assert_int_equal(seen.count, 0);
}

static void damaged_record_is_named_and_the_rest_read(void **state)
{
	const struct bench *b = *state;
	struct store_census whole, census;
	struct seen seen;

	assert_int_equal(verify(b->dir, &seen, &whole), 0);
	assert_true(place_flip(place_path(&b->place, "env/data.mdb"),
			       bytes_str("value of the name")) > 0);
	assert_int_equal(verify(b->dir, &seen, &census), ERR_CORRUPT);
	assert_int_equal(seen.count, 1);
	assert_string_equal(seen.table, "second");
	assert_int_equal(seen.key_len, 4);
	assert_memory_equal(seen.key, "name", 4);
	assert_int_equal(census.damaged, 1);
	assert_int_equal(census.records, whole.records);
}

static void open_store_is_left_alone(void **state)
{
	const struct bench *b = *state;
	struct store_census census;
	struct seen seen;
	struct store *s;

	assert_int_equal(open_store(b, &s), 0);
	assert_int_equal(verify(b->dir, &seen, &census), ERR_LOCKED);
	assert_int_equal(store_copy(b->dir, place_path(&b->place, "copy")), ERR_LOCKED);
	store_close(s);
	assert_int_equal(verify(place_path(&b->place, "none"), &seen, &census),
			 ERR_NOT_FOUND);
}

static void copy_holds_the_same(void **state)
{
	const struct bench *b = *state;
	struct store_census whole, census;
	char to[PATH_MAX + 64];
	struct seen seen;

	assert_int_equal(verify(b->dir, &seen, &whole), 0);
	(void)snprintf(to, sizeof to, "%s", place_path(&b->place, "copy"));
	assert_int_equal(store_copy(b->dir, to), 0);
	assert_int_equal(verify(to, &seen, &census), 0);
	assert_int_equal(census.records, whole.records);
	assert_true(store_copy(b->dir, to) < 0);
}

/* ---- what no checksum shows ---- */

static void change(const struct bench *b, off_t at, uint8_t mask)
{
	int fd = open(place_path(&b->place, "env/data.mdb"), O_RDWR | O_CLOEXEC);
	uint8_t byte;

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= mask;
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

static void opening_gives(const struct bench *b, int expected)
{
	struct store_census census;
	struct seen seen;
	struct store *s = NULL;

	assert_int_equal(open_store(b, &s), expected);
	store_close(s);
	assert_int_equal(verify(b->dir, &seen, &census), expected);
}

/* Either root page, seen as a much newer one, would bring back what it leads to. */
static void root_page_with_another_number_is_found(void **state)
{
	const struct bench *b = *state;

	for (off_t page = 0; page < 2; page++) {
		for (off_t byte = 1; byte < 8; byte++) {
			change(b, page * PAGE + AT_TXN + byte, 1);
			opening_gives(b, ERR_CORRUPT);
			change(b, page * PAGE + AT_TXN + byte, 1);
		}
	}
	opening_gives(b, 0);
}

/* It would be made anew, empty. */
static void table_with_another_name_is_found(void **state)
{
	const struct bench *b = *state;
	struct store *s = NULL;

	assert_true(
	    place_flip(place_path(&b->place, "env/data.mdb"), bytes_str("second")) > 0);
	assert_int_equal(open_store(b, &s), ERR_CORRUPT);
	assert_null(s);
}

static int count_one(void *ctx, struct bytes key, struct bytes value)
{
	(void)key;
	(void)value;
	++*(size_t *)ctx;
	return 0;
}

static void scan_without_a_visitor_verifies(void **state)
{
	const struct bench *b = *state;
	struct store_txn t;
	struct store *s;
	uint64_t records;
	size_t count = 0;

	assert_int_equal(open_store(b, &s), 0);
	store_begin(s, false, &t);
	assert_int_equal(store_count(&t, FIRST, &records), 0);
	assert_int_equal(records, RECORDS);
	assert_int_equal(store_scan(&t, FIRST, bytes_of(NULL, 0), NULL, NULL), 0);
	assert_int_equal(store_scan(&t, FIRST, bytes_of(NULL, 0), count_one, &count),
			 0);
	assert_int_equal(count, RECORDS);
	store_abort(&t);
	store_close(s);
	assert_true(place_flip(place_path(&b->place, "env/data.mdb"),
			       bytes_str("the same in each record")) > 0);
	assert_int_equal(open_store(b, &s), 0);
	store_begin(s, false, &t);
	assert_int_equal(store_scan(&t, FIRST, bytes_of(NULL, 0), NULL, NULL),
			 ERR_CORRUPT);
	store_abort(&t);
	store_close(s);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(whole_store_is_counted),
	    CASE(damaged_record_is_named_and_the_rest_read),
	    CASE(open_store_is_left_alone),
	    CASE(copy_holds_the_same),
	    CASE(root_page_with_another_number_is_found),
	    CASE(table_with_another_name_is_found),
	    CASE(scan_without_a_visitor_verifies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
