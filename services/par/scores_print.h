#ifndef PAR_PAR_SCORES_PRINT_H
#define PAR_PAR_SCORES_PRINT_H

/* What --format chooses, on stdout. */

#include "par/v1/inspect.pb-c.h"

/* table, csv or json. ERR_CONFIG, told. */
int scores_print_check(const char *format) __attribute__((warn_unused_result));
int scores_print(const char *format, const Par__V1__Scores *s)
    __attribute__((warn_unused_result));

#endif
