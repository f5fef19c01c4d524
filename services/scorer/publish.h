#ifndef PAR_SCORER_PUBLISH_H
#define PAR_SCORER_PUBLISH_H

/*
 * Pure. What may be public: the items of link 3 and what rides on its head. Which
 * figures those are is decided in common/method/public (METHOD section 5); here they
 * become messages. Nothing else of this service is ever sent to a publisher.
 */

#include "common/round/fold.h"
#include "common/report/analysis.h"

/* Largest item or Scores that is made; the most that a store or a link is given. */
enum { PUBLISH_BYTES_MAX = 16 << 20 };

/*
 * Each appends an encoded ReleaseItem of proto/par/v1/release.proto: a release (the
 * analysis is of one), one that its rules cannot compute, a retraction; and either of
 * which the journal was restored without. ERR_LIMIT, -ENOMEM.
 */
int publish_release(const struct analysis *a, const struct fold_release *release,
		    struct buf *out) __attribute__((warn_unused_result));
int publish_failure(const struct round *round, const struct fold_release *release,
		    struct buf *out) __attribute__((warn_unused_result));
int publish_retraction(const struct round *round, const struct fold_release *retraction,
		       struct buf *out) __attribute__((warn_unused_result));
int publish_lost(const struct fold_release *lost, struct buf *out)
    __attribute__((warn_unused_result));

/* Appends an encoded Heads: every round, its state and its respondents in tens. */
int publish_heads(const struct fold *fold, struct buf *out)
    __attribute__((warn_unused_result));

#endif
