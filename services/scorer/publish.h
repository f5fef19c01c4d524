#ifndef PAR_SCORER_PUBLISH_H
#define PAR_SCORER_PUBLISH_H

/*
 * Pure. What may be public: the items of link 3 and what rides on its head, made from
 * results under METHOD P1 (no figure from fewer than cell_show raters), P3 (respondents
 * in tens) and P5 (declared decimals, one decimal for SEs and interval ends). Nothing
 * else of this service is ever sent to a publisher.
 */

#include "common/method/result.h"
#include "common/round/fold.h"

/* Largest item or Scores that is made; the most that a store or a link is given. */
enum { PUBLISH_BYTES_MAX = 16 << 20 };

/*
 * Appends an encoded ReleaseItem of proto/par/v1/release.proto. `invited` are the rows
 * of the roster at the cut. ERR_LIMIT, -ENOMEM.
 */
int publish_release(const struct result *result, const struct fold_release *release,
		    uint64_t invited, struct buf *out)
    __attribute__((warn_unused_result));
int publish_retraction(const struct round *round, const struct fold_release *retraction,
		       struct buf *out) __attribute__((warn_unused_result));

/* Appends an encoded Heads: every round, its state and its respondents in tens. */
int publish_heads(const struct fold *fold, struct buf *out)
    __attribute__((warn_unused_result));

#endif
