#ifndef PAR_STORE_JOURNAL_H
#define PAR_STORE_JOURNAL_H

/*
 * The journal: the only truth (DESIGN section 4). Append-only records with a chain over
 * their headers, by URI ("lmdb:DIR" today); no engine type shows. One writer. Every
 * call names a shard; 0 is the only one today.
 */

#include "common/round/entry.h"

struct journal;

/*
 * Opens or makes it. -errno, ERR_LOCKED, ERR_CONFIG (unknown URI), ERR_VERSION,
 * ERR_OLD, ERR_CORRUPT, also when it ends before what it once held. The caller holds
 * store_lock() on a directory above.
 */
int journal_open(const char *uri, uint64_t limit_bytes, struct journal **out)
	__attribute__((warn_unused_result));
/*
 * The same of a copy: one that is made has this id, JOURNAL_ID_SIZE bytes. ERR_FORKED:
 * it is there with another one.
 */
int journal_open_copy(const char *uri, uint64_t limit_bytes,
		      const uint8_t id[JOURNAL_ID_SIZE], struct journal **out)
	__attribute__((warn_unused_result));
/*
 * Opens one that is there and changes nothing, so that it may lie on a read-only
 * volume: for everything but journal_append() and journal_usage(). It is not made
 * durable before. ERR_NOT_FOUND; other codes as above.
 */
int journal_open_reading(const char *uri, struct journal **out)
	__attribute__((warn_unused_result));
void journal_close(struct journal *j); /* NULL is fine */

/*
 * Called once for a batch. err 0: all records are durable as first..first+count-1;
 * ERR_RETRY: unknown; ERR_FULL: none is, nothing changed; ERR_FENCED; other: stop.
 */
typedef void journal_done_fn(void *ctx, int err, uint64_t first);

/*
 * Appends records made by entry_encode(), in order, as one transaction and one sync.
 * "lmdb:" calls `done` before returning.
 */
void journal_append(struct journal *j, uint32_t shard, const struct bytes records[],
		    size_t count, journal_done_fn *done, void *ctx);

/*
 * Records from n on, until `visit` returns non-zero (negative: that code) or the end.
 * The view and chain live until visit returns. Checksums are verified; ERR_CORRUPT
 * names nothing more than the first bad n in *bad (may be NULL).
 */
typedef int journal_visit_fn(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
			     struct bytes record);
int journal_read(struct journal *j, uint32_t shard, uint64_t n, journal_visit_fn *visit,
		 void *ctx, uint64_t *bad) __attribute__((warn_unused_result));

/* The newest position; n = 0 and chain[0] when empty. */
struct position journal_head(const struct journal *j, uint32_t shard);
/* 0 when the position is the start or is in this journal; ERR_FORKED, ERR_CORRUPT. */
int journal_contains(struct journal *j, const struct position *p)
	__attribute__((warn_unused_result));
/* Called after each successful append, from within it: wakes parked readers. */
void journal_on_growth(struct journal *j, void (*fn)(void *ctx), void *ctx);

/* Bytes used, the limit, and whether ballots must be refused (95 %). */
struct journal_usage {
	uint64_t used, limit;
	bool nearly_full;
};
struct journal_usage journal_usage(const struct journal *j);

#endif
