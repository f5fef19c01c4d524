#ifndef PAR_METHOD_FIGURE_H
#define PAR_METHOD_FIGURE_H

/*
 * From an exact number to its printed figure, each rounded once, by whole-number
 * arithmetic alone. Numbers are >= 0 where nothing else is said.
 */

#include <gmp.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/method/figure_text.h"

/* S8: x times 10^decimals to the nearest whole number; halves up, or to even. */
void figure_round(const mpq_t x, uint32_t decimals, bool half_even, mpz_t out);
/* The same of the root of x. */
void figure_round_root(const mpq_t x, uint32_t decimals, bool half_even, mpz_t out);
/* 4500 with two decimals is "45.00". Too long for FIGURE_TEXT is a broken invariant. */
void figure_text(const mpz_t rounded, uint32_t decimals, char text[FIGURE_TEXT]);
/* C's %.12g of the exact root of x: correctly rounded, halves to even; "0" if 0. */
void figure_root_12g(const mpq_t x, char text[FIGURE_TEXT]);
/*
 * x of either sign, its magnitude rounded as S8 says, and a minus where that is not 0:
 * "-0.25", "0.00", "1.50". For what is no index: changes, rates, covariances.
 */
void figure_text_signed(const mpq_t x, uint32_t decimals, bool half_even,
			char text[FIGURE_TEXT]);
/* The same of the number that a finite double is. */
void figure_text_double(double x, uint32_t decimals, bool half_even,
			char text[FIGURE_TEXT]);
/* The double nearest to x of either sign, halves to even. */
double figure_double(const mpq_t x);

#endif
