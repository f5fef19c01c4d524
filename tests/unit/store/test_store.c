/* The wrapper over LMDB: transactions, checksums, limits, and the directory. */

#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "common/base/err.h"
#include "common/store/store.h"
#include "place.h"
#include "trace.h"

enum { FIRST, SECOND, MAP = 4 << 20 };

static const char *const tables[] = {[FIRST] = "first", [SECOND] = "second"};

struct bench {
	struct place place;
	char dir[PATH_MAX + 16];
	struct store *store;
};

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	bool created = false;

	place_make(&b->place);
	snprintf(b->dir, sizeof(b->dir), "%s/env", b->place.dir);
	assert_int_equal(store_open(b->dir, MAP, tables, 2, &created, &b->store), 0);
	assert_true(created);
	*state = b;
	return 0;
}

static void close_store(struct bench *b)
{
	store_close(b->store);
	b->store = NULL;
}

static int tear_down(void **state)
{
	struct bench *b = *state;

	close_store(b);
	place_remove(&b->place);
	free(b);
	return 0;
}

static void reopen(struct bench *b)
{
	bool created = true;

	close_store(b);
	assert_int_equal(store_open(b->dir, MAP, tables, 2, &created, &b->store), 0);
	assert_false(created);
}

static int put(struct bench *b, size_t table, const char *key, const char *value)
{
	struct store_txn t;

	store_begin(b->store, true, &t);
	store_put(&t, table, bytes_str(key), bytes_str(value));
	return store_commit(&t);
}

/* "" when it is not there. */
static void value_is(struct bench *b, size_t table, const char *key, const char *value)
{
	struct store_txn t;
	struct bytes got = bytes_str("");
	int err;

	store_begin(b->store, false, &t);
	err = store_get(&t, table, bytes_str(key), &got);
	assert_true(err == 0 || err == ERR_NOT_FOUND);
	assert_int_equal(t.err, 0);
	assert_true(bytes_equal(got, bytes_str(value)));
	store_abort(&t);
}

static void committed_is_kept(void **state)
{
	struct bench *b = *state;

	assert_int_equal(put(b, FIRST, "a", "1"), 0);
	assert_int_equal(put(b, SECOND, "a", "2"), 0);
	assert_int_equal(put(b, SECOND, "empty", ""), 0);
	reopen(b);
	value_is(b, FIRST, "a", "1");
	value_is(b, SECOND, "a", "2");
	value_is(b, FIRST, "b", "");
}

static void aborted_is_gone(void **state)
{
	struct bench *b = *state;
	struct store_txn t;

	store_begin(b->store, true, &t);
	store_put(&t, FIRST, bytes_str("a"), bytes_str("1"));
	store_abort(&t);
	store_abort(&t);
	value_is(b, FIRST, "a", "");
}

static void deleted_is_gone(void **state)
{
	struct bench *b = *state;
	struct store_txn t;

	assert_int_equal(put(b, FIRST, "a", "1"), 0);
	store_begin(b->store, true, &t);
	store_del(&t, FIRST, bytes_str("a"));
	store_del(&t, FIRST, bytes_str("never there"));
	assert_int_equal(store_commit(&t), 0);
	value_is(b, FIRST, "a", "");
}

static void first_error_is_carried_to_the_commit(void **state)
{
	struct bench *b = *state;
	struct store_txn t;
	struct bytes value;
	int err;

	store_begin(b->store, true, &t);
	store_put(&t, FIRST, bytes_str("b"), bytes_str("1"));
	store_append(&t, FIRST, bytes_str("a"), bytes_str("not the largest"));
	store_put(&t, FIRST, bytes_str("c"), bytes_str("1"));
	err = t.err;
	assert_true(err < 0);
	assert_int_equal(store_get(&t, FIRST, bytes_str("b"), &value), err);
	assert_int_equal(store_commit(&t), err);
	value_is(b, FIRST, "b", "");
	value_is(b, FIRST, "c", "");
}

/* Keys one after another in `ctx`, up to "c". */
static int on_pair(void *ctx, struct bytes key, struct bytes value)
{
	struct buf *seen = ctx;

	assert_true(bytes_equal(key, value));
	assert_int_equal(buf_put(seen, key.data, key.len), 0);
	return bytes_equal(key, bytes_str("c")) ? 1 : 0;
}

static int refuse(void *ctx, struct bytes key, struct bytes value)
{
	(void)ctx;
	(void)key;
	(void)value;
	return ERR_REFUSED;
}

static void scan_goes_in_order(void **state)
{
	struct bench *b = *state;
	struct buf seen;
	struct store_txn t;

	for (const char *const *key = (const char *const[]){"d", "b", "a", "c", NULL};
	     *key; key++)
		assert_int_equal(put(b, FIRST, *key, *key), 0);
	buf_init(&seen, 10);
	store_begin(b->store, false, &t);
	assert_int_equal(store_scan(&t, FIRST, bytes_str(""), on_pair, &seen), 0);
	assert_true(bytes_equal(buf_bytes(&seen), bytes_str("abc")));
	buf_reset(&seen);
	assert_int_equal(store_scan(&t, FIRST, bytes_str("aa"), on_pair, &seen), 0);
	assert_true(bytes_equal(buf_bytes(&seen), bytes_str("bc")));
	assert_int_equal(store_scan(&t, SECOND, bytes_str(""), refuse, NULL), 0);
	assert_int_equal(store_scan(&t, FIRST, bytes_str(""), refuse, NULL),
			 ERR_REFUSED);
	assert_int_equal(t.err, 0);
	store_abort(&t);
	buf_free(&seen);
}

static void last_is_the_largest_key(void **state)
{
	struct bench *b = *state;
	struct bytes key, value;
	struct store_txn t;

	store_begin(b->store, false, &t);
	assert_int_equal(store_last(&t, FIRST, &key, &value), ERR_NOT_FOUND);
	store_abort(&t);
	assert_int_equal(put(b, FIRST, "b", "2"), 0);
	assert_int_equal(put(b, FIRST, "a", "1"), 0);
	store_begin(b->store, false, &t);
	assert_int_equal(store_last(&t, FIRST, &key, &value), 0);
	assert_true(bytes_equal(key, bytes_str("b")));
	assert_true(bytes_equal(value, bytes_str("2")));
	store_abort(&t);
}

static int count_one(void *ctx, struct bytes key, struct bytes value)
{
	unsigned *count = ctx;

	(void)key;
	(void)value;
	++*count;
	return 0;
}

static void flipped_bit_is_found_by_every_read(void **state)
{
	static const char secret[] = "a value that stands nowhere else";
	struct bench *b = *state;
	struct bytes key, value;
	struct store_txn t;
	unsigned count = 0;

	assert_int_equal(put(b, FIRST, "a", "fine"), 0);
	assert_int_equal(put(b, FIRST, "b", secret), 0);
	close_store(b);
	assert_true(
	    place_flip(place_path(&b->place, "env/data.mdb"), bytes_str(secret)) > 0);
	reopen(b);
	value_is(b, FIRST, "a", "fine");
	store_begin(b->store, false, &t);
	assert_int_equal(store_get(&t, FIRST, bytes_str("b"), &value), ERR_CORRUPT);
	store_abort(&t);
	store_begin(b->store, false, &t);
	assert_int_equal(store_last(&t, FIRST, &key, &value), ERR_CORRUPT);
	store_abort(&t);
	store_begin(b->store, false, &t);
	assert_int_equal(store_scan(&t, FIRST, bytes_str(""), count_one, &count),
			 ERR_CORRUPT);
	assert_int_equal(count, 1);
	store_abort(&t);
}

/* A key whose bits flip must not give its value to another key. */
static void value_under_another_key_is_found(void **state)
{
	static const char key[] = "a key that stands nowhere else";
	struct bench *b = *state;
	struct bytes last, value;
	struct store_txn t;

	assert_int_equal(put(b, FIRST, key, "1"), 0);
	close_store(b);
	assert_true(place_flip(place_path(&b->place, "env/data.mdb"), bytes_str(key)) >
		    0);
	reopen(b);
	store_begin(b->store, false, &t);
	assert_int_equal(store_last(&t, FIRST, &last, &value), ERR_CORRUPT);
	store_abort(&t);
}

static int put_many(struct bench *b, unsigned count)
{
	static const uint8_t value[4000];
	struct store_txn t;
	uint8_t key[4];

	store_begin(b->store, true, &t);
	for (unsigned i = 0; i < count; i++) {
		be32_put(key, i);
		store_put(&t, SECOND, bytes_of(key, 4), bytes_of(value, sizeof(value)));
	}
	return store_commit(&t);
}

static void full_changes_nothing_and_space_comes_back(void **state)
{
	struct bench *b = *state;
	uint64_t before, used, limit;

	assert_int_equal(put(b, FIRST, "a", "1"), 0);
	store_usage(b->store, &before, &limit);
	assert_int_equal(limit, MAP);
	assert_int_equal(put_many(b, 2000), ERR_FULL);
	value_is(b, FIRST, "a", "1");
	store_usage(b->store, &used, &limit);
	assert_int_equal(used, before);
	assert_int_equal(put_many(b, 400), 0);
	store_usage(b->store, &used, &limit);
	assert_true(used > before + 400 * 4000);
}

enum { NO_MOUNT = 77 };

/* 0: a disk of 1 MiB is mounted at `dir`, for this process only. */
static int mount_small_disk(const char *dir)
{
	int spaces = CLONE_NEWNS | (geteuid() == 0 ? 0 : CLONE_NEWUSER);

	if (unshare(spaces) < 0 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -1;
	return mount("none", dir, "tmpfs", 0, "size=1m");
}

static int fill_small_disk(struct bench *b)
{
	int err = 0;

	close_store(b);
	if (mount_small_disk(b->place.dir) < 0)
		return NO_MOUNT;
	if (store_open(b->dir, MAP, tables, 2, NULL, &b->store) < 0)
		return 1;
	for (unsigned count = 10; err == 0; count += 10)
		err = put_many(b, count);
	/* Not full for good: what is small still fits, or is refused as full. */
	if (err == ERR_FULL)
		err = put(b, FIRST, "a", "1");
	return err == 0 || err == ERR_FULL ? 0 : 2;
}

static void disk_without_room_is_full(void **state)
{
	struct bench *b = *state;
	int status;
	pid_t child;

	if (trace_under_valgrind())
		skip();
	child = fork();
	if (child == 0)
		_exit(fill_small_disk(b));
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == NO_MOUNT)
		skip();
	assert_int_equal(status, 0);
}

static void environment_is_opened_once(void **state)
{
	struct bench *b = *state;
	struct store *other = NULL;

	assert_int_equal(store_open(b->dir, MAP, tables, 2, NULL, &other), ERR_LOCKED);
	assert_null(other);
	store_close(NULL);
}

static void write_format(struct bench *b, uint32_t value)
{
	const char *const meta[] = {"_store", tables[0], tables[1]};
	struct store_txn t;
	uint8_t format[4];

	be32_put(format, value);
	close_store(b);
	assert_int_equal(store_open(b->dir, MAP, meta, 3, NULL, &b->store), 0);
	store_begin(b->store, true, &t);
	store_put(&t, 0, bytes_str("format"), bytes_of(format, 4));
	assert_int_equal(store_commit(&t), 0);
	close_store(b);
}

static void newer_format_is_refused(void **state)
{
	struct bench *b = *state;

	write_format(b, 2);
	assert_int_equal(store_open(b->dir, MAP, tables, 2, NULL, &b->store),
			 ERR_VERSION);
}

static void older_format_is_refused(void **state)
{
	struct bench *b = *state;

	write_format(b, 0);
	assert_int_equal(store_open(b->dir, MAP, tables, 2, NULL, &b->store), ERR_OLD);
}

/* What a crash in the making can leave is swept away; what only looks like it, not. */
static void leftovers_are_swept(void **state)
{
	struct bench *b = *state;

	close_store(b);
	assert_int_equal(rename(b->dir, place_path(&b->place, "env.tmp-1")), 0);
	assert_int_equal(mkdir(place_path(&b->place, "env.tmp-77"), 0700), 0);
	assert_int_equal(mkdir(place_path(&b->place, "other.tmp-1"), 0700), 0);
	assert_int_equal(store_open(b->dir, MAP, tables, 2, NULL, &b->store), 0);
	assert_false(place_has(&b->place, "env.tmp-1"));
	assert_false(place_has(&b->place, "env.tmp-77"));
	assert_true(place_has(&b->place, "other.tmp-1"));
}

static void deleted_data_file_is_a_new_store(void **state)
{
	struct bench *b = *state;
	bool created = false;

	assert_int_equal(put(b, FIRST, "a", "1"), 0);
	close_store(b);
	assert_int_equal(unlink(place_path(&b->place, "env/data.mdb")), 0);
	assert_int_equal(store_open(b->dir, MAP, tables, 2, &created, &b->store), 0);
	assert_true(created);
	value_is(b, FIRST, "a", "");
}

static int remove_env(void *ctx)
{
	struct bench *b = ctx;

	return store_remove(b->dir);
}

static void removal_is_whole_at_every_step(void **state)
{
	struct bench *b = *state;
	bool killed = true, created;

	if (trace_under_valgrind())
		skip();
	for (unsigned step = 1; killed; step++) {
		assert_int_equal(put(b, FIRST, "a", "1"), 0);
		assert_int_equal(put(b, SECOND, "a", "1"), 0);
		close_store(b);
		killed = trace_kill(remove_env, b, step);
		assert_int_equal(
		    store_open(b->dir, MAP, tables, 2, &created, &b->store), 0);
		value_is(b, FIRST, "a", created ? "" : "1");
		value_is(b, SECOND, "a", created ? "" : "1");
		assert_true(killed || created);
	}
}

static void lock_keeps_others_out(void **state)
{
	struct bench *b = *state;
	int fd = -1, other = -1, status;
	char dir[PATH_MAX + 16];
	struct stat st;
	pid_t child;

	if (trace_under_valgrind())
		skip();
	snprintf(dir, sizeof(dir), "%s/data", b->place.dir);
	assert_int_equal(store_lock(dir, &fd), 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	child = fork();
	if (child == 0)
		_exit(store_lock(dir, &other) == ERR_LOCKED ? 0 : 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	close(fd);
	assert_int_equal(store_lock(dir, &other), 0);
	close(other);
}

static void missing_parent_is_an_error(void **state)
{
	struct store *s = NULL;
	int fd = -1;

	(void)state;
	assert_true(store_open("/nonexistent/dir/env", MAP, tables, 2, NULL, &s) < 0);
	assert_null(s);
	assert_true(store_lock("/nonexistent/dir", &fd) < 0);
	assert_int_equal(fd, -1);
	assert_true(store_sync_dir("/nonexistent") < 0);
	assert_true(store_remove("/nonexistent/env") < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(committed_is_kept, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(aborted_is_gone, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(deleted_is_gone, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(first_error_is_carried_to_the_commit,
					    set_up, tear_down),
	    cmocka_unit_test_setup_teardown(scan_goes_in_order, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(last_is_the_largest_key, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(flipped_bit_is_found_by_every_read, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(value_under_another_key_is_found, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(full_changes_nothing_and_space_comes_back,
					    set_up, tear_down),
	    cmocka_unit_test_setup_teardown(disk_without_room_is_full, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(environment_is_opened_once, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(newer_format_is_refused, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(older_format_is_refused, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(leftovers_are_swept, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(deleted_data_file_is_a_new_store, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(removal_is_whole_at_every_step, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(lock_keeps_others_out, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(missing_parent_is_an_error, set_up,
					    tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
