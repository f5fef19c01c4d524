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

/*
 * Appends. The texts are UTF-8, which the scorer makes sure of; what a terminal would
 * obey is escaped. ERR_LIMIT, -ENOMEM.
 */
int scores_out_csv(const Par__V1__Scores *s, struct buf *out)
    __attribute__((warn_unused_result));
int scores_out_json(const Par__V1__Scores *s, struct buf *out)
    __attribute__((warn_unused_result));
/* Each block by rank, those without one at its end; then scores_out_notes(). -ENOMEM.
 */
int scores_out_table(const Par__V1__Scores *s, FILE *out)
    __attribute__((warn_unused_result));

/*
 * What a reader of the table has to know of its sample, a line each: groups merged,
 * thin or not represented (METHOD S2), annulments by reason, flags (O3), the design
 * (U6).
 */
void scores_out_notes(const Par__V1__Scores *s, FILE *out);

/* METHOD O2: the association at 1 + its place; none at 0. Borrowed. */
ProtobufCBinaryData scores_association(const Par__V1__Scores *s, uint32_t place);
/* METHOD U3: "1-3", or "2"; "" when there is no set. Returns out. */
enum { SCORES_SET = 24 };
const char *scores_rank_set(uint32_t low, uint32_t high, char out[SCORES_SET]);
/* "ranked", "ranked_warning", "insufficient"; "" when unknown. */
const char *scores_status(Par__V1__UnitStatus status);

#endif
