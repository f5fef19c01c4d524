#ifndef PAR_METHOD_RELIABILITY_H
#define PAR_METHOD_RELIABILITY_H

/*
 * METHOD U5: how well the indexes of a block tell its units apart, and whether the
 * leaves of a field hang together. For the operator and auditors only, never official:
 * the first is in doubles (+ - * / in the order of units.csv), the second is exact.
 *
 * rho    DerSimonian and Laird 1986 over the ranked and ranked_warning units of a block
 *        that have a surveyed leaf, p of them:
 *            v_u  = V[u,u] - mean of V[u,t] over the pairs u < t
 *            w_u  = 1 / v_u,  W = sum w,  m = sum w I / W,  Q = sum w (I - m)^2
 *            tau2 = max(0, (Q - (p - 1)) / (W - sum w^2 / W))
 *            rho  = tau2 / (tau2 + V[u,u])
 * alpha  Cronbach 1951, over the live sheets about units to which all k >= 2 surveyed
 *        leaves of a field apply, that score them all, unweighted:
 *            k / (k - 1) x (1 - sum of the variances of v / variance of their sum)
 */

#include "common/method/result.h"

struct reliability_block {
	uint32_t units;      /* p; 0 when n < 2 */
	bool has_covariance; /* p >= 2 */
	double mean_covariance;
	bool any; /* there is a rho: p >= 4, every v_u > 0, tau2 > 0 */
	double tau2;
};

struct reliability_field {
	bool any;        /* a field with an alpha */
	uint64_t sheets; /* it is over */
	mpq_t alpha;     /* at most 1, and of any size below 0 */
};

struct reliability {
	struct reliability_block *blocks; /* in the order of the round */
	double *rho;                      /* by unit; negative: none */
	struct reliability_field *fields; /* by place in criteria; only fields used */
	uint32_t criterion_count;
};

/* One pass over the sheets a field. -ENOMEM. */
int reliability_compute(const struct result *r, struct reliability *out)
    __attribute__((warn_unused_result));
void reliability_free(struct reliability *l);

#endif
