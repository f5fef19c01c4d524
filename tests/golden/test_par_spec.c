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

#include "common/method/covariance.h"
#include "tests/golden/table.h"
#include "tests/unit/method/build.h"

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

	assert_int_equal(tally_make(&g->sample, &t), 0);
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

/* V[u,u] of expected_cov.csv to 1e-10. */
static void assert_variance(const mpq_t variance, const struct table *cov,
			    const char *unit)
{
	for (size_t i = 0; i < cov->count; i++) {
		double expected = strtod(cov->rows[i].cells[2], NULL);

		if (strcmp(cov->rows[i].cells[0], unit) != 0 ||
		    strcmp(cov->rows[i].cells[1], unit) != 0)
			continue;
		assert_true(fabs(mpq_get_d(variance) - expected) < 1e-10 * expected);
		return;
	}
	fail();
}

static void criterion_scores_and_variances(void **state)
{
	const struct golden *g = *state;
	struct table scores = table_read("tests/golden/par_spec/expected_scores.csv");
	struct table cov = table_read("tests/golden/par_spec/expected_cov.csv");
	struct covariance *c = NULL;
	struct score_rules rules;
	struct score score;
	struct frame frame;
	struct tally tally;
	mpq_t variance;

	mpq_init(variance);
	assert_int_equal(tally_make(&g->sample, &tally), 0);
	assert_int_equal(frame_make(g->sample.round, g->sample.strata,
				    g->sample.stratum_count, tally.responded, &frame),
			 0);
	assert_int_equal(score_rules_make(&tally, &frame, &rules), 0);
	assert_int_equal(score_init(&rules, &score), 0);
	assert_int_equal(covariance_new(&rules, &c), 0);
	for (uint32_t u = 0; u < UNITS; u++) {
		score_unit(&rules, u, &score);
		assert_theta(&score, 0, scores.rows[u].cells[1]);
		assert_theta(&score, 1, scores.rows[u].cells[3]);
		assert_int_equal(covariance_variance(c, &score, variance), 0);
		assert_variance(variance, &cov, scores.rows[u].cells[0]);
	}
	covariance_free(c);
	score_free(&rules, &score);
	score_rules_free(&rules);
	frame_free(&frame);
	tally_free(&tally);
	mpq_clear(variance);
	table_free(&scores);
	table_free(&cov);
}

static void figures_ranks_and_errors(void **state)
{
	const struct golden *g = *state;
	struct table scores = table_read("tests/golden/par_spec/expected_scores.csv");
	struct faults faults;
	struct result r;

	faults_init(&faults);
	assert_int_equal(result_compute(&g->sample, &r, &faults), 0);
	assert_int_equal(scores.count, UNITS);
	for (uint32_t u = 0; u < UNITS; u++) {
		char *const *expected = scores.rows[u].cells;
		double se = strtod(expected[8], NULL);

		assert_string_equal(r.units[u].score, expected[6]);
		assert_int_equal(r.units[u].rank, number(expected[7]));
		assert_true(fabs(strtod(r.units[u].se, NULL) - se) < 1e-10 * se);
	}
	result_free(&r);
	faults_free(&faults);
	table_free(&scores);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_ratings_are_the_cells),
	    cmocka_unit_test(criterion_scores_and_variances),
	    cmocka_unit_test(figures_ranks_and_errors),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
