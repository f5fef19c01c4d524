#include "common/method/rank.h"

#include <stdlib.h>

enum { DECIMALS_OF_EDGES = 6 };

enum status rank_status(const struct block *b, bool surveyed, bool has_figure,
			uint32_t raters)
{
	if (!has_figure)
		return STATUS_INSUFFICIENT;
	if (!surveyed || raters >= b->full_rank)
		return STATUS_RANKED;
	return raters >= b->rank ? STATUS_RANKED_WARNING : STATUS_INSUFFICIENT;
}

int32_t rank_band(const struct round *r, const mpz_t rounded)
{
	int32_t place = -1;
	mpz_t figure; /* in millionths, as the edges are */

	mpz_init(figure);
	mpz_ui_pow_ui(figure, 10, DECIMALS_OF_EDGES - r->decimals);
	mpz_mul(figure, figure, rounded);
	for (uint32_t i = 0; i < r->band_count; i++) {
		int side = mpz_cmp_si(figure, r->bands[i].edge.micro);

		if (side > 0 || (side == 0 && !r->bands[i].above))
			place = (int32_t)i;
	}
	mpz_clear(figure);
	return place;
}

static bool satisfies(const struct band *band, const mpq_t x)
{
	mpq_t edge;
	int side;

	mpq_init(edge);
	mpq_set_si(edge, band->edge.micro, DECIMAL_ONE);
	mpq_canonicalize(edge);
	side = mpq_cmp(x, edge);
	mpq_clear(edge);
	return side > 0 || (side == 0 && !band->above);
}

bool rank_band_holds(const struct round *r, int32_t band, const mpq_t low,
		     const mpq_t high)
{
	if (band < 0 || !satisfies(&r->bands[band], low))
		return false;
	return (uint32_t)band + 1 == r->band_count ||
	       !satisfies(&r->bands[band + 1], high);
}

/* Best first; equal ones in the order of units, so that the sort has one outcome. */
static int compare(const void *left, const void *right)
{
	const struct rank_item *a = left;
	const struct rank_item *b = right;
	int order = mpq_cmp(b->figure, a->figure);

	return order ? order : (a->unit > b->unit) - (a->unit < b->unit);
}

void rank_block(struct rank_item *items, uint32_t count, bool dense)
{
	uint32_t distinct = 0;

	qsort(items, count, sizeof *items, compare);
	for (uint32_t i = 0; i < count; i++) {
		bool tie = i > 0 && mpq_equal(items[i].figure, items[i - 1].figure);

		distinct += !tie;
		if (tie)
			items[i].rank = items[i - 1].rank;
		else
			items[i].rank = dense ? distinct : i + 1;
	}
}
