#ifndef PAR_SCORER_READING_H
#define PAR_SCORER_READING_H

/*
 * Shell: link 2. Reads the collector's journal from its first entry at every start and
 * folds it, verified entry by entry, a bounded time a turn. At a release or retraction
 * the fold stands until what belongs to it is stored (releasing).
 */

#include "common/net/feed.h"
#include "common/round/fold.h"

struct scorer;

/* A copy of what the reader handed over. */
struct batch {
	struct feed_item *items; /* NULL: none */
	uint8_t *bytes;          /* what the items point into */
	size_t count;
	size_t next; /* the first that is not folded */
};

struct reading {
	struct feed_reader *reader;
	struct fold *fold;
	struct batch batch;
	bool paused;          /* the reader waits for the batch to be folded */
	struct position at;   /* what is folded; all 0: no journal seen yet */
	struct position head; /* of the collector, as last told */
	uint64_t heads;       /* how often it was told */
	bool reached;         /* has been at the head once, nothing left to make */
	enum client_state state;
};

/* `config`: the collector's endpoint and key. */
int reading_open(struct scorer *s, const struct client_config *config)
    __attribute__((warn_unused_result));
void reading_close(struct scorer *s);

#endif
