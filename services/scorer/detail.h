#ifndef PAR_SCORER_DETAIL_H
#define PAR_SCORER_DETAIL_H

/*
 * Pure. How the figure of one unit comes about, from the counts to the index, and how
 * it stands to the others of its block: UnitDetail of proto/par/v1/inspect.proto, what
 * `par explain` and `par compare` print. For the operator and auditors alone.
 */

#include "common/round/entry.h"
#include "common/report/analysis.h"

/* Appends it, encoded. number 0: a draft, at `cut`. ERR_LIMIT, -ENOMEM. */
int detail_encode(const struct analysis *a, uint32_t unit, uint32_t number,
		  const struct position *cut, struct buf *out)
    __attribute__((warn_unused_result));

#endif
