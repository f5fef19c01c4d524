#ifndef PAR_TESTS_METHOD_EQUATIONS_H
#define PAR_TESTS_METHOD_EQUATIONS_H

/*
 * What an attacker does with equations: exact elimination over rationals. The right
 * sides are not kept: whatever they are, he knows what each row of unknowns adds up to.
 */

#include <gmp.h>
#include <stdint.h>

enum { EQUATIONS_MAX = 24, UNKNOWNS_MAX = 48 };

struct equations {
	mpq_t rows[EQUATIONS_MAX][UNKNOWNS_MAX];
	uint32_t count;
	uint32_t width; /* unknowns */
};

void equations_init(struct equations *e);
void equations_clear(struct equations *e);
/* Forgets all rows. */
void equations_reset(struct equations *e, uint32_t width);
/* A new row, all 0. */
mpq_t *equations_add(struct equations *e);
/* To the reduced echelon form: no row follows from the others. */
void equations_solve(struct equations *e);

#endif
