#ifndef PAR_METHOD_DRAWS_H
#define PAR_METHOD_DRAWS_H

/*
 * METHOD U3: the draws Z_b[u] of the units of a block, as the whole numbers sum_k
 * g[k,b] E[k,u] x 2^48, and the maxima over pairs that they give. Internal to
 * rankset.c.
 */

#include "common/method/covariance.h"

enum {
	DRAWS_BLOCK = 128,             /* signs of one Philox block */
	DRAWS_CHUNK = 4 * DRAWS_BLOCK, /* draws that are made together */
};

struct draws {
	uint32_t units;
	uint32_t count;  /* of draws */
	uint32_t chunks; /* the last is made whole, and used as far as `count` */
	int64_t *z;      /* chunk x unit x DRAWS_CHUNK */
};

/*
 * order: as covariance_order() gives; workers as in parallel.h. Room: 8 bytes a draw
 * and unit, 64 a cluster and worker. -ENOMEM.
 */
int draws_make(const struct covariance *c, const uint32_t *order, uint64_t seed,
	       uint32_t count, uint32_t workers, const uint32_t *units,
	       uint32_t unit_count, struct draws *out)
    __attribute__((warn_unused_result));
void draws_free(struct draws *d);

/*
 * maxima[b] = the maximum of (double)(Z_b[u] - Z_b[t]) / s[u,t] over the ordered pairs
 * with s > 0 that are not `out`; minus infinity if there is none. s and out: units x
 * units, s symmetric; maxima: chunks x DRAWS_CHUNK.
 */
void draws_maxima(const struct draws *d, const double *s, const uint8_t *out,
		  uint32_t workers, double *maxima);

#endif
