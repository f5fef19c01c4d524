#ifndef PAR_SCORER_JOBS_H
#define PAR_SCORER_JOBS_H

/*
 * What the worker does next: a release first, then the drafts that were asked for. One
 * thing at a time.
 */

#include "common/round/fold.h"
#include "services/scorer/drafts.h"

struct scorer;

struct jobs {
	struct drafts drafts;
	struct draft *draft; /* being made; NULL: a release is, or nothing */
	struct position cut; /* of it */
};

/* Watches the worker from the loop. */
int jobs_open(struct scorer *s) __attribute__((warn_unused_result));
/* After the worker has been closed. */
void jobs_close(struct scorer *s);
/* Starts what can be started. */
void jobs_next(struct scorer *s);
/*
 * The draft that answers a request with this id: of a release, or, where release is 0,
 * of the state now; NULL: not yet, ask again.
 */
const struct draft *jobs_draft(struct scorer *s, const struct fold_round *round,
			       uint32_t release, const uint8_t id[DRAFT_ID_SIZE],
			       bool first_part);

#endif
