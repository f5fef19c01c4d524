#ifndef PAR_TEST_PAR_MADE_H
#define PAR_TEST_PAR_MADE_H

/*
 * A result made by hand, and one unit of it with every step: two groups of raters, a
 * field of three criteria of which one is left out, a field that does not apply, a
 * bonus beyond its cap. The numbers hold together:
 *
 *   1.1  (5/2 x (50 + 2 x 100) + 3 x 100) / (5/2 x 4 + 3) = 925/13
 *   1.3  100 x 3/4 = 75
 *   field 1  (6 x 925/13 + 4 x 75) / 10 = 945/13, index 945/13 + 2 = 971/13
 */

#include "services/par/inspected.h"

enum { MADE_UNITS = 4 };

/* Of the units A, B (block "Sở"), C (not ranked) and D (block "Huyện"); A is asked. */
struct made {
	struct inspected result;
	Par__V1__UnitScore *units[MADE_UNITS];
	Par__V1__PairDetail *second; /* A to B */
};

/* Static memory, as it was at the first call. */
struct made made_result(void);

#endif
