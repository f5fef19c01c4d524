#ifndef PAR_METHOD_ASSOCIATION_H
#define PAR_METHOD_ASSOCIATION_H

/*
 * The associations of METHOD O2 and O3: the labels of the first strata column, in the
 * order of the frame at the cut. Without strata columns the whole frame is one, with
 * the label "".
 */

#include "common/round/sample.h"

struct associations {
	uint32_t count;
	const char **labels; /* the list is owned, the text borrowed from the sample */
	uint32_t *of;        /* place in labels, by stratum */
};

/* -ENOMEM. The sample outlives it. */
int associations_make(const struct sample *s, struct associations *out)
    __attribute__((warn_unused_result));
void associations_free(struct associations *a);

#endif
