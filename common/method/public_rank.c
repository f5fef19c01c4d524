/* S8 and U3 over the rows of a release, which may be of several sources. */

#include <assert.h>
#include <stdlib.h>

#include "common/method/public_internal.h"

struct ranking {
	const struct public_source *sources;
	const uint32_t *source_of;
	struct public_release *out;
};

uint32_t public_rank_block(struct public_release *p, uint32_t block)
{
	uint32_t count = 0;

	for (uint32_t u = 0; u < p->unit_count; u++) {
		if (p->round->units[u].block != block ||
		    p->units[u].status == STATUS_INSUFFICIENT)
			continue;
		p->items[count].unit = u;
		mpq_set(p->items[count].figure, p->units[u].place);
		count++;
	}
	rank_block(p->items, count, p->round->dense_ties);
	for (uint32_t i = 0; i < count; i++)
		p->units[p->items[i].unit].rank = p->items[i].rank;
	return count;
}

static int compare(const void *left, const void *right)
{
	const uint32_t *a = left;
	const uint32_t *b = right;

	return (*a > *b) - (*a < *b);
}

/* The place of a unit among those of its block that have a figure; it is one. */
static size_t place_in(const struct block_result *b, uint32_t unit)
{
	const uint32_t *at =
	    bsearch(&unit, b->units, b->count, sizeof *b->units, compare);

	assert(at);
	return (size_t)(at - b->units);
}

/*
 * Whether u is surely better than t. Where one shows other sheets than it was compared
 * by, or stands at a bound, or has no public SE, nobody may know.
 */
static bool surely_better(const struct ranking *g, uint32_t u, uint32_t t)
{
	const struct result *result = g->sources[g->source_of[u]].result;
	const struct block_result *b = &result->blocks[result->round->units[u].block];

	if (g->source_of[u] != g->source_of[t] || !b->better ||
	    g->out->units[u].index.state != CELL_SHOWN ||
	    g->out->units[t].index.state != CELL_SHOWN)
		return false;
	return b->better[place_in(b, u) * b->count + place_in(b, t)];
}

/* U3 among the `count` ranked in public; widened to hold the public rank. */
static void rank_set(const struct ranking *g, uint32_t u, uint32_t count)
{
	struct public_unit *unit = &g->out->units[u];
	uint32_t low = 1, high = count;

	if (unit->index.state != CELL_SHOWN)
		return;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t t = g->out->items[i].unit;

		low += surely_better(g, t, u);
		high -= surely_better(g, u, t);
	}
	unit->rank_low = low < unit->rank ? low : unit->rank;
	unit->rank_high = high > unit->rank ? high : unit->rank;
}

void public_rank(const struct public_source *sources, const uint32_t *source_of,
		 struct public_release *out)
{
	struct ranking g = {sources, source_of, out};

	for (uint32_t b = 0; b < out->round->block_count; b++) {
		uint32_t count = public_rank_block(out, b);

		for (uint32_t i = 0; i < count; i++)
			rank_set(&g, out->items[i].unit, count);
	}
}
