/*
 * METHOD section 8, par_spec: 14 departments, two criteria of 60 and 40 points, several
 * ratings of a rater in a cell. Each rating is a sheet of its own, of the rater who
 * gave it: departments are the blocks of insteval, service.txt tells which criterion it
 * was about.
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

#include "common/method/figure.h"
#include "tests/golden/digits.h"
#include "tests/golden/table.h"
#include "tests/unit/method/build.h"
#include "tests/unit/method/matrix.h"

enum { RATINGS = 73421, UNITS = 14, LECTURERS_MAX = 4000, STUDENTS_MAX = 4000 };

struct golden {
	struct build *build;
	struct sample sample;
	struct sample_sheet *sheets;
	uint8_t (*answers)[2];
	uint32_t unit_of[LECTURERS_MAX];   /* by number of the lecturer */
	uint32_t stratum_of[STUDENTS_MAX]; /* by number of the student */
};

static uint32_t number(const char *text)
{
	return (uint32_t)strtoul(text, NULL, 10);
}

static void build_round(struct golden *g)
{
	struct table scores = table_read("tests/golden/par_spec/expected_scores.csv");
	struct table strata = table_read("tests/golden/par_spec/strata.csv");
	struct build *b = build_new(5);

	build_criterion(b, "0", NULL, "60", SOURCE_SURVEY);
	build_criterion(b, "1", NULL, "40", SOURCE_SURVEY);
	for (size_t u = 0; u < scores.count; u++)
		build_unit(b, scores.rows[u].cells[0], 0);
	build_columns(b, 1);
	for (size_t h = 0; h < strata.count; h++)
		build_stratum(b, strata.rows[h].cells[0],
			      number(strata.rows[h].cells[1]));
	build_finish(b);
	g->build = b;
	table_free(&scores);
	table_free(&strata);
}

/* insteval's tables: S12 is student 12, L34 lecturer 34, D5 department 5. */
static void read_people(struct golden *g)
{
	struct table roster = table_read("tests/golden/insteval/roster.csv");
	struct table units = table_read("tests/golden/insteval/units.csv");
	const struct round *r = &g->build->round;

	for (size_t i = 0; i < roster.count; i++) {
		const char *label = roster.rows[i].cells[1];
		int32_t h = model_stratum(r->strata, r->stratum_count, &label, 1);

		assert_true(h >= 0);
		g->stratum_of[number(roster.rows[i].cells[0] + 1)] = (uint32_t)h;
	}
	for (size_t i = 0; i < units.count; i++) {
		const char *department = units.rows[i].cells[1] + 1;
		int32_t u = model_unit(r, bytes_str(department));

		assert_true(u >= 0);
		g->unit_of[number(units.rows[i].cells[0] + 1)] = (uint32_t)u;
	}
	table_free(&roster);
	table_free(&units);
}

static void read_ratings(struct golden *g)
{
	struct table ballots = table_read("tests/golden/insteval/ballots.csv");
	FILE *service = fopen(SOURCE_DIR "/tests/golden/par_spec/service.txt", "r");

	assert_non_null(service);
	assert_int_equal(ballots.count, RATINGS);
	for (size_t i = 0; i < RATINGS; i++) {
		char *const *cells = ballots.rows[i].cells;
		uint32_t student = number(cells[0] + 1);
		int digit = fgetc(service);

		if (digit == '\n')
			digit = fgetc(service);
		assert_true(digit == '0' || digit == '1');
		memset(g->answers[i], ANSWER_NOT_SHOWN, 2);
		g->answers[i][digit - '0'] = (uint8_t)number(cells[3]);
		g->sheets[i] =
		    (struct sample_sheet){.rater = student,
					  .unit = g->unit_of[number(cells[1] + 1)],
					  .stratum = g->stratum_of[student],
					  .answers = g->answers[i]};
	}
	fclose(service);
	table_free(&ballots);
}

static int set_up(void **state)
{
	struct golden *g = calloc(1, sizeof *g);

	assert_non_null(g);
	g->sheets = calloc(RATINGS, sizeof *g->sheets);
	g->answers = calloc(RATINGS, sizeof *g->answers);
	assert_non_null(g->sheets);
	assert_non_null(g->answers);
	build_round(g);
	read_people(g);
	read_ratings(g);
	g->sample = g->build->sample;
	g->sample.sheets = g->sheets;
	g->sample.sheet_count = RATINGS;
	*state = g;
	return 0;
}

static int tear_down(void **state)
{
	struct golden *g = *state;

	build_free(g->build);
	free(g->sheets);
	free(g->answers);
	free(g);
	return 0;
}

/* n of one line of cells.csv, by the tally; all strata have a rating of every unit. */
static uint32_t counter(const struct golden *g, const struct tally *t,
			char *const *cells, uint8_t y)
{
	const struct round *r = g->sample.round;
	const char *label = cells[2];
	int32_t u = model_unit(r, bytes_str(cells[0]));
	int32_t h = model_stratum(r->strata, r->stratum_count, &label, 1);
	size_t row = t->row_first[u] + (size_t)h;

	assert_int_equal(t->row_stratum[row], h);
	return tally_row(t, row)[t->offset[number(cells[1])] + tally_slot(y)];
}

/* The counters are those of cells.csv, and m_h those of strata.csv. */
static void the_ratings_are_the_cells(void **state)
{
	const struct golden *g = *state;
	struct table cells = table_read("tests/golden/par_spec/cells.csv");
	struct table strata = table_read("tests/golden/par_spec/strata.csv");
	struct tally t;
	size_t sum = 0;

	assert_int_equal(tally_make(&g->sample, 1, &t), 0);
	for (size_t i = 0; i < cells.count; i++)
		for (uint8_t y = 1; y <= 5; y++) {
			uint32_t n = number(cells.rows[i].cells[2 + y]);

			assert_int_equal(counter(g, &t, cells.rows[i].cells, y), n);
			sum += n;
		}
	assert_int_equal(sum, RATINGS);
	for (size_t h = 0; h < strata.count; h++)
		assert_int_equal(t.responded[h], number(strata.rows[h].cells[2]));
	tally_free(&t);
	table_free(&cells);
	table_free(&strata);
}

static void assert_theta(const struct score *s, uint32_t criterion,
			 const char *expected)
{
	char *text = mpq_get_str(NULL, 10, s->leaves[criterion].theta);

	assert_string_equal(text, expected);
	free(text);
}

static void criterion_scores(void **state)
{
	const struct golden *g = *state;
	struct table scores = table_read("tests/golden/par_spec/expected_scores.csv");
	struct matrix m;
	struct score score;

	matrix_open(&g->sample, &m);
	assert_int_equal(score_init(&m.rules, &score), 0);
	for (uint32_t u = 0; u < UNITS; u++) {
		score_unit(&m.rules, u, &score);
		assert_theta(&score, 0, scores.rows[u].cells[1]);
		assert_theta(&score, 1, scores.rows[u].cells[3]);
	}
	score_free(&m.rules, &score);
	matrix_close(&m);
	table_free(&scores);
}

/* Every V[u,t] of expected_cov.csv to 1e-10 of the two SEs. */
static void covariances(void **state)
{
	const struct golden *g = *state;
	const struct round *r = g->sample.round;
	struct table cov = table_read("tests/golden/par_spec/expected_cov.csv");
	double values[UNITS][UNITS];
	struct matrix m;
	mpq_t value;

	mpq_init(value);
	matrix_open(&g->sample, &m);
	assert_int_equal(m.count, UNITS);
	for (uint32_t u = 0; u < UNITS; u++)
		for (uint32_t t = 0; t < UNITS; t++) {
			matrix_value(&m, u, t, value);
			values[u][t] = mpq_get_d(value);
		}
	assert_in_range(cov.count, UNITS * (UNITS + 1) / 2, UNITS * UNITS);
	for (size_t i = 0; i < cov.count; i++) {
		int32_t u = model_unit(r, bytes_str(cov.rows[i].cells[0]));
		int32_t t = model_unit(r, bytes_str(cov.rows[i].cells[1]));
		double expected = strtod(cov.rows[i].cells[2], NULL);

		assert_true(fabs(values[u][t] - expected) <
			    1e-10 * sqrt(values[u][u] * values[t][t]));
	}
	mpq_clear(value);
	matrix_close(&m);
	table_free(&cov);
}

/* "57.945114571236202": rounded once, from the exact number. */
static void assert_decimals(const mpq_t x, const char *expected)
{
	enum { DECIMALS = 15 };
	mpz_t rounded;

	mpz_init(rounded);
	figure_round(x, DECIMALS, false, rounded);
	assert_int_equal(mpz_get_si(rounded), digits_scaled(expected, DECIMALS));
	mpz_clear(rounded);
}

static void figures_ranks_and_errors(void **state)
{
	const struct golden *g = *state;
	struct table scores = table_read("tests/golden/par_spec/expected_scores.csv");
	struct faults faults;
	struct result r;

	faults_init(&faults);
	assert_int_equal(result_compute(&g->sample, 1, &r, &faults), 0);
	assert_int_equal(scores.count, UNITS);
	for (uint32_t u = 0; u < UNITS; u++) {
		char *const *expected = scores.rows[u].cells;
		double se = strtod(expected[8], NULL);

		assert_decimals(r.exact[u].index, expected[5]);
		assert_string_equal(r.units[u].score, expected[6]);
		assert_int_equal(r.units[u].rank, number(expected[7]));
		assert_true(fabs(strtod(r.units[u].se, NULL) - se) < 1e-10 * se);
	}
	result_free(&r);
	faults_free(&faults);
	table_free(&scores);
}

/* postStratify, svyratio and svycontrast of R survey 4.1-1: to 7e-13. */
static void survey_package(void **state)
{
	enum { DIGITS = 12 };
	const struct golden *g = *state;
	struct table t = table_read("tests/golden/par_spec/r_survey_crosscheck.csv");
	struct matrix m;
	mpq_t variance;

	mpq_init(variance);
	matrix_open(&g->sample, &m);
	assert_int_equal(t.count, UNITS);
	for (uint32_t u = 0; u < UNITS; u++) {
		assert_string_equal(t.rows[u].cells[0], g->sample.round->units[u].code);
		digits_assert(m.indexes[u], t.rows[u].cells[1], DIGITS);
		matrix_value(&m, u, u, variance);
		digits_assert_root(variance, t.rows[u].cells[2], DIGITS);
	}
	mpq_clear(variance);
	matrix_close(&m);
	table_free(&t);
}

/* The SEs of one criterion, unweighted: all ratings, by rater or each for itself. */
static void one_criterion(const struct golden *g, bool each_for_itself, double *se)
{
	const struct round *r = g->sample.round;
	struct sample_sheet *sheets = calloc(RATINGS, sizeof *sheets);
	struct build *b = build_new(5);
	struct sample sample;
	struct matrix m;
	mpq_t variance;

	assert_non_null(sheets);
	mpq_init(variance);
	build_criterion(b, "1", NULL, "100", SOURCE_SURVEY);
	for (uint32_t u = 0; u < UNITS; u++)
		build_unit(b, r->units[u].code, 0);
	build_finish(b);
	sample = b->sample;
	sample.sheets = sheets;
	sample.sheet_count = RATINGS;
	for (uint32_t i = 0; i < RATINGS; i++) {
		const uint8_t *both = g->answers[i];

		sheets[i] = g->sheets[i];
		sheets[i].stratum = 0;
		sheets[i].rater = each_for_itself ? i : sheets[i].rater;
		sheets[i].answers = both[0] == ANSWER_NOT_SHOWN ? both + 1 : both;
	}
	matrix_open(&sample, &m);
	for (uint32_t u = 0; u < UNITS; u++) {
		matrix_value(&m, u, u, variance);
		se[u] = sqrt(mpq_get_d(variance));
	}
	matrix_close(&m);
	build_free(b);
	mpq_clear(variance);
	free(sheets);
}

/* METHOD U1: the cluster SE is 1.06 to 1.58 times the naive one. */
static void clusters_against_naive_errors(void **state)
{
	double clusters[UNITS], naive[UNITS];
	double least = INFINITY, most = 0;

	one_criterion(*state, false, clusters);
	one_criterion(*state, true, naive);
	for (int u = 0; u < UNITS; u++) {
		least = fmin(least, clusters[u] / naive[u]);
		most = fmax(most, clusters[u] / naive[u]);
	}
	assert_int_equal(lround(100 * least), 106);
	assert_int_equal(lround(100 * most), 158);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_ratings_are_the_cells),
	    cmocka_unit_test(criterion_scores),
	    cmocka_unit_test(covariances),
	    cmocka_unit_test(figures_ranks_and_errors),
	    cmocka_unit_test(survey_package),
	    cmocka_unit_test(clusters_against_naive_errors),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
