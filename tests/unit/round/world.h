#ifndef PAR_TESTS_ROUND_WORLD_H
#define PAR_TESTS_ROUND_WORLD_H

/*
 * A round that has one of everything, made by hand, and entries for a fold over it:
 * units u1, u2 in block A and u3 in block B; field 1 with the surveyed parts 1.1, 1.2
 * and 1.3 (only block A, scale of 3 with values), field 2 with the appraised 2.1 and
 * the measured 2.2, which u3 excludes; strata x (6 of 10) and y (4 of 4).
 */

#include "common/round/fold.h"
#include "common/round/manifest.h"
#include "par/v1/entry.pb-c.h"

enum { WORLD_ANSWERS = 3, WORLD_ROWS = 10, WORLD_UNITS = 3 };

void world_round(struct round *r);
/* The same, finished. */
void world_model(struct round *r);
/*
 * The same as a composite on 1..10, times 10, minmax pooled with "vòng-0" and "a"; with
 * flags and a reason of annulments of its own.
 */
void world_composite(struct round *r);

/* Whether some fault has these words. */
bool world_says(const struct faults *f, const char *words);
/* Whether a fault of this file and line has these words. */
bool world_says_at(const struct faults *f, const char *file, unsigned line,
		   const char *words);

/* A ballot of one sheet, encoded. */
struct world_sheet {
	uint32_t rater, unit, revision;
	uint8_t answers[WORLD_ANSWERS];
	uint64_t import_id;
	uint32_t hour; /* after the second of 1970 */
};
void world_ballot(const struct round *r, const struct world_sheet *s, struct buf *out);

/* A fold and what is next. `n` is the last entry's. */
struct world {
	struct fold *fold;
	struct round model;
	uint64_t n;
	uint32_t commands;
};
/* No entry yet; the model may be changed before world_put_open() opens it. */
void world_init(struct world *w, bool keep_answers);
void world_put_open(struct world *w, uint32_t number);
/* Both, as number 1, with answers kept. */
void world_open(struct world *w, bool trial);
void world_close(struct world *w);
struct fold_round *world_first(const struct world *w);
/* The code that fold_apply gave. */
int world_apply(struct world *w, enum entry_kind kind, uint32_t round,
		const struct seal *seal, struct bytes body);
/* The same with a control entry's message; command ids count up from 1. */
int world_control(struct world *w, enum entry_kind kind, const void *message);
void world_send(struct world *w, const struct world_sheet *s);
/* These two give the reason "". */
void world_annul_rater(struct world *w, uint32_t rater);
void world_annul_import(struct world *w, uint64_t id);
/* A roster entry of the two old strata (the first named x) and a third, z. */
void world_enlarge(struct world *w, uint64_t rows_x, uint64_t rows_z, const char *x);
void world_appraise(struct world *w, uint32_t unit, Par__V1__AppraisalTarget target,
		    uint32_t criterion, int64_t points, const char *evidence);
void world_measure(struct world *w, uint32_t unit, uint32_t criterion, int64_t value);
void world_close_round(struct world *w);
void world_void(struct world *w);
void world_release(struct world *w, uint32_t number, bool trial);
void world_retract(struct world *w, uint32_t number);

/* What counts, as text: "rater:unit=abc" each, for comparing. malloc. */
char *world_sample(const struct world *w);

#endif
