#include "common/store/store_verify.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/err.h"
#include "common/store/store_dir.h"
#include "common/store/store_meta.h"
#include "common/store/store_private.h"

enum { NAME_MAX_BYTES = 64 };

struct verifying {
	MDB_txn *txn;
	store_damage_fn *damage;
	void *ctx;
	struct store_census census;
};

/* ---- the environment ---- */

/* Held while somebody looks; whoever opens it for work takes the same lock. */
static int lock_dir(const char *dir, int *out)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return errno == ENOENT ? ERR_NOT_FOUND : err_errno(-EIO);
	if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
		*out = fd;
		return 0;
	}
	err = errno == EWOULDBLOCK ? ERR_LOCKED : err_errno(-EIO);
	close(fd);
	return err;
}

static int open_env(const char *dir, MDB_env **out)
{
	MDB_env *env;
	int rc = mdb_env_create(&env);

	if (rc != 0)
		return store_error(rc);
	rc = mdb_env_set_maxdbs(env, STORE_TABLES_MAX + 1);
	if (rc == 0)
		rc = mdb_env_open(env, dir, MDB_RDONLY | MDB_NOTLS | MDB_NOLOCK, 0);
	if (rc == 0) {
		*out = env;
		return 0;
	}
	mdb_env_close(env);
	return store_error(rc);
}

/* ---- its records ---- */

static void see_record(struct verifying *v, const char *table, MDB_val k, MDB_val data)
{
	struct bytes key = bytes_of(k.mv_data, k.mv_size), value;

	v->census.records++;
	if (store_check_value(key, bytes_of(data.mv_data, data.mv_size), &value) == 0)
		return;
	v->census.damaged++;
	v->damage(v->ctx, table, key);
}

static int see_records(struct verifying *v, const char *table, MDB_cursor *cursor)
{
	uint64_t before = v->census.records;
	MDB_val k, data;
	MDB_stat stat;
	int rc = mdb_cursor_get(cursor, &k, &data, MDB_FIRST);

	for (; rc == 0; rc = mdb_cursor_get(cursor, &k, &data, MDB_NEXT))
		see_record(v, table, k, data);
	if (rc != MDB_NOTFOUND)
		return store_error(rc);
	rc = mdb_stat(v->txn, mdb_cursor_dbi(cursor), &stat);
	if (rc != 0)
		return store_error(rc);
	return v->census.records - before == stat.ms_entries ? 0 : ERR_CORRUPT;
}

static int see_table(struct verifying *v, MDB_val name)
{
	char table[NAME_MAX_BYTES];
	MDB_cursor *cursor;
	MDB_dbi dbi;
	int rc, err;

	if (name.mv_size >= sizeof table)
		return ERR_CORRUPT;
	memcpy(table, name.mv_data, name.mv_size);
	table[name.mv_size] = '\0';
	rc = mdb_dbi_open(v->txn, table, 0, &dbi);
	if (rc == 0)
		rc = mdb_cursor_open(v->txn, dbi, &cursor);
	if (rc != 0)
		return rc == MDB_NOTFOUND ? ERR_CORRUPT : store_error(rc);
	err = see_records(v, table, cursor);
	mdb_cursor_close(cursor);
	return err;
}

static int see_tables(struct verifying *v)
{
	MDB_cursor *cursor;
	MDB_dbi names;
	MDB_val name, data;
	uint64_t count = 0;
	MDB_stat stat;
	int err = 0;
	int rc = mdb_dbi_open(v->txn, NULL, 0, &names);

	if (rc == 0)
		rc = mdb_stat(v->txn, names, &stat);
	if (rc == 0)
		rc = mdb_cursor_open(v->txn, names, &cursor);
	if (rc != 0)
		return store_error(rc);
	rc = mdb_cursor_get(cursor, &name, &data, MDB_FIRST);
	for (; rc == 0; rc = mdb_cursor_get(cursor, &name, &data, MDB_NEXT)) {
		int of_table = see_table(v, name);

		count++;
		err = err == 0 ? of_table : err;
	}
	mdb_cursor_close(cursor);
	if (rc != MDB_NOTFOUND && err == 0)
		err = store_error(rc);
	if (err == 0 && (count != stat.ms_entries || v->census.damaged > 0))
		err = ERR_CORRUPT;
	return err;
}

static int verify_env(MDB_env *env, struct verifying *v)
{
	int rc = mdb_txn_begin(env, NULL, MDB_RDONLY, &v->txn);
	int err;

	if (rc != 0)
		return store_error(rc);
	err = see_tables(v);
	mdb_txn_abort(v->txn);
	return err;
}

int store_verify(const char *dir, store_damage_fn *damage, void *ctx,
		 struct store_census *out)
{
	struct verifying v = {.damage = damage, .ctx = ctx};
	MDB_env *env;
	int lock;
	int err = lock_dir(dir, &lock);

	if (err < 0)
		return err;
	err = store_meta_check(lock);
	if (err == 0)
		err = open_env(dir, &env);
	if (err == 0) {
		err = verify_env(env, &v);
		mdb_env_close(env);
	}
	close(lock);
	if (err == 0 || err == ERR_CORRUPT)
		*out = v.census;
	return err;
}

/* ---- copying ---- */

static int copy_env(const char *from, const char *to)
{
	MDB_env *env;
	int rc;
	int err = open_env(from, &env);

	if (err < 0)
		return err;
	rc = mdb_env_copy(env, to);
	mdb_env_close(env);
	return store_error(rc);
}

/* The copy is LMDB's own, which does not sync it and lets others read it. */
static int finish_data(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int file = fd < 0 ? -1 : openat(fd, STORE_DATA_FILE, O_RDONLY | O_CLOEXEC);
	int err =
	    file < 0 || fchmod(file, 0600) != 0 || fsync(file) != 0 || fsync(fd) != 0
		? err_errno(-EIO)
		: 0;

	if (file >= 0)
		close(file);
	if (fd >= 0)
		close(fd);
	return err;
}

int store_copy(const char *from, const char *to)
{
	int lock;
	int err = lock_dir(from, &lock);

	if (err < 0)
		return err;
	if (mkdir(to, 0700) != 0)
		err = err_errno(-EIO);
	if (err == 0)
		err = copy_env(from, to);
	close(lock);
	return err < 0 ? err : finish_data(to);
}
