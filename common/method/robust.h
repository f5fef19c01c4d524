#ifndef PAR_METHOD_ROBUST_H
#define PAR_METHOD_ROBUST_H

/*
 * METHOD O1: what the scores of one surveyed leaf of one unit look like beside their
 * mean. Never the official score. From the counters alone, with the frame's weights;
 * exact rationals. GMP ends the process when memory runs out.
 *
 * All scores of the leaf take part, whether the leaf counts (S5) or not. "Weight of"
 * means the sum of w_h over the scores meant.
 */

#include "common/method/score.h"

struct robust_leaf {
	bool any; /* the leaf applies and has a score; else the rest is unspecified */
	/* 0..100: the smallest v with at least half of the weight on values <= v */
	mpq_t median;
	/* 0..100: mean without 10 % of the weight at each end, the border split */
	mpq_t trimmed;
	/*
	 * 0..1: weight of the two best and of the two worst answers of the scale, as
	 * shares. By direction: with `down` the best are 1 and 2.
	 */
	bool has_shares; /* K >= 4 */
	mpq_t top2, bottom2;
	mpq_t polarisation; /* 0..1: weighted variance of v / 2500 */
};

void robust_init(struct robust_leaf *l);
void robust_clear(struct robust_leaf *l);

/*
 * O1 of the leaf in an answer place, for the unit of a score that score_unit() filled.
 * Canonical.
 */
void robust_leaf(const struct score_rules *rules, const struct score *s,
		 uint32_t answer_place, struct robust_leaf *out);

/* Its trimmed mean alone (O4); false: no score, `trimmed` is untouched. Canonical. */
bool robust_trimmed(const struct score_rules *rules, const struct score *s,
		    uint32_t answer_place, mpq_t trimmed);

#endif
