#ifndef PAR_PAR_RESTORE_ROSTER_H
#define PAR_PAR_RESTORE_ROSTER_H

/* The rosters of a copy: what must be there for a restore, and taking it over. */

#include "common/round/fold.h"
#include "services/par/copy.h"

/*
 * Every round needs its roster and its key, or the mark that both are forgotten:
 * ERR_CONFIG, told for each, with the command that makes it.
 */
int restore_check_rosters(const struct copy *from, const struct fold *f)
    __attribute__((warn_unused_result));
/* Copies what is there into `to`/roster, durable but for the name of `to`. Told. */
int restore_rosters(const struct copy *from, const struct fold *f, const char *to)
    __attribute__((warn_unused_result));

#endif
