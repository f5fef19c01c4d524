#include "common/method/result_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/method/interval.h"
#include "common/method/rank.h"
#include "common/method/rankset.h"

/* Room that every block uses again. */
struct room {
	const struct covariance *covariance;
	uint32_t threads;
	uint32_t *order; /* of the clusters (U3) */
	uint32_t *place; /* of a ranked unit, within the units of its block */
	struct rank_item *items;
	struct rankset_unit *ranked;
	mpq_t *products;
	uint32_t unit_count;
};

static bool is_ranked(const struct result *r, uint32_t unit)
{
	return r->units[unit].status != STATUS_INSUFFICIENT;
}

static int list_units(struct result *r, uint32_t block)
{
	struct block_result *b = &r->blocks[block];

	b->units = malloc((r->unit_count + 1u) * sizeof *b->units);
	if (!b->units)
		return -ENOMEM;
	for (uint32_t u = 0; u < r->unit_count; u++)
		if (r->round->units[u].block == block && r->units[u].has_figure)
			b->units[b->count++] = u;
	b->better = calloc((size_t)b->count * b->count + 1, sizeof *b->better);
	return b->better ? 0 : -ENOMEM;
}

/* S8: ranks inside the block. All figures of a round have the same decimals. */
static void set_ranks(struct result *r, const struct block_result *b, struct room *room)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < b->count; i++) {
		uint32_t u = b->units[i];
		struct rank_item *item = &room->items[count];

		if (!is_ranked(r, u))
			continue;
		item->unit = u;
		if (r->round->rank_on_exact)
			mpq_set(item->figure, r->exact[u].index);
		else
			mpq_set_z(item->figure, r->exact[u].rounded);
		count++;
	}
	rank_block(room->items, count, r->round->dense_ties);
	for (uint32_t i = 0; i < count; i++)
		r->units[room->items[i].unit].rank = room->items[i].rank;
}

/* U1: the whole matrix of the block, and its diagonal as V[u,u]. */
static int set_matrix(struct result *r, struct block_result *b, const struct room *room)
{
	int err;

	if (r->clusters < CLUSTERS_MIN)
		return 0;
	b->sums = malloc(((size_t)b->count * b->count + 1) * sizeof *b->sums);
	if (!b->sums)
		return -ENOMEM;
	err = covariance_block(room->covariance, b->units, b->count, b->sums);
	for (uint32_t i = 0; !err && i < b->count; i++)
		covariance_value(b->sums[(size_t)i * b->count + i], r->clusters,
				 r->exact[b->units[i]].variance);
	return err;
}

/* U2: S over the ranked units with a surveyed leaf, and V~ of all. */
static void stabilise(struct result *r, struct block_result *b, struct room *room)
{
	uint32_t used = 0;
	mpq_t n;

	mpq_init(n);
	for (uint32_t i = 0; i < b->count; i++) {
		uint32_t u = b->units[i];

		if (!r->exact[u].surveyed || !is_ranked(r, u))
			continue;
		mpq_set_ui(n, r->units[u].raters, 1);
		mpq_mul(room->products[used++], n, r->exact[u].variance);
	}
	interval_lower_median(room->products, used, b->median);
	for (uint32_t i = 0; i < b->count; i++) {
		struct unit_exact *e = &r->exact[b->units[i]];

		interval_stabilise(e->variance, r->units[b->units[i]].raters, b->median,
				   e->stabilised);
	}
	mpq_clear(n);
}

/* Takes the sets of the ranked units over into the result. */
static void take_sets(struct result *r, struct block_result *b, const struct room *room,
		      const struct rankset *sets)
{
	for (uint32_t i = 0; i < sets->count; i++) {
		struct unit_result *unit = &r->units[room->ranked[i].unit];
		uint8_t *row = b->better + (size_t)room->place[i] * b->count;

		unit->rank_low = sets->low[i];
		unit->rank_high = sets->high[i];
		for (uint32_t j = 0; j < sets->count; j++)
			row[room->place[j]] = sets->better[(size_t)i * sets->count + j];
	}
}

/* U3. */
static int set_ranksets(struct result *r, struct block_result *b, struct room *room)
{
	struct rankset sets;
	uint32_t count = 0;
	int err;

	for (uint32_t i = 0; i < b->count; i++) {
		uint32_t u = b->units[i];

		if (!is_ranked(r, u))
			continue;
		room->place[count] = i;
		room->ranked[count++] = (struct rankset_unit){
		    .unit = u,
		    .raters = r->units[u].raters,
		    .rank = r->units[u].rank,
		    .index = r->exact[u].index,
		    .stabilised = r->exact[u].stabilised,
		};
	}
	if (count == 0)
		return 0;
	err = rankset_compute(room->covariance, room->order, r->seed, RANKSET_DRAWS,
			      room->threads, room->ranked, count, &sets);
	if (err)
		return err;
	take_sets(r, b, room, &sets);
	rankset_free(&sets);
	return 0;
}

static int compute_block(struct result *r, uint32_t block, struct room *room)
{
	struct block_result *b = &r->blocks[block];
	int err = list_units(r, block);

	if (err)
		return err;
	set_ranks(r, b, room);
	err = set_matrix(r, b, room);
	if (err)
		return err;
	stabilise(r, b, room);
	return set_ranksets(r, b, room);
}

static int make_room(const struct result *r, struct room *room)
{
	room->order = malloc((r->clusters + 1u) * sizeof *room->order);
	room->place = calloc(r->unit_count + 1u, sizeof *room->place);
	room->items = calloc(r->unit_count + 1u, sizeof *room->items);
	room->ranked = calloc(r->unit_count + 1u, sizeof *room->ranked);
	room->products = calloc(r->unit_count + 1u, sizeof *room->products);
	if (!room->order || !room->place || !room->items || !room->ranked ||
	    !room->products)
		return -ENOMEM;
	for (uint32_t u = 0; u < r->unit_count; u++)
		mpq_inits(room->items[u].figure, room->products[u], NULL);
	room->unit_count = r->unit_count;
	return r->clusters < CLUSTERS_MIN
		   ? 0
		   : covariance_order(room->covariance, room->order);
}

static void free_room(struct room *room)
{
	for (uint32_t u = 0; u < room->unit_count; u++)
		mpq_clears(room->items[u].figure, room->products[u], NULL);
	free(room->order);
	free(room->place);
	free(room->items);
	free(room->ranked);
	free(room->products);
}

int result_blocks(struct result *r, const struct covariance *c, uint32_t threads)
{
	struct room room = {.covariance = c, .threads = threads};
	int err = make_room(r, &room);

	r->blocks = calloc(r->round->block_count + 1u, sizeof *r->blocks);
	if (!r->blocks)
		err = -ENOMEM;
	for (uint32_t b = 0; r->blocks && b < r->round->block_count; b++)
		mpq_init(r->blocks[b].median);
	for (uint32_t b = 0; !err && b < r->round->block_count; b++)
		err = compute_block(r, b, &room);
	free_room(&room);
	return err;
}

void result_blocks_free(struct result *r)
{
	for (uint32_t b = 0; r->blocks && b < r->round->block_count; b++) {
		free(r->blocks[b].units);
		free(r->blocks[b].sums);
		free(r->blocks[b].better);
		mpq_clear(r->blocks[b].median);
	}
	free(r->blocks);
}
