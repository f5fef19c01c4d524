#include "common/store/store.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "common/base/err.h"
#include "common/store/store_dir.h"
#include "common/store/store_meta.h"
#include "common/store/store_private.h"

enum { STORE_FORMAT = 1, FORMAT_SIZE = 4 };

static const char meta_table[] = "_store";
static const char format_key[] = "format";

/* For who reads, the limit is the one in the file. */
static int open_env(const char *dir, uint64_t map_bytes, unsigned flags, MDB_env **out)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	MDB_env *env;
	int rc = mdb_env_create(&env);

	if (rc != 0)
		return store_error(rc);
	if (!(flags & MDB_RDONLY))
		rc = mdb_env_set_mapsize(env, map_bytes - map_bytes % page);
	if (rc == 0)
		rc = mdb_env_set_maxdbs(env, STORE_TABLES_MAX + 1);
	if (rc == 0)
		rc = mdb_env_open(env, dir, MDB_NOTLS | flags, 0600);
	if (rc == 0) {
		*out = env;
		return 0;
	}
	mdb_env_close(env);
	return store_error(rc);
}

static void open_table(struct store_txn *t, size_t table, const char *name,
		       unsigned flags)
{
	int rc;

	if (t->err < 0)
		return;
	rc = mdb_dbi_open(t->handle, name, flags, &t->store->tables[table]);
	if (rc != 0)
		t->err = store_error(rc);
}

static int put_format(struct store *s)
{
	struct store_txn t;
	uint8_t format[FORMAT_SIZE];

	be32_put(format, STORE_FORMAT);
	store_begin(s, true, &t);
	open_table(&t, STORE_META, meta_table, MDB_CREATE);
	store_put(&t, STORE_META, bytes_str(format_key),
		  bytes_of(format, sizeof(format)));
	return store_commit(&t);
}

/*
 * The rule of the making: synced beside `dir`, renamed, then the parent synced. The
 * environment itself, whole; it was not there.
 */
static int make(const char *dir, uint64_t map_bytes)
{
	char temporary[PATH_MAX];
	struct store s = {.dir_fd = -1};
	int err = store_dir_begin(dir, temporary);

	if (err == 0)
		err = open_env(temporary, map_bytes, 0, &s.env);
	if (err < 0)
		return err;
	err = put_format(&s);
	if (err == 0)
		err = store_error(mdb_env_sync(s.env, 1));
	mdb_env_close(s.env);
	return err < 0 ? err : store_dir_finish(dir, temporary);
}

int store_check_version(uint32_t found, uint32_t own)
{
	if (found == own)
		return 0;
	return found > own ? ERR_VERSION : ERR_OLD;
}

static int check_format(struct store_txn *t)
{
	struct bytes value;
	int err = store_get(t, STORE_META, bytes_str(format_key), &value);

	if (err == ERR_NOT_FOUND || (err == 0 && value.len != FORMAT_SIZE))
		return ERR_CORRUPT;
	if (err < 0)
		return err;
	return store_check_version(be32_get(value.data), STORE_FORMAT);
}

static bool is_known(MDB_val name, const char *const tables[], size_t count)
{
	struct bytes given = bytes_of(name.mv_data, name.mv_size);

	for (size_t i = 0; i < count; i++) {
		if (bytes_equal(given, bytes_str(tables[i])))
			return true;
	}
	return bytes_equal(given, bytes_str(meta_table));
}

/* A damaged name would otherwise be a table that is missing, and made anew. */
static int check_names(struct store_txn *t, const char *const tables[], size_t count)
{
	MDB_cursor *cursor;
	MDB_val name, value;
	MDB_stat stat;
	MDB_dbi names;
	size_t seen = 0;
	int rc = mdb_dbi_open(t->handle, NULL, 0, &names);

	if (rc == 0)
		rc = mdb_stat(t->handle, names, &stat);
	if (rc == 0)
		rc = mdb_cursor_open(t->handle, names, &cursor);
	if (rc != 0)
		return store_error(rc);
	rc = mdb_cursor_get(cursor, &name, &value, MDB_FIRST);
	for (; rc == 0 && is_known(name, tables, count); seen++)
		rc = mdb_cursor_get(cursor, &name, &value, MDB_NEXT);
	mdb_cursor_close(cursor);
	if (rc != 0 && rc != MDB_NOTFOUND)
		return store_error(rc);
	return rc == MDB_NOTFOUND && seen == stat.ms_entries ? 0 : ERR_CORRUPT;
}

static int open_tables(struct store *s, const char *const tables[], size_t count,
		       bool write)
{
	struct store_txn t;
	int err;

	store_begin(s, write, &t);
	open_table(&t, STORE_META, meta_table, 0);
	err = check_format(&t);
	if (err == 0)
		err = check_names(&t, tables, count);
	if (err < 0) {
		store_abort(&t);
		return err;
	}
	for (size_t i = 0; i < count; i++)
		open_table(&t, i, tables[i], write ? MDB_CREATE : 0);
	return store_commit(&t);
}

/* flock and not LMDB's own locks: those let a second process in. */
static int lock_dir(struct store *s, const char *dir)
{
	s->dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->dir_fd < 0)
		return err_errno(-EIO);
	if (flock(s->dir_fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	return errno == EWOULDBLOCK ? ERR_LOCKED : err_errno(-EIO);
}

/*
 * The rule of a start after a kill: what is found may lie in the page cache alone, a
 * commit that was being synced as well as the names, for the process was killed and not
 * the machine. Whoever opens it tells of it as if it were there for good, so it is made
 * durable before it is read.
 */
static int settle(struct store *s, const char *dir)
{
	int err = store_error(mdb_env_sync(s->env, 1));

	if (err == 0)
		err = store_sync_dir(dir);
	return err < 0 ? err : store_dir_settle(dir);
}

static int open_existing(struct store *s, const char *dir, const char *const tables[],
			 size_t count)
{
	int err = lock_dir(s, dir);

	if (err == 0)
		err = store_meta_check(s->dir_fd);
	if (err == 0)
		err = open_env(dir, s->limit, 0, &s->env);
	if (err == 0)
		err = settle(s, dir);
	return err < 0 ? err : open_tables(s, tables, count, true);
}

/* LMDB's own lock would be a file beside the data; ours holds. */
static int open_for_reading(struct store *s, const char *dir,
			    const char *const tables[], size_t count)
{
	int err = lock_dir(s, dir);

	if (err == 0)
		err = store_meta_check(s->dir_fd);
	if (err == 0)
		err = open_env(dir, 0, MDB_RDONLY | MDB_NOLOCK, &s->env);
	return err < 0 ? err : open_tables(s, tables, count, false);
}

/*
 * The rule of a start after a crash during the making: what lies beside `dir` never
 * came to be and goes; what is at `dir` is whole.
 */
static int make_if_missing(const char *dir, uint64_t map_bytes, bool *made)
{
	int err = store_dir_sweep(dir);

	*made = !store_exists(dir);
	return err < 0 || !*made ? err : make(dir, map_bytes);
}

int store_open(const char *dir, uint64_t map_bytes, const char *const tables[],
	       size_t table_count, bool *created, struct store **out)
{
	struct store *s;
	bool made;
	int err;

	assert(table_count <= STORE_TABLES_MAX);
	err = make_if_missing(dir, map_bytes, &made);
	if (err < 0)
		return err;
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->dir_fd = -1;
	s->limit = map_bytes;
	err = open_existing(s, dir, tables, table_count);
	if (err < 0) {
		store_close(s);
		return err;
	}
	if (created)
		*created = made;
	*out = s;
	return 0;
}

int store_open_reading(const char *dir, const char *const tables[], size_t table_count,
		       struct store **out)
{
	struct store *s;
	int err;

	assert(table_count <= STORE_TABLES_MAX);
	if (!store_exists(dir))
		return ERR_NOT_FOUND;
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->dir_fd = -1;
	err = open_for_reading(s, dir, tables, table_count);
	if (err < 0) {
		store_close(s);
		return err;
	}
	*out = s;
	return 0;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	if (s->env)
		mdb_env_close(s->env);
	if (s->dir_fd >= 0)
		close(s->dir_fd);
	free(s);
}

/* Pages that are free to be used again; each record of table 0 begins with a count. */
static uint64_t free_pages(MDB_txn *txn)
{
	MDB_cursor *cursor;
	MDB_val k, v;
	uint64_t pages = 0;
	size_t count;
	int rc;

	if (mdb_cursor_open(txn, 0, &cursor) != 0)
		return 0;
	rc = mdb_cursor_get(cursor, &k, &v, MDB_FIRST);
	for (; rc == 0; rc = mdb_cursor_get(cursor, &k, &v, MDB_NEXT)) {
		memcpy(&count, v.mv_data, sizeof(count));
		pages += count;
	}
	mdb_cursor_close(cursor);
	return pages;
}

void store_usage(const struct store *s, uint64_t *used, uint64_t *limit)
{
	MDB_envinfo info;
	MDB_stat stat;
	MDB_txn *txn;
	uint64_t pages;

	mdb_env_info(s->env, &info);
	mdb_env_stat(s->env, &stat);
	pages = info.me_last_pgno + 1;
	if (mdb_txn_begin(s->env, NULL, MDB_RDONLY, &txn) == 0) {
		pages -= free_pages(txn);
		mdb_txn_abort(txn);
	}
	*used = pages * stat.ms_psize;
	*limit = s->limit;
}
