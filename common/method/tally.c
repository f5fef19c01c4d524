#include "common/method/tally.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/method/tally_group.h"
#include "common/method/tally_units.h"

enum { WORD_BITS = 64 };

static int layout(struct tally *t)
{
	const struct round *r = t->sample->round;

	t->offset = calloc(r->answer_count + 1u, sizeof *t->offset);
	if (!t->offset)
		return -ENOMEM;
	for (uint32_t a = 0; a < r->answer_count; a++) {
		const struct criterion *c = &r->criteria[r->surveyed[a]];
		uint32_t levels = r->scales[c->scale].levels;

		t->offset[a + 1] = t->offset[a] + TALLY_FIRST_SCORE + levels;
	}
	t->width = t->offset[r->answer_count];
	return 0;
}

/* A bit for each (unit, stratum) with a sheet; `words` of them a unit. */
static uint64_t *find_rows(const struct sample *s, size_t words)
{
	uint64_t *seen = calloc(s->round->unit_count * words + 1, sizeof *seen);

	for (size_t i = 0; seen && i < s->sheet_count; i++) {
		const struct sample_sheet *sheet = &s->sheets[i];

		seen[sheet->unit * words + sheet->stratum / WORD_BITS] |=
		    UINT64_C(1) << sheet->stratum % WORD_BITS;
	}
	return seen;
}

/* Rows of a unit stand in the order of strata. */
static uint32_t strata_of_unit(const uint64_t *seen, size_t words, uint32_t *strata)
{
	uint32_t found = 0;

	for (size_t w = 0; w < words; w++) {
		size_t h = w * WORD_BITS;

		for (uint64_t left = seen[w]; left; left >>= 1, h++)
			if (left & 1)
				strata[found++] = (uint32_t)h;
	}
	return found;
}

static int make_rows(struct tally *t)
{
	const struct sample *s = t->sample;
	uint32_t units = s->round->unit_count;
	size_t words = s->stratum_count / WORD_BITS + 1u;
	size_t most = (size_t)units * s->stratum_count;
	uint64_t *seen = find_rows(s, words);
	size_t rows = 0;

	if (most > s->sheet_count)
		most = s->sheet_count;
	t->row_first = calloc(units + 1u, sizeof *t->row_first);
	t->row_stratum = malloc((most + 1) * sizeof *t->row_stratum);
	if (!seen || !t->row_first || !t->row_stratum) {
		free(seen);
		return -ENOMEM;
	}
	for (uint32_t u = 0; u < units; u++) {
		rows += strata_of_unit(seen + u * words, words, t->row_stratum + rows);
		t->row_first[u + 1] = rows;
	}
	free(seen);
	t->counts = calloc(rows * t->width + 1, sizeof *t->counts);
	t->scorers = calloc(units + 1u, sizeof *t->scorers);
	t->scored_by =
	    calloc((size_t)units * s->round->answer_count + 1, sizeof *t->scored_by);
	t->sheet_marks = calloc(s->sheet_count + 1, sizeof *t->sheet_marks);
	return t->counts && t->scorers && t->scored_by && t->sheet_marks ? 0 : -ENOMEM;
}

static int make(struct tally *t, uint32_t threads, uint8_t *again)
{
	int err = layout(t);

	if (!err)
		err = tally_group(t, again);
	if (!err)
		err = make_rows(t);
	return err ? err : tally_units(t, threads, again);
}

int tally_make(const struct sample *s, uint32_t threads, struct tally *out)
{
	struct tally t = {.sample = s};
	uint8_t *again = calloc(s->sheet_count + 1, sizeof *again);
	int err;

	assert(s->sheet_count < UINT32_MAX && threads > 0);
	err = again ? make(&t, threads, again) : -ENOMEM;
	free(again);
	if (err) {
		tally_free(&t);
		return err;
	}
	*out = t;
	return 0;
}

void tally_free(struct tally *t)
{
	free(t->responded);
	free(t->raters);
	free(t->cluster_raters);
	free(t->sheet_cluster);
	free(t->sheet_rater);
	free(t->sheet_marks);
	free(t->order);
	free(t->unit_first);
	free(t->offset);
	free(t->row_first);
	free(t->row_stratum);
	free(t->counts);
	free(t->scored_by);
	free(t->scorers);
	memset(t, 0, sizeof *t);
}

const uint32_t *tally_row(const struct tally *t, size_t row)
{
	return t->counts + row * t->width;
}
