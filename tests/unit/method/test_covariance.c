/*
 * METHOD U1: the matrix against a second implementation and in any order of arrival;
 * standard errors, and where there are none.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>

#include "tests/unit/method/build.h"
#include "tests/unit/method/matrix.h"
#include "tests/unit/method/oracle.h"

enum { UNITS = 4, RATERS = 600 };

/* xorshift; the same sheets in every run. */
static uint32_t draw(uint64_t *state, uint32_t below)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (uint32_t)(*state >> 33) % below;
}

static struct build *survey(void)
{
	struct build *b = build_new(5);

	build_criterion(b, "1", NULL, "40", SOURCE_NONE);
	build_criterion(b, "1.1", "1", "25", SOURCE_SURVEY);
	build_criterion(b, "1.2", "1", "15", SOURCE_SURVEY);
	build_criterion(b, "2", NULL, "60", SOURCE_NONE);
	build_criterion(b, "2.1", "2", "20.5", SOURCE_SURVEY);
	build_criterion(b, "2.2", "2", "39.5", SOURCE_SURVEY);
	for (uint32_t u = 0; u < UNITS; u++)
		build_unit(b, (const char *[]){"P", "Q", "R", "S"}[u], 0);
	return b;
}

/* Raters of few units; `labels` named clusters over all strata, 0: every one alone. */
static void fill(struct build *b, uint32_t labels)
{
	uint64_t state = 88172645463325252u + labels;

	for (uint32_t rater = 0; rater < RATERS; rater++) {
		uint32_t stratum = draw(&state, b->round.stratum_count);
		uint32_t cluster = labels ? draw(&state, 2 * labels) : 0;

		for (uint32_t u = 0; u < UNITS; u++) {
			char answers[] = "----";

			if (draw(&state, 3) == 0)
				continue;
			for (int a = 0; a < 4; a++)
				answers[a] = "11233445555bdn"[draw(&state, 14)];
			build_sheet(b, rater, u, stratum,
				    cluster < labels ? cluster + 1 : 0, answers);
		}
	}
}

/* Every V[u,t] to 1e-10 of the SEs' product, and the SEs of the result. */
static void assert_matrix(const struct build *b, const uint32_t *group_of)
{
	struct result r = build_result(b);
	double expected[UNITS][UNITS];
	struct matrix m;
	mpq_t value;

	mpq_init(value);
	matrix_open(&b->sample, &m);
	assert_int_equal(m.count, UNITS);
	for (uint32_t u = 0; u < UNITS; u++)
		for (uint32_t t = 0; t <= u; t++)
			expected[u][t] = oracle_covariance(&b->sample, group_of, u, t);
	for (uint32_t u = 0; u < UNITS; u++) {
		double se = strtod(r.units[u].se, NULL);

		assert_true(se > 0.5);
		assert_true(fabs(se - sqrt(expected[u][u])) < 1e-10 * se);
		for (uint32_t t = 0; t <= u; t++) {
			double scale = sqrt(expected[u][u] * expected[t][t]);

			matrix_value(&m, u, t, value);
			assert_true(fabs(mpq_get_d(value) - expected[u][t]) <
				    1e-10 * scale);
		}
	}
	mpq_clear(value);
	matrix_close(&m);
	result_free(&r);
}

static void finish_stratified(struct build *b)
{
	build_columns(b, 1);
	build_stratum(b, "a", 4000);
	build_stratum(b, "b", 1000);
	build_stratum(b, "c", 700);
	build_finish(b);
}

static struct build *stratified(uint32_t labels)
{
	struct build *b = survey();

	finish_stratified(b);
	fill(b, labels);
	return b;
}

static void without_strata(void **state)
{
	struct build *b = survey();
	const uint32_t group_of[] = {0};

	(void)state;
	build_finish(b);
	fill(b, 0);
	assert_matrix(b, group_of);
	build_free(b);
}

static void with_strata_and_clusters(void **state)
{
	const uint32_t group_of[] = {0, 1, 2};

	(void)state;
	for (uint32_t labels = 0; labels < 160; labels += 53) {
		struct build *b = stratified(labels);

		assert_matrix(b, group_of);
		build_free(b);
	}
}

/* The mean that is taken off is that of the merged stratum. */
static void with_merged_strata(void **state)
{
	struct build *b = survey();
	const uint32_t group_of[] = {0, 1, 0, 1};

	(void)state;
	build_columns(b, 2);
	build_stratum(b, "a x", 4000);
	build_stratum(b, "b x", 1000);
	build_stratum(b, "a y", 700);
	build_stratum(b, "b y", 90);
	build_finish(b);
	fill(b, 40);
	for (size_t i = 0; i < b->sample.sheet_count; i++) {
		uint32_t rater = b->sheets[i].rater;

		/* ten raters in each of the last two */
		b->sheets[i].stratum = rater % 60 < 2 ? 2 + rater % 60 : rater % 2;
	}
	assert_matrix(b, group_of);
	build_free(b);
}

/* The sum over clusters, one product after the other. */
static void slow_sum(const struct matrix *m, uint32_t u, uint32_t t, mpz_t sum)
{
	mpz_t product;

	mpz_init(product);
	mpz_set_ui(sum, 0);
	for (uint32_t k = 0; k < covariance_clusters(m->covariance); k++) {
		mpz_set_si(product, covariance_influence(m->covariance, k, u));
		mpz_mul_si(product, product, covariance_influence(m->covariance, k, t));
		mpz_add(sum, sum, product);
	}
	mpz_clear(product);
}

static void sum_of_parts(struct covariance_sum parts, mpz_t sum)
{
	mpz_set_si(sum, parts.high);
	mpz_mul_2exp(sum, sum, 64);
	mpz_add_ui(sum, sum, parts.low);
}

/* To the last bit, for all units and for some; the fifth one was not added. */
static void sums_are_the_sums(void **state)
{
	const uint32_t lists[3][5] = {{0, 1, 2, 3, 4}, {1, 3}, {2}};
	const uint32_t counts[3] = {5, 2, 1};
	struct build *b = survey();
	struct covariance_sum sums[25];
	struct matrix m;
	mpz_t fast, slow;

	(void)state;
	mpz_inits(fast, slow, NULL);
	build_unit(b, "T", 0);
	build_finish(b);
	fill(b, 90);
	matrix_open(&b->sample, &m);
	for (int l = 0; l < 3; l++) {
		assert_int_equal(
		    covariance_block(m.covariance, lists[l], counts[l], sums), 0);
		for (uint32_t i = 0; i < counts[l] * counts[l]; i++) {
			slow_sum(&m, lists[l][i / counts[l]], lists[l][i % counts[l]],
				 slow);
			sum_of_parts(sums[i], fast);
			assert_int_equal(mpz_cmp(fast, slow), 0);
		}
	}
	mpz_clears(fast, slow, NULL);
	matrix_close(&m);
	build_free(b);
}

static int compare_vectors(const struct matrix *m, uint32_t k, const struct matrix *l,
			   uint32_t j)
{
	for (uint32_t u = 0; u < m->sample->round->unit_count; u++) {
		int64_t e = covariance_influence(m->covariance, k, u);
		int64_t f = covariance_influence(l->covariance, j, u);

		if (e != f)
			return e < f ? -1 : 1;
	}
	return 0;
}

static void order_is_lexicographic(void **state)
{
	(void)state;
	for (uint32_t labels = 0; labels < 160; labels += 53) {
		struct build *b = stratified(labels);
		uint32_t order[RATERS];
		uint8_t seen[RATERS] = {0};
		struct matrix m;
		uint32_t n;

		matrix_open(&b->sample, &m);
		n = covariance_clusters(m.covariance);
		assert_int_equal(covariance_order(m.covariance, order), 0);
		for (uint32_t i = 0; i < n; i++) {
			assert_int_equal(seen[order[i]]++, 0);
			if (i > 0)
				assert_true(compare_vectors(&m, order[i - 1], &m,
							    order[i]) <= 0);
		}
		matrix_close(&m);
		build_free(b);
	}
}

static void arrival_changes_nothing(void **state)
{
	const uint32_t units[] = {0, 1, 2, 3};
	struct covariance_sum sums[2][UNITS * UNITS];
	uint32_t order[2][RATERS];
	struct build *b[2] = {stratified(90), stratified(90)};
	struct matrix m[2];

	(void)state;
	matrix_turn_round(b[1]);
	for (int i = 0; i < 2; i++) {
		matrix_open(&b[i]->sample, &m[i]);
		assert_int_equal(
		    covariance_block(m[i].covariance, units, UNITS, sums[i]), 0);
		assert_int_equal(covariance_order(m[i].covariance, order[i]), 0);
	}
	assert_memory_equal(sums[0], sums[1], sizeof sums[0]);
	assert_int_equal(covariance_clusters(m[0].covariance),
			 covariance_clusters(m[1].covariance));
	for (uint32_t i = 0; i < covariance_clusters(m[0].covariance); i++)
		assert_int_equal(
		    compare_vectors(&m[0], order[0][i], &m[1], order[1][i]), 0);
	for (int i = 0; i < 2; i++) {
		matrix_close(&m[i]);
		build_free(b[i]);
	}
}

/* Mode composite, a scale of 1 to 10 times 10: E times 0.9, V times 0.81. */
static void composite_scales_the_matrix(void **state)
{
	const uint32_t group_of[] = {0, 1, 2};
	struct build *b = survey();
	struct matrix m;
	mpq_t value;

	(void)state;
	mpq_init(value);
	build_composite(b, "1", "10", "10");
	finish_stratified(b);
	fill(b, 50);
	matrix_open(&b->sample, &m);
	for (uint32_t u = 0; u < UNITS; u++)
		for (uint32_t t = 0; t <= u; t++) {
			double points = oracle_covariance(&b->sample, group_of, u, t);

			matrix_value(&m, u, t, value);
			assert_true(fabs(mpq_get_d(value) - 0.81 * points) < 1e-10);
		}
	mpq_clear(value);
	matrix_close(&m);
	build_free(b);
}

/* Labels that hold one rater each are no different from none. */
static void a_cluster_of_one(void **state)
{
	struct build *b = survey();
	struct result alone, labelled;

	(void)state;
	build_finish(b);
	fill(b, 0);
	alone = build_result(b);
	for (size_t i = 0; i < b->sample.sheet_count; i++)
		b->sheets[i].cluster = b->sheets[i].rater * 7 + 1;
	labelled = build_result(b);
	assert_memory_equal(alone.hash, labelled.hash, RESULT_HASH);
	result_free(&alone);
	result_free(&labelled);
	build_free(b);
}

/* All the same: SE 0, which is not certainty: the interval has S. */
static void all_answers_equal(void **state)
{
	struct build *b = survey();
	struct result r;

	(void)state;
	build_finish(b);
	for (uint32_t i = 0; i < 20; i++)
		build_sheet(b, i, 0, 0, 0, "4444");
	for (uint32_t i = 0; i < 20; i++)
		build_sheet(b, i, 1, 0, 0, i % 2 ? "4555" : "1234");
	r = build_result(b);
	assert_string_equal(r.units[0].exact, "75");
	assert_string_equal(r.units[0].se, "0");
	/* lower median of 0 and something is 0 */
	assert_string_equal(r.units[0].ci_low, "75.00");
	assert_string_equal(r.units[0].ci_high, "75.00");
	assert_string_equal(r.units[0].public_se, "0.0");
	result_free(&r);
	for (uint32_t i = 0; i < 20; i++)
		build_sheet(b, i, 2, 0, 0, i % 2 ? "3555" : "1231");
	r = build_result(b);
	assert_string_equal(r.units[0].se, "0");
	assert_true(strtod(r.units[0].ci_low, NULL) < 74.0);
	assert_true(strtod(r.units[0].ci_high, NULL) > 76.0);
	result_free(&r);
	build_free(b);
}

/* S is over units with a surveyed leaf: one without, of SE 0, has no part in it. */
static void appraised_units_are_not_in_the_median(void **state)
{
	struct build *b = survey();
	uint32_t *excludes = calloc(4, sizeof *excludes);
	struct result with, without;

	(void)state;
	build_criterion(b, "3", NULL, "10", SOURCE_APPRAISED);
	build_unit(b, "T", 0);
	for (uint32_t i = 0; i < 2; i++)
		excludes[i] = i * 3; /* fields 1 and 2 */
	b->round.units[UNITS].excludes = excludes;
	b->round.units[UNITS].exclude_count = 2;
	build_finish(b);
	for (uint32_t u = 0; u < 3; u++)
		for (uint32_t i = 0; i < 20; i++)
			build_sheet(b, i, u, 0, 0, u == 0 || i % 2 ? "4444" : "1234");
	build_points(b, 0, "3", "5");
	build_points(b, 1, "3", "5");
	build_points(b, 2, "3", "5");
	without = build_result(b);
	assert_int_equal(without.units[UNITS].status, STATUS_INSUFFICIENT);
	build_points(b, UNITS, "3", "5");
	with = build_result(b);
	assert_int_equal(with.units[UNITS].status, STATUS_RANKED);
	assert_string_equal(with.units[UNITS].se, "0");
	for (uint32_t u = 0; u < 3; u++)
		assert_string_equal(with.units[u].ci_low, without.units[u].ci_low);
	result_free(&with);
	result_free(&without);
	build_free(b);
}

/* n < 2: a figure, and neither SE nor interval. */
static void a_single_cluster(void **state)
{
	struct build *b = survey();
	struct result r;

	(void)state;
	b->round.cell_score = 1;
	build_finish(b);
	build_sheet(b, 1, 0, 0, 4, "5432");
	build_sheet(b, 2, 0, 0, 4, "5431");
	r = build_result(b);
	assert_true(r.units[0].has_figure);
	assert_int_equal(r.units[0].raters, 1);
	assert_string_equal(r.units[0].se, "");
	assert_string_equal(r.units[0].ci_low, "");
	assert_string_equal(r.units[1].se, "");
	result_free(&r);
	/* a second rater elsewhere: n = 2, and an SE, but n_u = 1 and no interval */
	build_sheet(b, 3, 1, 0, 0, "nnnn");
	r = build_result(b);
	assert_string_not_equal(r.units[0].se, "");
	assert_string_equal(r.units[0].ci_low, "");
	result_free(&r);
	build_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(without_strata),
	    cmocka_unit_test(with_strata_and_clusters),
	    cmocka_unit_test(with_merged_strata),
	    cmocka_unit_test(sums_are_the_sums),
	    cmocka_unit_test(order_is_lexicographic),
	    cmocka_unit_test(arrival_changes_nothing),
	    cmocka_unit_test(composite_scales_the_matrix),
	    cmocka_unit_test(a_cluster_of_one),
	    cmocka_unit_test(all_answers_equal),
	    cmocka_unit_test(appraised_units_are_not_in_the_median),
	    cmocka_unit_test(a_single_cluster),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
