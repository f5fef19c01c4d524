#ifndef PAR_SCORER_RESULTS_H
#define PAR_SCORER_RESULTS_H

/*
 * Records. The results store: what was made of each release and retraction, by its
 * ordinal over all rounds. Nothing in it is a source: lost, it is made again from the
 * journal, to the same bytes, at the same positions of link 3.
 *
 *   meta    "journal"          16 bytes, the journal that everything here was made from
 *   items   ordinal, 8 bytes   8 n and 32 chain of the journal entry, 32 chain of
 *                              link 3, the encoded ReleaseItem
 *   scores  ordinal, 8 bytes   the encoded Scores of a release
 */

#include "common/round/entry.h"

struct results;

/*
 * Opens or makes it in `dir` and reads all of it: every checksum and the chain. What
 * store_open() may fail with; ERR_CORRUPT.
 */
int results_open(const char *dir, uint64_t map_bytes, struct results **out)
    __attribute__((warn_unused_result));
void results_close(struct results *r); /* NULL is fine */

/*
 * Says which journal is read; before the first results_put(). ERR_FORKED: what is
 * stored was made from another one.
 */
int results_bind(struct results *r, const uint8_t journal[JOURNAL_ID_SIZE])
    __attribute__((warn_unused_result));

/* The newest item as a position of link 3; all 0 while no journal is known. */
struct position results_head(const struct results *r);
/* 0 when it is the start or among what is stored; ERR_FORKED, ERR_CORRUPT. */
int results_contains(struct results *r, const struct position *p)
    __attribute__((warn_unused_result));

/* The journal entry that an item was made from; ERR_NOT_FOUND. */
int results_entry(struct results *r, uint64_t ordinal, struct position *entry)
    __attribute__((warn_unused_result));

/*
 * Stores the next item (ordinal = head + 1) made from `entry`, and its scores (empty: a
 * retraction), in one transaction. ERR_FULL: nothing changed.
 */
int results_put(struct results *r, const struct position *entry, struct bytes item,
		struct bytes scores) __attribute__((warn_unused_result));

/* Items from ordinal n on, until visit returns non-zero (negative: that code). */
typedef int results_visit_fn(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
			     struct bytes item);
int results_read(struct results *r, uint64_t n, results_visit_fn *visit, void *ctx)
    __attribute__((warn_unused_result));

/* Appends the scores of a release; ERR_NOT_FOUND. */
int results_scores(struct results *r, uint64_t ordinal, struct buf *out)
    __attribute__((warn_unused_result));

#endif
