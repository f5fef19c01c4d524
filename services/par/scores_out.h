#ifndef PAR_PAR_SCORES_OUT_H
#define PAR_PAR_SCORES_OUT_H

/*
 * A result as csv, json (DESIGN section 7, `par scores`) and as a table for people.
 * Pure: figures are printed as the scorer wrote them.
 */

#include "common/base/bytes.h"

#include "par/v1/inspect.pb-c.h"

#include <stdio.h>

enum { SCORES_TEXT_MAX = 64 << 20 };

/* Appends. The texts are UTF-8, which the scorer makes sure of. ERR_LIMIT, -ENOMEM. */
int scores_out_csv(const Par__V1__Scores *s, struct buf *out)
    __attribute__((warn_unused_result));
int scores_out_json(const Par__V1__Scores *s, struct buf *out)
    __attribute__((warn_unused_result));
/* Each block by rank, those without one at its end. -ENOMEM. */
int scores_out_table(const Par__V1__Scores *s, FILE *out)
    __attribute__((warn_unused_result));

/* "ranked", "ranked_warning", "insufficient"; "" when unknown. */
const char *scores_status(Par__V1__UnitStatus status);

#endif
