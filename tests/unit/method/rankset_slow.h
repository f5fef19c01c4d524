#ifndef PAR_TESTS_METHOD_RANKSET_SLOW_H
#define PAR_TESTS_METHOD_RANKSET_SLOW_H

/*
 * METHOD U3 a second time, straight from its words: dense, in long doubles, with libm,
 * an own order of clusters and an own reading of the signs. Only the integers E and the
 * Philox words are those of common/method.
 */

#include <stdbool.h>

#include "common/method/rankset.h"

enum { RANKSET_SLOW_UNITS = 12, RANKSET_SLOW_CLUSTERS = 1000 };

struct rankset_slow {
	const struct covariance *covariance;
	const struct rankset_unit *units;
	uint32_t count, clusters;
	/* by place in the order x unit */
	int64_t e[RANKSET_SLOW_CLUSTERS][RANKSET_SLOW_UNITS];
	/* not times sqrt(n/(n-1)) 2^-48 */
	long double z[RANKSET_DRAWS][RANKSET_SLOW_UNITS];
	long double s[RANKSET_SLOW_UNITS][RANKSET_SLOW_UNITS];
	long double tail[RANKSET_SLOW_UNITS][RANKSET_SLOW_UNITS];
	bool rejected[RANKSET_SLOW_UNITS][RANKSET_SLOW_UNITS];
	double maxima[RANKSET_DRAWS];
};

/*
 * Fills *out, for a list of all units of the round that were added, each with a
 * surveyed leaf. Returns how many steps rejected something.
 */
uint32_t rankset_slow(const struct covariance *c, uint64_t seed,
		      const struct rankset_unit *units, uint32_t count,
		      struct rankset_slow *out);

#endif
