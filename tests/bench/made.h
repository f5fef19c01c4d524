#ifndef PAR_TESTS_BENCH_MADE_H
#define PAR_TESTS_BENCH_MADE_H

/*
 * The ratings that the bench programs measure with: made up, the same wherever the
 * sizes are the same, so that what one program counts can be compared with what another
 * was given in a file. Sheet i is of rater i / each. Any fault ends the program: it is a
 * bench.
 */

#include "common/round/sample.h"

struct made {
	/* as the arguments RATERS EACH UNITS ANSWERS STRATA BLOCKS UNSCORED say */
	uint32_t raters;
	uint32_t each; /* sheets of a rater, about different units */
	uint32_t units;
	uint32_t answers;
	uint32_t strata; /* at most 4: none of them is thin */
	uint32_t blocks;
	uint32_t unscored; /* of 256 answers, that are no score; may be 0 */
	struct round round;
};

enum { MADE_SIZES = 7 };

/* That many words, in this order. */
void made_init(struct made *m, char *const sizes[]);
void made_free(struct made *m);

uint64_t made_sheets(const struct made *m);
/* Sheet i but for its answers, of which `answers` gets m->answers. */
struct sample_sheet made_sheet(const struct made *m, uint64_t i, uint8_t *answers);

/* Places of all sheets in the order in which they arrive; the caller frees it. */
uint32_t *made_arrival(const struct made *m);

/*
 * All sheets as fold_sample() gives them. Their answers lie in the order of arrival in
 * one block, *answers, that the caller frees after the sample.
 */
void made_sample(const struct made *m, struct sample *out, uint8_t **answers);

#endif
