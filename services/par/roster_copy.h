#ifndef PAR_PAR_ROSTER_COPY_H
#define PAR_PAR_ROSTER_COPY_H

/* The sealed records of a roster as a store of their own, as the collector has them. */

#include "par/v1/intake.pb-c.h"

/*
 * Makes DIR/roster/N durable, or puts these records in place of those that it has; a
 * crash leaves it whole or not there, the old records or the new ones. ERR_VERSION: a
 * table that this version does not know; -errno, codes of the store.
 */
int roster_copy_write(const char *dir, const Par__V1__RosterCopy *copy)
    __attribute__((warn_unused_result));

#endif
