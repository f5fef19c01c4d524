#ifndef PAR_STORE_STORE_VERIFY_H
#define PAR_STORE_STORE_VERIFY_H

/*
 * Looks at a closed environment without changing it, whatever its tables are: for who
 * checks or copies one that belongs to another program.
 */

#include "common/store/store.h"

/* A record whose checksum does not hold. Both live until it returns. */
typedef void store_damage_fn(void *ctx, const char *table, struct bytes key);

struct store_census {
	uint64_t records, damaged;
};

/*
 * Reads every record of every table and goes on after a damaged one. ERR_CORRUPT:
 * there was one, or a table holds more or fewer records than it should; ERR_VERSION,
 * ERR_LOCKED (it is open), ERR_NOT_FOUND, -errno, LMDB codes. *out is also filled on
 * ERR_CORRUPT. A damaged page may end the process.
 */
int store_verify(const char *dir, store_damage_fn *damage, void *ctx,
		 struct store_census *out) __attribute__((warn_unused_result));

/*
 * Copies an environment to `to`, which is not there; durable when it returns, but for
 * the name of `to`. ERR_NOT_FOUND, ERR_LOCKED, -errno.
 */
int store_copy(const char *from, const char *to) __attribute__((warn_unused_result));

#endif
