/*
 * METHOD P1, P2 against an attacker who knows all that is public of a unit, the points
 * of the criteria and linear algebra: exact elimination over the equations of random
 * units. What it finds must be of two leaves or more and of ten raters or more
 * together, and must leave each hidden score and each bound the freedom to be no more
 * than the bound says.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/method/attacker.h"

enum { UNITS = 4000, LEAVES_MAX = 24, RATERS_MAX = ATTACKER_RATERS, SHOW = 10 };

/* What the attacker has: rows of coefficients over the leaves that are not exact. */
struct attack {
	const struct round *round;
	const struct public_unit *unit;
	const struct score *score;
	uint64_t raters[LEAVES_MAX][RATERS_MAX]; /* truth: who scored which leaf */
	struct equations equations;
	uint32_t met; /* equations with a hidden score in them, over all units */
};

static void note_raters(const struct build *b, struct attack *k)
{
	memset(k->raters, 0, sizeof k->raters);
	for (size_t i = 0; i < b->sample.sheet_count; i++)
		for (uint32_t a = 0; a < b->round.answer_count; a++)
			if (b->answers[i][a] <= 5)
				k->raters[b->round.surveyed[a]][b->sheets[i].rater] = 1;
}

/* ---- what it found ---- */

static uint64_t raters_of(const struct attack *k, uint32_t leaf)
{
	uint64_t count = 0;

	for (uint32_t r = 0; r < RATERS_MAX; r++)
		count += k->raters[leaf][r];
	return count;
}

/* Others at 0 (or 100), this one at its bound: is the found sum still possible? */
static void assert_free(const struct attack *k, mpq_t *row, uint32_t leaf, bool high)
{
	mpq_t slack, term;

	mpq_inits(slack, term, NULL);
	for (uint32_t c = 0; c < k->round->criterion_count; c++) {
		if (mpq_sgn(row[c]) == 0)
			continue;
		mpq_set(term, k->score->leaves[c].theta);
		if (high) {
			mpq_set_ui(term, 100, 1);
			mpq_sub(term, term, k->score->leaves[c].theta);
		}
		mpq_mul(term, term, row[c]);
		mpq_add(slack, slack, term);
	}
	mpq_set_ui(term, 5, 1);
	mpq_mul(term, term, row[leaf]);
	assert_true(mpq_cmp(slack, term) >= 0);
	mpq_clears(slack, term, NULL);
}

static void assert_row(struct attack *k, mpq_t *row)
{
	bool scored[RATERS_MAX] = {false};
	uint32_t leaves = 0, silent = 0, distinct = 0;
	bool few = false;

	for (uint32_t c = 0; c < k->round->criterion_count; c++) {
		if (mpq_sgn(row[c]) == 0)
			continue;
		assert_true(mpq_sgn(row[c]) > 0);
		leaves++;
		few = few || raters_of(k, c) < SHOW;
		/* a bound is as good as known: it is no company */
		silent += k->unit->cells[c].state == CELL_HIDDEN;
		for (uint32_t r = 0; r < RATERS_MAX; r++)
			scored[r] =
			    scored[r] ||
			    (k->raters[c][r] && k->unit->cells[c].state == CELL_HIDDEN);
		if (raters_of(k, c) < SHOW || k->unit->cells[c].state == CELL_HIGH)
			assert_free(k, row, c, true);
		if (raters_of(k, c) < SHOW || k->unit->cells[c].state == CELL_LOW)
			assert_free(k, row, c, false);
	}
	for (uint32_t r = 0; r < RATERS_MAX; r++)
		distinct += scored[r];
	assert_true(leaves != 1);
	assert_true(!few || (silent > 1 && distinct >= SHOW));
	k->met += few;
}

static void assert_shown(const struct attack *k)
{
	for (uint32_t c = 0; c < k->round->criterion_count; c++) {
		enum cell_state state = k->unit->cells[c].state;

		if (!k->round->criteria[c].leaf || raters_of(k, c) == 0)
			continue;
		if (state != CELL_NONE && raters_of(k, c) < SHOW)
			assert_int_equal(state, CELL_HIDDEN);
		assert_true((state == CELL_HIDDEN) ==
			    (k->unit->cells[c].text[0] == '\0' && state != CELL_NONE));
	}
}

/* The unknowns are the leaves by their places. */
static void know(struct attack *k)
{
	uint32_t unknown[LEAVES_MAX];
	struct attacker_view view = {k->round, k->unit, unknown};

	for (uint32_t c = 0; c < k->round->criterion_count; c++)
		unknown[c] = c;
	equations_reset(&k->equations, k->round->criterion_count);
	attacker_know(&view, &k->equations);
	equations_solve(&k->equations);
}

/* Returns whether the unit is public. */
static bool attack_unit(const struct build *b, struct attack *k)
{
	struct result result = build_result(b);
	struct public_source source = {.result = &result};
	const uint32_t own[2] = {0};
	struct public_release release;
	struct score s;
	bool shown;

	assert_int_equal(public_make(&source, own, &release), 0);
	assert_int_equal(score_init(result.rules, &s), 0);
	score_unit(result.rules, 0, &s);
	k->round = &b->round;
	k->unit = &release.units[0];
	k->score = &s;
	note_raters(b, k);
	shown = k->unit->status != STATUS_INSUFFICIENT;
	if (shown) {
		assert_shown(k);
		know(k);
		for (uint32_t i = 0; i < k->equations.count; i++)
			assert_row(k, k->equations.rows[i]);
	}
	score_free(result.rules, &s);
	public_free(&release);
	result_free(&result);
	return shown;
}

static void nothing_is_found(void **state)
{
	struct attack *k = calloc(1, sizeof *k);
	uint32_t seed = 42, shown = 0;

	(void)state;
	assert_non_null(k);
	equations_init(&k->equations);
	for (uint32_t i = 0; i < UNITS; i++) {
		struct build *b = attacker_tree(&seed);

		attacker_sheets(b, &seed);
		shown += attack_unit(b, k);
		build_free(b);
	}
	equations_clear(&k->equations);
	/* the attack was worth its name */
	assert_true(shown > UNITS / 4);
	assert_true(k->met > UNITS / 20);
	free(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
