#ifndef PAR_METHOD_RESULT_INTERNAL_H
#define PAR_METHOD_RESULT_INTERNAL_H

/* Internal to result*.c: the steps of result_compute(), in order. */

#include "common/method/result.h"

enum { CLUSTERS_MIN = 2 }; /* U1 divides by n - 1 */

/*
 * What is between the units of each block: S8's ranks, U1's matrix, U2's S and V~, U3's
 * sets. Scores, statuses and influences are there. -ENOMEM, ERR_OVERFLOW.
 */
int result_blocks(struct result *r, const struct covariance *c, uint32_t threads)
    __attribute__((warn_unused_result));
void result_blocks_free(struct result *r);

/* Prints every figure once, and judges whether bands are certain. -ENOMEM. */
int result_texts(struct result *r) __attribute__((warn_unused_result));

/* Names the groups of S2 that the release tells. -ENOMEM. */
int result_groups(struct result *r) __attribute__((warn_unused_result));

#endif
