/* The files of rosters: the key, what lies in them to be found, and forgetting. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/err.h"
#include "services/collector/roster_files.h"
#include "services/collector/roster_store.h"
#include "tests/unit/collector/roster_place.h"
#include "tests/unit/store/trace.h"

static void test_key_file(void **state)
{
	struct roster_place p = roster_place_make(10);
	char *path = roster_place_path(&p, "1.key");
	struct roster *again;
	struct stat st;
	int fd;

	(void)state;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(roster_files_put_key(p.dir, 1, roster_made_key), -EEXIST);
	/* Another key opens nothing. */
	fd = open(path, O_WRONLY);
	assert_int_equal(pwrite(fd, "x", 1, 20), 1);
	assert_int_equal(close(fd), 0);
	assert_int_equal(roster_place_load(&p, 10, 10, &again), ERR_CORRUPT);
	assert_int_equal(truncate(path, 5), 0);
	assert_int_equal(roster_place_load(&p, 10, 10, &again), ERR_CORRUPT);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(roster_place_load(&p, 10, 10, &again), ERR_NOT_FOUND);
	free(path);
	roster_place_free(&p);
}

static void test_orphan_round(void **state)
{
	struct roster_place p = roster_place_make(10);
	struct faults faults;

	(void)state;
	faults_init(&faults);
	assert_int_equal(roster_files_put_key(p.dir, 2, roster_made_key), 0);
	assert_int_equal(roster_store_write(p.dir, 2, p.roster, 0), 0);
	assert_int_equal(roster_files_prepare(p.dir, 1, &faults), 0);
	assert_false(roster_place_has(&p, "2") || roster_place_has(&p, "2.key"));
	assert_true(roster_place_has(&p, "1") && roster_place_has(&p, "1.key"));
	faults_free(&faults);
	roster_place_free(&p);
}

/* No crash leaves two: a journal beside them that knows of neither is another one. */
static void test_rounds_of_another_journal(void **state)
{
	struct roster_place p = roster_place_make(10);
	struct faults faults;
	struct roster *again;

	(void)state;
	faults_init(&faults);
	assert_true(roster_files_any(p.dir));
	assert_int_equal(roster_files_put_key(p.dir, 2, roster_made_key), 0);
	assert_int_equal(roster_files_prepare(p.dir, 0, &faults), ERR_CONFIG);
	assert_int_equal(faults.count, 1);
	assert_true(roster_place_has(&p, "2.key"));
	assert_int_equal(roster_place_load(&p, 10, 10, &again), 0);
	roster_free(again);
	assert_int_equal(roster_files_remove(p.dir, 1), 0);
	assert_int_equal(roster_files_remove(p.dir, 2), 0);
	assert_false(roster_files_any(p.dir));
	faults_free(&faults);
	roster_place_free(&p);
}

/* ---- what the files hold ---- */

static size_t read_file(const char *path, uint8_t *data, size_t max)
{
	FILE *file = fopen(path, "rb");
	size_t len;

	assert_non_null(file);
	len = fread(data, 1, max, file);
	assert_true(len < max);
	(void)fclose(file);
	return len;
}

/* In any file of the directory and of the round's environment. */
static bool lies_in(const char *dir, struct bytes what)
{
	static uint8_t data[4 << 20];
	DIR *d = opendir(dir);
	bool found = false;

	assert_non_null(d);
	for (const struct dirent *e = readdir(d); e && !found; e = readdir(d)) {
		char path[PATH_MAX];
		struct stat st;

		(void)snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		assert_int_equal(stat(path, &st), 0);
		if (S_ISDIR(st.st_mode) && e->d_name[0] != '.')
			found = lies_in(path, what);
		if (S_ISREG(st.st_mode))
			found = memmem(data, read_file(path, data, sizeof data),
				       what.data, what.len) != NULL;
	}
	(void)closedir(d);
	return found;
}

static bool has_text(const struct roster_place *p, const char *text)
{
	return lies_in(p->dir, bytes_str(text));
}

/* No name, code, cluster nor hash of a code, in pages that are free again either. */
static void test_sealed(void **state)
{
	enum { ROWS = 60 };
	struct roster_place p = roster_place_make(ROWS);
	struct roster_code code;
	struct roster *again;

	(void)state;
	roster_made_add_many(p.roster, ROWS, ROWS + 40);
	assert_int_equal(roster_number(p.roster, ROWS), 0);
	assert_int_equal(roster_store_write(p.dir, 1, p.roster, ROWS), 0);
	for (uint8_t turn = 1; turn < 20; turn++)
		roster_place_codes(&p, ROWS, turn);
	assert_int_equal(roster_place_load(&p, ROWS, ROWS, &again),
			 0); /* cuts the others off */
	roster_free(again);
	assert_false(has_text(&p, "Công ty") || has_text(&p, "MA-") ||
		     has_text(&p, "chu1"));
	for (uint8_t turn = 1; turn < 20; turn++) {
		assert_int_equal(roster_made_code(p.roster, 2, turn, &code), 0);
		assert_false(lies_in(p.dir, bytes_of(code.hash, sizeof code.hash)));
	}
	/* The search finds what is there. */
	assert_true(lies_in(p.dir, bytes_of(roster_made_key, ROSTER_KEY)));
	roster_place_free(&p);
}

/* ---- forgetting ---- */

static void expect_forgotten(const struct roster_place *p)
{
	assert_true(roster_files_forgotten(p->dir, 1) &&
		    roster_place_has(p, "1.forgotten"));
	assert_false(roster_place_has(p, "1") || roster_place_has(p, "1.key"));
	assert_false(lies_in(p->dir, bytes_of(roster_made_key, 8)));
}

static void test_forget(void **state)
{
	struct roster_place p = roster_place_make(100);
	struct faults faults;

	(void)state;
	faults_init(&faults);
	assert_false(roster_files_forgotten(p.dir, 1));
	assert_int_equal(roster_files_forget(p.dir, 1), 0);
	expect_forgotten(&p);
	assert_int_equal(roster_files_forget(p.dir, 1), 0);
	/* The mark stays as long as the round is known. */
	assert_int_equal(roster_files_prepare(p.dir, 1, &faults), 0);
	expect_forgotten(&p);
	assert_int_equal(roster_files_prepare(p.dir, 0, &faults), 0);
	assert_false(roster_place_has(&p, "1.forgotten"));
	faults_free(&faults);
	roster_place_free(&p);
}

/*
 * The key is overwritten where it lies: a second name of the file, as a copy of the
 * directory by links would have it, shows what is left in its blocks.
 */
static void test_key_is_overwritten(void **state)
{
	struct roster_place p = roster_place_make(10);
	char *path = roster_place_path(&p, "1.key"),
	     *other = roster_place_path(&p, "other");
	uint8_t left[2 * ROSTER_KEY];

	(void)state;
	assert_int_equal(link(path, other), 0);
	assert_int_equal(roster_files_forget(p.dir, 1), 0);
	assert_int_equal(read_file(other, left, sizeof left), ROSTER_KEY);
	assert_null(memmem(left, ROSTER_KEY, roster_made_key, 4));
	assert_int_equal(unlink(other), 0);
	expect_forgotten(&p);
	free(path);
	free(other);
	roster_place_free(&p);
}

static int forget_it(void *ctx)
{
	const struct roster_place *p = ctx;

	return roster_files_forget(p->dir, 1);
}

/* Whole before the mark, forgotten from it on, whenever the process dies. */
static void test_forgetting_survives_kill_at_every_step(void **state)
{
	unsigned whole = 0, forgotten = 0;
	bool killed = true;

	(void)state;
	if (trace_under_valgrind())
		skip();
	for (unsigned step = 1; killed; step++) {
		struct roster_place p = roster_place_make(10);
		struct roster *again;

		killed = trace_kill(forget_it, &p, step);
		if (roster_files_forgotten(p.dir, 1)) {
			forgotten++;
			assert_int_equal(roster_files_forget(p.dir, 1), 0);
			expect_forgotten(&p);
		} else {
			whole++;
			assert_int_equal(roster_place_load(&p, 10, 10, &again), 0);
			assert_int_equal(roster_count(again), 10);
			roster_free(again);
		}
		roster_place_free(&p);
	}
	assert_true(whole > 0 && forgotten > 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_key_file),
	    cmocka_unit_test(test_orphan_round),
	    cmocka_unit_test(test_rounds_of_another_journal),
	    cmocka_unit_test(test_sealed),
	    cmocka_unit_test(test_forget),
	    cmocka_unit_test(test_key_is_overwritten),
	    cmocka_unit_test(test_forgetting_survives_kill_at_every_step),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
