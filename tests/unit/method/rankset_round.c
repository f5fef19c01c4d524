#include "tests/unit/method/rankset_round.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/* xorshift; the same sheets in every run. */
static uint32_t draw(uint64_t *state, uint32_t below)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (uint32_t)(*state >> 33) % below;
}

struct build *rankset_round_new(uint32_t units, uint32_t strata)
{
	struct build *b = build_new(5);
	char text[16];

	b->round.cell_score = 1;
	build_criterion(b, "1", NULL, "60", SOURCE_SURVEY);
	build_criterion(b, "2", NULL, "40", SOURCE_SURVEY);
	for (uint32_t u = 0; u < units; u++) {
		snprintf(text, sizeof text, "U%u", u);
		build_unit(b, text, 0);
	}
	build_columns(b, strata > 1 ? 1 : 0);
	for (uint32_t h = 0; strata > 1 && h < strata; h++) {
		snprintf(text, sizeof text, "h%u", h);
		build_stratum(b, text, 2000 + 1500 * h);
	}
	build_finish(b);
	return b;
}

void rankset_round_fill(struct build *b, uint32_t raters, uint32_t labels,
			uint32_t slope)
{
	uint64_t state = 88172645463325252u + raters + labels;

	for (uint32_t r = 0; r < raters; r++) {
		uint32_t stratum = draw(&state, b->round.stratum_count);
		uint32_t cluster = labels ? draw(&state, 2 * labels) : 0;
		uint32_t mood = draw(&state, 3);

		for (uint32_t u = 0; u < b->round.unit_count; u++) {
			uint32_t good = 10 * mood + slope * u;
			char answers[] = "--";

			if (draw(&state, 3) == 0)
				continue;
			for (int a = 0; a < 2; a++)
				answers[a] =
				    "1223345555"[(good + draw(&state, 40)) / 10 % 10];
			build_sheet(b, r, u, stratum,
				    cluster < labels ? cluster + 1 : 0, answers);
		}
	}
}

void rankset_round_open(struct build *b, struct rankset_round *f)
{
	*f = (struct rankset_round){.build = b};
	matrix_open(&b->sample, &f->matrix);
	assert_true(covariance_clusters(f->matrix.covariance) <= RANKSET_SLOW_CLUSTERS);
	assert_int_equal(covariance_order(f->matrix.covariance, f->order), 0);
	f->count = f->matrix.count;
	for (uint32_t i = 0; i < f->count; i++) {
		mpq_init(f->stabilised[i]);
		if (covariance_clusters(f->matrix.covariance) >= 2)
			matrix_value(&f->matrix, i, i, f->stabilised[i]);
		mpz_mul_ui(mpq_numref(f->stabilised[i]), mpq_numref(f->stabilised[i]),
			   6);
		mpz_mul_ui(mpq_denref(f->stabilised[i]), mpq_denref(f->stabilised[i]),
			   5);
		mpq_canonicalize(f->stabilised[i]);
		f->units[i] = (struct rankset_unit){
		    .unit = f->matrix.units[i],
		    .raters = f->matrix.tally.scorers[f->matrix.units[i]],
		    .rank = 1,
		    .index = f->matrix.indexes[i],
		    .stabilised = f->stabilised[i],
		};
		for (uint32_t j = 0; j < f->count; j++)
			f->units[i].rank +=
			    mpq_cmp(f->matrix.indexes[j], f->matrix.indexes[i]) > 0;
	}
}

void rankset_round_close(struct rankset_round *f)
{
	for (uint32_t i = 0; i < f->count; i++)
		mpq_clear(f->stabilised[i]);
	matrix_close(&f->matrix);
	build_free(f->build);
}
