#ifndef PAR_METHOD_TALLY_SCORER_H
#define PAR_METHOD_TALLY_SCORER_H

/*
 * Part of the tally: whether a sheet scores at least half of the surveyed maximum
 * points that apply to its unit, which makes its cluster count in n_u (METHOD section
 * 1).
 */

#include "common/method/tally.h"

struct tally_scorer {
	uint32_t answer_count;
	int64_t *points; /* by answer place, in millionths; 0 where it does not apply */
	int64_t all;     /* their sum */
	/* With no more answers than this that are no score, half is scored for sure;
	 * negative: never for sure. */
	int64_t spare;
};

/* -ENOMEM. tally_scorer_free() in any case. */
int tally_scorer_init(struct tally_scorer *s, const struct round *r)
    __attribute__((warn_unused_result));
void tally_scorer_free(struct tally_scorer *s);

/* Before sheets about that unit are asked for. */
void tally_scorer_set_unit(struct tally_scorer *s, const struct round *r,
			   uint32_t unit);

/* False on a unit without a surveyed leaf: half of nothing is no score. */
bool tally_scorer_is(const struct tally_scorer *s, const uint8_t *answers);

#endif
