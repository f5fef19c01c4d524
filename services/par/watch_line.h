#ifndef PAR_PAR_WATCH_LINE_H
#define PAR_PAR_WATCH_LINE_H

/* One release or retraction as a line of JSON. Pure. */

#include "services/par/link4.h"

/*
 * {n, round, release, type, kind, time, result_hash, url}; kind and result_hash are
 * null for a retraction. malloc, no line end; NULL: out of memory or text that is no
 * UTF-8.
 */
char *watch_line(const struct link4_item *item);

#endif
