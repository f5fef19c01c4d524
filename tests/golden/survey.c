#include "tests/golden/survey.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SCALE_BITS = 20, STRATUM_UNIT = 50 };

static const struct {
	const char *path;
	bool strata, clusters;
} designs[SURVEY_DESIGNS] = {
    [SURVEY_SRS] = {"apisrs.csv", false, false},
    [SURVEY_SRS_POST] = {"apisrs.csv", true, false},
    [SURVEY_CLUS1] = {"apiclus1.csv", false, true},
    [SURVEY_CLUS1_POST] = {"apiclus1.csv", true, true},
    [SURVEY_STRAT] = {"apistrat.csv", true, false},
};

/* The schools of California by type: fpc of apistrat.csv. */
static const struct {
	const char *type;
	uint32_t schools;
} population[SURVEY_STRATA] = {{"E", 4421}, {"H", 755}, {"M", 1018}};

/* A variable over the schools with a label in a column; NULL: over all. */
static const struct {
	const char *code, *variable, *column, *label;
} figures[] = {
    {"api00", "api00", NULL, NULL},          {"api99", "api99", NULL, NULL},
    {"enroll", "enroll", NULL, NULL},        {"E:api00", "api00", "stype", "E"},
    {"H:api00", "api00", "stype", "H"},      {"M:api00", "api00", "stype", "M"},
    {"No:api00", "api00", "sch.wide", "No"}, {"Yes:api00", "api00", "sch.wide", "Yes"},
    {"No:api99", "api99", "sch.wide", "No"}, {"Yes:api99", "api99", "sch.wide", "Yes"},
};
enum { FIGURES = sizeof figures / sizeof *figures };

static uint32_t type_of(const struct survey *s, size_t school)
{
	const char *type = table_cell(&s->schools, school, "stype");
	uint32_t h = 0;

	while (h < SURVEY_STRATA && strcmp(population[h].type, type) != 0)
		h++;
	assert_true(h < SURVEY_STRATA);
	return h;
}

uint32_t survey_stratum(const struct survey *s, size_t school)
{
	return designs[s->design].strata ? type_of(s, school) : 0;
}

/* The package stores weights in single precision, and R takes them as they are. */
double survey_weight(const struct survey *s, size_t school)
{
	return strtof(table_cell(&s->schools, school, "pw"), NULL);
}

/*
 * N_h of the frame. Only ratios of weights matter: where R's weights are not N_h / n_h,
 * N_h is n_h times the weight as a whole number of 2^-20; over 50, which divides every
 * n_h, so that it is no more than a round may have.
 */
static uint64_t members(const struct survey *s, uint32_t h)
{
	double sum = 0;

	if (s->design != SURVEY_STRAT)
		return population[h].schools;
	for (size_t i = 0; i < s->schools.count; i++)
		if (type_of(s, i) == h)
			sum += survey_weight(s, i);
	return (uint64_t)ldexp(sum, SCALE_BITS) / STRATUM_UNIT;
}

static void declare_scale(struct build *b)
{
	struct scale *scale = &b->round.scales[0];

	scale->values = calloc(scale->levels, sizeof *scale->values);
	assert_non_null(scale->values);
	for (uint32_t y = 0; y < scale->levels; y++)
		scale->values[y].micro = (int64_t)y * DECIMAL_ONE;
}

static void declare(struct survey *s)
{
	struct build *b = build_new(SURVEY_LEVELS);

	s->build = b;
	declare_scale(b);
	build_criterion(b, "hundreds", NULL, "100", SOURCE_SURVEY);
	build_criterion(b, "rest", NULL, "1", SOURCE_SURVEY);
	for (size_t f = 0; f < FIGURES; f++)
		build_unit(b, figures[f].code, 0);
	if (designs[s->design].strata) {
		build_columns(b, 1);
		for (uint32_t h = 0; h < SURVEY_STRATA; h++)
			build_stratum(b, population[h].type, members(s, h));
	}
	build_finish(b);
}

static void add_sheet(struct survey *s, size_t school, uint32_t unit)
{
	struct build *b = s->build;
	const char *district = table_cell(&s->schools, school, "dnum");
	unsigned long value =
	    strtoul(table_cell(&s->schools, school, figures[unit].variable), NULL, 10);
	size_t at = b->sample.sheet_count++;

	assert_true(at < BUILD_MAX);
	assert_true(value < SURVEY_LEVELS * SURVEY_LEVELS);
	b->answers[at][0] = (uint8_t)(1 + value / SURVEY_LEVELS);
	b->answers[at][1] = (uint8_t)(1 + value % SURVEY_LEVELS);
	b->sheets[at] = (struct sample_sheet){
	    .rater = (uint32_t)school,
	    .unit = unit,
	    .stratum = survey_stratum(s, school),
	    .cluster =
		designs[s->design].clusters ? (uint32_t)strtoul(district, NULL, 10) : 0,
	    .answers = b->answers[at],
	};
}

static bool is_in_domain(const struct survey *s, size_t school, uint32_t unit)
{
	return figures[unit].column == NULL ||
	       strcmp(table_cell(&s->schools, school, figures[unit].column),
		      figures[unit].label) == 0;
}

void survey_open(enum survey_design design, struct survey *s)
{
	char path[64];

	snprintf(path, sizeof path, "tests/golden/survey_api/%s", designs[design].path);
	*s = (struct survey){.design = design, .schools = table_read(path)};
	declare(s);
	for (size_t i = 0; i < s->schools.count; i++)
		for (uint32_t u = 0; u < FIGURES; u++)
			if (is_in_domain(s, i, u))
				add_sheet(s, i, u);
	matrix_open(&s->build->sample, &s->matrix);
	assert_int_equal(s->matrix.count, FIGURES);
}

void survey_close(struct survey *s)
{
	matrix_close(&s->matrix);
	build_free(s->build);
	table_free(&s->schools);
}

uint32_t survey_unit(const struct survey *s, const char *code)
{
	int32_t unit = model_unit(&s->build->round, bytes_str(code));

	assert_true(unit >= 0);
	return (uint32_t)unit;
}

static void multiply(mpq_t x, unsigned long numerator, unsigned long denominator)
{
	mpz_mul_ui(mpq_numref(x), mpq_numref(x), numerator);
	mpz_mul_ui(mpq_denref(x), mpq_denref(x), denominator);
	mpq_canonicalize(x);
}

void survey_mean(const struct survey *s, uint32_t unit, mpq_t mean)
{
	mpq_set(mean, s->matrix.indexes[unit]);
	multiply(mean, SURVEY_INDEX_PARTS, 1);
}

/* sum_k E[k,i] E[k,j] over the raters of stratum h, each a cluster of its own. */
static void sum_stratum(const struct matrix *m, uint32_t h, uint32_t i, uint32_t j,
			mpz_t sum)
{
	mpz_t product;

	mpz_init(product);
	mpz_set_ui(sum, 0);
	for (uint32_t r = 0; r < m->tally.rater_count; r++) {
		const struct tally_rater *rater = &m->tally.raters[r];

		if (rater->stratum != h)
			continue;
		mpz_set_si(product,
			   covariance_influence(m->covariance, rater->cluster, i));
		mpz_mul_si(product, product,
			   covariance_influence(m->covariance, rater->cluster, j));
		mpz_add(sum, sum, product);
	}
	mpz_clear(product);
}

void survey_stratified(const struct matrix *m, uint32_t i, uint32_t j, bool corrected,
		       mpq_t value)
{
	mpq_t part;

	mpq_init(part);
	mpq_set_ui(value, 0, 1);
	for (uint32_t h = 0; h < SURVEY_STRATA; h++) {
		uint32_t drawn = m->tally.responded[h];

		mpq_set_ui(part, 0, 1);
		sum_stratum(m, h, i, j, mpq_numref(part));
		multiply(part, drawn, drawn - 1);
		if (corrected)
			multiply(part, population[h].schools - drawn,
				 population[h].schools);
		mpq_add(value, value, part);
	}
	mpq_div_2exp(value, value, 96);
	mpq_clear(part);
}

void survey_covariance(const struct survey *s, uint32_t i, uint32_t j, bool corrected,
		       mpq_t value)
{
	uint32_t drawn = covariance_clusters(s->matrix.covariance);
	unsigned long of = strtoul(table_cell(&s->schools, 0, "fpc"), NULL, 10);

	if (s->design == SURVEY_STRAT) {
		survey_stratified(&s->matrix, i, j, corrected, value);
	} else {
		matrix_value(&s->matrix, i, j, value);
		if (corrected)
			multiply(value, of - drawn, of);
	}
	multiply(value, SURVEY_INDEX_PARTS * SURVEY_INDEX_PARTS, 1);
}
