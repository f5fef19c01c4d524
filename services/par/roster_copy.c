#include "services/par/roster_copy.h"

#include "common/base/err.h"
#include "common/round/proto.h"
#include "common/store/store.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const tables[] = {"rows", "codes"};
enum { TABLE_COUNT = 2, MAP_BYTES = 1 << 30, DIR_MAX = PATH_MAX - 64 };

static int table_of(struct bytes name)
{
	for (int i = 0; i < TABLE_COUNT; i++) {
		if (bytes_equal(name, bytes_str(tables[i])))
			return i;
	}
	return ERR_VERSION;
}

static void empty(struct store_txn *t, size_t table)
{
	struct bytes key, value;
	while (t->err == 0 && store_last(t, table, &key, &value) == 0) {
		uint8_t copy[STORE_KEY_MAX];
		memcpy(copy, key.data, key.len);
		store_del(t, table, bytes_of(copy, key.len));
	}
}

static int put_records(struct store_txn *t, const Par__V1__RosterCopy *copy)
{
	for (size_t i = 0; i < copy->n_records; i++) {
		const Par__V1__RosterRecord *r = copy->records[i];
		int table = table_of(proto_bytes(r->table));
		if (table < 0 || r->key.len == 0 || r->key.len > STORE_KEY_MAX)
			return table < 0 ? table : ERR_FORMAT;
		store_put(t, (size_t)table, proto_bytes(r->key), proto_bytes(r->value));
	}
	return 0;
}

/* One transaction takes the place of whatever there was. */
static int fill(const char *path, const Par__V1__RosterCopy *copy)
{
	struct store *store;
	struct store_txn t;
	int err = store_open(path, MAP_BYTES, tables, TABLE_COUNT, NULL, &store);
	if (err != 0)
		return err;
	store_begin(store, true, &t);
	for (size_t i = 0; i < TABLE_COUNT; i++)
		empty(&t, i);
	err = put_records(&t, copy);
	if (err == 0)
		err = store_commit(&t);
	else
		store_abort(&t);
	store_close(store);
	return err;
}

/* A first copy gets its name when it is whole. */
static int make(const char *dir, const char *path, const Par__V1__RosterCopy *copy)
{
	char unfinished[PATH_MAX];
	int len = snprintf(unfinished, sizeof unfinished, "%s.new", path);
	if (len < 0 || len >= (int)sizeof unfinished)
		return -ENAMETOOLONG;
	int err = store_remove(unfinished);
	if (err == 0 || err == -ENOENT)
		err = fill(unfinished, copy);
	if (err == 0 && rename(unfinished, path) != 0)
		err = err_errno(-EIO);
	return err != 0 ? err : store_sync_dir(dir);
}

int roster_copy_write(const char *top, const Par__V1__RosterCopy *copy)
{
	char dir[DIR_MAX], path[PATH_MAX];
	int len = snprintf(dir, sizeof dir, "%s/roster", top);
	if (len < 0 || len >= DIR_MAX)
		return -ENAMETOOLONG;
	snprintf(path, sizeof path, "%s/%" PRIu32, dir, copy->number);
	int err = store_make_dir(top);
	if (err == 0)
		err = store_make_dir(dir);
	if (err == 0)
		err =
		    access(path, F_OK) == 0 ? fill(path, copy) : make(dir, path, copy);
	return err;
}
