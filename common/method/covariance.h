#ifndef PAR_METHOD_COVARIANCE_H
#define PAR_METHOD_COVARIANCE_H

/*
 * METHOD U1: the post-stratified linearised covariance of the units' indexes, clusters
 * as sampling units. Whole numbers only: E[k,u] x 2^48 of each cluster and unit, and
 * sums of their products. The bound on the error of E is proved in influence.c.
 *
 * Use: covariance_new, covariance_add for every unit with a figure in ascending order,
 * then the questions.
 */

#include "common/method/score.h"

struct covariance;

/* A signed whole number of 128 bits, unit 2^-96: a sum of products E E. */
struct covariance_sum {
	uint64_t low;
	int64_t high;
};

/* Borrows the rules, and what they borrow. -ENOMEM; ERR_OVERFLOW: see influence.h. */
int covariance_new(const struct score_rules *rules, struct covariance **out)
    __attribute__((warn_unused_result));
void covariance_free(struct covariance *c); /* NULL is fine */

/*
 * E of the unit of a score that has a figure. ERR_OVERFLOW: as influence.h says, or the
 * sum over the clusters of |E| x 2^48 is 2^61 or more; -ENOMEM.
 */
int covariance_add(struct covariance *c, const struct score *s)
    __attribute__((warn_unused_result));

/* n, and E[k,u] x 2^48; 0 for a unit that was not added. */
uint32_t covariance_clusters(const struct covariance *c);
int64_t covariance_influence(const struct covariance *c, uint32_t cluster,
			     uint32_t unit);

/*
 * The sums over clusters of E[k,units[i]] E[k,units[j]], count x count, symmetric; 0
 * with a unit that was not added. The units ascend. -ENOMEM.
 */
int covariance_block(const struct covariance *c, const uint32_t *units, uint32_t count,
		     struct covariance_sum *out) __attribute__((warn_unused_result));

/* V of a sum over n = `clusters` of them: n / (n - 1) x sum / 2^96; n >= 2. */
void covariance_value(struct covariance_sum sum, uint32_t clusters, mpq_t value);

/*
 * U3: order[i] is the cluster in place i when all n are sorted, ascending,
 * lexicographically, by their vectors of E over all units. -ENOMEM.
 */
int covariance_order(const struct covariance *c, uint32_t *order)
    __attribute__((warn_unused_result));

#endif
