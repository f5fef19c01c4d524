#ifndef PAR_TESTS_ORACLE_REPORT_H
#define PAR_TESTS_ORACLE_REPORT_H

/*
 * Everything the engine says of a cut as one JSON object, laid out as report.py lays
 * out what the oracle says. Exact numbers are fractions as text.
 */

#include <jansson.h>

#include "common/method/public.h"

/* Takes sheets out of the result's tally and puts them back (O2). */
json_t *report_cut(struct result *r, const struct public_release *public);

#endif
