#ifndef PAR_METHOD_SCORE_INTERNAL_H
#define PAR_METHOD_SCORE_INTERNAL_H

/* Internal to score*.c and composite.c: the steps of a score. */

#include "common/method/score.h"

enum { POINTS_FULL = 100 };

static inline const struct round *score_round(const struct score_rules *rules)
{
	return rules->tally->sample->round;
}

/* The rules without the ranges of S6. -ENOMEM. */
int score_rules_plain(const struct tally *t, const struct frame *f,
		      struct score_rules *out) __attribute__((warn_unused_result));

/* S1, S3, S4: which leaves of a unit apply and count, and their theta. No more. */
void score_leaves(const struct score_rules *rules, uint32_t unit, struct score *s);

/* S5: the leaves an index is over. */
enum score_subset { SCORE_ALL, SCORE_SURVEYED, SCORE_APPRAISED };

/* P[u,f] over the subset, and how much of it counts. */
struct score_field score_points(const struct round *r, const struct score *s,
				uint32_t field, enum score_subset subset);
/* S7: at least 2/3 of it counts. */
bool score_enough(const struct score_field *points);
/*
 * S5, S6: phi[u,f] over the subset, on the scale of the index. The field has points of
 * the subset that count. Canonical.
 */
void score_phi(const struct score_rules *rules, const struct score *s, uint32_t field,
	       enum score_subset subset, mpq_t phi);
/*
 * S5, S6: the index over the subset, before bonus, penalty and clip. Every field with
 * points of the subset has some that count, and there is one. Canonical.
 */
void score_weigh(const struct score_rules *rules, const struct score *s,
		 enum score_subset subset, mpq_t index);

#endif
