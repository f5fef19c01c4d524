#ifndef PAR_COLLECTOR_ROSTER_STORE_H
#define PAR_COLLECTOR_ROSTER_STORE_H

/*
 * Rosters on disk, the one thing outside the journal: an environment a round, whose
 * records are sealed under keys derived from its key file (roster_files). What the
 * journal does not tell of (rows past those it counts) never happened and is removed.
 *
 *   table "rows"    key: 8 first row    value: 24 nonce, sealed rows
 *   table "codes"   key: 8 row          value: 24 nonce, sealed hash of its made code
 *
 * Sealing is XChaCha20-Poly1305, bound to the table, the round's number and the key.
 */

#include "common/store/store.h"
#include "services/collector/roster.h"

/*
 * Reads the first `rows` rows and their codes and removes what lies after them.
 * `digest` is that of the first `digest_rows`. ERR_NOT_FOUND when the key file or the
 * environment is missing, ERR_CORRUPT, ERR_FORMAT, -errno; each with words.
 */
int roster_store_load(const char *dir, uint32_t number, uint64_t rows,
		      uint64_t digest_rows, const uint8_t digest[32],
		      struct roster **out, struct faults *faults)
    __attribute__((warn_unused_result));

/* Makes rows first..count-1 durable, in place of whatever lies from `first` on. */
int roster_store_write(const char *dir, uint32_t number, const struct roster *r,
		       uint32_t first) __attribute__((warn_unused_result));

/* Makes codes durable, all or none, each in place of the one its row had. */
int roster_store_write_codes(const char *dir, uint32_t number, const struct roster *r,
			     const struct roster_code list[], size_t count)
    __attribute__((warn_unused_result));

/* Each record as it lies on the disk, all of one moment. */
typedef int roster_record_fn(void *ctx, const char *table, struct bytes key,
			     struct bytes value);
int roster_store_scan(const char *dir, uint32_t number, roster_record_fn *visit,
		      void *ctx) __attribute__((warn_unused_result));

#endif
