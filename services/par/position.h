#ifndef PAR_PAR_POSITION_H
#define PAR_PAR_POSITION_H

/*
 * A position as text, "JOURNAL:N:CHAIN" (two hexadecimal numbers around a decimal one;
 * "0" is the start), and the file that `par watch --state` keeps it in.
 */

#include "common/round/entry.h"

#include "par/v1/common.pb-c.h"

enum { POSITION_TEXT = 2 * JOURNAL_ID_SIZE + 2 * CHAIN_SIZE + 24 };

/* ERR_FORMAT. */
int position_parse(const char *text, struct position *out)
    __attribute__((warn_unused_result));
/* Returns out. */
const char *position_text(const struct position *p, char out[POSITION_TEXT]);
/* The same of a position in a message; NULL or a broken one is "0". */
const char *position_wire_text(const Par__V1__Position *from, char out[POSITION_TEXT]);

/* ERR_NOT_FOUND: no such file; ERR_FORMAT; -errno. */
int position_load(const char *path, struct position *out)
    __attribute__((warn_unused_result));
/* Durable when it returns, and never half written. -errno. */
int position_save(const char *path, const struct position *p)
    __attribute__((warn_unused_result));

#endif
