#ifndef PAR_STORE_STORE_DIR_H
#define PAR_STORE_STORE_DIR_H

/*
 * Making and removing the directory of an environment so that a crash leaves it whole
 * or not there: work is done in DIR.tmp-<pid> beside it. For store_open.c alone; the
 * public half of store_dir.c is in store.h.
 */

#include <limits.h>

#include "common/base/bytes.h"

/* Removes what a crash left: every DIR.tmp-*. */
int store_dir_sweep(const char *dir) __attribute__((warn_unused_result));
/* Makes DIR.tmp-<pid>, mode 0700, and gives its path. */
int store_dir_begin(const char *dir, char temporary[PATH_MAX])
    __attribute__((warn_unused_result));
/* Puts what was made in its place, durably. */
int store_dir_finish(const char *dir, const char *temporary)
    __attribute__((warn_unused_result));
/* Whether there is an environment in `dir`. */
bool store_dir_exists(const char *dir);

#endif
