#ifndef PAR_METHOD_PROFILE_H
#define PAR_METHOD_PROFILE_H

/*
 * Clusters that hold the same raters by merged stratum, taken together. On a unit that
 * none of them has a sheet about they all have the same E (METHOD U1), so that it is
 * kept once: thousands of clusters, but few profiles.
 */

#include "common/method/frame.h"
#include "common/method/tally.h"

struct profile {
	uint32_t first; /* of its members */
	uint32_t count;
	uint32_t clusters; /* that look like this */
};

struct profile_member {
	uint32_t group;
	uint32_t raters;
};

struct profile_set {
	struct profile *profiles; /* some have no cluster */
	uint32_t count;
	struct profile_member *members; /* of each profile, groups ascending */
	uint32_t *of;                   /* by cluster */
};

/* -ENOMEM. */
int profile_make(const struct tally *t, const struct frame *f, struct profile_set *out)
    __attribute__((warn_unused_result));
void profile_free(struct profile_set *p);

#endif
