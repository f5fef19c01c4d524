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

enum { WORLD_ANSWERS = 3, WORLD_ROWS = 10, WORLD_UNITS = 3 };

void world_round(struct round *r);
/* The same, finished. */
void world_model(struct round *r);

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
};
void world_ballot(const struct round *r, const struct world_sheet *s, struct buf *out);

/* A fold and what is next. `n` is the last entry's. */
struct world {
	struct fold *fold;
	struct round model;
	uint64_t n;
	uint32_t commands;
};
/* With the round opened as number 1 when `open`. */
void world_open(struct world *w, bool trial);
void world_close(struct world *w);
struct fold_round *world_first(const struct world *w);
/* The code that fold_apply gave. */
int world_apply(struct world *w, enum entry_kind kind, uint32_t round,
		const struct seal *seal, struct bytes body);
/* The same with a control entry's message; command ids count up from 1. */
int world_control(struct world *w, enum entry_kind kind, const void *message);
void world_send(struct world *w, const struct world_sheet *s);
void world_annul_rater(struct world *w, uint32_t rater);
void world_annul_import(struct world *w, uint64_t id);
void world_release(struct world *w, uint32_t number, bool trial);

/* What counts, as text: "rater:unit=abc" each, for comparing. malloc. */
char *world_sample(const struct world *w);

#endif
