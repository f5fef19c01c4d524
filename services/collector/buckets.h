#ifndef PAR_COLLECTOR_BUCKETS_H
#define PAR_COLLECTOR_BUCKETS_H

/*
 * Token buckets, one a User-Id: `burst` at once, then `per_second`. Pure; time is an
 * argument and may stand still, never go back. A bucket that has filled up again is as
 * good as none and makes room, so what is kept is bounded by who talked lately, and
 * that by the allow-list.
 */

#include "common/round/index.h"

struct bucket;

struct buckets {
	uint64_t burst, per_second;
	struct bucket *list;
	uint32_t count, room;
	struct index by_user;
};

/* Both at least 1 and at most 2^40. */
void buckets_init(struct buckets *b, uint64_t burst, uint64_t per_second);
void buckets_free(struct buckets *b);

/* Whole tokens there are for this user; `burst` for one not seen lately. */
uint64_t buckets_left(const struct buckets *b, const char *user_id, uint64_t now_ms);
/* Takes a token, if there is one. -ENOMEM. */
int buckets_take(struct buckets *b, const char *user_id, uint64_t now_ms, bool *taken)
    __attribute__((warn_unused_result));

#endif
