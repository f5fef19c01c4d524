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

#include "common/method/public.h"
#include "tests/unit/method/build.h"

enum { UNITS = 4000, LEAVES_MAX = 24, EQUATIONS_MAX = 12, RATERS_MAX = 60, SHOW = 10 };

/* What the attacker has: rows of coefficients over the leaves that are not exact. */
struct attack {
	const struct round *round;
	const struct public_unit *unit;
	const struct score *score;
	uint64_t raters[LEAVES_MAX][RATERS_MAX]; /* truth: who scored which leaf */
	mpq_t rows[EQUATIONS_MAX][LEAVES_MAX];
	uint32_t count;
	uint32_t met; /* equations with a hidden score in them, over all units */
};

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 16;
}

/* ---- a random unit ---- */

static uint32_t random_leaves(struct build *b, const char *field, uint32_t count,
			      uint32_t *seed)
{
	uint32_t points = 0;

	for (uint32_t i = 0; i < count; i++) {
		char code[] = {field[0], '.', (char)('a' + i), '\0'};
		bool appraised = next_random(seed) % 4 == 0;
		uint32_t max = 1 + next_random(seed) % 9;
		char text[] = {(char)('0' + max), '\0'};

		build_criterion(b, code, field, text,
				appraised ? SOURCE_APPRAISED : SOURCE_SURVEY);
		points += max;
	}
	return points;
}

static struct build *random_tree(uint32_t *seed)
{
	struct build *b = build_new(5);
	uint32_t fields = 1 + next_random(seed) % 4;

	for (uint32_t f = 0; f < fields; f++) {
		char code[] = {(char)('1' + f), '\0'};
		uint32_t place = b->round.criterion_count;
		uint32_t leaves = next_random(seed) % 5;

		build_criterion(b, code, NULL, "5",
				leaves ? SOURCE_NONE : SOURCE_SURVEY);
		if (leaves)
			b->round.criteria[place].points.micro =
			    (int64_t)random_leaves(b, code, leaves, seed) * DECIMAL_ONE;
	}
	build_unit(b, "U", 0);
	build_finish(b);
	for (uint32_t c = 0; c < b->round.criterion_count; c++)
		if (b->round.criteria[c].source == SOURCE_APPRAISED &&
		    next_random(seed) % 5)
			build_points(b, 0, b->round.criteria[c].code, "1");
	return b;
}

/* Leaves differ in how many score them, and in how much they agree. */
static void random_sheets(struct build *b, uint32_t *seed)
{
	static const uint32_t shares[] = {5, 20, 50, 100};
	uint32_t raters = 10 + next_random(seed) % (RATERS_MAX - 10);
	uint32_t share[BUILD_ANSWERS], style[BUILD_ANSWERS];
	uint32_t groups = 1 + next_random(seed) % 3;
	uint32_t praise = next_random(seed) % 3;

	for (uint32_t a = 0; a < b->round.answer_count; a++) {
		share[a] = shares[next_random(seed) % 4];
		style[a] = next_random(seed) % 5;
		if (next_random(seed) % 8)
			style[a] = praise == 0 ? 0 : praise == 1 ? 1 : style[a];
	}
	for (uint32_t r = 0; r < raters; r++) {
		char answers[BUILD_ANSWERS + 1] = "";
		uint32_t group = r % groups * 40;

		for (uint32_t a = 0; a < b->round.answer_count; a++) {
			uint32_t drawn = (group + next_random(seed) % 40) % 100;

			answers[a] = 'n';
			if (drawn >= share[a])
				continue;
			if (style[a] == 0)
				answers[a] = '5';
			else if (style[a] == 1)
				answers[a] = '1';
			else
				answers[a] = (char)('1' + next_random(seed) % 5);
		}
		build_sheet(b, r, 0, 0, 0, answers);
	}
}

static void note_raters(const struct build *b, struct attack *k)
{
	memset(k->raters, 0, sizeof k->raters);
	for (size_t i = 0; i < b->sample.sheet_count; i++)
		for (uint32_t a = 0; a < b->round.answer_count; a++)
			if (b->answers[i][a] <= 5)
				k->raters[b->round.surveyed[a]][b->sheets[i].rater] = 1;
}

/* ---- the attack ---- */

static bool is_exact(enum cell_state state)
{
	return state == CELL_SHOWN || state == CELL_NO_SE;
}

static bool is_unknown(const struct attack *k, uint32_t c)
{
	const struct criterion *leaf = &k->round->criteria[c];

	return leaf->leaf && leaf->source == SOURCE_SURVEY &&
	       k->unit->cells[c].state != CELL_NONE &&
	       !is_exact(k->unit->cells[c].state);
}

/* P[u,f] / sum of counting points, as anyone may add them up. */
static void ratio(const struct attack *k, uint32_t field, bool surveyed_only, mpq_t out)
{
	int64_t applying = 0, counting = 0;

	for (uint32_t c = 0; c < k->round->criterion_count; c++) {
		const struct criterion *leaf = &k->round->criteria[c];

		if (!leaf->leaf || (uint32_t)leaf->field != field ||
		    (surveyed_only && leaf->source != SOURCE_SURVEY))
			continue;
		applying += leaf->points.micro;
		if (k->unit->cells[c].state != CELL_NONE)
			counting += leaf->points.micro;
	}
	mpq_set_si(out, applying, (unsigned long)counting);
	mpq_canonicalize(out);
}

enum kind { OF_FIELD, OF_INDEX, OF_SURVEY_PART };

static void add_equation(struct attack *k, enum kind kind, uint32_t field)
{
	mpq_t *row = k->rows[k->count++];
	mpq_t weight;

	mpq_init(weight);
	for (uint32_t c = 0; c < k->round->criterion_count; c++) {
		const struct criterion *leaf = &k->round->criteria[c];

		mpq_set_ui(row[c], 0, 1);
		if (!is_unknown(k, c) ||
		    (kind == OF_FIELD && (uint32_t)leaf->field != field))
			continue;
		mpq_set_si(row[c], leaf->points.micro, DECIMAL_ONE);
		mpq_canonicalize(row[c]);
		if (kind == OF_FIELD)
			continue;
		ratio(k, (uint32_t)leaf->field, kind == OF_SURVEY_PART, weight);
		mpq_mul(row[c], row[c], weight);
	}
	mpq_clear(weight);
}

static void know(struct attack *k)
{
	k->count = 0;
	for (uint32_t c = 0; c < k->round->criterion_count; c++)
		if (k->round->criteria[c].parent < 0 && !k->round->criteria[c].leaf &&
		    is_exact(k->unit->cells[c].state))
			add_equation(k, OF_FIELD, c);
	if (is_exact(k->unit->index.state))
		add_equation(k, OF_INDEX, 0);
	if (is_exact(k->unit->survey_part.state))
		add_equation(k, OF_SURVEY_PART, 0);
}

/* row -= times x other */
static void subtract(mpq_t *row, mpq_t *other, const mpq_t times, uint32_t width)
{
	mpq_t product;

	mpq_init(product);
	for (uint32_t c = 0; c < width; c++) {
		mpq_mul(product, other[c], times);
		mpq_sub(row[c], row[c], product);
	}
	mpq_clear(product);
}

/* The row with the pivot 1 in column c, and 0 in that column everywhere else. */
static void pivot(struct attack *k, uint32_t at, uint32_t c)
{
	uint32_t width = k->round->criterion_count;
	mpq_t times;

	mpq_init(times);
	mpq_inv(times, k->rows[at][c]);
	for (uint32_t i = 0; i < width; i++)
		mpq_mul(k->rows[at][i], k->rows[at][i], times);
	for (uint32_t row = 0; row < k->count; row++) {
		if (row == at)
			continue;
		mpq_set(times, k->rows[row][c]);
		subtract(k->rows[row], k->rows[at], times, width);
	}
	mpq_clear(times);
}

static void eliminate(struct attack *k)
{
	uint32_t rank = 0;

	for (uint32_t c = 0; c < k->round->criterion_count && rank < k->count; c++) {
		uint32_t at = rank;

		while (at < k->count && mpq_sgn(k->rows[at][c]) == 0)
			at++;
		if (at == k->count)
			continue;
		for (uint32_t i = 0; i < k->round->criterion_count; i++)
			mpq_swap(k->rows[at][i], k->rows[rank][i]);
		pivot(k, rank++, c);
	}
	k->count = rank;
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
		eliminate(k);
		for (uint32_t i = 0; i < k->count; i++)
			assert_row(k, k->rows[i]);
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
	for (uint32_t i = 0; i < EQUATIONS_MAX; i++)
		for (uint32_t c = 0; c < LEAVES_MAX; c++)
			mpq_init(k->rows[i][c]);
	for (uint32_t i = 0; i < UNITS; i++) {
		struct build *b = random_tree(&seed);

		random_sheets(b, &seed);
		shown += attack_unit(b, k);
		build_free(b);
	}
	for (uint32_t i = 0; i < EQUATIONS_MAX; i++)
		for (uint32_t c = 0; c < LEAVES_MAX; c++)
			mpq_clear(k->rows[i][c]);
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
