#ifndef PAR_NET_FEED_BATCH_H
#define PAR_NET_FEED_BATCH_H

/*
 * What one answer of a feed server carries, copied out of the source: items up to a
 * budget, or one piece of an item that is larger. Only for feed_server.c.
 */

#include "common/net/feed.h"
#include "par/v1/feed.pb-c.h"

enum {
	FEED_INFO_MAX = 256 << 10,
	/* What is left of a message beside info, head and words. */
	FEED_BUDGET_MAX = FEED_MESSAGE_MAX - FEED_INFO_MAX - (16 << 10),
	FEED_ITEM_OVERHEAD = 64, /* ordinal, chain and tags */
	FEED_ITEMS_MAX = 4096,   /* an answer */
	FEED_READ_MAX = 8 << 20, /* of items, visible or not, for an answer */
};

struct feed_batch {
	Par__V1__FeedItem *items;
	Par__V1__FeedItem **list; /* of items, as protobuf-c wants it */
	size_t count;
	const struct feed_source *source;
	enum role role;  /* of whoever asks */
	size_t read;     /* bytes of items, visible or not */
	struct buf data; /* never moves: its whole maximum is reserved */
	size_t budget;
	uint32_t part; /* pieces of the first item that the reader has */
	bool bad_part;
};

int feed_batch_init(struct feed_batch *b) __attribute__((warn_unused_result));
void feed_batch_free(struct feed_batch *b);
/*
 * Reads from item n on, as far as the role may see. ERR_REFUSED: that item has no such
 * piece. The source's failure only when nothing came before it.
 */
int feed_batch_read(struct feed_batch *b, const struct feed_source *source,
		    enum role role, uint64_t n, uint32_t part, size_t max_bytes)
    __attribute__((warn_unused_result));

#endif
