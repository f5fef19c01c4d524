#include "tests/unit/method/equations.h"

#include <assert.h>
#include <stdbool.h>

void equations_init(struct equations *e)
{
	for (uint32_t i = 0; i < EQUATIONS_MAX; i++)
		for (uint32_t c = 0; c < UNKNOWNS_MAX; c++)
			mpq_init(e->rows[i][c]);
	e->count = 0;
	e->width = 0;
}

void equations_clear(struct equations *e)
{
	for (uint32_t i = 0; i < EQUATIONS_MAX; i++)
		for (uint32_t c = 0; c < UNKNOWNS_MAX; c++)
			mpq_clear(e->rows[i][c]);
}

void equations_reset(struct equations *e, uint32_t width)
{
	assert(width <= UNKNOWNS_MAX);
	e->count = 0;
	e->width = width;
}

mpq_t *equations_add(struct equations *e)
{
	mpq_t *row = e->rows[e->count++];

	assert(e->count <= EQUATIONS_MAX);
	for (uint32_t c = 0; c < e->width; c++)
		mpq_set_ui(row[c], 0, 1);
	return row;
}

/* row -= times x other */
static void subtract(mpq_t *row, mpq_t *other, const mpq_t times, uint32_t width)
{
	mpq_t product;

	mpq_init(product);
	for (uint32_t c = 0; c < width; c++) {
		mpq_mul(product, other[c], times);
		mpq_sub(row[c], row[c], product);
	}
	mpq_clear(product);
}

/* The row with the pivot 1 in column c, and 0 in that column everywhere else. */
static void pivot(struct equations *e, uint32_t at, uint32_t c)
{
	mpq_t times;

	mpq_init(times);
	mpq_inv(times, e->rows[at][c]);
	for (uint32_t i = 0; i < e->width; i++)
		mpq_mul(e->rows[at][i], e->rows[at][i], times);
	for (uint32_t row = 0; row < e->count; row++) {
		if (row == at)
			continue;
		mpq_set(times, e->rows[row][c]);
		subtract(e->rows[row], e->rows[at], times, e->width);
	}
	mpq_clear(times);
}

void equations_solve(struct equations *e)
{
	uint32_t rank = 0;

	for (uint32_t c = 0; c < e->width && rank < e->count; c++) {
		uint32_t at = rank;

		while (at < e->count && mpq_sgn(e->rows[at][c]) == 0)
			at++;
		if (at == e->count)
			continue;
		for (uint32_t i = 0; i < e->width; i++)
			mpq_swap(e->rows[at][i], e->rows[rank][i]);
		pivot(e, rank++, c);
	}
	e->count = rank;
}
