#ifndef PAR_METHOD_TALLY_H
#define PAR_METHOD_TALLY_H

/*
 * The integers of METHOD section 6, from which every score follows: how often each
 * answer was given, who responded, and how many clusters scored what. Nothing here
 * depends on the order of the sheets. Strata are those of the frame, before S2 merges
 * any.
 *
 * A row holds the counters of one (unit, stratum) that has a sheet. In a row, answer
 * place a has the slots offset[a] .. offset[a + 1] - 1, and answer y is slot
 * tally_slot(y) of them: the five kinds of no score first (251..255 are 0..4), then 0,
 * never given, then the scores 1..K.
 */

#include "common/round/sample.h"

enum { TALLY_FIRST_SCORE = 6 }; /* slot of the score 1 */

struct tally_rater {
	uint32_t stratum;
	uint32_t cluster; /* number of its cluster */
	uint32_t sheets;  /* that are in */
};

/* Marks of a sheet. */
enum {
	TALLY_OUT = 1,  /* removed */
	TALLY_WEAK = 2, /* it does not score half: its cluster is no scorer by it */
};

struct tally {
	const struct sample *sample; /* borrowed */

	uint32_t *responded;        /* m_h, by stratum */
	struct tally_rater *raters; /* with a sheet in the sample */
	uint32_t rater_count;       /* of these, with a sheet that is in */
	uint32_t *cluster_raters;   /* how many of these, by cluster */
	uint32_t cluster_count;     /* n: clusters with such a rater */

	uint32_t *sheet_cluster; /* by place of the sheet in the sample */
	uint32_t *sheet_rater;   /* likewise: place in raters */
	uint8_t *sheet_marks;    /* likewise */
	uint32_t *order;         /* places of sheets, by unit, then cluster */
	size_t *unit_first;      /* of each unit in `order`; unit_count + 1 */

	size_t *offset;    /* by answer place; answer_count + 1 */
	size_t width;      /* slots of a row */
	size_t *row_first; /* of each unit; unit_count + 1 */
	uint32_t *row_stratum;
	uint32_t *counts; /* n[u,c,h,answer]; row x width */

	uint32_t *scored_by; /* clusters that scored; unit x answer place */
	uint32_t *scorers;   /* n_u, by unit */
};

/* The slot of an answer within those of its place. */
static inline uint8_t tally_slot(uint8_t answer)
{
	return (uint8_t)(answer + (256 - ANSWER_BLANK));
}

static inline bool tally_is_score(uint8_t answer)
{
	return tally_slot(answer) >= TALLY_FIRST_SCORE;
}

/*
 * The sample's units, strata and answers must be in range (the fold sees to it). A
 * rater with several sheets about one unit is counted as often as it scored, but is one
 * rater and one cluster. Any number of threads (at least 1) gives the same counters.
 * -ENOMEM.
 */
int tally_make(const struct sample *s, uint32_t threads, struct tally *out)
    __attribute__((warn_unused_result));
void tally_free(struct tally *t);

/*
 * Takes a sheet of the sample (by its place) out of the counters, or puts it back, as
 * if the sample had been without it, or with it: a few increments, and a look at the
 * other sheets of its cluster about its unit, found by halving; nothing else grows with
 * the number of ballots. The sheet must be in, or out. What is numbered by the sample
 * keeps it: raters (and the numbers of clusters), sheet_*, order, unit_first, and rows,
 * which may be left with zeros. rater_count and cluster_count are then no bounds of
 * these numbers.
 */
void tally_remove(struct tally *t, uint32_t sheet);
void tally_restore(struct tally *t, uint32_t sheet);

/* The counters of one row. */
const uint32_t *tally_row(const struct tally *t, size_t row);

#endif
