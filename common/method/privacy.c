/* P1 on any table of counts of raters. */

#include "common/method/privacy.h"

/* A row or a column. */
struct line {
	const uint64_t *counts;
	uint8_t *hidden;
	uint32_t length;
	size_t stride;
};

/* A lone hidden cell, or few raters in all of them, follow from the total. */
static bool is_open(const struct line *l, uint64_t cell_show)
{
	uint32_t cells = 0;
	uint64_t raters = 0;

	for (uint32_t i = 0; i < l->length; i++) {
		if (!l->hidden[i * l->stride] || l->counts[i * l->stride] == 0)
			continue;
		cells++;
		raters += l->counts[i * l->stride];
	}
	return cells == 1 || (cells > 0 && raters < cell_show);
}

/* The place of the smallest shown cell that is not 0, the first of equal ones. */
static uint32_t smallest_shown(const struct line *l)
{
	uint32_t best = l->length;

	for (uint32_t i = 0; i < l->length; i++) {
		uint64_t count = l->counts[i * l->stride];

		if (l->hidden[i * l->stride] || count == 0)
			continue;
		if (best == l->length || count < l->counts[best * l->stride])
			best = i;
	}
	return best;
}

/* Whether it hid any. */
static bool close_line(struct line l, uint64_t cell_show)
{
	bool changed = false;

	while (is_open(&l, cell_show)) {
		uint32_t next = smallest_shown(&l);

		if (next == l.length)
			break;
		l.hidden[next * l.stride] = 1;
		changed = true;
	}
	return changed;
}

void privacy_suppress(const uint64_t *counts, uint32_t rows, uint32_t columns,
		      bool row_totals, bool column_totals, uint64_t cell_show,
		      uint8_t *hidden)
{
	bool changed = true;

	for (size_t i = 0; i < (size_t)rows * columns; i++)
		if (counts[i] > 0 && counts[i] < cell_show)
			hidden[i] = 1;
	while (changed) {
		changed = false;
		for (uint32_t i = 0; row_totals && i < rows; i++) {
			size_t at = (size_t)i * columns;
			struct line l = {counts + at, hidden + at, columns, 1};

			changed = close_line(l, cell_show) || changed;
		}
		for (uint32_t i = 0; column_totals && i < columns; i++) {
			struct line l = {counts + i, hidden + i, rows, columns};

			changed = close_line(l, cell_show) || changed;
		}
	}
}
