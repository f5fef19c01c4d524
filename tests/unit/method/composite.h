#ifndef PAR_TESTS_METHOD_COMPOSITE_H
#define PAR_TESTS_METHOD_COMPOSITE_H

/* A small composite, for the tests of METHOD S6. */

#include "tests/unit/method/build.h"

/*
 * Field 1, weight 60: 1.1 with 20 points, 1.2 with 40. Field 2, weight 40. All
 * appraised, so points say theta. Scale 1..10.
 */
struct build *composite_fields(const char *factor);
/* Points of the leaves 1.1, 1.2, 2; NULL: none. */
void composite_give(struct build *b, uint32_t unit, const char *first,
		    const char *second, const char *third);
/* The exact index of a unit; NULL: no figure. */
void composite_assert(const struct build *b, uint32_t unit, const char *expected);

#endif
