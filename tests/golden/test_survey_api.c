/*
 * METHOD section 8, survey_api: what R's survey package estimates from samples of
 * Californian schools, by the scorer (survey.h tells how): S2, S3 and U1, to 12 digits.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/method/robust.h"
#include "tests/golden/digits.h"
#include "tests/golden/survey.h"

#define FOLDER "tests/golden/survey_api/"

enum { DIGITS = 12, MEAN_DIGITS = 14, POPULATION = 6194 };

enum error { ERROR_CORRECTED, ERROR_UNCORRECTED, ERROR_OTHER };

/* What a case of expected.csv estimates, and whether its SE is that of U1's E. */
struct known {
	const char *name;
	enum survey_design design;
	bool domains; /* its statistics are labels of domains, of api00 */
	bool total;
	enum error error;
};

static const struct known cases[] = {
    {.name = "srs_mean", SURVEY_SRS},
    {.name = "strat_mean", SURVEY_STRAT},
    {.name = "strat_mean_nofpc", SURVEY_STRAT, .error = ERROR_UNCORRECTED},
    {.name = "strat_total", SURVEY_STRAT, .total = true},
    {.name = "clus1_mean", SURVEY_CLUS1},
    {.name = "strat_by_stype", SURVEY_STRAT, .domains = true},
    {.name = "strat_by_schwide_domain", SURVEY_STRAT, .domains = true},
    {.name = "clus1_by_stype_domain", SURVEY_CLUS1, .domains = true},
    {.name = "srs_poststrat_stype_mean", SURVEY_SRS_POST},
    {.name = "srs_poststrat_stype_total", SURVEY_SRS_POST, .total = true},
    {.name = "srs_poststrat_by_schwide_domain", SURVEY_SRS_POST, .domains = true},
    {.name = "clus1_poststrat_stype_mean", SURVEY_CLUS1_POST},
    {.name = "clus1_poststrat_stype_total", SURVEY_CLUS1_POST, .total = true},
    /* a stratified mean is linear: its jackknife is its linearised variance */
    {.name = "strat_nofpc_jkn_mean", SURVEY_STRAT, .error = ERROR_UNCORRECTED},
    /* the same mean, but the error of a jackknife or a bootstrap */
    {.name = "clus1_jk1_mean", SURVEY_CLUS1, .error = ERROR_OTHER},
    {.name = "clus1_jk1_poststrat_mean", SURVEY_CLUS1_POST, .error = ERROR_OTHER},
    {.name = "strat_subbootstrap50_mean", SURVEY_STRAT, .error = ERROR_OTHER},
};

/*
 * Other estimators than METHOD's: weights raked to two margins, or not equal within a
 * post-stratum. The last two have tests of their own.
 */
static const char *const others[] = {
    "strat_nofpc_poststrat_schwide_mean",
    "clus1_rake_mean",
    "clus1_rake_total",
    "srs_rake_mean",
    "clus1_jk1_rake_mean",
    "strat_ratio",
    "strat_quantile",
};

enum { ROWS = 39, ROWS_OF_OTHERS = 11 };

struct golden {
	struct survey surveys[SURVEY_DESIGNS];
	struct table expected;
};

static int set_up(void **state)
{
	struct golden *g = calloc(1, sizeof *g);

	assert_non_null(g);
	g->expected = table_read(FOLDER "expected.csv");
	for (int d = 0; d < SURVEY_DESIGNS; d++)
		survey_open((enum survey_design)d, &g->surveys[d]);
	*state = g;
	return 0;
}

static int tear_down(void **state)
{
	struct golden *g = *state;

	for (int d = 0; d < SURVEY_DESIGNS; d++)
		survey_close(&g->surveys[d]);
	table_free(&g->expected);
	free(g);
	return 0;
}

/* NULL: it is among the others. */
static const struct known *find_case(const char *name)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (strcmp(cases[i].name, name) == 0)
			return &cases[i];
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (strcmp(others[i], name) == 0)
			return NULL;
	fail_msg("%s: an unknown case", name);
	return NULL;
}

static uint32_t unit_of(const struct survey *s, const struct known *k,
			const char *statistic)
{
	char code[32];

	snprintf(code, sizeof code, k->domains ? "%s:api00" : "%s", statistic);
	return survey_unit(s, code);
}

/* 1, or the sum of the weights. */
static void set_factor(const struct survey *s, const struct known *k, mpq_t factor)
{
	double sum = 0;

	mpq_set_ui(factor, k->total ? POPULATION : 1, 1);
	if (!k->total || s->design != SURVEY_STRAT)
		return;
	for (size_t i = 0; i < s->schools.count; i++)
		sum += survey_weight(s, i);
	mpq_set_d(factor, sum);
}

static void assert_case(const struct survey *s, const struct known *k,
			const struct table *t, size_t row)
{
	uint32_t unit = unit_of(s, k, table_cell(t, row, "statistic"));
	mpq_t value, factor;

	mpq_inits(value, factor, NULL);
	set_factor(s, k, factor);
	survey_mean(s, unit, value);
	mpq_mul(value, value, factor);
	digits_assert(value, table_cell(t, row, "estimate"), MEAN_DIGITS);
	if (k->error != ERROR_OTHER) {
		survey_covariance(s, unit, unit, k->error == ERROR_CORRECTED, value);
		mpq_mul(value, value, factor);
		mpq_mul(value, value, factor);
		digits_assert_root(value, table_cell(t, row, "se"), DIGITS);
	}
	mpq_clears(value, factor, NULL);
}

static void means_totals_and_their_errors(void **state)
{
	const struct golden *g = *state;
	const struct table *t = &g->expected;
	size_t left_out = 0;

	assert_int_equal(t->count, ROWS);
	for (size_t i = 0; i < t->count; i++) {
		const struct known *k = find_case(table_cell(t, i, "case"));

		if (k)
			assert_case(&g->surveys[k->design], k, t, i);
		else
			left_out++;
	}
	assert_int_equal(left_out, ROWS_OF_OTHERS);
}

/* svyby(~api00 + api99, ~sch.wide, covmat): to 12 digits of the two errors. */
static void domain_covariance(void **state)
{
	const struct golden *g = *state;
	const struct survey *s = &g->surveys[SURVEY_STRAT];
	struct table t = table_read(FOLDER "expected_domain_covariance.csv");
	mpq_t ours, theirs, size;

	mpq_inits(ours, theirs, size, NULL);
	assert_int_equal(t.count, 16);
	for (size_t i = 0; i < t.count; i++) {
		uint32_t a = survey_unit(s, table_cell(&t, i, "a"));
		uint32_t b = survey_unit(s, table_cell(&t, i, "b"));

		/* the least of the four variances, for the root of a product */
		survey_covariance(s, survey_unit(s, "Yes:api00"),
				  survey_unit(s, "Yes:api00"), true, size);
		survey_covariance(s, a, b, true, ours);
		digits_read(table_cell(&t, i, "cov"), theirs);
		assert_true(digits_agree(ours, theirs, size, DIGITS));
	}
	mpq_clears(ours, theirs, size, NULL);
	table_free(&t);
}

/* S2: N_h / m_h of a school is the weight that R's postStratify gives it. */
static void assert_weights(const struct survey *s, const char *path)
{
	struct table t = table_read(path);
	const struct frame *f = &s->matrix.frame;
	mpq_t weight;

	mpq_init(weight);
	assert_int_equal(t.count, s->schools.count);
	for (size_t i = 0; i < t.count; i++) {
		const struct frame_group *group =
		    &f->groups[f->group_of[survey_stratum(s, i)]];

		assert_string_equal(table_cell(&t, i, "cds"),
				    table_cell(&s->schools, i, "cds"));
		mpq_set_ui(weight, group->members, group->responded);
		mpq_canonicalize(weight);
		digits_assert(weight, table_cell(&t, i, "poststrat_stype"),
			      MEAN_DIGITS);
	}
	mpq_clear(weight);
	table_free(&t);
}

static void weights_of_post_strata(void **state)
{
	const struct golden *g = *state;

	assert_weights(&g->surveys[SURVEY_SRS_POST],
		       FOLDER "expected_weights_apisrs.csv");
	assert_weights(&g->surveys[SURVEY_CLUS1_POST],
		       FOLDER "expected_weights_apiclus1.csv");
}

/* A frame of apistrat with one surveyed leaf and one unit. */
static struct build *stratified_round(const struct survey *s, uint32_t levels)
{
	const struct round *from = &s->build->round;
	struct build *b = build_new(levels);

	build_criterion(b, "1", NULL, "100", SOURCE_SURVEY);
	build_unit(b, "all", 0);
	build_columns(b, 1);
	for (uint32_t h = 0; h < from->stratum_count; h++)
		build_stratum(b, from->strata[h].labels[0], from->strata[h].members);
	build_finish(b);
	return b;
}

static unsigned long number(const struct survey *s, size_t school, const char *column)
{
	return strtoul(table_cell(&s->schools, school, column), NULL, 10);
}

/*
 * api.stu / enroll: as many scores of a school as it has pupils, their sum the number
 * of those tested. A school may print more tested than enrolled, so a score is 0, 1 or
 * 2; the index is 50 times the ratio.
 */
static size_t add_pupils(const struct survey *s, size_t school,
			 struct sample_sheet *sheets)
{
	static const uint8_t answers[] = {1, 2, 3};
	unsigned long tested = number(s, school, "api.stu");
	unsigned long enrolled = number(s, school, "enroll");

	assert_true(tested <= 2 * enrolled);
	for (unsigned long i = 0; i < enrolled; i++)
		sheets[i] = (struct sample_sheet){
		    .rater = (uint32_t)school,
		    .stratum = survey_stratum(s, school),
		    .answers = &answers[(i < tested) + (i + enrolled < tested)]};
	return enrolled;
}

static void ratio_and_its_error(void **state)
{
	enum { PUPILS = 149337 };
	const struct golden *g = *state;
	const struct survey *s = &g->surveys[SURVEY_STRAT];
	size_t row = table_find(&g->expected, "case", "strat_ratio");
	struct sample_sheet *sheets = calloc(PUPILS, sizeof *sheets);
	struct build *b = stratified_round(s, 3);
	struct sample sample = b->sample;
	struct matrix m;
	mpq_t value, fifty;

	assert_non_null(sheets);
	sample.sheets = sheets;
	for (size_t i = 0; i < s->schools.count; i++)
		sample.sheet_count += add_pupils(s, i, sheets + sample.sheet_count);
	assert_int_equal(sample.sheet_count, PUPILS);
	matrix_open(&sample, &m);
	mpq_inits(value, fifty, NULL);
	mpq_set_ui(fifty, 50, 1);
	mpq_div(value, m.indexes[0], fifty);
	digits_assert(value, table_cell(&g->expected, row, "estimate"), MEAN_DIGITS);
	survey_stratified(&m, 0, 0, true, value);
	mpq_div(value, value, fifty);
	mpq_div(value, value, fifty);
	digits_assert_root(value, table_cell(&g->expected, row, "se"), DIGITS);
	mpq_clears(value, fifty, NULL);
	matrix_close(&m);
	build_free(b);
	free(sheets);
}

/*
 * O1's lower weighted median of api00. A scale has 100 places: 619..718, and what lies
 * beyond stands at its ends, which moves no median between them.
 */
static void weighted_median(void **state)
{
	enum { FIRST = 619, PLACES = 100 };
	const struct golden *g = *state;
	const struct survey *s = &g->surveys[SURVEY_STRAT];
	size_t row = table_find(&g->expected, "statistic", "q0.5");
	struct build *b = stratified_round(s, PLACES);
	struct robust_leaf leaf;
	struct scored scored;

	for (size_t i = 0; i < s->schools.count; i++) {
		unsigned long value = number(s, i, "api00");
		unsigned long answer = value < FIRST ? 1 : value - FIRST + 1;

		b->answers[i][0] = (uint8_t)(answer < PLACES ? answer : PLACES);
		b->sheets[i] = (struct sample_sheet){.rater = (uint32_t)i,
						     .stratum = survey_stratum(s, i),
						     .answers = b->answers[i]};
	}
	b->sample.sheet_count = s->schools.count;
	build_score(b, 0, &scored);
	robust_init(&leaf);
	robust_leaf(&scored.rules, &scored.score, 0, &leaf);
	/* v = 100 (y - 1) / 99 */
	mpz_mul_ui(mpq_numref(leaf.median), mpq_numref(leaf.median), PLACES - 1);
	mpz_mul_ui(mpq_denref(leaf.median), mpq_denref(leaf.median), 100);
	mpz_addmul_ui(mpq_numref(leaf.median), mpq_denref(leaf.median), FIRST);
	mpq_canonicalize(leaf.median);
	build_assert(leaf.median, table_cell(&g->expected, row, "estimate"));
	robust_clear(&leaf);
	scored_free(&scored);
	build_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(means_totals_and_their_errors),
	    cmocka_unit_test(domain_covariance),
	    cmocka_unit_test(weights_of_post_strata),
	    cmocka_unit_test(ratio_and_its_error),
	    cmocka_unit_test(weighted_median),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
