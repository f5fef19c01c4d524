#ifndef PAR_ROUND_SHEETS_H
#define PAR_ROUND_SHEETS_H

/*
 * Internal to the fold: every sheet that was taken in one round, under its identity
 * (rater, unit, revision), and which of them counts. Nothing is ever removed; an
 * annulment is a mark on a rater or on an import.
 */

#include "common/round/entry.h"
#include "common/round/fold.h"
#include "common/round/index.h"

/* Kept small: there are millions. */
struct sheet_record {
	uint64_t first_n;
	const uint8_t *answers; /* NULL unless they are kept */
	uint8_t hash[ANSWERS_HASH];
	uint32_t rater;
	uint32_t unit;
	uint32_t import; /* place in the imports */
	uint32_t next;   /* another revision of rater and unit: 1 + place; 0: no more */
	uint16_t revision;
	bool first; /* the one the index leads to */
};

/* Stratum and cluster are those of the rater's first sheet, so never two. */
struct rater {
	uint32_t stratum;
	uint32_t cluster;
	uint32_t live;  /* units with a sheet that counts */
	uint32_t taken; /* sheets in all, and those that an annulment took out */
	uint32_t out;
	bool known;
	bool annulled;
};

struct import {
	uint64_t id;
	bool annulled;
};

struct sheets {
	struct sheet_record **chunks;
	size_t chunk_cap;
	uint32_t count;
	struct index by_key;
	struct rater *raters; /* by number */
	uint32_t rater_count;
	struct import *imports; /* the first is "by no import" */
	uint32_t import_count, import_cap;
	struct index by_import;
	struct fold_counts *counts; /* by stratum */
	uint32_t stratum_count;
	struct arena answers;
	bool keep_answers;
};

/* After a failed init free is safe. -ENOMEM. */
int sheets_init(struct sheets *t, bool keep_answers)
    __attribute__((warn_unused_result));
void sheets_free(struct sheets *t);
/* Room for rater numbers and strata below these; never shrinks. -ENOMEM. */
int sheets_grow(struct sheets *t, uint32_t raters, uint32_t strata)
    __attribute__((warn_unused_result));

/*
 * Takes a sheet that passed sheet_check(), unless its identity was taken before. The
 * seal's rater and stratum are in range. -ENOMEM.
 */
int sheets_add(struct sheets *t, uint64_t n, const struct seal *seal,
	       const struct sheet *s) __attribute__((warn_unused_result));
/* The one that counts of a rater and unit, from its first record; NULL: none. */
const struct sheet_record *sheets_live(const struct sheets *t,
				       const struct sheet_record *first);
struct sheet_record *sheets_at(const struct sheets *t, uint32_t place);
/* The first record of a rater and unit; NULL: none. */
struct sheet_record *sheets_find(const struct sheets *t, uint32_t rater, uint32_t unit);
bool sheets_has_import(const struct sheets *t, uint64_t id);
uint64_t sheets_live_of_import(const struct sheets *t, uint64_t id);
uint64_t sheets_live_of_rater(const struct sheets *t, uint32_t rater);
/* A rater out of range, an import never seen: nothing. That of an import counts anew.
 */
void sheets_annul_rater(struct sheets *t, uint32_t rater);
void sheets_annul_import(struct sheets *t, uint64_t id);

#endif
