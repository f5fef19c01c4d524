/* P6: rows of two releases that together give away what either hides. */

#include <string.h>

#include "common/method/public_internal.h"

static bool is_exact(enum cell_state state)
{
	return state == CELL_SHOWN || state == CELL_NO_SE;
}

/* The same scores, shown in one and not in the other. */
static bool is_bared(const struct public_unit *a, const struct public_unit *b,
		     uint32_t c)
{
	return a->prints[c] != 0 && a->prints[c] == b->prints[c] &&
	       is_exact(a->cells[c].state) != is_exact(b->cells[c].state);
}

/*
 * A leaf of the council counts in one only: the index then weighs the field in another
 * way, and two such indexes tell what its scores add up to.
 */
static bool is_reweighed(const struct round *r, const struct public_unit *a,
			 const struct public_unit *b, uint32_t c)
{
	uint32_t field = (uint32_t)r->criteria[c].field;

	return r->criteria[c].leaf && a->prints[c] == 0 && b->prints[c] == 0 &&
	       (a->cells[c].state == CELL_NONE) != (b->cells[c].state == CELL_NONE) &&
	       a->prints[field] != 0 && a->prints[field] == b->prints[field] &&
	       !(is_exact(a->cells[field].state) && is_exact(b->cells[field].state));
}

static bool give_away(const struct round *r, const struct public_unit *a,
		      const struct public_unit *b)
{
	if (a->status == STATUS_INSUFFICIENT || b->status == STATUS_INSUFFICIENT)
		return false;
	for (uint32_t c = 0; c < r->criterion_count; c++)
		if (is_bared(a, b, c) || is_reweighed(r, a, b, c))
			return true;
	return false;
}

/* All of a row but the memory that it owns. */
static void copy_row(const struct round *r, const struct public_unit *from,
		     struct public_unit *to)
{
	struct public_unit own = *to;

	mpq_set(own.place, from->place);
	memcpy(own.cells, from->cells, r->criterion_count * sizeof *own.cells);
	memcpy(own.prints, from->prints, r->criterion_count * sizeof *own.prints);
	*to = *from;
	*to->place = *own.place;
	to->cells = own.cells;
	to->prints = own.prints;
}

/* Returns whether the unit shows the old row now. */
static bool keep_row(const struct round *r, const struct public_unit *before,
		     uint32_t number, struct public_unit *now)
{
	if (!give_away(r, before, now))
		return false;
	copy_row(r, before, now);
	if (now->held_from == 0)
		now->held_from = number;
	/* what it was compared with is not what the others show */
	if (now->rank_low != 0) {
		now->rank_low = 1;
		now->rank_high = UINT32_MAX;
	}
	return true;
}

/* U3: each kept row may have been surely better or worse, and is no more. */
static void widen(struct public_unit *unit, uint32_t kept, uint32_t count)
{
	if (unit->rank_low == 0)
		return;
	unit->rank_low = unit->rank_low > kept ? unit->rank_low - kept : 1;
	unit->rank_high =
	    unit->rank_high < count - kept ? unit->rank_high + kept : count;
	if (unit->rank_low > unit->rank)
		unit->rank_low = unit->rank;
	if (unit->rank_high < unit->rank)
		unit->rank_high = unit->rank;
}

void public_keep(const struct public_release *before, uint32_t number,
		 struct public_release *now)
{
	const struct round *r = now->round;

	for (uint32_t b = 0; b < r->block_count; b++) {
		uint32_t kept = 0;
		uint32_t count;

		for (uint32_t u = 0; u < r->unit_count; u++)
			if (r->units[u].block == b)
				kept += keep_row(r, &before->units[u], number,
						 &now->units[u]);
		if (kept == 0)
			continue;
		count = public_rank_block(now, b);
		for (uint32_t i = 0; i < count; i++)
			widen(&now->units[now->items[i].unit], kept, count);
	}
}
