#ifndef PAR_METHOD_PARALLEL_H
#define PAR_METHOD_PARALLEL_H

/*
 * Independent pieces of one computation, several at a time. What a piece computes may
 * not depend on who computes it, so that the result has the same bits for any number of
 * threads.
 */

#include <stdint.h>

/* Piece i of it, by worker 0 .. workers - 1, each of which does one at a time. */
typedef void parallel_fn(void *ctx, uint32_t worker, uint32_t i);

/*
 * Calls fn once for each i = 0 .. count - 1, in no order, and returns when all are
 * done. The caller is worker 0; where a thread cannot be had, the others do its pieces.
 */
void parallel_run(uint32_t workers, uint32_t count, parallel_fn *fn, void *ctx);

#endif
