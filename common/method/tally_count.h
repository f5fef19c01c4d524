#ifndef PAR_METHOD_TALLY_COUNT_H
#define PAR_METHOD_TALLY_COUNT_H

/*
 * Part of the tally, and the inner loop of everything: how often each answer was given
 * on some sheets of one row. It runs at about the speed at which memory can be read.
 */

#include "common/method/tally.h"

enum { TALLY_COUNT_MAX = 248 }; /* sheets at a time */

/*
 * Adds the answers of `count` sheets, TALLY_COUNT_MAX at most, to the counters of their
 * row (t->width), and the scores among them to `scored` (by answer place). The `ahead`
 * sheets that stand behind these are those to be counted next: their memory is asked
 * for meanwhile. Returns how many of the answers are no score.
 */
size_t tally_count(const struct tally *t, const uint8_t *const *sheets, size_t count,
		   size_t ahead, uint32_t *row, uint32_t *scored);

#endif
