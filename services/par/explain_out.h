#ifndef PAR_PAR_EXPLAIN_OUT_H
#define PAR_PAR_EXPLAIN_OUT_H

/*
 * How the figure of one unit comes about (`par explain`), from the counts to the index:
 * a page to be read from top to bottom, each step under its rule of METHOD, and the
 * same as JSON with every exact number whole. Pure.
 */

#include "services/par/inspected.h"

#include <stdio.h>

enum { EXPLAIN_TEXT_MAX = 64 << 20 };

/* -ENOMEM. */
int explain_out_table(const struct inspected *i, FILE *out)
    __attribute__((warn_unused_result));
/* Appends. ERR_LIMIT, -ENOMEM. */
int explain_out_json(const struct inspected *i, struct buf *out)
    __attribute__((warn_unused_result));

#endif
