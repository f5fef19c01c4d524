/* The copy of a roster: whole or not there, the old one or the new one. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/err.h"
#include "common/round/proto.h"
#include "common/store/store.h"
#include "services/par/roster_copy.h"
#include "tests/unit/store/place.h"
#include "tests/unit/store/trace.h"

enum { RECORDS = 16, VALUE = 500 };

/* Records of two tables whose values are all this byte; the more, the larger it is. */
struct made {
	Par__V1__RosterCopy copy;
	Par__V1__RosterRecord records[RECORDS], *list[RECORDS];
	uint8_t keys[RECORDS][8], value[VALUE];
	char dir[PATH_MAX + 16];
};

static void make(struct made *m, const char *dir, uint8_t byte)
{
	par__v1__roster_copy__init(&m->copy);
	(void)snprintf(m->dir, sizeof m->dir, "%s/copies", dir);
	memset(m->value, byte, sizeof m->value);
	m->copy.number = 7;
	m->copy.n_records = RECORDS / 4 * byte;
	m->copy.records = m->list;
	for (size_t i = 0; i < m->copy.n_records; i++) {
		Par__V1__RosterRecord *r = &m->records[i];

		par__v1__roster_record__init(r);
		be64_put(m->keys[i], i);
		r->table = proto_view(bytes_str(i % 2 ? "rows" : "codes"));
		r->key = proto_view(bytes_of(m->keys[i], 8));
		r->value = proto_view(bytes_of(m->value, VALUE));
		m->list[i] = r;
	}
}

static int write_it(void *ctx)
{
	const struct made *m = ctx;

	return roster_copy_write(m->dir, &m->copy);
}

struct seen {
	uint8_t byte;
	size_t count;
};

static int look(void *ctx, struct bytes key, struct bytes value)
{
	struct seen *s = ctx;

	assert_int_equal(key.len, 8);
	assert_int_equal(value.len, VALUE);
	assert_true(s->count == 0 || s->byte == value.data[0]);
	s->byte = value.data[0];
	s->count++;
	return 0;
}

/* Which copy lies there; 0: none. */
static uint8_t which(const char *dir)
{
	static const char *const tables[] = {"rows", "codes"};
	struct seen seen = {0};
	struct store_txn t;
	struct store *store;
	char path[PATH_MAX + 32];

	(void)snprintf(path, sizeof path, "%s/copies/roster/7", dir);
	if (access(path, F_OK))
		return 0;
	assert_int_equal(store_open(path, 1 << 30, tables, 2, NULL, &store), 0);
	store_begin(store, false, &t);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(store_scan(&t, i, bytes_of(NULL, 0), look, &seen), 0);
	store_abort(&t);
	store_close(store);
	assert_true(seen.count > 0);
	assert_int_equal(seen.count, RECORDS / 4 * seen.byte);
	return seen.byte;
}

static void one_takes_the_place_of_another(void **state)
{
	static const uint8_t bytes[] = {2, 4, 1, 3};
	struct place place;
	struct made m;

	(void)state;
	place_make(&place);
	for (size_t i = 0; i < sizeof bytes; i++) {
		make(&m, place.dir, bytes[i]);
		assert_int_equal(write_it(&m), 0);
		assert_int_equal(which(place.dir), bytes[i]);
	}
	place_remove(&place);
}

static void unknown_tables_change_nothing(void **state)
{
	struct place place;
	struct made m;

	(void)state;
	place_make(&place);
	make(&m, place.dir, 1);
	assert_int_equal(write_it(&m), 0);
	make(&m, place.dir, 2);
	m.records[5].table = proto_view(bytes_str("later"));
	assert_int_equal(write_it(&m), ERR_VERSION);
	assert_int_equal(which(place.dir), 1);
	m.records[5].table = proto_view(bytes_str("rows"));
	m.records[5].key.len = 0;
	assert_int_equal(write_it(&m), ERR_FORMAT);
	assert_int_equal(which(place.dir), 1);
	place_remove(&place);
}

static void first_copy_survives_kill_at_every_step(void **state)
{
	bool killed = true;
	unsigned none = 0;

	(void)state;
	if (trace_under_valgrind())
		skip();
	for (unsigned step = 1; killed; step++) {
		struct place place;
		struct made m;
		uint8_t is;

		place_make(&place);
		make(&m, place.dir, 2);
		killed = trace_kill(write_it, &m, step);
		is = which(place.dir);
		assert_true(is == 2 || (killed && is == 0));
		none += is == 0;
		/* The next one does it, whatever was left; looked at now and then. */
		if (step % 8 == 0)
			assert_int_equal(write_it(&m), 0);
		assert_true(step % 8 || which(place.dir) == 2);
		place_remove(&place);
	}
	assert_true(none > 10);
}

static void next_copy_survives_kill_at_every_step(void **state)
{
	struct place place;
	bool killed = true;
	unsigned old = 0;
	uint8_t is = 0;

	(void)state;
	if (trace_under_valgrind())
		skip();
	place_make(&place);
	for (unsigned step = 1; killed; step++) {
		struct made m;

		make(&m, place.dir, 1);
		if (is != 1)
			assert_int_equal(write_it(&m), 0);
		make(&m, place.dir, 3);
		killed = trace_kill(write_it, &m, step);
		is = which(place.dir);
		assert_true(is == 3 || (killed && is == 1));
		old += is == 1;
	}
	assert_true(old > 10);
	place_remove(&place);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_takes_the_place_of_another),
	    cmocka_unit_test(unknown_tables_change_nothing),
	    cmocka_unit_test(first_copy_survives_kill_at_every_step),
	    cmocka_unit_test(next_copy_survives_kill_at_every_step),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
