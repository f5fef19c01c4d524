#ifndef PAR_METHOD_ORDER_H
#define PAR_METHOD_ORDER_H

/* A stable sort of places by a number each has: what grouping of sheets is made of. */

#include <stddef.h>
#include <stdint.h>

/*
 * `order` holds places into `key`; afterwards key[order[i]] ascends, and equal ones are
 * as they were. -ENOMEM.
 */
int order_by(const uint32_t *key, uint32_t *order, size_t count)
    __attribute__((warn_unused_result));

/* 0, 1, 2, ... */
void order_init(uint32_t *order, size_t count);

#endif
