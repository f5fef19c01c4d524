#include "services/par/scores_out.h"

#include "common/round/proto.h"
#include "services/par/show.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { CELL = 512, COLUMNS = 9, RIGHT = 1 << 0 | 1 << 1 | 1 << 4 | 1 << 5 | 1 << 6 };

/* One block at a time: its units in order of rank, and their cells. */
struct listing {
	const Par__V1__UnitScore **units;
	size_t count;
	const char **cells;          /* (1 + count) x COLUMNS */
	char (*text)[COLUMNS][CELL]; /* what the cells of a unit point into */
};

static void listing_free(struct listing *l)
{
	free(l->units);
	free(l->cells);
	free(l->text);
}

static int listing_make(size_t units, struct listing *l)
{
	l->units = calloc(units + 1, sizeof(const Par__V1__UnitScore *));
	l->cells = calloc((units + 1) * COLUMNS, sizeof(const char *));
	l->text = calloc(units + 1, sizeof *l->text);
	return l->units && l->cells && l->text ? 0 : -ENOMEM;
}

static bool same_block(const Par__V1__UnitScore *a, const Par__V1__UnitScore *b)
{
	return bytes_equal(proto_bytes(a->block), proto_bytes(b->block));
}

/* A stable sort by insertion: units of the same rank stay in the order of units.csv. */
static void add_by_rank(struct listing *l, const Par__V1__UnitScore *u)
{
	uint32_t rank = u->rank - 1; /* none is last */
	size_t at = l->count++;
	for (; at > 0 && l->units[at - 1]->rank - 1 > rank; at--)
		l->units[at] = l->units[at - 1];
	l->units[at] = u;
}

static const char *rank_text(uint32_t rank, char out[CELL])
{
	out[0] = '\0';
	if (rank > 0)
		snprintf(out, CELL, "%" PRIu32, rank);
	return out;
}

static const char *interval_text(const Par__V1__UnitScore *u, char out[CELL])
{
	char low[CELL / 4], high[CELL / 4];
	out[0] = '\0';
	if (u->ci_low.len > 0)
		snprintf(out, CELL, "[%s; %s]", show_text(u->ci_low, low, sizeof low),
			 show_text(u->ci_high, high, sizeof high));
	return out;
}

static void fill_cells(const Par__V1__UnitScore *u, char text[COLUMNS][CELL],
		       const char *cells[COLUMNS])
{
	cells[0] = rank_text(u->rank, text[0]);
	cells[1] = scores_rank_set(u->rank_low, u->rank_high, text[1]);
	cells[2] = show_text(u->unit, text[2], CELL);
	cells[3] = show_text(show_name(u->name), text[3], CELL);
	cells[4] = show_text(u->score, text[4], CELL);
	cells[5] = interval_text(u, text[5]);
	snprintf(text[6], CELL, "%" PRIu32, u->raters);
	cells[6] = text[6];
	cells[7] = scores_status(u->status);
	cells[8] = show_text(show_name(u->band), text[8], CELL);
}

static void print_block(struct listing *l, const Par__V1__UnitScore *first, FILE *out)
{
	static const char *const head[COLUMNS] = {
	    "rank", "set", "unit", "name", "score", "95 %", "raters", "status", "band"};
	char block[CELL];
	memcpy(l->cells, head, sizeof head);
	for (size_t i = 0; i < l->count; i++)
		fill_cells(l->units[i], l->text[i], &l->cells[(i + 1) * COLUMNS]);
	fprintf(out, "\n%s\n", show_text(first->block, block, sizeof block));
	show_table(out, l->cells, l->count + 1, COLUMNS, RIGHT);
}

static bool is_first_of_block(const Par__V1__Scores *s, size_t place)
{
	for (size_t i = 0; i < place; i++) {
		if (same_block(s->units[i], s->units[place]))
			return false;
	}
	return true;
}

static int table_block(const Par__V1__Scores *s, size_t first, FILE *out)
{
	struct listing l = {0};
	int err = listing_make(s->n_units - first, &l);
	for (size_t i = first; err == 0 && i < s->n_units; i++) {
		if (same_block(s->units[i], s->units[first]))
			add_by_rank(&l, s->units[i]);
	}
	if (err == 0)
		print_block(&l, s->units[first], out);
	listing_free(&l);
	return err;
}

int scores_out_table(const Par__V1__Scores *s, FILE *out)
{
	char title[CELL];
	fprintf(out, "%s%s", s->trial ? "TRIAL: " : "",
		show_text(show_name(s->title), title, sizeof title));
	if (s->number > 0)
		fprintf(out, ", release %" PRIu32 "\n", s->number);
	else
		fprintf(out, ", draft\n");
	int err = 0;
	for (size_t i = 0; err == 0 && i < s->n_units; i++) {
		if (is_first_of_block(s, i))
			err = table_block(s, i, out);
	}
	if (err == 0)
		scores_out_notes(s, out);
	return err;
}
