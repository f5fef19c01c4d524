#ifndef PAR_TESTS_GOLDEN_MEASURES_H
#define PAR_TESTS_GOLDEN_MEASURES_H

/*
 * A round of mode composite from a published table: each column a measured leaf, each
 * row a unit of one block. No digit of the table is lost: S4 looks only at where a
 * value lies between lo and hi, so a leaf may have any unit of measure, and a struct
 * decimal has room for 18 digits. Every failure ends the test.
 */

#include "tests/golden/digits.h"
#include "tests/unit/method/build.h"

enum { MEASURES_CRITERIA = 64 };

struct measures {
	struct build *build;
	struct measured *rows;
	unsigned power[MEASURES_CRITERIA]; /* values are in units of 10^-power */
};

/* The scale and the factor of S6, as text. */
void measures_open(struct measures *m, const char *lo, const char *hi,
		   const char *factor);
void measures_close(struct measures *m);

/* parent NULL: a field. lo, hi in units of 10^-power. */
void measures_leaf(struct measures *m, const char *code, const char *parent,
		   const char *points, int64_t lo, int64_t hi, unsigned power);
/* After leaves and units, before values. */
void measures_finish(struct measures *m);
/* In the order of units, then criteria. */
void measures_give(struct measures *m, uint32_t unit, uint32_t criterion,
		   const char *value);

#endif
