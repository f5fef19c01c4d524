#ifndef PAR_SCORER_RELEASING_H
#define PAR_SCORER_RELEASING_H

/*
 * What a release or retraction entry makes: an item of link 3, and of a release the
 * operator's table, stored before the fold goes on. A result that is stored is not made
 * again, but must come from the very entry that the journal has. A release that its
 * rules cannot compute is an item too, one without figures: no round may stop another.
 * So is what the journal was restored without, at the place where it was published.
 */

#include "common/report/analysis.h"

struct scorer;
struct worker_job;

struct releasing {
	/* The other journal that cuts since the last restored entry name; all 0: none.
	 * The next restored entry must be from it. */
	uint8_t other[JOURNAL_ID_SIZE];
	uint64_t ordinal; /* of the release whose result the fold waits for; 0: none */
	bool started;     /* the worker has its samples */
	struct analysis *analysis; /* owned until started */
	struct position cut;
	struct position entry;
};

/*
 * Applies a release, retraction or restored entry, the fold then being at `here`.
 * Errors as fold_apply(); -ENOMEM. What stops the scorer has been said by it.
 */
int releasing_apply(struct scorer *s, const struct entry *e,
		    const struct position *here) __attribute__((warn_unused_result));
/* Cuts name a journal that this one is not restored from: halts, says so. */
bool releasing_is_foreign(struct scorer *s);
/* Whether the fold must stand. */
bool releasing_waits(const struct scorer *s);
/* Starts the idle worker on the release that waits for it; false: none does. */
bool releasing_start(struct scorer *s);
/* The worker has done it. */
void releasing_done(struct scorer *s, const struct worker_job *job);
void releasing_free(struct scorer *s);

#endif
