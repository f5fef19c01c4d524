#ifndef PAR_TESTS_METHOD_ORACLE_H
#define PAR_TESTS_METHOD_ORACLE_H

/*
 * METHOD U1 a second time: in doubles, rater by rater, straight from the definition and
 * from the sheets. Slow, and shares nothing with common/method.
 */

#include "common/round/sample.h"

/*
 * sqrt(V[u,u]) with strata merged as group_of[h] says, for a round of default values
 * whose every surveyed leaf with a score counts.
 */
double oracle_se(const struct sample *s, const uint32_t *group_of, uint32_t unit);

#endif
