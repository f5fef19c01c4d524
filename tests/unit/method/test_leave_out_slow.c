/* METHOD O2 a second time: straight from the sheets that are left. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/method/leave_out.h"
#include "tests/unit/method/build.h"

struct left {
	struct result result;
	struct leave_out out;
};

static struct left compute(const struct build *b)
{
	struct left left = {.result = build_result(b)};

	assert_int_equal(leave_out_compute(&left.result, &left.out), 0);
	return left;
}

static void left_free(struct left *left, struct build *b)
{
	leave_out_free(&left->out);
	result_free(&left->result);
	build_free(b);
}

static uint32_t draw(uint64_t *seed, uint32_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)(*seed >> 33) % below;
}

enum { UNITS = 3, LEAVES = 5, RATERS = 90, STRATA = 6, ASSOCIATIONS = 3 };

/* Three associations of two sizes; thin strata merge within their association. */
static struct build *busy(uint64_t *seed)
{
	const char *strata[STRATA] = {"A s", "B s", "A l", "C s", "C l", "B l"};
	struct build *b = build_new(5);

	build_criterion(b, "1", NULL, "60", SOURCE_NONE);
	build_criterion(b, "1.1", "1", "25", SOURCE_SURVEY);
	build_criterion(b, "1.2", "1", "20", SOURCE_SURVEY);
	build_criterion(b, "1.3", "1", "15", SOURCE_SURVEY);
	build_criterion(b, "2", NULL, "40", SOURCE_NONE);
	build_criterion(b, "2.1", "2", "30", SOURCE_SURVEY);
	build_criterion(b, "2.2", "2", "10", SOURCE_SURVEY);
	for (int u = 0; u < UNITS; u++)
		build_unit(b, "U", 0);
	build_columns(b, 2);
	for (int h = 0; h < STRATA; h++)
		build_stratum(b, strata[h], 100 + draw(seed, 300));
	b->round.cell_score = 1 + draw(seed, 6);
	build_finish(b);
	for (uint32_t rater = 0; rater < RATERS; rater++) {
		uint32_t stratum = draw(seed, STRATA) * draw(seed, STRATA) / STRATA;
		uint32_t cluster = draw(seed, 3) ? 0 : 1 + draw(seed, 9);

		for (uint32_t u = 0; u < UNITS; u++) {
			char answers[LEAVES + 1] = {0};

			for (int a = 0; a < LEAVES; a++)
				answers[a] = "12345nnnb-"[draw(seed, 10)];
			if (draw(seed, 3) == 0)
				build_sheet(b, rater, u, stratum, cluster, answers);
		}
	}
	return b;
}

static bool is_of(const struct build *b, const struct sample_sheet *s, char association)
{
	return b->round.strata[s->stratum].labels[0][0] == association;
}

static mpz_srcptr weight_of(const struct left *l, const struct sample_sheet *s)
{
	return l->result.frame->groups[l->result.frame->group_of[s->stratum]].weight;
}

static bool is_score(uint8_t answer)
{
	return answer < ANSWER_BLANK;
}

/* Clusters, of those left, that scored a leaf; a rater without a label is its own. */
static uint32_t slow_clusters(const struct build *b, uint32_t unit, int a, char without)
{
	bool seen[RATERS + 10] = {0};
	uint32_t count = 0;

	for (size_t i = 0; i < b->sample.sheet_count; i++) {
		const struct sample_sheet *s = &b->sheets[i];
		uint32_t label = s->cluster ? s->cluster : 10 + s->rater;

		if (s->unit != unit || is_of(b, s, without) ||
		    !is_score(s->answers[a]) || seen[label])
			continue;
		seen[label] = true;
		count++;
	}
	return count;
}

/* theta of a leaf over the sheets left; false: it does not count. */
static bool slow_theta(const struct build *b, const struct left *l, uint32_t unit,
		       int a, char without, mpq_t theta)
{
	mpz_t sum, weight;

	if (slow_clusters(b, unit, a, without) < b->round.cell_score)
		return false;
	mpz_inits(sum, weight, NULL);
	for (size_t i = 0; i < b->sample.sheet_count; i++) {
		const struct sample_sheet *s = &b->sheets[i];

		if (s->unit != unit || is_of(b, s, without) || !is_score(s->answers[a]))
			continue;
		mpz_addmul_ui(sum, weight_of(l, s), 25u * (s->answers[a] - 1u));
		mpz_add(weight, weight, weight_of(l, s));
	}
	mpq_set_z(theta, sum);
	mpz_set(mpq_denref(theta), weight);
	mpq_canonicalize(theta);
	mpz_clears(sum, weight, NULL);
	return true;
}

/* The index over the sheets left, of fields (25, 20, 15) and (30, 10). */
static bool slow_index(const struct build *b, const struct left *l, uint32_t unit,
		       char without, mpq_t index)
{
	const uint32_t points[LEAVES] = {25, 20, 15, 30, 10};
	const int first[] = {0, 3, LEAVES};
	const uint32_t all[] = {60, 40};
	bool enough = true;
	mpq_t theta, part, field;

	mpq_inits(theta, part, field, NULL);
	mpq_set_ui(index, 0, 1);
	for (int f = 0; f < 2 && enough; f++) {
		uint32_t counting = 0;

		mpq_set_ui(field, 0, 1);
		for (int a = first[f]; a < first[f + 1]; a++) {
			if (!slow_theta(b, l, unit, a, without, theta))
				continue;
			counting += points[a];
			mpq_set_ui(part, points[a], 1);
			mpq_mul(part, part, theta);
			mpq_add(field, field, part);
		}
		enough = 3 * counting >= 2 * all[f];
		if (!enough)
			break;
		mpq_set_ui(part, all[f], 100 * counting);
		mpq_canonicalize(part);
		mpq_mul(field, field, part);
		mpq_add(index, index, field);
	}
	mpq_clears(theta, part, field, NULL);
	return enough;
}

/* Whether a rater scored a leaf that counts with everybody there. */
static bool slow_scored(const struct build *b, uint32_t unit, uint32_t rater)
{
	for (size_t i = 0; i < b->sample.sheet_count; i++)
		for (int a = 0; a < LEAVES; a++)
			if (b->sheets[i].unit == unit && b->sheets[i].rater == rater &&
			    is_score(b->answers[i][a]) &&
			    slow_clusters(b, unit, a, 0) >= b->round.cell_score)
				return true;
	return false;
}

/* Sums of w and w^2, and raters, of an association (0: all) about a unit. */
static uint32_t slow_weights(const struct build *b, const struct left *l, uint32_t unit,
			     char association, mpz_t sum, mpz_t squares)
{
	uint32_t raters = 0;

	mpz_set_ui(sum, 0);
	mpz_set_ui(squares, 0);
	for (size_t i = 0; i < b->sample.sheet_count; i++) {
		const struct sample_sheet *s = &b->sheets[i];

		if (s->unit != unit || (association && !is_of(b, s, association)))
			continue;
		raters++;
		if (!slow_scored(b, unit, s->rater))
			continue;
		mpz_add(sum, sum, weight_of(l, s));
		mpz_addmul(squares, weight_of(l, s), weight_of(l, s));
	}
	return raters;
}

static void compare_share(const struct build *b, const struct left *l, uint32_t unit,
			  char association, const struct leave_out_row *row)
{
	mpz_t part, all, squares;
	mpq_t expected;

	mpz_inits(part, all, squares, NULL);
	mpq_init(expected);
	slow_weights(b, l, unit, 0, all, squares);
	assert_int_equal(row->raters,
			 slow_weights(b, l, unit, association, part, squares));
	if (mpz_sgn(all) > 0) {
		mpq_set_num(expected, part);
		mpq_set_den(expected, all);
		mpq_canonicalize(expected);
	}
	assert_true(mpq_equal(expected, row->share));
	mpz_clears(part, all, squares, NULL);
	mpq_clear(expected);
}

static void compare_effective(const struct build *b, const struct left *l,
			      uint32_t unit)
{
	mpz_t all, squares;
	mpq_t expected;

	mpz_inits(all, squares, NULL);
	mpq_init(expected);
	slow_weights(b, l, unit, 0, all, squares);
	mpz_mul(all, all, all);
	if (mpz_sgn(all) > 0) {
		mpq_set_num(expected, all);
		mpq_set_den(expected, squares);
		mpq_canonicalize(expected);
	}
	assert_true(mpq_equal(expected, l->out.units[unit].effective));
	mpz_clears(all, squares, NULL);
	mpq_clear(expected);
}

/* Gives the number of rows that lose the figure. */
static uint32_t compare_unit(const struct build *b, const struct left *l, uint32_t unit)
{
	const char letters[ASSOCIATIONS] = {'A', 'B', 'C'};
	const struct leave_out_unit *u = &l->out.units[unit];
	uint32_t lost = 0;
	mpq_t full, without;

	mpq_inits(full, without, NULL);
	assert_int_equal(u->largest != NULL,
			 slow_index(b, l, unit, 0, full) && u->count > 0);
	for (size_t i = u->first; i < u->first + u->count; i++) {
		const struct leave_out_row *row = &l->out.rows[i];
		char letter = letters[row->association];
		bool any = slow_index(b, l, unit, letter, without);

		compare_share(b, l, unit, letter, row);
		if (!u->largest)
			continue;
		assert_int_equal(row->no_figure, !any);
		mpq_sub(without, without, full);
		assert_true(!any || mpq_equal(without, row->change));
		lost += !any;
	}
	compare_effective(b, l, unit);
	mpq_clears(full, without, NULL);
	return lost;
}

static void against_the_sheets_left(void **state)
{
	uint64_t seed = 766;
	uint32_t lost = 0, rows = 0;

	(void)state;
	for (int trial = 0; trial < 40; trial++) {
		struct build *b = busy(&seed);
		struct left l = compute(b);

		for (uint32_t u = 0; u < UNITS; u++)
			lost += compare_unit(b, &l, u);
		rows += (uint32_t)l.out.row_count;
		left_free(&l, b);
	}
	assert_in_range(lost, 10, rows - 10);
}

/* The counters are afterwards what they were. */
static void the_tally_is_put_back(void **state)
{
	uint64_t seed = 2023;
	struct build *b = busy(&seed);
	struct left l = compute(b);
	const struct tally *t = l.result.tally;
	size_t cells = t->row_first[UNITS] * t->width;
	struct tally fresh;

	(void)state;
	assert_int_equal(tally_make(&b->sample, 1, &fresh), 0);
	assert_memory_equal(t->counts, fresh.counts, cells * sizeof *t->counts);
	assert_memory_equal(t->scored_by, fresh.scored_by,
			    UNITS * LEAVES * sizeof *t->scored_by);
	assert_memory_equal(t->scorers, fresh.scorers, UNITS * sizeof *t->scorers);
	assert_memory_equal(t->responded, fresh.responded,
			    STRATA * sizeof *t->responded);
	assert_int_equal(t->rater_count, fresh.rater_count);
	assert_int_equal(t->cluster_count, fresh.cluster_count);
	tally_free(&fresh);
	left_free(&l, b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(against_the_sheets_left),
	    cmocka_unit_test(the_tally_is_put_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
