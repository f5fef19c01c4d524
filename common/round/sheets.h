#ifndef PAR_ROUND_SHEETS_H
#define PAR_ROUND_SHEETS_H

/*
 * Internal to the fold: every sheet that was taken in one round, under its identity
 * (rater, unit, revision), and which of them counts, now or as things stood after an
 * earlier entry. Nothing is ever removed; an annulment is a mark on a rater or on an
 * import that names the entry it came with.
 *
 * A sheet, an annulment and a reason are known by their ordinal, from 1 in journal
 * order; 0 is none. So all that was known after some entry are those up to a number.
 */

#include "common/round/entry.h"
#include "common/round/fold.h"
#include "common/round/index.h"

/* Kept small: there are millions. Unit and revision are bounded by the model. */
struct sheet_record {
	uint64_t first_n;
	uint32_t rater;
	uint32_t hour;   /* of entry first_n, since 1970 */
	uint32_t import; /* place in the imports */
	uint32_t next;   /* another revision of rater and unit */
	uint32_t before; /* another sheet of the import, an earlier one */
	unsigned unit : 16;
	unsigned revision : 15;
	unsigned first : 1; /* the one the index leads to */
};

/* Stratum and cluster are those of the rater's first sheet, so never two. */
struct rater {
	uint32_t stratum;
	uint32_t cluster;
	uint32_t live;  /* units with a sheet that counts */
	uint32_t taken; /* sheets in all, and those that an annulment took out */
	uint32_t out;
	uint32_t annulment; /* the first */
};

struct import {
	uint64_t id;
	uint32_t newest; /* of its sheets */
	uint32_t annulment;
};

struct annulment {
	uint64_t n;
	uint32_t reason;
};

/* What was known after some entry. */
struct sheet_cut {
	uint32_t sheets;
	uint32_t annulments;
};

enum { SHEETS_CHUNK_BITS = 12, SHEETS_CHUNK = 1 << SHEETS_CHUNK_BITS };

struct sheet_chunk {
	struct sheet_record *records;
	uint8_t *answers; /* of each, or their hash */
};

struct sheets {
	struct sheet_chunk *chunks;
	size_t chunk_count;
	uint32_t count;
	struct index by_key;
	bool keep_answers;
	size_t width;         /* bytes of a sheet's answers, or of their hash */
	struct rater *raters; /* by number */
	uint32_t rater_count;
	struct import *imports; /* the first is "by no import" */
	uint32_t import_count, import_cap;
	struct index by_import;
	struct annulment *annulments;
	uint32_t annulment_count;
	char **reasons;
	uint32_t reason_count;
	struct index by_reason;
	uint64_t heard;             /* raters with a sheet that was taken */
	struct fold_counts *counts; /* by stratum */
	uint32_t stratum_count;
};

/* After a failed init free is safe. -ENOMEM. */
int sheets_init(struct sheets *t, bool keep_answers, uint32_t answer_count)
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

static inline struct sheet_record *sheets_at(const struct sheets *t, uint32_t sheet)
{
	const struct sheet_chunk *chunk = &t->chunks[(sheet - 1) >> SHEETS_CHUNK_BITS];

	return &chunk->records[(sheet - 1) & (SHEETS_CHUNK - 1)];
}

/* The answers if they are kept, else their hash. */
static inline uint8_t *sheets_answers(const struct sheets *t, uint32_t sheet)
{
	const struct sheet_chunk *chunk = &t->chunks[(sheet - 1) >> SHEETS_CHUNK_BITS];

	return &chunk->answers[((sheet - 1) & (SHEETS_CHUNK - 1)) * t->width];
}

bool sheets_same_answers(const struct sheets *t, uint32_t sheet, const struct sheet *s);
/* The first sheet of a rater and unit; 0: none. */
uint32_t sheets_find(const struct sheets *t, uint32_t rater, uint32_t unit);

struct sheet_cut sheets_now(const struct sheets *t);
/* As things stood after entry n. */
struct sheet_cut sheets_cut(const struct sheets *t, uint64_t n);
/* The one that counted of a rater and unit, from its first sheet; 0: none. */
uint32_t sheets_live(const struct sheets *t, uint32_t first, struct sheet_cut cut);
/* The first annulment that took a sheet out; 0: none did. */
static inline uint32_t sheets_annulment(const struct sheets *t,
					const struct sheet_record *s,
					struct sheet_cut cut)
{
	uint32_t first = t->raters[s->rater].annulment;
	uint32_t other = t->imports[s->import].annulment;

	if (first == 0 || (other != 0 && other < first))
		first = other;
	return first <= cut.annulments ? first : 0;
}

/* NULL: never seen, or id 0. */
const struct import *sheets_import(const struct sheets *t, uint64_t id);

/* ---- sheets_annul.c ---- */

/* Sheets that would count no more if this import, or this rater, were annulled. */
uint64_t sheets_live_of_import(const struct sheets *t, uint64_t id);
uint64_t sheets_live_of_rater(const struct sheets *t, uint32_t rater);

/* The annulment that the next two are part of. The reason is copied. -ENOMEM. */
int sheets_annul(struct sheets *t, uint64_t n, struct bytes reason)
    __attribute__((warn_unused_result));
/*
 * How many sheets counted and do no more. A rater out of range, an import never seen:
 * nothing. What an import costs is its own sheets.
 */
uint64_t sheets_annul_rater(struct sheets *t, uint32_t rater);
uint64_t sheets_annul_import(struct sheets *t, uint64_t id);

#endif
