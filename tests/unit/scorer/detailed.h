#ifndef PAR_TEST_SCORER_DETAILED_H
#define PAR_TEST_SCORER_DETAILED_H

/*
 * Details of the units of a round that is small enough to be worked by hand.
 *
 * Two strata: a of 6 members with the raters 0, 1, 2, so w = 2; b of 8 with 3 and 4, so
 * w = 4. Raters 0 and 3 are one cluster. Of A they say on (1.1, 2):
 *     0: 5 1    1: 3 3    2: 1 no contact    3: 4 5    4: don't know 3
 * and of B, to which only 2 applies: 0 and 1 say 4, 3 and 4 say 2. C has one sheet, E
 * is in another block.
 */

#include "par/v1/inspect.pb-c.h"
#include "tests/unit/scorer/made.h"

enum { A, B, C, E };
enum { LEAF_11, LEAF_12, LEAF_13, LEAF_2, LEAVES };

struct detailed {
	struct build *build;
	struct analysis *analysis;
	Par__V1__UnitDetail *a, *b, *c, *e;
};

/* For a group of tests. A, C and E are of a draft, B of release 3. */
int detailed_setup(void **state);
int detailed_teardown(void **state);
/* Of another round; at entry 17. To be freed by the caller. */
Par__V1__UnitDetail *detailed_unit(const struct analysis *a, uint32_t unit,
				   uint32_t number);

#endif
