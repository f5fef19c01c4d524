#ifndef PAR_TESTS_METHOD_MATRIX_H
#define PAR_TESTS_METHOD_MATRIX_H

/*
 * A sample scored as far as U1: what result_compute() does, for tests that look at the
 * matrix itself. Every failure ends the test.
 */

#include "common/method/covariance.h"
#include "tests/unit/method/build.h"

struct matrix {
	const struct sample *sample;
	struct tally tally;
	struct frame frame;
	struct score_rules rules;
	struct covariance *covariance;
	uint32_t *units; /* those with a figure, which were added; ascending */
	uint32_t count;
	mpq_t *indexes; /* I, by place in `units` */
};

void matrix_open(const struct sample *s, struct matrix *m);
void matrix_close(struct matrix *m);

/* What covariance_add() says to the first unit with a figure. */
int matrix_first_error(const struct sample *s);

/* V[u,t] of units by place in `units`. */
void matrix_value(const struct matrix *m, uint32_t i, uint32_t j, mpq_t value);

/* The same sheets from the last to the first; raters and labels get other numbers. */
void matrix_turn_round(struct build *b);

#endif
