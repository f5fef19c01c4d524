#ifndef PAR_TESTS_METHOD_RANKSET_ROUND_H
#define PAR_TESTS_METHOD_RANKSET_ROUND_H

/* Rounds of random sheets, always the same ones, for tests of U3. */

#include "tests/unit/method/build.h"
#include "tests/unit/method/matrix.h"
#include "tests/unit/method/rankset_slow.h"

/* A round, its matrix, and the list that rankset_compute() is asked about. */
struct rankset_round {
	struct build *build;
	struct matrix matrix;
	uint32_t order[RANKSET_SLOW_CLUSTERS];
	struct rankset_unit units[RANKSET_SLOW_UNITS];
	uint32_t count;
	mpq_t stabilised[RANKSET_SLOW_UNITS];
};

/* Two surveyed leaves; with no sheet yet. */
struct build *rankset_round_new(uint32_t units, uint32_t strata);

/*
 * Unit u is the better the greater it is, by `slope` tenths of a step each. `labels`
 * named clusters over all strata, half of the raters in them; 0: none.
 */
void rankset_round_fill(struct build *b, uint32_t raters, uint32_t labels,
			uint32_t slope);

/* Takes the round over. V~ is a fifth more than V, so that it is not the same number.
 */
void rankset_round_open(struct build *b, struct rankset_round *f);
void rankset_round_close(struct rankset_round *f);

#endif
