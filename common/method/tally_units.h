#ifndef PAR_METHOD_TALLY_UNITS_H
#define PAR_METHOD_TALLY_UNITS_H

/*
 * Part of the tally: the counters of each unit, one unit after the other on each of
 * several threads. The sheets of a unit are sorted by row and counted in batches
 * (tally_count.h); then what clusters of several sheets were counted too often is taken
 * off.
 */

#include "common/method/tally.h"

/*
 * Fills counts, scored_by, scorers and sheet_marks, which are zeros, of a tally that
 * has all else. `again` is that of tally_group(). -ENOMEM.
 */
int tally_units(struct tally *t, uint32_t threads, const uint8_t *again)
    __attribute__((warn_unused_result));

#endif
