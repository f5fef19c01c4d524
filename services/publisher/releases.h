#ifndef PAR_PUBLISHER_RELEASES_H
#define PAR_PUBLISHER_RELEASES_H

/*
 * The store of the publisher: the items of link 3 by their ordinal, each with its chain
 * value, and the position they reach to. An item once stored is never replaced. Beside
 * them lie files rendered from them, which may be missing and are then made again.
 */

#include "common/round/entry.h"
#include "services/publisher/item.h"

struct releases;

/*
 * Opens or makes DIR/releases and reads every item. Store errors; ERR_CORRUPT when
 * items and position do not agree; ERR_FORMAT or ERR_VERSION for an item that this
 * version cannot read.
 */
int releases_open(const char *dir, uint64_t map_bytes, struct releases **out)
    __attribute__((warn_unused_result));
void releases_close(struct releases *s); /* NULL is fine */
void releases_usage(const struct releases *s, uint64_t *used, uint64_t *limit);

/*
 * A batch in one transaction, with the position of its last item. begin, put each,
 * then commit or abort; after a failed put only abort remains.
 */
void releases_begin(struct releases *s);
/*
 * 0 also for an item that is there already with the same bytes. ERR_FORKED: another
 * journal, other bytes for an ordinal that is there, a chain that does not go on from
 * the item before, or a second release with the same number. ERR_FORMAT: out of order,
 * unreadable, or the retraction of nothing. ERR_VERSION; -ENOMEM.
 */
int releases_put(struct releases *s, const uint8_t journal[JOURNAL_ID_SIZE], uint64_t n,
		 const uint8_t chain[CHAIN_SIZE], struct bytes payload)
    __attribute__((warn_unused_result));
/* 0: on disk. ERR_FULL: nothing changed. Other store errors. */
int releases_commit(struct releases *s) __attribute__((warn_unused_result));
void releases_abort(struct releases *s);

/* The last item taken; all 0: none yet. */
struct position releases_position(const struct releases *s);
/*
 * 0: the position is the start or among the items. ERR_FORKED: it cannot be.
 * ERR_RETRY: it lies beyond what is here (a store being rebuilt).
 */
int releases_contains(struct releases *s, const struct position *p)
    __attribute__((warn_unused_result));
/* Items from n on, as stored, until visit gives non-zero (negative: that code). */
typedef int releases_visit_fn(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
			      struct bytes payload);
int releases_read(struct releases *s, uint64_t n, releases_visit_fn *visit, void *ctx)
    __attribute__((warn_unused_result));

/*
 * All releases, oldest first, also those that could not be computed; valid until the
 * next commit.
 */
const struct publication *releases_list(const struct releases *s, size_t *count);
/*
 * The release that item n made, failed to make, or retracted; 1 <= n <= the position's.
 * NULL of a lost item of which that is not known.
 */
const struct publication *releases_of_item(const struct releases *s, uint64_t n);

/*
 * Files by a key of the caller's. Get appends a copy to out; ERR_NOT_FOUND. Put stores
 * several at once.
 */
struct releases_file {
	struct bytes key;
	struct bytes value;
};
int releases_file_get(struct releases *s, struct bytes key, struct buf *out)
    __attribute__((warn_unused_result));
int releases_file_put(struct releases *s, const struct releases_file files[],
		      size_t count) __attribute__((warn_unused_result));

#endif
