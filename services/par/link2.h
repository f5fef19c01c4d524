#ifndef PAR_PAR_LINK2_H
#define PAR_PAR_LINK2_H

/*
 * Link 2: the entries of the journal after a position, up to the one that is the last
 * when reading begins; a record, or the header alone where seal and body are not for
 * this key.
 */

#include "services/par/options.h"

#include "common/net/feed.h"

struct link2_entry {
	const uint8_t *journal; /* id, JOURNAL_ID_SIZE bytes */
	uint64_t n;
	uint64_t last;        /* of the entries to come; at least n, grows once */
	const uint8_t *chain; /* CHAIN_SIZE bytes */
	struct bytes record;
};

/* 0: go on. Positive: that is all. Negative: stop with this error. */
typedef int link2_entry_fn(void *ctx, const struct link2_entry *e);

/*
 * Hands all of them over to an auditor. Entries renew the patience of --wait, heads do
 * not. 0; on_entry's error; told: ERR_CONFIG, ERR_TIMEOUT, ERR_DENIED, ERR_FORKED;
 * -EINTR; -errno.
 */
int link2_read(const struct options *o, link2_entry_fn *on_entry, void *ctx)
    __attribute__((warn_unused_result));

/* What one answer holds; items that came after the last are among them. */
struct link2_batch {
	const uint8_t *journal;
	const struct feed_item *items;
	size_t count;  /* at least one */
	uint64_t last; /* as above */
};
typedef int link2_batch_fn(void *ctx, const struct link2_batch *b);

/* The same for any role from any position on, answer by answer. */
int link2_follow(const struct options *o, enum role role, const struct position *from,
		 link2_batch_fn *on_batch, void *ctx)
    __attribute__((warn_unused_result));

#endif
