#ifndef PAR_ROUND_FAULT_H
#define PAR_ROUND_FAULT_H

/* Faults of a message, for checks whose caller may not want the words. */

#include "common/base/faults.h"

/* Adds one without a file, unless faults is NULL. Always ERR_FORMAT. */
int fault_add(struct faults *faults, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
