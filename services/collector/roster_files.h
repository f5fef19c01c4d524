#ifndef PAR_COLLECTOR_ROSTER_FILES_H
#define PAR_COLLECTOR_ROSTER_FILES_H

/*
 * What lies in the directory of rosters: of round N the environment N/, the file N.key
 * that its records are sealed under, or the mark N.forgotten in place of both.
 */

#include <limits.h>

#include "common/base/faults.h"
#include "services/collector/roster.h"

/* DIR/<number><end>. -ENAMETOOLONG. */
int roster_files_path(const char *dir, uint32_t number, const char *end,
		      char out[PATH_MAX]) __attribute__((warn_unused_result));

/* Something lies there of any round. */
bool roster_files_any(const char *dir);

/*
 * Makes DIR if missing and removes what a crash left of round `rounds` + 1. ERR_CONFIG
 * with words when there is something of a later one: nothing is removed.
 */
int roster_files_prepare(const char *dir, uint32_t rounds, struct faults *faults)
    __attribute__((warn_unused_result));

/* Makes the key file of a new roster durable; -EEXIST: never over an old one. */
int roster_files_put_key(const char *dir, uint32_t number,
			 const uint8_t key[ROSTER_KEY])
    __attribute__((warn_unused_result));
/* ERR_NOT_FOUND, ERR_CORRUPT, -errno; each with words. */
int roster_files_get_key(const char *dir, uint32_t number, uint8_t key[ROSTER_KEY],
			 struct faults *faults) __attribute__((warn_unused_result));

/* Takes away all that there is of a round, key first. Nothing there is fine. */
int roster_files_remove(const char *dir, uint32_t number)
    __attribute__((warn_unused_result));

/*
 * Forgets a roster for good: the mark becomes durable, then the key is overwritten and
 * removed, then the environment. Where the mark is, the roster is forgotten, and this
 * is called again to take away what a crash left: before the mark the roster is whole.
 */
int roster_files_forget(const char *dir, uint32_t number)
    __attribute__((warn_unused_result));
bool roster_files_forgotten(const char *dir, uint32_t number);

#endif
