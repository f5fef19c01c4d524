#ifndef PAR_METHOD_FRAME_H
#define PAR_METHOD_FRAME_H

/*
 * METHOD S2: strata, merged where they are thin, and their weights. Exact.
 */

#include <gmp.h>

#include "common/round/model.h"

struct frame_group {
	uint32_t first;     /* the earliest of its strata: its place and its labels */
	uint64_t members;   /* N */
	uint64_t responded; /* m */
	bool thin;          /* still, after merging */
	/*
	 * w = N / m times a factor that is the same for all groups: only ratios of
	 * weights matter in S3 and U1. 0 where m = 0.
	 */
	mpz_t weight;
};

struct frame {
	struct frame_group *groups; /* in order */
	uint32_t group_count;
	uint32_t *group_of; /* by stratum */
};

/*
 * responded[h] = m_h. Without strata columns there is one group of weight 1, never
 * thin. -ENOMEM.
 */
int frame_make(const struct round *r, const struct stratum *strata,
	       uint32_t stratum_count, const uint32_t *responded, struct frame *out)
    __attribute__((warn_unused_result));
void frame_free(struct frame *f);

/*
 * Names for people, malloc; NULL when out of memory. A stratum is its labels joined by
 * " / "; a group is its strata joined by " + ", in order.
 */
char *frame_stratum_name(const struct stratum *s, uint32_t column_count);
char *frame_group_name(const struct frame *f, uint32_t group,
		       const struct stratum *strata, uint32_t stratum_count,
		       uint32_t column_count);

#endif
