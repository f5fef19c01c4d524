/* METHOD P1, P2: tables, and the tree of one unit. Attacks: test_public.c. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/method/privacy.h"
#include "tests/unit/method/build.h"

enum { SHOW = 10 };

/* ---- tables ---- */

struct table {
	uint32_t rows, columns;
	bool row_totals, column_totals;
	uint64_t counts[16];
	const char *expected; /* x hidden, . shown */
};

static void assert_table(const struct table *t)
{
	uint8_t hidden[16] = {0};

	privacy_suppress(t->counts, t->rows, t->columns, t->row_totals,
			 t->column_totals, SHOW, hidden);
	for (size_t i = 0; i < (size_t)t->rows * t->columns; i++)
		assert_int_equal(hidden[i], t->expected[i] == 'x');
}

static void tables_by_hand(void **state)
{
	static const struct table tables[] = {
	    /* a lone hidden cell takes the smallest, ties the first */
	    {1, 4, true, false, {4, 30, 12, 12}, "x.x."},
	    /* without a total nothing can be subtracted */
	    {1, 4, false, false, {4, 30, 12, 12}, "x..."},
	    /* 4 + 5 < 10; 4 + 6 is enough */
	    {1, 4, true, false, {4, 30, 5, 12}, "x.xx"},
	    {1, 4, true, false, {4, 30, 6, 12}, "x.x."},
	    /* zeros are told, never hidden, and no company */
	    {1, 4, true, false, {0, 4, 0, 50}, ".x.x"},
	    {1, 3, true, false, {0, 4, 0}, ".x."},
	    {1, 3, true, false, {10, 11, 12}, "..."},
	    /* rows first; then the columns that they opened, then the rows again */
	    {3, 3, true, true, {4, 20, 30, 20, 40, 50, 30, 50, 60}, "xx.xx...."},
	    {2, 2, true, true, {4, 20, 30, 40}, "xxxx"},
	    {2, 2, true, false, {4, 20, 30, 40}, "xx.."},
	    {2, 2, false, true, {4, 20, 30, 40}, "x.x."},
	};

	(void)state;
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		assert_table(&tables[i]);
}

static void hidden_on_entry_stays(void **state)
{
	const uint64_t counts[] = {50, 20, 30, 0};
	uint8_t hidden[] = {1, 0, 0, 1};

	(void)state;
	privacy_suppress(counts, 1, 4, true, false, SHOW, hidden);
	assert_memory_equal(hidden, "\1\1\0\1", 4);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 16;
}

/* What an attacker gets by subtracting a line's shown cells from its total. */
static void attack_line(const uint64_t *counts, const uint8_t *hidden, uint32_t n,
			size_t stride)
{
	uint32_t cells = 0, shown = 0;
	uint64_t raters = 0;

	for (uint32_t i = 0; i < n; i++) {
		uint64_t count = counts[i * stride];

		if (count == 0)
			continue;
		assert_true(hidden[i * stride] || count >= SHOW);
		if (hidden[i * stride]) {
			cells++;
			raters += count;
		} else {
			shown++;
		}
	}
	if (shown == 0) /* nothing to subtract: the total is the line */
		return;
	assert_int_not_equal(cells, 1);
	assert_true(cells == 0 || raters >= SHOW);
}

static void random_tables(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		uint32_t rows = 1 + next_random(&seed) % 6;
		uint32_t columns = 1 + next_random(&seed) % 6;
		uint64_t counts[36];
		uint8_t hidden[36] = {0}, again[36];

		for (uint32_t i = 0; i < rows * columns; i++)
			counts[i] = next_random(&seed) % 3 == 0
					? next_random(&seed) % 12
					: next_random(&seed) % 60;
		privacy_suppress(counts, rows, columns, true, true, SHOW, hidden);
		for (uint32_t i = 0; i < rows; i++)
			attack_line(counts + i * columns, hidden + i * columns, columns,
				    1);
		for (uint32_t i = 0; i < columns; i++)
			attack_line(counts + i, hidden + i, rows, columns);
		memcpy(again, hidden, sizeof again);
		privacy_suppress(counts, rows, columns, true, true, SHOW, again);
		assert_memory_equal(hidden, again, sizeof again);
	}
}

/* ---- the tree ---- */

/* `count` raters from `first` on answer the same. */
static void raters(struct build *b, uint32_t first, uint32_t count, const char *answers)
{
	for (uint32_t i = 0; i < count; i++)
		build_sheet(b, first + i, 0, 0, 0, answers);
}

/* Three surveyed leaves a, b, c in field 1, d and e in field 2, appraised f in 3. */
static struct build *tree(void)
{
	struct build *b = build_new(5);

	build_criterion(b, "1", NULL, "30", SOURCE_NONE);
	build_criterion(b, "a", "1", "10", SOURCE_SURVEY);
	build_criterion(b, "b", "1", "10", SOURCE_SURVEY);
	build_criterion(b, "c", "1", "10", SOURCE_SURVEY);
	build_criterion(b, "2", NULL, "40", SOURCE_NONE);
	build_criterion(b, "d", "2", "20", SOURCE_SURVEY);
	build_criterion(b, "e", "2", "20", SOURCE_SURVEY);
	build_criterion(b, "3", NULL, "30", SOURCE_NONE);
	build_criterion(b, "f", "3", "30", SOURCE_APPRAISED);
	build_unit(b, "U", 0);
	build_finish(b);
	build_points(b, 0, "f", "24");
	return b;
}

static char letter(enum cell_state state)
{
	static const char letters[] = {
	    [CELL_NONE] = '-', [CELL_SHOWN] = '.', [CELL_NO_SE] = '~',
	    [CELL_HIGH] = '>', [CELL_LOW] = '<',   [CELL_HIDDEN] = 'x'};

	return letters[state];
}

/* The index, the two parts, and the criteria of unit 0, a letter each. */
static void assert_states(const struct build *b, const char *expected)
{
	struct result r = build_result(b);
	struct privacy_unit p;
	struct score s;
	char text[64];
	uint32_t n = 0;

	assert_int_equal(score_init(r.rules, &s), 0);
	assert_int_equal(privacy_unit_init(&b->round, &p), 0);
	score_unit(r.rules, 0, &s);
	privacy_unit_judge(&r, &s, &p);
	text[n++] = letter(p.index);
	text[n++] = letter(p.survey_part);
	text[n++] = letter(p.appraised_part);
	text[n++] = ' ';
	for (uint32_t c = 0; c < b->round.criterion_count; c++)
		text[n++] = letter(p.cells[c]);
	text[n] = '\0';
	assert_string_equal(text, expected);
	privacy_unit_free(&p);
	score_free(r.rules, &s);
	result_free(&r);
}

static void assert_and_free(struct build *b, const char *expected)
{
	assert_states(b, expected);
	build_free(b);
}

static void enough_of_all(void **state)
{
	struct build *b = tree();

	(void)state;
	raters(b, 0, 6, "12345");
	raters(b, 6, 6, "54221");
	assert_and_free(b, "... .........");
}

static void few_raters_show_nothing(void **state)
{
	struct build *b = tree();

	(void)state;
	raters(b, 0, 9, "12345");
	assert_and_free(b, "--- ---------");
}

/* c has 5 raters; a and b have 20, the first is hidden with it. */
static void lone_leaf(void **state)
{
	struct build *b = tree();

	(void)state;
	raters(b, 0, 15, "12n45");
	raters(b, 15, 5, "54321");
	assert_and_free(b, "... .x.x.....");
}

/* Five raters scored b and c, the same ones: they are five, not ten. */
static void same_raters_count_once(void **state)
{
	struct build *b = tree();

	(void)state;
	raters(b, 0, 15, "1nn45");
	raters(b, 15, 5, "54321");
	assert_and_free(b, "... .xxx.....");
}

/* Ten different ones are ten. */
static void others_are_company(void **state)
{
	struct build *b = tree();

	(void)state;
	raters(b, 0, 5, "12n45");
	raters(b, 5, 5, "5n321");
	raters(b, 10, 10, "4nn21");
	assert_and_free(b, "... ..xx.....");
}

/* Field 2 has 6 raters: field 1 goes with it, and all surveyed leaves of both. */
static void hidden_field(void **state)
{
	struct build *b = tree();

	(void)state;
	raters(b, 0, 14, "123nn");
	raters(b, 14, 6, "54321");
	assert_and_free(b, "... xxxxxxx..");
}

/* Everyone says 5: bounds everywhere, and nothing is hidden behind them. */
static void all_at_the_top(void **state)
{
	struct build *b = tree();

	(void)state;
	raters(b, 0, 12, "55555");
	assert_and_free(b, ">>. >>>>>>>..");
}

/* With 30 raters P2 is silent. */
static void thirty_at_the_top(void **state)
{
	struct build *b = tree();

	(void)state;
	raters(b, 0, 30, "55555");
	assert_and_free(b, "... .........");
}

/* All alike in the middle: the figures, but no SE. */
static void all_in_the_middle(void **state)
{
	struct build *b = tree();

	(void)state;
	raters(b, 0, 12, "33333");
	assert_and_free(b, "~~. ~~~~~~~..");
}

/* Leaf a alone is at the bottom: the smallest other leaf of its field goes too. */
static void lone_bound(void **state)
{
	struct build *b = tree();

	(void)state;
	raters(b, 0, 6, "12345");
	raters(b, 6, 6, "14221");
	assert_and_free(b, "... .<x......");
}

/*
 * Fields 1 and 2 are not alike, but d and e are all 5: field 2 is a bound, field 1 is
 * hidden with it, its leaves too; of field 2 the leaves stand at their bounds.
 */
static void bound_of_a_field(void **state)
{
	struct build *b = tree();

	(void)state;
	raters(b, 0, 6, "12355");
	raters(b, 6, 6, "54355");
	assert_and_free(b, "... xxxx>>>..");
}

/*
 * a and b are all 5 of 12 raters, c of 30 others: at 100.00 of 42 raters the field
 * would say that a and b are 100 too. So it is a bound, and takes field 2 with it.
 */
static void full_marks_pin(void **state)
{
	struct build *b = tree();

	(void)state;
	raters(b, 0, 12, "555nn");
	raters(b, 12, 30, "nn532");
	raters(b, 42, 12, "nnn41");
	assert_and_free(b, "... >>>xxxx..");
}

/* The same at 75 for c: a and b may be anything above 95, the field is shown. */
static void less_than_full_does_not(void **state)
{
	struct build *b = tree();

	(void)state;
	raters(b, 0, 12, "55nnn");
	raters(b, 12, 30, "nn432");
	raters(b, 42, 12, "nn141");
	assert_and_free(b, "... .>>x.....");
}

/* Six raters are hidden, but their field is full of fives. */
static void full_marks_pin_the_hidden(void **state)
{
	struct build *b = tree();

	(void)state;
	raters(b, 0, 34, "55n32");
	raters(b, 34, 6, "55523");
	assert_and_free(b, "... >xxxxxx..");
}

/* Only appraised leaves: nobody's privacy. */
static void no_raters_at_all(void **state)
{
	struct build *b = build_new(5);

	(void)state;
	build_criterion(b, "1", NULL, "60", SOURCE_APPRAISED);
	build_criterion(b, "2", NULL, "40", SOURCE_SURVEY);
	build_unit(b, "U", 0);
	build_exclude(b, 0, "2");
	build_finish(b);
	build_points(b, 0, "1", "30");
	assert_and_free(b, ".-. .-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tables_by_hand),
	    cmocka_unit_test(hidden_on_entry_stays),
	    cmocka_unit_test(random_tables),
	    cmocka_unit_test(enough_of_all),
	    cmocka_unit_test(few_raters_show_nothing),
	    cmocka_unit_test(lone_leaf),
	    cmocka_unit_test(same_raters_count_once),
	    cmocka_unit_test(others_are_company),
	    cmocka_unit_test(hidden_field),
	    cmocka_unit_test(all_at_the_top),
	    cmocka_unit_test(thirty_at_the_top),
	    cmocka_unit_test(all_in_the_middle),
	    cmocka_unit_test(lone_bound),
	    cmocka_unit_test(bound_of_a_field),
	    cmocka_unit_test(full_marks_pin),
	    cmocka_unit_test(less_than_full_does_not),
	    cmocka_unit_test(full_marks_pin_the_hidden),
	    cmocka_unit_test(no_raters_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
