#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/err.h"
#include "common/store/store.h"
#include "services/collector/roster_store.h"
#include "tests/unit/collector/small_round.h"

static const uint8_t key[ROSTER_KEY] = {1, 2, 3};

static int add(struct roster *r, const char *name, const char *code,
	       const char *cluster, uint32_t stratum, bool *added)
{
	struct roster_input in = {bytes_str(name), bytes_str(code), bytes_str(cluster),
				  stratum};
	struct faults faults;
	int err;

	faults_init(&faults);
	err = roster_add(r, &in, &faults, added);
	assert_int_equal(faults.count > 0, err == ERR_REFUSED);
	faults_free(&faults);
	return err;
}

static void add_new(struct roster *r, const char *name, const char *code,
		    const char *cluster, uint32_t stratum)
{
	bool added = false;

	assert_int_equal(add(r, name, code, cluster, stratum, &added), 0);
	assert_true(added);
}

static void add_many(struct roster *r, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++) {
		char name[32], code[32], cluster[32];

		(void)snprintf(name, sizeof name, "Công ty %u", i);
		(void)snprintf(code, sizeof code, "MA-%u", i);
		(void)snprintf(cluster, sizeof cluster, "chu%u", i / 3);
		add_new(r, name, code, i % 2 ? cluster : "", i % 5);
	}
}

static struct rater rater_of(const struct roster *r, const char *name)
{
	const struct rater *rater = roster_by_respondent(r, bytes_str(name));

	assert_non_null(rater);
	return *rater;
}

static void test_rows(void **state)
{
	struct roster *r = roster_new(key);
	bool added = true;

	(void)state;
	add_new(r, "An Phú", "c1", "", 0);
	add_new(r, "Bình Minh", "c2", "chung", 1);
	add_new(r, "Cát Tường", "", "chung", 1);
	add_new(r, "Đại Lợi", "", "riêng", 2);
	assert_int_equal(rater_of(r, "An Phú").cluster, 0);
	assert_int_equal(rater_of(r, "Bình Minh").cluster, 1);
	assert_int_equal(rater_of(r, "Cát Tường").cluster, 1);
	assert_int_equal(rater_of(r, "Đại Lợi").cluster, 2);
	assert_null(roster_by_respondent(r, bytes_str("An Phu")));
	assert_ptr_equal(roster_by_code(r, bytes_str("c2")),
			 roster_by_respondent(r, bytes_str("Bình Minh")));
	assert_null(roster_by_code(r, bytes_str("c3")));
	/* The same again changes nothing; other data are refused. */
	assert_int_equal(add(r, "An Phú", "c1", "", 0, &added), 0);
	assert_false(added);
	assert_int_equal(add(r, "An Phú", "c1", "", 1, &added), ERR_REFUSED);
	assert_int_equal(add(r, "An Phú", "c9", "", 0, &added), ERR_REFUSED);
	assert_int_equal(add(r, "An Phú", "", "", 0, &added), ERR_REFUSED);
	assert_int_equal(add(r, "An Phú", "c1", "mới", 0, &added), ERR_REFUSED);
	assert_int_equal(add(r, "Mới", "c1", "", 0, &added), ERR_REFUSED);
	assert_int_equal(roster_count(r), 4);
	roster_free(r);
}

static void test_numbers(void **state)
{
	enum { FIRST = 500, ALL = 700 };
	struct roster *r = roster_new(key);
	bool seen[2 * ALL] = {false};
	uint32_t before[FIRST];

	(void)state;
	add_many(r, 0, FIRST);
	assert_int_equal(roster_number(r, 0), 0);
	for (uint32_t i = 0; i < FIRST; i++) {
		char name[32];

		(void)snprintf(name, sizeof name, "Công ty %u", i);
		before[i] = rater_of(r, name).number;
		assert_true(before[i] < 2 * FIRST);
	}
	add_many(r, FIRST, ALL);
	assert_int_equal(roster_number(r, FIRST), 0);
	for (uint32_t i = 0; i < ALL; i++) {
		char name[32];
		uint32_t number;

		(void)snprintf(name, sizeof name, "Công ty %u", i);
		number = rater_of(r, name).number;
		assert_true(number < 2 * ALL);
		assert_false(seen[number]);
		seen[number] = true;
		if (i < FIRST)
			assert_int_equal(number, before[i]);
	}
	roster_free(r);
}

static void test_rollback(void **state)
{
	struct roster *r = roster_new(key);
	struct roster_mark mark;
	uint8_t before[32], after[32];

	(void)state;
	add_many(r, 0, 10);
	assert_int_equal(roster_digest(r, 10, before), 0);
	mark = roster_mark(r);
	add_many(r, 10, 2000);
	assert_int_equal(roster_rollback(r, mark), 0);
	assert_int_equal(roster_count(r), 10);
	assert_null(roster_by_respondent(r, bytes_str("Công ty 10")));
	assert_null(roster_by_code(r, bytes_str("MA-10")));
	assert_non_null(roster_by_code(r, bytes_str("MA-9")));
	assert_int_equal(roster_digest(r, 10, after), 0);
	assert_memory_equal(before, after, sizeof before);
	/* Labels that went with their rows begin anew. */
	add_new(r, "khác", "", "nhãn", 0);
	assert_int_equal(rater_of(r, "khác").cluster, mark.clusters + 1);
	roster_free(r);
}

/* ---- on disk ---- */

struct place {
	char *dir;
	struct roster *roster;
	uint8_t digest[32];
};

static struct place place_make(uint32_t rows)
{
	struct place p = {.dir = small_dir(), .roster = roster_new(key)};

	add_many(p.roster, 0, rows);
	assert_int_equal(roster_number(p.roster, 0), 0);
	assert_int_equal(roster_digest(p.roster, rows, p.digest), 0);
	assert_int_equal(roster_store_key(p.dir, 1, key), 0);
	assert_int_equal(roster_store_write(p.dir, 1, p.roster, 0), 0);
	return p;
}

static void place_free(struct place *p)
{
	assert_int_equal(roster_store_remove(p->dir, 1), 0);
	assert_int_equal(rmdir(p->dir), 0);
	free(p->dir);
	roster_free(p->roster);
}

static int load(const struct place *p, uint64_t rows, uint64_t digest_rows,
		struct roster **out)
{
	struct faults faults;
	int err;

	faults_init(&faults);
	err = roster_store_load(p->dir, 1, rows, digest_rows, p->digest, out, &faults);
	assert_int_equal(faults.count > 0, err != 0);
	faults_free(&faults);
	return err;
}

static char *path_of(const struct place *p, const char *name)
{
	char *path = NULL;

	assert_true(asprintf(&path, "%s/%s", p->dir, name) > 0);
	return path;
}

static void test_reopen(void **state)
{
	enum { ROWS = 2500 };
	struct place p = place_make(ROWS);
	struct roster *again;

	(void)state;
	assert_int_equal(load(&p, ROWS, ROWS, &again), 0);
	assert_int_equal(roster_count(again), ROWS);
	for (uint32_t i = 0; i < ROWS; i++) {
		char name[32];
		struct rater a, b;

		(void)snprintf(name, sizeof name, "Công ty %u", i);
		a = rater_of(p.roster, name);
		b = rater_of(again, name);
		assert_memory_equal(&a, &b, sizeof a);
	}
	assert_non_null(roster_by_code(again, bytes_str("MA-7")));
	roster_free(again);
	place_free(&p);
}

/* Rows whose entry never got into the journal never happened. */
static void test_orphan_rows(void **state)
{
	enum { ROWS = 100 };
	struct place p = place_make(ROWS);
	struct roster *again;

	(void)state;
	add_many(p.roster, ROWS, 2500);
	assert_int_equal(roster_number(p.roster, ROWS), 0);
	assert_int_equal(roster_store_write(p.dir, 1, p.roster, ROWS), 0);
	assert_int_equal(load(&p, ROWS, ROWS, &again), 0);
	assert_int_equal(roster_count(again), ROWS);
	/* Others take their place, and nothing of them comes back behind those. */
	add_new(again, "mới", "", "", 0);
	assert_int_equal(roster_number(again, ROWS), 0);
	assert_int_equal(roster_store_write(p.dir, 1, again, ROWS), 0);
	roster_free(again);
	assert_int_equal(load(&p, ROWS + 1, ROWS, &again), 0);
	assert_int_equal(roster_count(again), ROWS + 1);
	assert_non_null(roster_by_respondent(again, bytes_str("mới")));
	roster_free(again);
	assert_int_equal(load(&p, ROWS + 2, ROWS, &again), ERR_CORRUPT);
	place_free(&p);
}

/* The same when a drop left them there and the process went on. */
static void test_rows_that_were_dropped(void **state)
{
	enum { ROWS = 100, MORE = 2500 };
	struct place p = place_make(ROWS);
	struct roster_mark mark = roster_mark(p.roster);
	struct roster *again;

	(void)state;
	add_many(p.roster, ROWS, MORE);
	assert_int_equal(roster_number(p.roster, ROWS), 0);
	assert_int_equal(roster_store_write(p.dir, 1, p.roster, ROWS), 0);
	assert_int_equal(roster_rollback(p.roster, mark), 0);
	add_new(p.roster, "mới", "", "", 0);
	assert_int_equal(roster_number(p.roster, ROWS), 0);
	assert_int_equal(roster_store_write(p.dir, 1, p.roster, ROWS), 0);
	assert_int_equal(load(&p, ROWS + 1, ROWS, &again), 0);
	assert_non_null(roster_by_respondent(again, bytes_str("mới")));
	roster_free(again);
	place_free(&p);
}

static void test_key_file(void **state)
{
	struct place p = place_make(10);
	char *path = path_of(&p, "1.key");
	struct roster *again;
	struct stat st;
	int fd;

	(void)state;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(roster_store_key(p.dir, 1, key), -EEXIST);
	/* Another key opens nothing. */
	fd = open(path, O_WRONLY);
	assert_int_equal(pwrite(fd, "x", 1, 20), 1);
	assert_int_equal(close(fd), 0);
	assert_int_equal(load(&p, 10, 10, &again), ERR_CORRUPT);
	assert_int_equal(truncate(path, 5), 0);
	assert_int_equal(load(&p, 10, 10, &again), ERR_CORRUPT);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(load(&p, 10, 10, &again), ERR_NOT_FOUND);
	free(path);
	place_free(&p);
}

static void test_digest(void **state)
{
	struct place p = place_make(10);
	struct roster *again;

	(void)state;
	p.digest[0] ^= 1;
	assert_int_equal(load(&p, 10, 10, &again), ERR_CORRUPT);
	place_free(&p);
}

/* Names and codes must not be found in the files. */
static void test_sealed(void **state)
{
	struct place p = place_make(10);
	char *path = path_of(&p, "1/data.mdb");
	FILE *file = fopen(path, "rb");
	static char data[1 << 20];
	size_t len;

	(void)state;
	assert_non_null(file);
	len = fread(data, 1, sizeof data, file);
	assert_true(len > 4096);
	assert_null(memmem(data, len, "Công ty", strlen("Công ty")));
	assert_null(memmem(data, len, "MA-", 3));
	assert_null(memmem(data, len, "chu1", 4));
	(void)fclose(file);
	free(path);
	place_free(&p);
}

static void test_orphan_round(void **state)
{
	struct place p = place_make(10);
	char *path = path_of(&p, "2");
	struct faults faults;
	struct stat st;

	(void)state;
	faults_init(&faults);
	assert_int_equal(roster_store_key(p.dir, 2, key), 0);
	assert_int_equal(roster_store_write(p.dir, 2, p.roster, 0), 0);
	assert_int_equal(roster_store_key(p.dir, 3, key), 0);
	assert_int_equal(roster_store_prepare(p.dir, 1, &faults), 0);
	assert_int_equal(stat(path, &st), -1);
	free(path);
	path = path_of(&p, "3.key");
	assert_int_equal(stat(path, &st), -1);
	free(path);
	path = path_of(&p, "1.key");
	assert_int_equal(stat(path, &st), 0);
	free(path);
	faults_free(&faults);
	place_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_rollback),
	    cmocka_unit_test(test_reopen),
	    cmocka_unit_test(test_orphan_rows),
	    cmocka_unit_test(test_rows_that_were_dropped),
	    cmocka_unit_test(test_key_file),
	    cmocka_unit_test(test_digest),
	    cmocka_unit_test(test_sealed),
	    cmocka_unit_test(test_orphan_round),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
