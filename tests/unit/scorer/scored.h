#ifndef PAR_TEST_SCORER_SCORED_H
#define PAR_TEST_SCORER_SCORED_H

/*
 * The operator's table of a round made by hand.
 *
 * Association a of 40 members with the raters 0..19, so w = 2; b of 20 with 20..39, w
 * = 1. Two leaves in field 1, one in field 2, of 30, 30 and 40 points. Of P all of a
 * say 5 or 4, all of b 1 or 2; of Q only b says anything, 2 or 4; of R a says 5 or 4, b
 * 5; of S all say 1 or 2, but for raters 0 to 3 on the last leaf.
 */

#include "common/round/entry.h"
#include "par/v1/inspect.pb-c.h"
#include "tests/unit/scorer/made.h"

enum { P, Q, R, S, UNITS, RATERS = 40 };

struct build *scored_make(void);
/* The two scores that a rater gives a unit by turns; "": no sheet. */
const char *scored_choice(uint32_t rater, uint32_t unit);

struct scored_round {
	struct build *build;
	struct analysis *analysis;
	struct position cut;
	Par__V1__Scores *scores;
};

/* Takes both and computes the analysis; the table is of a draft. */
void scored_open(struct scored_round *f, struct build *b, struct analysis *a);
void scored_close(struct scored_round *f);
/* Of scored_make(), for a group of tests. */
int scored_setup(void **state);
int scored_teardown(void **state);
/* To be freed by the caller. */
Par__V1__Scores *scored_table(const struct analysis *a, uint32_t number,
			      const struct position *cut);

#endif
