#ifndef PAR_STORE_STORE_DIR_H
#define PAR_STORE_STORE_DIR_H

/*
 * Making and removing the directory of an environment so that a crash leaves it whole
 * or not there: work is done in DIR.tmp-<pid> beside it. For store_open.c alone; the
 * public half of store_dir.c is in store.h.
 */

#include <limits.h>

#include "common/base/bytes.h"

/* The file of an environment that holds its records. */
#define STORE_DATA_FILE "data.mdb"

/* Removes what a crash left: every DIR.tmp-*. */
int store_dir_sweep(const char *dir) __attribute__((warn_unused_result));
/* Makes DIR.tmp-<pid>, mode 0700, and gives its path. */
int store_dir_begin(const char *dir, char temporary[PATH_MAX])
    __attribute__((warn_unused_result));
/* Puts what was made in its place, durably. */
int store_dir_finish(const char *dir, const char *temporary)
    __attribute__((warn_unused_result));
/*
 * Makes the name of a directory durable that was found there: its maker may have been
 * killed before that.
 */
int store_dir_settle(const char *dir) __attribute__((warn_unused_result));

#endif
