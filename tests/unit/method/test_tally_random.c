/*
 * The tally of random rounds, against the same counted a second time, and after sheets
 * went out and came back.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/method/tally.h"
#include "tests/unit/method/build.h"

enum { UNITS = 3, STRATA = 4, PLACES_MAX = 200, SHEETS = 9000, RATERS = 700 };

struct random_round {
	struct build *b;
	struct sample_sheet sheets[SHEETS];
	uint8_t answers[SHEETS][PLACES_MAX];
	uint32_t unscored_percent;
};

static uint32_t below(uint32_t bound)
{
	static uint64_t state = 20240611;

	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(state >> 33) % bound;
}

/* Scales of few and of many levels, half of the criteria of the first. */
static void random_scales(struct round *r)
{
	static const uint32_t levels[] = {5, 2, 20, 21, 100, 10};

	r->scales = realloc(r->scales, 6 * sizeof *r->scales);
	assert_non_null(r->scales);
	memset(r->scales + 1, 0, 5 * sizeof *r->scales);
	for (uint32_t i = 0; i < 6; i++) {
		r->scales[i].levels = levels[i];
		if (i > 0)
			r->scales[i].name = strdup("another");
	}
	r->scale_count = 6;
	for (uint32_t c = 0; c < r->criterion_count; c++)
		r->criteria[c].scale = below(2) ? 0 : (int32_t)below(6);
}

static struct random_round *random_round(uint32_t places, bool one_scale)
{
	static const char *const points[] = {"1", "0.5", "2", "10", "0.000001"};
	struct random_round *rr = calloc(1, sizeof *rr);

	assert_non_null(rr);
	rr->b = build_new(5);
	for (uint32_t c = 0; c < places; c++) {
		char code[16];

		snprintf(code, sizeof code, "%u", c + 1);
		build_criterion(rr->b, code, NULL, points[below(5)], SOURCE_SURVEY);
	}
	if (!one_scale)
		random_scales(&rr->b->round);
	build_unit(rr->b, "U", 0);
	build_unit(rr->b, "V", 0);
	build_unit(rr->b, "W", 0);
	build_exclude(rr->b, 1, "1");
	build_columns(rr->b, 1);
	build_stratum(rr->b, "a", 1000);
	build_stratum(rr->b, "b", 1000);
	build_stratum(rr->b, "c", 1000);
	build_stratum(rr->b, "d", 1000);
	build_finish(rr->b);
	return rr;
}

static void free_random(struct random_round *rr)
{
	build_free(rr->b);
	free(rr);
}

/* A third of the raters is of 20 clusters; stratum 0 has most sheets, stratum 3 and
 * unit 2 have few. */
static void random_sheet(struct random_round *rr, size_t at)
{
	const struct round *r = &rr->b->round;
	uint32_t rater = below(RATERS);
	uint32_t stratum = rater % 5 < 3 ? 0 : rater % 5 - 2;

	for (uint32_t a = 0; a < r->answer_count; a++)
		rr->answers[at][a] = below(100) < rr->unscored_percent
					 ? (uint8_t)(ANSWER_BLANK + below(5))
					 : (uint8_t)(1 + below(r->answer_levels[a]));
	rr->sheets[at] = (struct sample_sheet){
	    .rater = rater * 1000003u,
	    .unit = below(50) ? below(2) : 2,
	    .stratum = rater % 50 ? stratum : 3,
	    .cluster = rater % 3 == 0 ? 1 + rater % 20 : 0,
	    .answers = rr->answers[at],
	};
}

static void random_sheets(struct random_round *rr, size_t count)
{
	for (size_t i = 0; i < count; i++)
		random_sheet(rr, i);
	rr->b->sample.sheets = rr->sheets;
	rr->b->sample.sheet_count = count;
}

static bool same_cluster(const struct sample_sheet *a, const struct sample_sheet *b)
{
	return a->cluster ? a->cluster == b->cluster : a->rater == b->rater;
}

static bool scores(const struct sample_sheet *sheet, uint32_t place)
{
	return sheet->answers[place] >= 1 && sheet->answers[place] <= 100;
}

static bool scores_half(const struct round *r, const struct sample_sheet *sheet)
{
	int64_t all = 0;
	int64_t scored = 0;

	for (uint32_t a = 0; a < r->answer_count; a++) {
		if (!model_applies(r, sheet->unit, r->surveyed[a]))
			continue;
		all += r->criteria[r->surveyed[a]].points.micro;
		if (scores(sheet, a))
			scored += r->criteria[r->surveyed[a]].points.micro;
	}
	return scored > 0 && 2 * scored >= all;
}

/* Clusters with a sheet about the unit for which it holds. */
typedef bool holds_fn(const struct round *r, const struct sample_sheet *s, uint32_t a);

static bool holds_score(const struct round *r, const struct sample_sheet *s, uint32_t a)
{
	(void)r;
	return scores(s, a);
}

static bool holds_half(const struct round *r, const struct sample_sheet *s, uint32_t a)
{
	(void)a;
	return scores_half(r, s);
}

static uint32_t clusters_that(const struct sample *s, uint32_t unit, uint32_t place,
			      holds_fn *holds)
{
	static size_t found[SHEETS];
	uint32_t count = 0;

	for (size_t i = 0; i < s->sheet_count; i++) {
		uint32_t j = 0;

		if (s->sheets[i].unit != unit || !holds(s->round, &s->sheets[i], place))
			continue;
		while (j < count && !same_cluster(&s->sheets[found[j]], &s->sheets[i]))
			j++;
		if (j == count)
			found[count++] = i;
	}
	return count;
}

/* Row of a unit and stratum, or NULL. */
static const uint32_t *find_row(const struct tally *t, uint32_t unit, uint32_t stratum)
{
	for (size_t row = t->row_first[unit]; row < t->row_first[unit + 1]; row++)
		if (t->row_stratum[row] == stratum)
			return tally_row(t, row);
	return NULL;
}

static void assert_row(const struct tally *t, uint32_t unit, uint32_t stratum)
{
	const struct sample *s = t->sample;
	const uint32_t *row = find_row(t, unit, stratum);
	uint32_t *expected = calloc(t->width, sizeof *expected);
	bool any = false;

	assert_non_null(expected);
	for (size_t i = 0; i < s->sheet_count; i++) {
		const struct sample_sheet *sheet = &s->sheets[i];

		if (sheet->unit != unit || sheet->stratum != stratum)
			continue;
		any = true;
		for (uint32_t a = 0; a < s->round->answer_count; a++)
			expected[t->offset[a] + tally_slot(sheet->answers[a])]++;
	}
	assert_true(any == (row != NULL));
	if (any)
		assert_memory_equal(row, expected, t->width * sizeof *row);
	free(expected);
}

static void assert_counted(const struct random_round *rr, uint32_t threads)
{
	const struct sample *s = &rr->b->sample;
	uint32_t places = s->round->answer_count;
	struct tally t;

	assert_int_equal(tally_make(s, threads, &t), 0);
	for (uint32_t u = 0; u < UNITS; u++) {
		for (uint32_t h = 0; h < STRATA; h++)
			assert_row(&t, u, h);
		for (uint32_t a = 0; a < places; a++)
			assert_int_equal(t.scored_by[u * places + a],
					 clusters_that(s, u, a, holds_score));
		assert_int_equal(t.scorers[u], clusters_that(s, u, 0, holds_half));
	}
	tally_free(&t);
}

/* Around the widths, batches and chunks in which it is counted. */
static void counting_is_the_same_one_by_one(void **state)
{
	static const struct {
		uint32_t places, unscored_percent;
		size_t sheets;
	} runs[] = {
	    {1, 0, 1500}, {5, 3, 1500}, {15, 50, 1500}, {16, 3, SHEETS},
	    {17, 0, 90},  {40, 97, 20}, {63, 3, 1500},  {64, 0, 1500},
	    {65, 50, 90}, {81, 3, 20},  {127, 0, 700},  {200, 3, 700},
	};

	(void)state;
	for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
		struct random_round *rr = random_round(runs[i].places, i % 2);

		rr->unscored_percent = runs[i].unscored_percent;
		random_sheets(rr, runs[i].sheets);
		for (uint32_t threads = 1; threads <= 5; threads += 2)
			assert_counted(rr, threads);
		free_random(rr);
	}
}

/* What everything but the covariance reads: equal, or zeros where one has no row. */
static void assert_same(const struct tally *t, const struct tally *fresh)
{
	const struct round *r = t->sample->round;
	size_t cells = (size_t)UNITS * r->answer_count;

	assert_int_equal(t->rater_count, fresh->rater_count);
	assert_int_equal(t->cluster_count, fresh->cluster_count);
	assert_memory_equal(t->responded, fresh->responded, STRATA * sizeof(uint32_t));
	assert_memory_equal(t->scored_by, fresh->scored_by, cells * sizeof(uint32_t));
	assert_memory_equal(t->scorers, fresh->scorers, UNITS * sizeof(uint32_t));
	for (uint32_t u = 0; u < UNITS; u++)
		for (uint32_t h = 0; h < STRATA; h++) {
			const uint32_t *row = find_row(t, u, h);
			const uint32_t *other = find_row(fresh, u, h);

			for (size_t i = 0; row && i < t->width; i++)
				assert_int_equal(row[i], other ? other[i] : 0);
			assert_true(row || !other);
		}
}

static void assert_reduced(const struct tally *t, const bool *out)
{
	static struct sample_sheet left[SHEETS];
	struct sample reduced = *t->sample;
	struct tally fresh;

	reduced.sheets = left;
	reduced.sheet_count = 0;
	for (size_t i = 0; i < t->sample->sheet_count; i++)
		if (!out[i])
			left[reduced.sheet_count++] = t->sample->sheets[i];
	assert_int_equal(tally_make(&reduced, 1, &fresh), 0);
	assert_same(t, &fresh);
	tally_free(&fresh);
}

static void flip(struct tally *t, bool *out, uint32_t sheet)
{
	if (out[sheet])
		tally_restore(t, sheet);
	else
		tally_remove(t, sheet);
	out[sheet] = !out[sheet];
}

/* Sheets go out and come back in any order; few enough raters that some are left
 * without a sheet, and in the end nobody is in, and then everybody. */
static void removing_is_never_having_had(void **state)
{
	enum { COUNT = 60 };

	(void)state;
	for (uint32_t run = 0; run < 12; run++) {
		struct random_round *rr = random_round(1 + run * 3, run % 2);
		bool out[COUNT] = {false};
		struct tally t;

		rr->unscored_percent = run * 8;
		random_sheets(rr, COUNT);
		for (size_t i = 0; i < COUNT; i++) {
			uint32_t rater = rr->sheets[i].rater % 13;

			rr->sheets[i].rater = rater << 12;
			rr->sheets[i].stratum = rater % STRATA;
			rr->sheets[i].cluster = rater % 2 ? rater % 5 : 0;
		}
		assert_int_equal(tally_make(&rr->b->sample, 1, &t), 0);
		for (uint32_t i = 0; i < 300; i++) {
			flip(&t, out, below(COUNT));
			assert_reduced(&t, out);
		}
		for (uint32_t i = 0; i < COUNT; i++)
			if (!out[i])
				flip(&t, out, i);
		assert_int_equal(t.rater_count, 0);
		assert_reduced(&t, out);
		for (uint32_t i = COUNT; i > 0; i--)
			flip(&t, out, i - 1);
		assert_reduced(&t, out);
		tally_free(&t);
		free_random(rr);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counting_is_the_same_one_by_one),
	    cmocka_unit_test(removing_is_never_having_had),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
