#ifndef PAR_STORE_STORE_PRIVATE_H
#define PAR_STORE_STORE_PRIVATE_H

/* What store.c and store_open.c share. No other file includes lmdb.h. */

#include <lmdb.h>

#include "common/store/store.h"

/* The table of the store itself: its format. Above all tables of the user. */
enum { STORE_META = STORE_TABLES_MAX };

struct store {
	MDB_env *env;
	int dir_fd; /* holds the lock against a second opening */
	uint64_t limit;
	MDB_dbi tables[STORE_TABLES_MAX + 1];
};

/* LMDB's result as a code of ours: MDB_MAP_FULL and ENOSPC are ERR_FULL. */
int store_error(int rc);
/* What is stored under a key without its checksum; ERR_CORRUPT: that does not hold. */
int store_check_value(struct bytes key, struct bytes stored, struct bytes *value)
    __attribute__((warn_unused_result));

#endif
