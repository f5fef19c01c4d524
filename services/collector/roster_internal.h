#ifndef PAR_COLLECTOR_ROSTER_INTERNAL_H
#define PAR_COLLECTOR_ROSTER_INTERNAL_H

/* What the files of the roster share: roster, roster_codes, roster_bytes. */

#include "common/round/index.h"
#include "services/collector/roster.h"

struct row {
	struct rater rater;
	bool has_code, has_made;
	uint8_t code[ROSTER_CODE_HASH]; /* it came with, part of the digest */
	uint8_t made[ROSTER_CODE_HASH]; /* put later */
	char *respondent;
	char *cluster; /* "" */
};

struct roster {
	uint8_t sealing[ROSTER_KEY], salt[ROSTER_KEY];
	uint8_t codes[ROSTER_KEY], made_codes[ROSTER_KEY];
	struct row *rows;
	uint32_t count, room;
	uint32_t clusters; /* labels seen; the numbers are 1..clusters */
	struct index by_name, by_cluster;
	struct index by_code; /* also codes that were replaced: rows decide */
};

/* NULL: none. */
const struct row *roster_find_name(const struct roster *r, struct bytes name);
const struct row *roster_find_code(const struct roster *r,
				   const uint8_t hash[ROSTER_CODE_HASH]);
/* The number of a label: known, or the next one; 0 for "". */
uint32_t roster_cluster_number(const struct roster *r, struct bytes label);
/* Owns what `row` points to, also on failure. -ENOMEM. */
int roster_append(struct roster *r, struct row row) __attribute__((warn_unused_result));

/* The hash of a code as it came in: of a made one's bytes, else of the text. */
void roster_code_hash(const struct roster *r, struct bytes code,
		      uint8_t out[ROSTER_CODE_HASH]);
/* Puts the codes of the row at `place` into the index. -ENOMEM. */
int roster_index_codes(struct roster *r, uint32_t place)
    __attribute__((warn_unused_result));

#endif
