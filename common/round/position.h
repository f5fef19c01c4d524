#ifndef PAR_ROUND_POSITION_H
#define PAR_ROUND_POSITION_H

/*
 * A position as text, "JOURNAL:N:CHAIN" (two hexadecimal numbers around a decimal one;
 * "0" is the start). Pure.
 */

#include "common/round/entry.h"

enum { POSITION_TEXT = 2 * JOURNAL_ID_SIZE + 2 * CHAIN_SIZE + 24 };

/* ERR_FORMAT. */
int position_parse(const char *text, struct position *out)
    __attribute__((warn_unused_result));
/* Returns out. */
const char *position_text(const struct position *p, char out[POSITION_TEXT]);

#endif
