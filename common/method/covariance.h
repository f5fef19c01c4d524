#ifndef PAR_METHOD_COVARIANCE_H
#define PAR_METHOD_COVARIANCE_H

/*
 * METHOD U1, the diagonal: the post-stratified linearised variance of one unit's index,
 * clusters as sampling units. Whole numbers only: E x 2^48 of each cluster, and the sum
 * of their squares. The bound on the error of E is proved in covariance.c.
 */

#include "common/method/score.h"

struct covariance;

/* Borrows the rules, and what they borrow. -ENOMEM; ERR_OVERFLOW: see covariance.c. */
int covariance_new(const struct score_rules *rules, struct covariance **out)
    __attribute__((warn_unused_result));
void covariance_free(struct covariance *c); /* NULL is fine */

/*
 * V[u,u] = n / (n - 1) x the sum over all n clusters of (E[k,u] x 2^48 to the nearest
 * whole number)^2 / 2^96, for the unit of a score that has a figure; n >= 2.
 * ERR_OVERFLOW: the sum does not fit 128 bits.
 */
int covariance_variance(struct covariance *c, const struct score *s, mpq_t variance)
    __attribute__((warn_unused_result));

#endif
