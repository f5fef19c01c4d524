#ifndef PAR_METHOD_INFLUENCE_H
#define PAR_METHOD_INFLUENCE_H

/*
 * METHOD U1: E[k,u] x 2^48 of every cluster k about one unit u, to the nearest whole
 * number, halves up. The error before that rounding is under 1/256; influence.c has
 * the proof. Internal to covariance*.c.
 */

#include "common/method/profile.h"
#include "common/method/score.h"

enum { INFLUENCE_BITS = 48, INFLUENCE_BITS_MAX = 61 };

struct influence;

/* Every E of a unit. Most clusters have that of their profile. */
struct influence_row {
	int64_t *absent; /* by profile: of a cluster without a sheet about the unit */
	/* the clusters that have another one, ascending, and what they have */
	uint32_t *clusters;
	int64_t *values;
	uint32_t count;
};

/*
 * Borrows both. -ENOMEM; ERR_OVERFLOW: sheets x surveyed leaves reach 2^40, the error
 * would not be bounded.
 */
int influence_new(const struct score_rules *rules, const struct profile_set *profiles,
		  struct influence **out) __attribute__((warn_unused_result));
void influence_free(struct influence *i); /* NULL is fine */

/*
 * The row of the unit of a score that has a figure. -ENOMEM; ERR_OVERFLOW: the omegas
 * of its leaves add up to 2^21 (only mode composite can), or an |E| x 2^48 is 2^61 or
 * more.
 */
int influence_row(struct influence *i, const struct score *s, struct influence_row *out)
    __attribute__((warn_unused_result));
void influence_row_free(struct influence_row *r);

#endif
