#ifndef PAR_METHOD_RANK_H
#define PAR_METHOD_RANK_H

/*
 * METHOD S8 and S9: status, band, and places inside a block. Whole numbers and exact
 * rationals.
 */

#include <gmp.h>

#include "common/method/result.h"

/* S9. `surveyed`: a surveyed leaf applies to the unit. */
enum status rank_status(const struct block *b, bool surveyed, bool has_figure,
			uint32_t raters);

/*
 * S8: the highest edge the published figure satisfies, as a place in the round's bands,
 * or -1. `rounded` is the figure times 10^decimals.
 */
int32_t rank_band(const struct round *r, const mpz_t rounded);

/*
 * U3: the whole interval lies in the band: its unrounded low end satisfies the band's
 * edge, its high end not the next one's. False for no band (-1).
 */
bool rank_band_holds(const struct round *r, int32_t band, const mpq_t low,
		     const mpq_t high);

/* One ranked unit of a block. */
struct rank_item {
	uint32_t unit;
	mpq_t figure;  /* published or exact, as the round ranks */
	uint32_t rank; /* out */
};

/*
 * S8: 1 + the number of units with a higher figure, or with `dense` of distinct higher
 * figures. Sorts the items, best first.
 */
void rank_block(struct rank_item *items, uint32_t count, bool dense);

#endif
