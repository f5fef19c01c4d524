#ifndef PAR_PAR_POSITION_H
#define PAR_PAR_POSITION_H

/*
 * A position in a message as text, and the file that `par watch --state` keeps one in.
 */

#include "common/round/position.h"

#include "par/v1/common.pb-c.h"

/* Returns out. NULL or a broken one is "0". */
const char *position_wire_text(const Par__V1__Position *from, char out[POSITION_TEXT]);

/* ERR_NOT_FOUND: no such file; ERR_FORMAT; -errno. */
int position_load(const char *path, struct position *out)
    __attribute__((warn_unused_result));
/* Durable when it returns, and never half written. -errno. */
int position_save(const char *path, const struct position *p)
    __attribute__((warn_unused_result));

#endif
