/* The page: its head, sections 1 (weights) and 4 (status, rank, band). */

#include "services/par/explain_internal.h"

#include "services/par/fraction.h"
#include "services/par/grid.h"
#include "services/par/scores_out.h"
#include "services/par/show.h"
#include "services/par/words.h"

#include <inttypes.h>

enum { GROUP_COLUMNS = 5, GROUP_RIGHT = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 };

void explain_step(FILE *out, const char *label, ProtobufCBinaryData fraction)
{
	char exact[FRACTION_CUT], six[FIGURE_TEXT];
	if (fraction.len == 0)
		fprintf(out, "  %-34s none\n", label);
	else
		fprintf(out, "  %-34s = %s = %s\n", label,
			fraction_cut(fraction, exact), fraction_six(fraction, six));
}

/* ---- head ---- */

static void print_text(FILE *out, const char *label, ProtobufCBinaryData text)
{
	char cell[EXPLAIN_CELL];
	fprintf(out, "%-14s %s\n", label, show_text(text, cell, sizeof cell));
}

static void print_hash(FILE *out, const char *label, ProtobufCBinaryData hash)
{
	char hex[SHOW_HASH];
	fprintf(out, "%-14s %s\n", label, show_hash(hash, hex));
}

static void print_head(const struct inspected *i, FILE *out)
{
	const Par__V1__Scores *s = i->scores;
	const Par__V1__UnitDetail *d = i->unit;
	if (s->trial)
		fputs("TRIAL: never an official result\n", out);
	print_text(out, "round", s->round);
	print_text(out, "title", show_name(s->title));
	if (s->number > 0)
		fprintf(out, "%-14s %" PRIu32 "\n", "release", s->number);
	else
		fprintf(out, "%-14s draft\n", "release");
	print_text(out, "unit", d->unit->unit);
	print_text(out, "name", show_name(d->unit->name));
	print_text(out, "block", d->block);
	print_hash(out, "result hash", s->result_hash);
	print_hash(out, "rules digest", s->rules_digest);
	print_hash(out, "method digest", s->method_digest);
	fprintf(out, "%-14s %016" PRIx64 "\n", "seed (U4)", s->seed);
}

/* ---- 1 ---- */

static void put_group(const Par__V1__GroupDetail *g, struct grid *grid)
{
	char text[EXPLAIN_CELL], six[FIGURE_TEXT];
	grid_put(grid, show_text(g->name, text, sizeof text));
	grid_put_number(grid, g->members);
	grid_put_number(grid, g->responded);
	grid_put(grid, show_text(g->weight, text, sizeof text));
	if (g->responded == 0)
		grid_put(grid, "not represented");
	else
		grid_put(grid, fraction_six(g->weight, six));
}

static void print_thin(const Par__V1__UnitDetail *d, FILE *out)
{
	char name[EXPLAIN_CELL];
	for (size_t i = 0; i < d->n_groups; i++) {
		const Par__V1__GroupDetail *g = d->groups[i];
		if (g->thin && g->responded > 0)
			fprintf(out, "  still thin, keeps its weight: %s\n",
				show_text(g->name, name, sizeof name));
	}
}

static int print_weights(const struct inspected *i, FILE *out)
{
	const Par__V1__UnitDetail *d = i->unit;
	fputs("\n1. Weights (S2: w = N/m, members by raters who answered; groups that "
	      "were merged\n   are joined by +)\n",
	      out);
	if (i->scores->unweighted) {
		fputs("  the round has no strata: every answer weighs 1\n", out);
		return 0;
	}
	struct grid grid;
	grid_init(&grid, GROUP_COLUMNS, 2);
	grid_put(&grid, "group");
	grid_put(&grid, "N");
	grid_put(&grid, "m");
	grid_put(&grid, "w = N/m");
	grid_put(&grid, "");
	for (size_t g = 0; g < d->n_groups; g++)
		put_group(d->groups[g], &grid);
	int err = grid_print(&grid, GROUP_RIGHT, out);
	if (err == 0)
		print_thin(d, out);
	return err;
}

/* ---- 4 ---- */

static void print_status(const Par__V1__UnitDetail *d, FILE *out)
{
	const Par__V1__UnitScore *u = d->unit;
	char text[EXPLAIN_CELL];
	fprintf(out, "\n4. Status, rank and band (S8, S9)\n");
	fprintf(out,
		"  n_u = %" PRIu32
		" clusters scored at least half of the surveyed points "
		"that apply\n",
		u->raters);
	fprintf(out,
		"  ranked from %" PRIu32 ", with a warning from %" PRIu32
		"; a unit with no surveyed criterion needs a figure alone\n",
		d->full_rank, d->rank);
	fprintf(out, "  criteria: %" PRIu32 " of %" PRIu32 " count\n",
		u->criteria_counted, u->criteria_applicable);
	fprintf(out, "  status: %s\n", scores_status(u->status));
	if (u->rank > 0)
		fprintf(out, "  rank in the block: %" PRIu32 "\n", u->rank);
	else
		fputs("  rank in the block: none\n", out);
	show_text(show_name(u->band), text, sizeof text);
	fprintf(out, "  band: %s\n", text[0] ? text : "none");
}

int explain_out_table(const struct inspected *i, FILE *out)
{
	print_head(i, out);
	int err = print_weights(i, out);
	if (err == 0)
		err = explain_leaves(i->unit, out);
	if (err == 0)
		err = explain_index(i->unit, out);
	if (err != 0)
		return err;
	print_status(i->unit, out);
	return explain_columns(i, out);
}
