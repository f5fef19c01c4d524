/*
 * METHOD section 8, coinr_asem: a real composite of 51 countries. 49 indicators, each
 * by minmax to 0..100 (S6), their means eight pillars, the means of these two
 * sub-indices, the mean of these the index; as COINr, a package of R, computes it.
 *
 * A field is a mean of leaves, so it takes two rounds of the same values: one whose
 * fields are the pillars, one whose fields are the sub-indices, with points that give
 * each indicator its share of its sub-index.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/golden/measures.h"
#include "tests/golden/table.h"

#define FOLDER "tests/golden/coinr_asem/"

enum { UNITS = 51, INDICATORS = 49, PILLARS = 8, DIGITS = 14 };
enum lineage { INDICATOR, PILLAR, SUBINDEX };
/* Points of a sub-index: each pillar and each indicator has a whole number of them. */
enum { SUBINDEX_POINTS = 5400 };

struct golden {
	struct table lineage, meta, treated, normalised, expected;
	struct measures pillars, subindices;
	struct result by_pillar, by_subindex;
};

static const char *level(const struct golden *g, size_t row, enum lineage column)
{
	return g->lineage.rows[row].cells[column];
}

/* How many indicators a pillar has, and how many pillars a sub-index. */
static unsigned members(const struct golden *g, enum lineage column, const char *name)
{
	unsigned found = 0;

	for (size_t i = 0; i < g->lineage.count; i++) {
		bool seen = false;

		for (size_t j = 0; column == SUBINDEX && j < i; j++)
			seen =
			    seen || !strcmp(level(g, i, PILLAR), level(g, j, PILLAR));
		found += !seen && strcmp(level(g, i, column), name) == 0;
	}
	return found;
}

static void leaf_points(const struct golden *g, size_t row, char text[DECIMAL_TEXT])
{
	unsigned parts = members(g, PILLAR, level(g, row, PILLAR)) *
			 members(g, SUBINDEX, level(g, row, SUBINDEX));

	assert_int_equal(SUBINDEX_POINTS % parts, 0);
	snprintf(text, DECIMAL_TEXT, "%u", SUBINDEX_POINTS / parts);
}

/* The greatest power of ten that keeps the whole column within a decimal. */
static unsigned column_power(const struct golden *g, const char *indicator,
			     int64_t edge)
{
	unsigned power = 0;
	double most = 0;

	for (size_t u = 0; u < g->treated.count; u++) {
		double x = strtod(table_cell(&g->treated, u, indicator), NULL);

		x = x < 0 ? -x : x;
		most = x > most ? x : most;
	}
	while (most * 10 < (double)edge) {
		most *= 10;
		power++;
	}
	return power;
}

static void add_leaf(const struct golden *g, struct measures *m, size_t row,
		     enum lineage field, const char *points)
{
	/* minmax undoes lo and hi: they are as wide as they can be */
	const int64_t edge = 4000000000000000000;
	const char *indicator = level(g, row, INDICATOR);
	size_t meta = table_find(&g->meta, "iCode", indicator);
	const char *direction = table_cell(&g->meta, meta, "Direction");
	struct round *r = &m->build->round;

	if (model_criterion(r, bytes_str(level(g, row, field))) < 0)
		build_criterion(m->build, level(g, row, field), NULL, "1", SOURCE_NONE);
	measures_leaf(m, indicator, level(g, row, field), points, -edge, edge,
		      column_power(g, indicator, edge));
	r->criteria[r->criterion_count - 1].down = strcmp(direction, "-1") == 0;
}

static void give_values(const struct golden *g, struct measures *m)
{
	const struct round *r = &m->build->round;

	for (uint32_t u = 0; u < r->unit_count; u++)
		for (uint32_t c = 0; c < r->criterion_count; c++)
			if (r->criteria[c].leaf)
				measures_give(
				    m, u, c,
				    table_cell(&g->treated, u, r->criteria[c].code));
}

static void make_round(const struct golden *g, struct measures *m, enum lineage field)
{
	char points[DECIMAL_TEXT] = "1";

	measures_open(m, "0", "100", "1");
	build_minmax(m->build, NULL);
	m->build->round.rank_on_exact = true;
	for (size_t i = 0; i < g->lineage.count; i++) {
		if (field == SUBINDEX)
			leaf_points(g, i, points);
		add_leaf(g, m, i, field, points);
	}
	for (size_t u = 0; u < g->treated.count; u++)
		build_unit(m->build, g->treated.rows[u].cells[0], 0);
	measures_finish(m);
	give_values(g, m);
}

static int set_up(void **state)
{
	struct golden *g = calloc(1, sizeof *g);

	assert_non_null(g);
	g->lineage = table_read(FOLDER "lineage.csv");
	g->meta = table_read(FOLDER "input_imeta.csv");
	g->treated = table_read(FOLDER "stage_treated.csv");
	g->normalised = table_read(FOLDER "stage_normalised.csv");
	g->expected = table_read(FOLDER "expected_results.csv");
	assert_int_equal(g->lineage.count, INDICATORS);
	assert_int_equal(g->treated.count, UNITS);
	make_round(g, &g->pillars, PILLAR);
	make_round(g, &g->subindices, SUBINDEX);
	g->by_pillar = build_result(g->pillars.build);
	g->by_subindex = build_result(g->subindices.build);
	*state = g;
	return 0;
}

static int tear_down(void **state)
{
	struct golden *g = *state;

	result_free(&g->by_pillar);
	result_free(&g->by_subindex);
	measures_close(&g->pillars);
	measures_close(&g->subindices);
	table_free(&g->lineage);
	table_free(&g->meta);
	table_free(&g->treated);
	table_free(&g->normalised);
	table_free(&g->expected);
	free(g);
	return 0;
}

/* All weights of the framework are 1: the means are plain. */
static void weights_are_equal(void **state)
{
	struct table weights = table_read(FOLDER "weights.csv");

	(void)state;
	for (size_t i = 0; i < weights.count; i++)
		assert_string_equal(table_cell(&weights, i, "Weight"), "1");
	table_free(&weights);
}

/* On a scale of 0..100, 14 digits are 1e-14 of 100. */
static void assert_normalised(const mpq_t ours, const char *theirs)
{
	mpq_t expected, full;

	mpq_inits(expected, full, NULL);
	digits_read(theirs, expected);
	mpq_set_ui(full, 100, 1);
	assert_true(digits_agree(ours, expected, full, DIGITS));
	mpq_clears(expected, full, NULL);
}

static void every_indicator_on_its_scale(void **state)
{
	const struct golden *g = *state;
	const struct score_rules *rules = g->by_pillar.rules;
	const struct round *r = g->by_pillar.round;
	struct score score;
	mpq_t value;

	mpq_init(value);
	assert_int_equal(score_init(rules, &score), 0);
	for (uint32_t u = 0; u < UNITS; u++) {
		score_unit(rules, u, &score);
		for (uint32_t c = 0; c < r->criterion_count; c++) {
			if (!r->criteria[c].leaf)
				continue;
			score_leaf_value(rules, &score, c, value);
			assert_normalised(
			    value, table_cell(&g->normalised, u, r->criteria[c].code));
		}
	}
	score_free(rules, &score);
	mpq_clear(value);
}

/* Each field of a unit against the column of its name. */
static void assert_fields(const struct golden *g, const struct result *r, uint32_t unit)
{
	size_t row = table_find(&g->expected, "uCode", r->round->units[unit].code);
	struct score score;
	mpq_t figure;

	mpq_init(figure);
	assert_int_equal(score_init(r->rules, &score), 0);
	score_unit(r->rules, unit, &score);
	for (uint32_t f = 0; f < r->round->criterion_count; f++) {
		const struct criterion *c = &r->round->criteria[f];

		if (c->parent >= 0)
			continue;
		assert_true(score_field_figure(r->rules, &score, f, figure));
		digits_assert(figure, table_cell(&g->expected, row, c->code), DIGITS);
	}
	score_free(r->rules, &score);
	mpq_clear(figure);
}

static void every_pillar(void **state)
{
	const struct golden *g = *state;

	for (uint32_t u = 0; u < UNITS; u++)
		assert_fields(g, &g->by_pillar, u);
}

static void every_subindex_index_and_rank(void **state)
{
	const struct golden *g = *state;
	const struct result *r = &g->by_subindex;

	for (uint32_t u = 0; u < UNITS; u++) {
		size_t row = table_find(&g->expected, "uCode", r->round->units[u].code);
		const char *rank = table_cell(&g->expected, row, "Rank");

		assert_fields(g, r, u);
		digits_assert(r->exact[u].index, table_cell(&g->expected, row, "Index"),
			      DIGITS);
		assert_int_equal(r->units[u].status, STATUS_RANKED);
		assert_int_equal(r->units[u].rank, strtoul(rank, NULL, 10));
	}
}

/* What the package's documentation prints, two decimals without their last zeros. */
static void the_printed_head(void **state)
{
	const struct golden *g = *state;
	struct table head = table_read(FOLDER "published_vignette_head6.csv");
	const struct result *r = &g->by_subindex;

	assert_int_equal(head.count, 6);
	for (size_t i = 0; i < head.count; i++) {
		int32_t u = model_unit(r->round, bytes_str(head.rows[i].cells[0]));
		struct decimal ours, theirs;

		assert_true(u >= 0);
		assert_int_equal(text_decimal(r->units[u].score, &ours), 0);
		assert_int_equal(text_decimal(table_cell(&head, i, "Index"), &theirs),
				 0);
		assert_int_equal(ours.micro, theirs.micro);
		assert_int_equal(r->units[u].rank, i + 1);
	}
	table_free(&head);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(weights_are_equal),
	    cmocka_unit_test(every_indicator_on_its_scale),
	    cmocka_unit_test(every_pillar),
	    cmocka_unit_test(every_subindex_index_and_rank),
	    cmocka_unit_test(the_printed_head),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
