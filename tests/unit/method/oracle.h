#ifndef PAR_TESTS_METHOD_ORACLE_H
#define PAR_TESTS_METHOD_ORACLE_H

/*
 * METHOD U1 a second time: in doubles, rater by rater, straight from the definition and
 * from the sheets. Slow, and shares nothing with common/method.
 */

#include "common/round/sample.h"

/*
 * V[u,t] with strata merged as group_of[h] says, for a round of default values in mode
 * points whose every surveyed leaf with a score counts, and where everything applies.
 * Raters and labels are under 2^16, groups under 64.
 */
double oracle_covariance(const struct sample *s, const uint32_t *group_of, uint32_t u,
			 uint32_t t);
/* sqrt(V[u,u]). */
double oracle_se(const struct sample *s, const uint32_t *group_of, uint32_t unit);

#endif
