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
	uint32_t cluster; /* place of its cluster, 0 .. cluster_count - 1 */
};

struct tally {
	const struct sample *sample; /* borrowed */

	uint32_t *responded; /* m_h, by stratum */
	struct tally_rater *raters;
	uint32_t rater_count;   /* with a live sheet */
	uint32_t cluster_count; /* n */

	uint32_t *sheet_cluster; /* by place of the sheet in the sample */
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

/*
 * The sample's units, strata and answers must be in range (the fold sees to it). A
 * rater with several sheets about one unit is counted as often as it scored, but is one
 * rater and one cluster. -ENOMEM.
 */
int tally_make(const struct sample *s, struct tally *out)
    __attribute__((warn_unused_result));
void tally_free(struct tally *t);

/* The counters of one row. */
const uint32_t *tally_row(const struct tally *t, size_t row);

#endif
