#ifndef PAR_TESTS_CRASH_DICE_H
#define PAR_TESTS_CRASH_DICE_H

/* Chance that comes again with the same seed (splitmix64). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dice {
	uint64_t state;
};

/* A throw that depends on both numbers: of one seed, many. */
struct dice dice_of(uint64_t seed, uint64_t which);
uint64_t dice_next(struct dice *d);
/* 0..end-1; end > 0 */
uint64_t dice_below(struct dice *d, uint64_t end);
/* True `of` times in 256. */
bool dice_coin(struct dice *d, unsigned of);
void dice_fill(struct dice *d, void *out, size_t len);

#endif
