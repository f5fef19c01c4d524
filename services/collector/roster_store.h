#ifndef PAR_COLLECTOR_ROSTER_STORE_H
#define PAR_COLLECTOR_ROSTER_STORE_H

/*
 * Rosters on disk, the one thing outside the journal: an environment a round in
 * DIR/<number>/, whose records are sealed under a random key in DIR/<number>.key (mode
 * 0600). Overwriting the key file forgets the roster. What the journal does not tell of
 * (rows past those it counts, rounds past those it opened) never happened and is
 * removed.
 *
 *   record   key: 8 first row    value: 24 nonce, sealed rows (XChaCha20-Poly1305),
 * which are bound to the round's number and to their place
 */

#include "services/collector/roster.h"

/* Makes DIR if missing and removes what belongs to rounds beyond `rounds`. */
int roster_store_prepare(const char *dir, uint32_t rounds, struct faults *faults)
    __attribute__((warn_unused_result));

/* Makes the key file of a new roster durable; -EEXIST: never over an old one. */
int roster_store_key(const char *dir, uint32_t number, const uint8_t key[ROSTER_KEY])
    __attribute__((warn_unused_result));

/*
 * Reads the first `rows` rows and removes those after them. `digest` is that of the
 * first `digest_rows`. ERR_NOT_FOUND when there is no key file, ERR_CORRUPT,
 * ERR_FORMAT, -errno; each with words.
 */
int roster_store_load(const char *dir, uint32_t number, uint64_t rows,
		      uint64_t digest_rows, const uint8_t digest[32],
		      struct roster **out, struct faults *faults)
    __attribute__((warn_unused_result));

/* Makes rows first..count-1 durable, in place of whatever lies from `first` on. */
int roster_store_write(const char *dir, uint32_t number, const struct roster *r,
		       uint32_t first) __attribute__((warn_unused_result));

/* Takes a round's roster away, key first. Nothing there is fine. */
int roster_store_remove(const char *dir, uint32_t number)
    __attribute__((warn_unused_result));

#endif
