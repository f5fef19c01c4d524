#ifndef PAR_METHOD_TALLY_GROUP_H
#define PAR_METHOD_TALLY_GROUP_H

/*
 * Part of the tally: who the raters and clusters of a sample are, and its sheets in the
 * order of units and clusters. No answer is looked at.
 */

#include "common/method/tally.h"

/*
 * `again`, one byte a sheet in `order`, is 1 where a sheet is of the same cluster and
 * about the same unit as the one before it, else 0; the caller's, and zeros before.
 * Sets responded, raters, rater_count, cluster_raters, cluster_count, sheet_rater,
 * sheet_cluster, order and unit_first of a tally that has none of them. -ENOMEM; what
 * is set then is freed by tally_free().
 */
int tally_group(struct tally *t, uint8_t *again) __attribute__((warn_unused_result));

#endif
