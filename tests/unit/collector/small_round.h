#ifndef PAR_TESTS_COLLECTOR_SMALL_ROUND_H
#define PAR_TESTS_COLLECTOR_SMALL_ROUND_H

/* A round of two units and two surveyed criteria on a scale of five, for the tests. */

#include "common/round/fold.h"

#include "par/v1/intake.pb-c.h"

enum { SMALL_ANSWERS = 2, SMALL_ROWS = 4 };

/* Packs its manifest. rows: of the roster in strata "lon" (half and one) and "nho". */
void small_manifest(const char *code, bool trial, const char *auto_close,
		    const uint64_t rows[2], const uint64_t members[2], struct buf *out);

/* A ballot of one sheet; every answer is `answer`. nonce_byte makes it another one. */
void small_ballot(const char *code, const uint8_t rules[32], uint32_t unit,
		  uint32_t revision, uint8_t answer, struct buf *out);

/* Appends the entry to the fold, as the journal would. */
int small_apply(struct fold *f, enum entry_kind kind, uint32_t round,
		const struct seal *seal, struct bytes body);

/* A fold with this round opened, number 1. */
struct fold *small_fold(void);

/* A directory of the test's own; free() the path. */
char *small_dir(void);

#endif
