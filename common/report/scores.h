#ifndef PAR_REPORT_SCORES_H
#define PAR_REPORT_SCORES_H

/*
 * Pure. A result with every digit, and the columns beside it, for the operator and
 * auditors alone: Scores of proto/par/v1/inspect.proto, what `par scores` prints.
 */

#include "common/round/entry.h"
#include "common/report/analysis.h"

/* Appends it, encoded. number 0: a draft. ERR_LIMIT, -ENOMEM. */
int scores_encode(const struct analysis *a, uint32_t number, const struct position *cut,
		  struct buf *out) __attribute__((warn_unused_result));

#endif
