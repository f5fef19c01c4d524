#ifndef PAR_COLLECTOR_VIEW_H
#define PAR_COLLECTOR_VIEW_H

/* The view in memory: the fold, brought to the head of the journal at the start. */

#include "common/base/faults.h"
#include "common/round/fold.h"
#include "common/store/journal.h"

/*
 * Folds the whole journal. Halts, with words that name the entry, at one that this
 * version does not understand or that is damaged.
 */
int view_open(struct journal *j, struct fold **out, struct faults *faults)
    __attribute__((warn_unused_result));

/*
 * What a feed server reads from: the journal's entries. An auditor gets those of rounds
 * that are closed, and of rounds pooled with one that is (METHOD S6), and those that
 * say what the journal was restored without; of all others the header alone. The fold
 * is at the head whenever a peer is served.
 */
struct view_feed {
	struct journal *journal;
	const struct fold *fold;
};
struct feed_source;
/* `feed` lives as long as the source. */
void view_feed_source(struct view_feed *feed, struct feed_source *out);

#endif
