#ifndef PAR_TESTS_COLLECTOR_ROSTER_PLACE_H
#define PAR_TESTS_COLLECTOR_ROSTER_PLACE_H

/* A directory of a test's own with the roster of round 1, under roster_made_key. */

#include "tests/unit/collector/roster_made.h"

struct roster_place {
	char *dir;
	struct roster *roster; /* what was written */
	uint8_t digest[32];    /* of the rows it began with */
};

struct roster_place roster_place_make(uint32_t rows);
void roster_place_free(struct roster_place *p);
/* DIR/name; free(). */
char *roster_place_path(const struct roster_place *p, const char *name);
bool roster_place_has(const struct roster_place *p, const char *name);
/* As roster_store_load(), and there are words when it fails. */
int roster_place_load(const struct roster_place *p, uint64_t rows, uint64_t digest_rows,
		      struct roster **out);
/* Codes of this turn for the even ones of the first `rows`, at most 64 rows. */
void roster_place_codes(const struct roster_place *p, uint32_t rows, uint8_t turn);

#endif
