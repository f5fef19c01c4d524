#ifndef PAR_TESTS_METHOD_ATTACKER_H
#define PAR_TESTS_METHOD_ATTACKER_H

/*
 * Random units, and an attacker on METHOD section 5 who has all that is public of one,
 * the points of the criteria and linear algebra.
 */

#include "common/method/public.h"
#include "tests/unit/method/build.h"
#include "tests/unit/method/equations.h"

enum { ATTACKER_RATERS = 60 };

uint32_t attacker_random(uint32_t *seed);

/* A round of one unit, one to four fields of surveyed and appraised leaves. */
struct build *attacker_tree(uint32_t *seed);
/* Ten to ATTACKER_RATERS raters; leaves differ in how many score them and how alike. */
void attacker_sheets(struct build *b, uint32_t *seed);

/* A row of a release as he sees it. */
struct attacker_view {
	const struct round *round;
	const struct public_unit *unit;
	/* by place in criteria: the number of an unknown; ATTACKER_KNOWN: no unknown */
	const uint32_t *unknown;
};
enum { ATTACKER_KNOWN = INT32_MAX };

bool attacker_is_exact(enum cell_state state);
/* A surveyed leaf that counts, and whose score is not told. */
bool attacker_lacks(const struct round *r, const struct public_unit *unit, uint32_t c);
/* Adds what follows from the view: an equation for each exact sum over leaves. */
void attacker_know(const struct attacker_view *v, struct equations *out);

#endif
