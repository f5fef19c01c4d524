#ifndef PAR_TESTS_METHOD_UNCERTAINTY_SLOW_H
#define PAR_TESTS_METHOD_UNCERTAINTY_SLOW_H

/*
 * METHOD O4 a second time: from the sheets of a round made by hand (one scale of five
 * answers, no strata, no measured leaf, each rater a cluster, cell_score 3), by the
 * words of O1, O4 and S3 to S7, with libm. Only the status comes from the result.
 */

#include "common/method/uncertainty.h"
#include "tests/unit/method/build.h"

enum { SLOW_DRAWS = 200, SLOW_UNITS = 8 };

/* The first word of the counter of a draw that says which means it takes. */
uint32_t slow_choice(uint32_t draw, uint32_t leaf_count);

/* By unit, for SLOW_DRAWS draws. */
void slow_uncertainty(const struct build *b, const struct result *r,
		      struct uncertainty_unit *out);

#endif
