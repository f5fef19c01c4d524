#ifndef PAR_STORE_STORE_H
#define PAR_STORE_STORE_H

/*
 * A thin total wrapper over LMDB: the only place that knows lmdb.h (journal.c lies on
 * top of it). One environment per directory and process. A transaction carries its
 * first error; check once, at commit. Every value gets a checksum over key and value,
 * which is verified by every read.
 *
 * Default sync only. An environment is made in a temporary directory beside it, synced,
 * renamed into place, and the parent synced, so that it is whole or not there.
 */

#include "common/base/bytes.h"

struct store;

enum { STORE_TABLES_MAX = 8, STORE_KEY_MAX = 500 };

/*
 * Takes the right to everything under `dir` (made if missing, mode 0700) until the
 * process ends: a lock on dir/lock. *fd is kept open. ERR_LOCKED after half a second
 * (a script that asks by the lock holds it for a moment), -errno.
 */
int store_lock(const char *dir, int *fd) __attribute__((warn_unused_result));
/*
 * The same for who changes nothing in it, and maybe cannot: it is there. Where there is
 * no lock and none can be made *fd is -1; what is opened in it has a lock of its own.
 */
int store_lock_reading(const char *dir, int *fd) __attribute__((warn_unused_result));

/*
 * Opens or makes the environment `dir` with these tables; map_bytes is the limit for
 * good, put into force at every opening. *created (may be NULL): it was not there.
 * -errno, LMDB codes, ERR_VERSION, ERR_OLD, ERR_LOCKED (it is open already, here or
 * elsewhere), ERR_CORRUPT (also when there is a table with another name).
 */
int store_open(const char *dir, uint64_t map_bytes, const char *const tables[],
	       size_t table_count, bool *created, struct store **out)
	__attribute__((warn_unused_result));
/*
 * Opens one that is there and changes nothing, so that it may lie on a read-only
 * volume: no limit is known then. It is not made durable before. ERR_NOT_FOUND; other
 * codes as above.
 */
int store_open_reading(const char *dir, const char *const tables[], size_t table_count,
		       struct store **out) __attribute__((warn_unused_result));
void store_close(struct store *s); /* NULL is fine */

/* Bytes in use and the limit. */
void store_usage(const struct store *s, uint64_t *used, uint64_t *limit);

struct store_txn {
	struct store *store;
	void *handle;
	int err; /* the first */
};

/* Never fails; an error shows in the calls that follow and at commit. */
void store_begin(struct store *s, bool write, struct store_txn *t);
/* Ends it either way. 0: what was put is on disk. ERR_FULL: nothing was changed. */
int store_commit(struct store_txn *t) __attribute__((warn_unused_result));
void store_abort(struct store_txn *t); /* also ends reading; fine after commit */

/*
 * ERR_NOT_FOUND (not kept in t->err), ERR_CORRUPT. The view lives as long as t; of a
 * writing t only until the next put, append or del.
 */
int store_get(struct store_txn *t, size_t table, struct bytes key, struct bytes *value)
	__attribute__((warn_unused_result));
void store_put(struct store_txn *t, size_t table, struct bytes key, struct bytes value);
/* As store_put, where the key is the largest of the table: fills pages whole. */
void store_append(struct store_txn *t, size_t table, struct bytes key,
		  struct bytes value);
/* Fine when there is no such key. */
void store_del(struct store_txn *t, size_t table, struct bytes key);

/* How many records there should be. */
int store_count(struct store_txn *t, size_t table, uint64_t *count)
	__attribute__((warn_unused_result));

/*
 * In order of keys, from the first >= `from`. A negative return ends with that code,
 * a positive one ends well. NULL: only the checksums are verified. Of a whole table
 * (`from` empty, to its end) the count must be right too: ERR_CORRUPT.
 */
typedef int store_visit_fn(void *ctx, struct bytes key, struct bytes value);
int store_scan(struct store_txn *t, size_t table, struct bytes from,
	       store_visit_fn *visit, void *ctx) __attribute__((warn_unused_result));
/* The largest key; ERR_NOT_FOUND: empty table. */
int store_last(struct store_txn *t, size_t table, struct bytes *key,
	       struct bytes *value) __attribute__((warn_unused_result));

/* Whether there is an environment in `dir`. */
bool store_exists(const char *dir);
/* What a format found says to one of ours: 0, ERR_VERSION or ERR_OLD. */
int store_check_version(uint32_t found, uint32_t own)
    __attribute__((warn_unused_result));

/* Makes the names in `dir` durable: to be called after files in it came or went. */
int store_sync_dir(const char *dir) __attribute__((warn_unused_result));
/* The same for the directory that `path` lies in. */
int store_sync_parent(const char *path) __attribute__((warn_unused_result));
/* Mode 0700; fine when it is there. Its name is durable then. */
int store_make_dir(const char *dir) __attribute__((warn_unused_result));
/*
 * Removes a closed environment; a crash leaves it whole or not there. 0 and -ENOENT (it
 * was not there): it is gone for good.
 */
int store_remove(const char *dir) __attribute__((warn_unused_result));

#endif
