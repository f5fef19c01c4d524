#ifndef PAR_METHOD_INTERVAL_H
#define PAR_METHOD_INTERVAL_H

/*
 * METHOD U2: the stabilised variance, exact, and the ends of the interval. One number
 * of it is a double: the half-width; everything before and after is rational.
 */

#include <gmp.h>
#include <stdint.h>

#include "common/round/model.h"

/* The lower median of `count` rationals, which it sorts; 0 when there are none. */
void interval_lower_median(mpq_t *values, uint32_t count, mpq_t median);
/* V~ = max(V, (n_u^2 V + 5 S) / ((n_u + 5) n_u)); n_u = 0: V. */
void interval_stabilise(const mpq_t variance, uint32_t raters, const mpq_t median,
			mpq_t stabilised);
/* t(0.975, n_u - 1) sqrt(V~), for n_u >= 2. */
double interval_half_width(const mpq_t stabilised, uint32_t raters);
/*
 * I -+ half_width, the double taken as what it is, clipped to [lo,hi] x factor, which is
 * 0..100 in mode points.
 */
void interval_ends(const mpq_t index, double half_width, const struct composite *scale,
		   mpq_t low, mpq_t high);

#endif
