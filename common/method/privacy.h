#ifndef PAR_METHOD_PRIVACY_H
#define PAR_METHOD_PRIVACY_H

/*
 * METHOD P1 and P2: what of a table, and of a unit's figures, may be public. Pure rules
 * over counts of raters; public.h applies them to a release. What they defend against
 * is listed in tests/unit/method/test_public.c.
 */

#include "common/method/result.h"

/*
 * P1 on a table of counts of raters, rows x columns, row by row. On return hidden[i] is
 * 1 where a cell must not be shown; cells that are 1 on entry stay hidden. Where
 * row_totals (column_totals) the totals of the rows (columns) are public, so that a
 * lone hidden cell could be subtracted. A total that is itself of 1 to cell_show - 1
 * raters must not be shown: that is the caller's to see to.
 */
void privacy_suppress(const uint64_t *counts, uint32_t rows, uint32_t columns,
		      bool row_totals, bool column_totals, uint64_t cell_show,
		      uint8_t *hidden);

enum cell_state {
	CELL_NONE, /* no figure: does not apply, does not count, S7 */
	CELL_SHOWN,
	CELL_NO_SE,  /* P2: shown, but without SE, interval, distribution */
	CELL_HIGH,   /* P2: ">= x", a bound instead of the figure */
	CELL_LOW,    /* P2: "<= x" */
	CELL_HIDDEN, /* P1 */
};

struct privacy_work;

/* What may be shown of one unit. */
struct privacy_unit {
	/* CELL_NONE: nothing, in public the unit is insufficient */
	enum cell_state index;
	enum cell_state survey_part, appraised_part;
	enum cell_state *cells; /* by place in criteria: fields and leaves */
	uint64_t *raters;       /* of each cell; by place in criteria */
	uint64_t *prints;       /* equal where the same raters gave the same scores */
	uint64_t index_raters;
	struct privacy_work *work; /* private */
};

/* Room for any unit of the round. -ENOMEM. */
int privacy_unit_init(const struct round *r, struct privacy_unit *p)
    __attribute__((warn_unused_result));
void privacy_unit_free(struct privacy_unit *p);
/*
 * Fills *p; `s` is the score of the unit, from score_unit() with result->rules. Of the
 * result it reads status, sample, tally and rules.
 */
void privacy_unit_judge(const struct result *result, const struct score *s,
			struct privacy_unit *p);

/*
 * P2: what stands behind ">= " (CELL_HIGH) or "<= " (CELL_LOW): the figure that the
 * cell would have if each surveyed leaf in it stood 95 %, or 5 %, of the way up the
 * scale. It tells nothing that the shown appraisals do not. `cell` is a field or a
 * leaf; PRIVACY_INDEX the index, with bonus, penalty and clip; PRIVACY_SURVEY_PART that
 * part.
 */
enum { PRIVACY_INDEX = INT32_MAX, PRIVACY_SURVEY_PART = INT32_MAX - 1 };
void privacy_bound(const struct score_rules *rules, const struct score *s,
		   uint32_t cell, enum cell_state state, mpq_t bound);

#endif
