/* The records of a roster on the disk: rows, codes, and what a crash leaves. */

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
#include "services/collector/roster_files.h"
#include "services/collector/roster_store.h"
#include "tests/unit/collector/roster_place.h"
#include "tests/unit/store/trace.h"

static void test_reopen(void **state)
{
	enum { ROWS = 2500 };
	struct roster_place p = roster_place_make(ROWS);
	struct roster *again;

	(void)state;
	assert_int_equal(roster_place_load(&p, ROWS, ROWS, &again), 0);
	assert_int_equal(roster_count(again), ROWS);
	for (uint32_t i = 0; i < ROWS; i++) {
		char name[32];
		struct rater a, b;

		(void)snprintf(name, sizeof name, "Công ty %u", i);
		a = roster_made_rater(p.roster, name);
		b = roster_made_rater(again, name);
		assert_memory_equal(&a, &b, sizeof a);
	}
	assert_non_null(roster_by_code(again, bytes_str("MA-7")));
	roster_free(again);
	roster_place_free(&p);
}

/* Rows whose entry never got into the journal never happened. */
static void test_orphan_rows(void **state)
{
	enum { ROWS = 100 };
	struct roster_place p = roster_place_make(ROWS);
	struct roster *again;

	(void)state;
	roster_made_add_many(p.roster, ROWS, 2500);
	assert_int_equal(roster_number(p.roster, ROWS), 0);
	assert_int_equal(roster_store_write(p.dir, 1, p.roster, ROWS), 0);
	assert_int_equal(roster_place_load(&p, ROWS, ROWS, &again), 0);
	assert_int_equal(roster_count(again), ROWS);
	/* Others take their place, and nothing of them comes back behind those. */
	roster_made_add_new(again, "mới", "", "", 0);
	assert_int_equal(roster_number(again, ROWS), 0);
	assert_int_equal(roster_store_write(p.dir, 1, again, ROWS), 0);
	roster_free(again);
	assert_int_equal(roster_place_load(&p, ROWS + 1, ROWS, &again), 0);
	assert_int_equal(roster_count(again), ROWS + 1);
	assert_non_null(roster_by_respondent(again, bytes_str("mới")));
	roster_free(again);
	assert_int_equal(roster_place_load(&p, ROWS + 2, ROWS, &again), ERR_CORRUPT);
	roster_place_free(&p);
}

/* The same when a drop left them there and the process went on. */
static void test_rows_that_were_dropped(void **state)
{
	enum { ROWS = 100, MORE = 2500 };
	struct roster_place p = roster_place_make(ROWS);
	struct roster_mark mark = roster_mark(p.roster);
	struct roster *again;

	(void)state;
	roster_made_add_many(p.roster, ROWS, MORE);
	assert_int_equal(roster_number(p.roster, ROWS), 0);
	assert_int_equal(roster_store_write(p.dir, 1, p.roster, ROWS), 0);
	assert_int_equal(roster_rollback(p.roster, mark), 0);
	roster_made_add_new(p.roster, "mới", "", "", 0);
	assert_int_equal(roster_number(p.roster, ROWS), 0);
	assert_int_equal(roster_store_write(p.dir, 1, p.roster, ROWS), 0);
	assert_int_equal(roster_place_load(&p, ROWS + 1, ROWS, &again), 0);
	assert_non_null(roster_by_respondent(again, bytes_str("mới")));
	roster_free(again);
	roster_place_free(&p);
}

static void test_digest(void **state)
{
	struct roster_place p = roster_place_make(10);
	struct roster *again;

	(void)state;
	p.digest[0] ^= 1;
	assert_int_equal(roster_place_load(&p, 10, 10, &again), ERR_CORRUPT);
	roster_place_free(&p);
}

/* ---- codes ---- */

static void test_codes_stay(void **state)
{
	enum { ROWS = 60 };
	struct roster_place p = roster_place_make(ROWS);
	struct roster *again;

	(void)state;
	roster_place_codes(&p, ROWS, 1);
	roster_place_codes(&p, ROWS / 2, 2);
	assert_int_equal(roster_place_load(&p, ROWS, ROWS, &again), 0);
	for (uint32_t n = 0; n < ROWS; n += 2) {
		assert_int_equal(roster_made_whose(again, n, 1) >= 0, n >= ROWS / 2);
		assert_int_equal(roster_made_whose(again, n, 2) >= 0, n < ROWS / 2);
	}
	roster_free(again);
	roster_place_free(&p);
}

/* Rows that never happened take their codes with them. */
static void test_codes_of_orphan_rows(void **state)
{
	enum { ROWS = 40, FEWER = 20 };
	struct roster_place p = roster_place_make(FEWER), other;
	struct roster *again;

	(void)state;
	roster_made_add_many(p.roster, FEWER, ROWS);
	assert_int_equal(roster_number(p.roster, FEWER), 0);
	assert_int_equal(roster_store_write(p.dir, 1, p.roster, FEWER), 0);
	roster_place_codes(&p, ROWS, 1);
	other = p;
	assert_int_equal(roster_place_load(&other, FEWER, FEWER, &again), 0);
	assert_true(roster_made_whose(again, 0, 1) >= 0);
	assert_int_equal(roster_made_whose(again, FEWER, 1), -1);
	/* Others come to their places, and have none. */
	roster_made_add_many(again, FEWER, ROWS);
	assert_int_equal(roster_number(again, FEWER), 0);
	assert_int_equal(roster_store_write(p.dir, 1, again, FEWER), 0);
	roster_free(again);
	assert_int_equal(roster_place_load(&p, ROWS, FEWER, &again), 0);
	assert_int_equal(roster_made_whose(again, FEWER, 1), -1);
	assert_int_equal(roster_code_origin(again, FEWER), CODE_NONE);
	roster_free(again);
	/* The same when nobody has read it in between. */
	roster_place_codes(&p, ROWS, 2);
	assert_int_equal(roster_store_write(p.dir, 1, p.roster, FEWER), 0);
	assert_int_equal(roster_place_load(&p, ROWS, FEWER, &again), 0);
	assert_true(roster_made_whose(again, 0, 2) >= 0);
	assert_int_equal(roster_made_whose(again, FEWER, 2), -1);
	roster_free(again);
	roster_place_free(&p);
}

static int write_turn_2(void *ctx)
{
	const struct roster_place *p = ctx;
	struct roster_code list[10];

	for (uint32_t i = 0; i < 10; i++)
		if (roster_made_code(p->roster, 2 * i, 2, &list[i]))
			return -1;
	return roster_store_write_codes(p->dir, 1, p->roster, list, 10);
}

/* All the old codes or all the new ones. */
static void test_codes_survive_kill_at_every_step(void **state)
{
	struct roster_place p;
	unsigned old = 0, new = 0;
	bool killed = true;

	(void)state;
	if (trace_under_valgrind())
		skip();
	p = roster_place_make(20);
	for (unsigned step = 1; killed; step++) {
		struct roster *again;
		bool is_new;

		roster_place_codes(&p, 20, 1);
		killed = trace_kill(write_turn_2, &p, step);
		assert_int_equal(roster_place_load(&p, 20, 20, &again), 0);
		is_new = roster_made_whose(again, 0, 2) >= 0;
		for (uint32_t n = 0; n < 20; n += 2) {
			assert_int_equal(roster_made_whose(again, n, 2) >= 0, is_new);
			assert_int_equal(roster_made_whose(again, n, 1) >= 0, !is_new);
		}
		assert_true(is_new || killed);
		new += is_new;
		old += !is_new;
		roster_free(again);
	}
	assert_true(old > 5 && new > 0);
	roster_place_free(&p);
}

/* ---- copying ---- */

struct copying {
	size_t rows, codes;
};

static int count_record(void *ctx, const char *table, struct bytes key,
			struct bytes value)
{
	struct copying *c = ctx;

	assert_int_equal(key.len, 8);
	assert_true(value.len > 40);
	c->rows += strcmp(table, "rows") == 0;
	c->codes += strcmp(table, "codes") == 0;
	return 0;
}

static void test_scan(void **state)
{
	struct roster_place p = roster_place_make(2500);
	struct copying c = {0};

	(void)state;
	roster_place_codes(&p, 20, 1);
	assert_int_equal(roster_store_scan(p.dir, 1, count_record, &c), 0);
	assert_int_equal(c.rows, 3);
	assert_int_equal(c.codes, 10);
	roster_place_free(&p);
}

/* Without its environment a roster is missing, and none is made in its place. */
static void test_missing_environment(void **state)
{
	struct roster_place p = roster_place_make(10);
	char *path = roster_place_path(&p, "1");
	struct roster *again;

	(void)state;
	assert_int_equal(store_remove(path), 0);
	assert_int_equal(roster_place_load(&p, 10, 10, &again), ERR_NOT_FOUND);
	assert_false(roster_place_has(&p, "1"));
	free(path);
	roster_place_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_reopen),
	    cmocka_unit_test(test_orphan_rows),
	    cmocka_unit_test(test_rows_that_were_dropped),
	    cmocka_unit_test(test_digest),
	    cmocka_unit_test(test_codes_stay),
	    cmocka_unit_test(test_codes_of_orphan_rows),
	    cmocka_unit_test(test_codes_survive_kill_at_every_step),
	    cmocka_unit_test(test_scan),
	    cmocka_unit_test(test_missing_environment),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
