#ifndef PAR_METHOD_COMPOSITE_H
#define PAR_METHOD_COMPOSITE_H

/*
 * METHOD S6, minmax: the ranges of the leaves over the units of a block, and a leaf's
 * place in its range. The rest of S6 is the straight line from 0..100 to the declared
 * scale, which score.c draws once a figure.
 */

#include "common/method/score.h"

/*
 * Fills rules->ranges from the sample and the samples pooled with it. *rules is
 * otherwise complete. -ENOMEM; ERR_REFUSED with faults: a range of width 0 without a
 * declared max_eq_min; rules->ranges is set all the same, and freed with the rules.
 */
int composite_ranges(struct score_rules *rules, struct faults *faults)
    __attribute__((warn_unused_result));
void composite_ranges_free(struct score_rules *rules);

/* The range of a leaf in the block of a unit; rules->ranges is not NULL. */
const struct score_range *composite_range(const struct score_rules *rules,
					  uint32_t unit, uint32_t criterion);
/* max = min: the leaf is worth max_eq_min, whatever its theta. */
bool composite_is_flat(const struct score_range *range);

/*
 * What a leaf that counts is worth on 0..100: theta, or with minmax
 * 100 (theta - min) / (max - min), max_eq_min where that has no value. The theta of the
 * score itself, or `room`, which the caller initialised. Canonical.
 */
mpq_srcptr composite_value(const struct score_rules *rules, const struct score *s,
			   uint32_t criterion, mpq_t room);

#endif
