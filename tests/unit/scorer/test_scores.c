/* The operator's table, column by column, against numbers worked by hand. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/method/code.h"
#include "common/round/manifest.h"
#include "tests/unit/scorer/scored.h"

static void assert_bytes(ProtobufCBinaryData b, const uint8_t expected[32])
{
	assert_int_equal(b.len, 32);
	assert_memory_equal(b.data, expected, 32);
}

/* ---- of the whole ---- */

static void it_says_of_what_it_is(void **state)
{
	const struct scored_round *f = *state;
	const Par__V1__Scores *s = f->scores;
	Par__V1__Scores *release;

	assert_int_equal(s->version, 1);
	made_assert(s->round, "mau-2024");
	made_assert(s->title->vi, "Tỉnh Mẫu");
	assert_false(s->trial);
	assert_int_equal(s->number, 0);
	assert_int_equal(s->n_cut, 1);
	assert_int_equal(s->cut[0]->n, 41);
	assert_int_equal(s->decimals, 2);
	assert_int_equal(s->design, PAR__V1__DESIGN__DESIGN_OPEN);
	assert_false(s->unweighted);
	release = scored_table(f->analysis, 6, &f->cut);
	assert_int_equal(release->number, 6);
	assert_int_equal(release->cut[0]->n, 41);
	par__v1__scores__free_unpacked(release, NULL);
}

static void digests_stand_beside_it(void **state)
{
	const struct scored_round *f = *state;
	const Par__V1__Scores *s = f->scores;
	uint8_t rules[32];

	assert_bytes(s->result_hash, f->analysis->result.hash);
	assert_bytes(s->data_digest, f->cut.chain);
	assert_int_equal(manifest_rules_digest(&f->build->round, rules), 0);
	assert_bytes(s->rules_digest, rules);
	assert_bytes(s->method_digest, code_digest);
	assert_true(s->seed == f->analysis->result.seed);
}

/* ---- units ---- */

static void figures_of_units(void **state)
{
	static const char *const scores[UNITS] = {
	    [P] = "62.50", /* (2 x 87.5 + 12.5) / 3 */
	    [Q] = "50.00",
	    [R] = "91.67", /* (2 x 87.5 + 100) / 3 */
	    [S] = "12.50",
	};
	static const uint32_t ranks[UNITS] = {2, 3, 1, 4};
	const struct scored_round *f = *state;

	assert_int_equal(f->scores->n_units, UNITS);
	for (int u = 0; u < UNITS; u++) {
		const Par__V1__UnitScore *is = f->scores->units[u];
		const struct unit_result *own = &f->analysis->result.units[u];

		made_assert(is->block, "B");
		made_assert(is->unit, f->build->round.units[u].code);
		made_assert(is->score, scores[u]);
		assert_int_equal(is->rank, ranks[u]);
		assert_int_equal(is->rank_low, own->rank_low);
		assert_int_equal(is->rank_high, own->rank_high);
		made_assert(is->se, own->se);
		made_assert(is->ci_low, own->ci_low);
		made_assert(is->ci_high, own->ci_high);
		assert_int_equal(is->raters, u == Q ? 20 : 40);
		assert_int_equal(is->status, PAR__V1__UNIT_STATUS__UNIT_STATUS_RANKED);
		assert_int_equal(is->criteria_counted, 3);
		assert_int_equal(is->criteria_applicable, 3);
		made_assert(is->unannulled_score, "");
	}
	made_assert(f->scores->units[R]->name->vi, "Sở R");
	made_assert(f->scores->units[R]->name->en, "Department R");
	made_assert(f->scores->units[R]->band->en, "Good");
	assert_true(f->scores->units[R]->band_certain);
	assert_null(f->scores->units[Q]->band);
	assert_false(f->scores->units[Q]->band_certain);
}

/* O2: without a P is 12.5, without b 87.5; without b nothing is left of Q. */
static void leaving_associations_out(void **state)
{
	const struct scored_round *f = *state;
	Par__V1__UnitScore **u = f->scores->units;

	assert_int_equal(f->scores->n_associations, 2);
	made_assert(f->scores->associations[0], "a");
	made_assert(f->scores->associations[1], "b");
	made_assert(u[P]->leave_out_change, "-50.00");
	assert_int_equal(u[P]->leave_out_association, 1);
	assert_false(u[P]->leave_out_no_figure);
	made_assert(u[Q]->leave_out_change, "");
	assert_int_equal(u[Q]->leave_out_association, 2);
	assert_true(u[Q]->leave_out_no_figure);
	/* 100 less 91.66.. */
	made_assert(u[R]->leave_out_change, "8.33");
	assert_int_equal(u[R]->leave_out_association, 1);
	/* 60^2 / (20 x 4 + 20), and 20 of the same weight */
	made_assert(u[P]->effective_raters, "36.0");
	made_assert(u[Q]->effective_raters, "20.0");
}

/* O4: far enough from each other to keep their ranks whatever the method. */
static void ranks_by_other_methods(void **state)
{
	static const uint32_t ranks[UNITS] = {2, 3, 1, 4};
	const struct scored_round *f = *state;

	for (int u = 0; u < UNITS; u++) {
		assert_int_equal(f->scores->units[u]->method_median, ranks[u]);
		assert_int_equal(f->scores->units[u]->method_low, ranks[u]);
		assert_int_equal(f->scores->units[u]->method_high, ranks[u]);
	}
}

/* ---- U5 ---- */

/* As %.4f would have it. */
static void assert_number(ProtobufCBinaryData b, double expected)
{
	char text[64];

	snprintf(text, sizeof(text), "%.4f", expected);
	made_assert(b, text);
}

static void reliability_of_blocks_and_units(void **state)
{
	const struct scored_round *f = *state;
	const struct reliability *r = &f->analysis->reliability;

	assert_int_equal(f->scores->n_blocks, 1);
	made_assert(f->scores->blocks[0]->block, "B");
	assert_true(r->blocks[0].any);
	assert_number(f->scores->blocks[0]->mean_covariance,
		      r->blocks[0].mean_covariance);
	assert_number(f->scores->blocks[0]->tau2, r->blocks[0].tau2);
	for (int u = 0; u < UNITS; u++) {
		assert_true(r->rho[u] > 0.9 && r->rho[u] < 1);
		assert_number(f->scores->units[u]->reliability, r->rho[u]);
	}
}

/* Population or sample, the divisor is the same everywhere and goes. */
static double sum_of_squares(double sum, double squares, double count)
{
	return squares - sum * sum / count;
}

static void alpha_of_fields(void **state)
{
	const struct scored_round *f = *state;
	double x = 0, y = 0, xx = 0, yy = 0, both = 0, count = 0, alpha;

	for (uint32_t rater = 0; rater < RATERS; rater++) {
		for (uint32_t u = 0; u < UNITS; u++) {
			const char *choice = scored_choice(rater, u);
			double a, b;

			if (choice[0] == '\0')
				continue;
			a = choice[rater % 2];
			b = choice[rater / 2 % 2];
			x += a;
			y += b;
			xx += a * a;
			yy += b * b;
			both += (a + b) * (a + b);
			count++;
		}
	}
	alpha = 2 * (1 - (sum_of_squares(x, xx, count) + sum_of_squares(y, yy, count)) /
			     sum_of_squares(x + y, both, count));
	/* Field 2 is one leaf: it has none. */
	assert_int_equal(f->scores->n_fields, 1);
	made_assert(f->scores->fields[0]->field, "1");
	assert_number(f->scores->fields[0]->alpha, alpha);
}

/* ---- O3 ---- */

struct flagged {
	Par__V1__FlagKind kind;
	const char *association, *unit;
	uint64_t sheets;
};

/*
 * Alike: each pattern of answers comes from at least four raters of an association, but
 * for raters 0 to 3 of S, who score too little. A crowd: a sheet is a ballot here, so b
 * has 80 in the hour, and a 60. Straight: the two paces meet, which half of the raters'
 * do, and all of b's of R.
 */
static void flags_by_association_and_unit(void **state)
{
	static const struct flagged all[] = {
	    {PAR__V1__FLAG_KIND__FLAG_KIND_IDENTICAL, "a", "P", 20},
	    {PAR__V1__FLAG_KIND__FLAG_KIND_IDENTICAL, "a", "R", 20},
	    {PAR__V1__FLAG_KIND__FLAG_KIND_IDENTICAL, "a", "S", 16},
	    {PAR__V1__FLAG_KIND__FLAG_KIND_IDENTICAL, "b", "P", 20},
	    {PAR__V1__FLAG_KIND__FLAG_KIND_IDENTICAL, "b", "Q", 20},
	    {PAR__V1__FLAG_KIND__FLAG_KIND_IDENTICAL, "b", "R", 20},
	    {PAR__V1__FLAG_KIND__FLAG_KIND_IDENTICAL, "b", "S", 20},
	    {PAR__V1__FLAG_KIND__FLAG_KIND_CROWD, "b", "P", 20},
	    {PAR__V1__FLAG_KIND__FLAG_KIND_CROWD, "b", "Q", 20},
	    {PAR__V1__FLAG_KIND__FLAG_KIND_CROWD, "b", "R", 20},
	    {PAR__V1__FLAG_KIND__FLAG_KIND_CROWD, "b", "S", 20},
	    {PAR__V1__FLAG_KIND__FLAG_KIND_STRAIGHT, "a", "P", 10},
	    {PAR__V1__FLAG_KIND__FLAG_KIND_STRAIGHT, "a", "R", 10},
	    {PAR__V1__FLAG_KIND__FLAG_KIND_STRAIGHT, "a", "S", 8},
	    {PAR__V1__FLAG_KIND__FLAG_KIND_STRAIGHT, "b", "P", 10},
	    {PAR__V1__FLAG_KIND__FLAG_KIND_STRAIGHT, "b", "Q", 10},
	    {PAR__V1__FLAG_KIND__FLAG_KIND_STRAIGHT, "b", "R", 20},
	    {PAR__V1__FLAG_KIND__FLAG_KIND_STRAIGHT, "b", "S", 10},
	};
	const struct scored_round *f = *state;

	assert_int_equal(f->scores->n_flag, sizeof(all) / sizeof(all[0]));
	for (size_t i = 0; i < f->scores->n_flag; i++) {
		const Par__V1__Flag *is = f->scores->flag[i];

		assert_int_equal(is->kind, all[i].kind);
		made_assert(is->association, all[i].association);
		made_assert(is->unit, all[i].unit);
		assert_int_equal(is->sheets, all[i].sheets);
		assert_int_equal(is->raters, all[i].sheets);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_says_of_what_it_is),
	    cmocka_unit_test(digests_stand_beside_it),
	    cmocka_unit_test(figures_of_units),
	    cmocka_unit_test(leaving_associations_out),
	    cmocka_unit_test(ranks_by_other_methods),
	    cmocka_unit_test(reliability_of_blocks_and_units),
	    cmocka_unit_test(alpha_of_fields),
	    cmocka_unit_test(flags_by_association_and_unit),
	};

	return cmocka_run_group_tests(tests, scored_setup, scored_teardown);
}
