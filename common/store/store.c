#include "common/store/store.h"

#include <assert.h>
#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/statvfs.h>

#include "common/base/err.h"
#include "common/store/store_private.h"

enum { SUM_SIZE = crypto_shorthash_BYTES, DISK_FULL_BLOCKS = 256 };

int store_error(int rc)
{
	if (rc == MDB_MAP_FULL || rc == ENOSPC || rc == EDQUOT)
		return ERR_FULL;
	return rc > 0 ? -rc : rc;
}

/*
 * SipHash of the value under a key made of the record's key, so that neither has to be
 * copied and a value that turns up under another key does not pass.
 */
static void checksum(struct bytes key, struct bytes value, uint8_t sum[SUM_SIZE])
{
	static const uint8_t zero[crypto_shorthash_siphashx24_KEYBYTES];
	uint8_t of_key[crypto_shorthash_siphashx24_BYTES];

	crypto_shorthash_siphashx24(of_key, key.data, key.len, zero);
	crypto_shorthash(sum, value.data, value.len, of_key);
}

static struct bytes from_val(MDB_val v)
{
	return bytes_of(v.mv_data, v.mv_size);
}

/* LMDB's own type for what it only reads has no const. */
static MDB_val to_val(struct bytes b)
{
	union {
		const void *in;
		void *out;
	} data = {b.data};

	return (MDB_val){b.len, data.out};
}

int store_check_value(struct bytes key, struct bytes stored, struct bytes *value)
{
	uint8_t sum[SUM_SIZE];
	struct bytes inner;

	if (stored.len < SUM_SIZE)
		return ERR_CORRUPT;
	inner = bytes_of(stored.data + SUM_SIZE, stored.len - SUM_SIZE);
	checksum(key, inner, sum);
	if (memcmp(sum, stored.data, SUM_SIZE) != 0)
		return ERR_CORRUPT;
	*value = inner;
	return 0;
}

static MDB_dbi table_of(const struct store_txn *t, size_t table)
{
	assert(table <= STORE_META && t->store->tables[table] != 0);
	return t->store->tables[table];
}

static int keep_first(struct store_txn *t, int err)
{
	if (t->err == 0 && err < 0)
		t->err = err;
	return err;
}

void store_begin(struct store *s, bool write, struct store_txn *t)
{
	MDB_txn *txn = NULL;
	int rc = mdb_txn_begin(s->env, NULL, write ? 0 : MDB_RDONLY, &txn);

	*t = (struct store_txn){s, txn, store_error(rc)};
}

/* LMDB answers a write cut short by a full disk as EIO. */
static bool disk_is_full(const struct store *s)
{
	struct statvfs disk;

	return fstatvfs(s->dir_fd, &disk) == 0 && disk.f_bavail < DISK_FULL_BLOCKS;
}

/*
 * LMDB takes no more transactions once the write of its root has failed: whether that
 * commit is on disk is not known, and a full disk is no excuse.
 */
static bool is_usable(const struct store *s)
{
	MDB_txn *txn;

	if (mdb_txn_begin(s->env, NULL, MDB_RDONLY, &txn) != 0)
		return false;
	mdb_txn_abort(txn);
	return true;
}

static int commit_error(const struct store *s, int rc)
{
	int err = rc == EIO && disk_is_full(s) ? ERR_FULL : store_error(rc);

	return err == ERR_FULL && rc > 0 && !is_usable(s) ? -rc : err;
}

int store_commit(struct store_txn *t)
{
	MDB_txn *txn = t->handle;

	if (t->err < 0 || !txn) {
		store_abort(t);
		return t->err;
	}
	t->handle = NULL;
	return keep_first(t, commit_error(t->store, mdb_txn_commit(txn)));
}

void store_abort(struct store_txn *t)
{
	if (t->handle)
		mdb_txn_abort(t->handle);
	t->handle = NULL;
}

int store_get(struct store_txn *t, size_t table, struct bytes key, struct bytes *value)
{
	MDB_val k = to_val(key), v;
	int rc;

	if (t->err < 0)
		return t->err;
	rc = mdb_get(t->handle, table_of(t, table), &k, &v);
	if (rc == MDB_NOTFOUND)
		return ERR_NOT_FOUND;
	if (rc != 0)
		return keep_first(t, store_error(rc));
	return keep_first(t, store_check_value(key, from_val(v), value));
}

static void put(struct store_txn *t, size_t table, struct bytes key, struct bytes value,
		unsigned flags)
{
	MDB_val k = to_val(key), v = {value.len + SUM_SIZE, NULL};
	uint8_t *place;
	int rc;

	if (t->err < 0)
		return;
	rc = mdb_put(t->handle, table_of(t, table), &k, &v, flags | MDB_RESERVE);
	if (rc != 0) {
		keep_first(t, store_error(rc));
		return;
	}
	place = v.mv_data;
	checksum(key, value, place);
	if (value.len > 0)
		memcpy(place + SUM_SIZE, value.data, value.len);
}

void store_put(struct store_txn *t, size_t table, struct bytes key, struct bytes value)
{
	put(t, table, key, value, 0);
}

void store_append(struct store_txn *t, size_t table, struct bytes key,
		  struct bytes value)
{
	put(t, table, key, value, MDB_APPEND);
}

void store_del(struct store_txn *t, size_t table, struct bytes key)
{
	MDB_val k = to_val(key);
	int rc;

	if (t->err < 0)
		return;
	rc = mdb_del(t->handle, table_of(t, table), &k, NULL);
	if (rc != 0 && rc != MDB_NOTFOUND)
		keep_first(t, store_error(rc));
}

int store_count(struct store_txn *t, size_t table, uint64_t *count)
{
	MDB_stat stat;
	int rc;

	if (t->err < 0)
		return t->err;
	rc = mdb_stat(t->handle, table_of(t, table), &stat);
	if (rc != 0)
		return keep_first(t, store_error(rc));
	*count = stat.ms_entries;
	return 0;
}

/* 1: `visit` ended it well. */
static int visit_one(struct store_txn *t, MDB_val k, MDB_val v, store_visit_fn *visit,
		     void *ctx)
{
	struct bytes value;
	int err = keep_first(t, store_check_value(from_val(k), from_val(v), &value));

	if (err < 0 || !visit)
		return err;
	return visit(ctx, from_val(k), value);
}

/* A damaged page may hide records that are whole themselves. */
static int check_count(struct store_txn *t, size_t table, uint64_t seen)
{
	uint64_t count = 0;
	int err = store_count(t, table, &count);

	if (err < 0)
		return err;
	return count == seen ? 0 : keep_first(t, ERR_CORRUPT);
}

static int scan(struct store_txn *t, size_t table, MDB_cursor *cursor,
		struct bytes from, store_visit_fn *visit, void *ctx)
{
	MDB_val k = to_val(from), v;
	uint64_t seen = 0;
	int rc =
	    mdb_cursor_get(cursor, &k, &v, from.len > 0 ? MDB_SET_RANGE : MDB_FIRST);
	int err;

	while (rc == 0) {
		err = visit_one(t, k, v, visit, ctx);
		if (err != 0)
			return err < 0 ? err : 0;
		seen++;
		rc = mdb_cursor_get(cursor, &k, &v, MDB_NEXT);
	}
	if (rc != MDB_NOTFOUND)
		return keep_first(t, store_error(rc));
	return from.len > 0 ? 0 : check_count(t, table, seen);
}

int store_scan(struct store_txn *t, size_t table, struct bytes from,
	       store_visit_fn *visit, void *ctx)
{
	MDB_cursor *cursor;
	int rc, err;

	if (t->err < 0)
		return t->err;
	rc = mdb_cursor_open(t->handle, table_of(t, table), &cursor);
	if (rc != 0)
		return keep_first(t, store_error(rc));
	err = scan(t, table, cursor, from, visit, ctx);
	mdb_cursor_close(cursor);
	return err;
}

int store_last(struct store_txn *t, size_t table, struct bytes *key,
	       struct bytes *value)
{
	MDB_cursor *cursor;
	MDB_val k, v;
	int rc, err;

	if (t->err < 0)
		return t->err;
	rc = mdb_cursor_open(t->handle, table_of(t, table), &cursor);
	if (rc != 0)
		return keep_first(t, store_error(rc));
	rc = mdb_cursor_get(cursor, &k, &v, MDB_LAST);
	mdb_cursor_close(cursor);
	if (rc == MDB_NOTFOUND)
		return ERR_NOT_FOUND;
	if (rc != 0)
		return keep_first(t, store_error(rc));
	err = keep_first(t, store_check_value(from_val(k), from_val(v), value));
	if (err == 0)
		*key = from_val(k);
	return err;
}
