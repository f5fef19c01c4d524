#ifndef PAR_COLLECTOR_DECIDE_H
#define PAR_COLLECTOR_DECIDE_H

/*
 * What a ballot comes to: one verdict a sheet, from the fold, the rater's row of the
 * roster and the ballot. Pure. It takes no part in what counts: the fold decides that
 * again from the journal (DESIGN section 4).
 */

#include "common/round/fold.h"

/* What the roster says of one rater. */
struct rater {
	uint32_t number;
	uint32_t stratum;
	uint32_t cluster; /* 0: a cluster of its own */
};

enum verdict {
	VERDICT_ACCEPTED,
	VERDICT_REPLACED,   /* a lower revision was live */
	VERDICT_SUPERSEDED, /* a higher revision lives: taken, counts nothing */
	VERDICT_DUPLICATE,
	VERDICT_CONFLICT, /* the same key with other answers */
	VERDICT_REFUSED,
	VERDICT_COUNT,
};

struct decision {
	enum verdict verdict;
	uint64_t first_n;          /* entry that first carried the sheet; 0: none yet */
	uint32_t highest_revision; /* of a conflict */
	struct faults faults;
};

/* A sheet with this verdict is new and goes into the journal. */
bool verdict_is_new(enum verdict v);

/*
 * Decides each sheet of a ballot that is for this round (ballot_is_for); `out` has
 * sheet_count places. The identity look-up comes first, so a duplicate stays one after
 * closing. Returns how many sheets are new. Free with decide_free().
 */
size_t decide_ballot(const struct fold_round *r, const struct rater *rater,
		     const struct ballot *b, struct decision out[]);
void decide_free(struct decision list[], size_t count);

#endif
