#include "tests/unit/method/matrix.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void open_rules(const struct sample *s, struct matrix *m)
{
	struct faults faults;

	*m = (struct matrix){.sample = s};
	faults_init(&faults);
	assert_int_equal(tally_make(s, 1, &m->tally), 0);
	assert_int_equal(frame_make(s->round, s->strata, s->stratum_count,
				    m->tally.responded, &m->frame),
			 0);
	assert_int_equal(score_rules_make(&m->tally, &m->frame, &m->rules, &faults), 0);
	assert_int_equal(covariance_new(&m->rules, &m->covariance), 0);
	faults_free(&faults);
}

void matrix_open(const struct sample *s, struct matrix *m)
{
	uint32_t units = s->round->unit_count;
	struct score score;

	open_rules(s, m);
	m->units = calloc(units, sizeof *m->units);
	m->indexes = calloc(units, sizeof *m->indexes);
	assert_non_null(m->units);
	assert_non_null(m->indexes);
	assert_int_equal(score_init(&m->rules, &score), 0);
	for (uint32_t u = 0; u < units; u++) {
		score_unit(&m->rules, u, &score);
		if (!score.has_figure)
			continue;
		assert_int_equal(covariance_add(m->covariance, &score), 0);
		mpq_init(m->indexes[m->count]);
		mpq_set(m->indexes[m->count], score.index);
		m->units[m->count++] = u;
	}
	score_free(&m->rules, &score);
}

void matrix_close(struct matrix *m)
{
	for (uint32_t i = 0; i < m->count; i++)
		mpq_clear(m->indexes[i]);
	free(m->indexes);
	free(m->units);
	covariance_free(m->covariance);
	score_rules_free(&m->rules);
	frame_free(&m->frame);
	tally_free(&m->tally);
}

int matrix_first_error(const struct sample *s)
{
	struct matrix m;
	struct score score;
	int err;

	open_rules(s, &m);
	assert_int_equal(score_init(&m.rules, &score), 0);
	score_unit(&m.rules, 0, &score);
	assert_true(score.has_figure);
	err = covariance_add(m.covariance, &score);
	score_free(&m.rules, &score);
	matrix_close(&m);
	return err;
}

void matrix_value(const struct matrix *m, uint32_t i, uint32_t j, mpq_t value)
{
	uint32_t units[2] = {m->units[i], m->units[j]};
	struct covariance_sum sums[4];

	if (units[0] > units[1]) {
		units[0] = m->units[j];
		units[1] = m->units[i];
	}
	assert_int_equal(covariance_block(m->covariance, units, i == j ? 1 : 2, sums),
			 0);
	covariance_value(sums[i == j ? 0 : 1], covariance_clusters(m->covariance),
			 value);
}

void matrix_turn_round(struct build *b)
{
	size_t count = b->sample.sheet_count;

	for (size_t i = 0; i < count / 2; i++) {
		struct sample_sheet sheet = b->sheets[i];

		b->sheets[i] = b->sheets[count - 1 - i];
		b->sheets[count - 1 - i] = sheet;
	}
	for (size_t i = 0; i < count; i++) {
		b->sheets[i].rater = 7 * (BUILD_MAX - b->sheets[i].rater);
		if (b->sheets[i].cluster)
			b->sheets[i].cluster = BUILD_MAX - b->sheets[i].cluster;
	}
}
