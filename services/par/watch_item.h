#ifndef PAR_PAR_WATCH_ITEM_H
#define PAR_PAR_WATCH_ITEM_H

/*
 * What `par watch` does with one item of link 4: its line, then its position, in this
 * order, so that no line is ever missed.
 */

#include "services/par/link4.h"

#include <stdio.h>

/*
 * A release that could not be made has no line and is passed over. state "": no
 * position is kept. -ENOMEM; -EIO: `out` takes no more; a position that cannot be kept
 * is told: -errno.
 */
int watch_item(const struct link4_item *item, const char *state, FILE *out)
    __attribute__((warn_unused_result));

#endif
