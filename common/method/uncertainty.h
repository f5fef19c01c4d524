#ifndef PAR_METHOD_UNCERTAINTY_H
#define PAR_METHOD_UNCERTAINTY_H

/*
 * METHOD O4: where the ranks of a block would go had the method been another: each
 * leaf's points up to a quarter lower or higher, fields averaged by the arithmetic or
 * by the geometric mean, surveyed leaves by their mean or their trimmed mean (O1).
 * Never the official rank. It says nothing of who answered: the answers stay.
 *
 * Doubles in one fixed order, draws by Philox: the same ranks on every machine.
 */

#include "common/method/result.h"

enum { UNCERTAINTY_DRAWS = 10000, UNCERTAINTY_DRAWS_MAX = 65535 };

/* Ranks among the ranked units of its block, 1 the best; all 0: not ranked. */
struct uncertainty_unit {
	uint32_t median;
	uint32_t low;  /* 5th percentile */
	uint32_t high; /* 95th percentile */
};

/*
 * `out` has r->unit_count of them, in the order of units.csv. `draws` is
 * UNCERTAINTY_DRAWS but in tests, 1 .. UNCERTAINTY_DRAWS_MAX; percentile q of N draws
 * is the ceil(N q / 100)-th smallest rank. Takes 2 bytes of memory for each ordered
 * pair of ranked units of a block while it runs. -ENOMEM.
 */
int uncertainty_compute(const struct result *r, uint32_t draws,
			struct uncertainty_unit *out)
    __attribute__((warn_unused_result));

#endif
