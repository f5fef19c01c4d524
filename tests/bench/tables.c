#include "tests/bench/tables.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/err.h"
#include "tests/bench/bench.h"

static FILE *open_file(const char *name)
{
	FILE *file = fopen(name, "w");

	bench_must(name, file ? 0 : ERR_NOT_FOUND);
	return file;
}

static void close_file(FILE *file)
{
	bench_must("writing a table", fclose(file) ? ERR_FULL : 0);
}

/* Scores have one digit. */
static void put_answer(FILE *file, uint8_t answer)
{
	if (tally_is_score(answer))
		putc_unlocked('0' + answer, file);
}

static void put_wide(FILE *file, const struct sample_sheet *sheet, uint32_t count)
{
	fprintf(file, "%u,%u", sheet->unit, sheet->stratum);
	for (uint32_t a = 0; a < count; a++) {
		putc_unlocked(',', file);
		put_answer(file, sheet->answers[a]);
	}
	putc_unlocked('\n', file);
}

static void put_long(FILE *file, const struct sample_sheet *sheet, uint32_t count)
{
	for (uint32_t a = 0; a < count; a++) {
		fprintf(file, "%u,%u,%u,", sheet->unit, sheet->stratum, a);
		put_answer(file, sheet->answers[a]);
		putc_unlocked('\n', file);
	}
}

static void put_sheets(const struct made *m, const char *name,
		       void (*put)(FILE *, const struct sample_sheet *, uint32_t))
{
	static uint8_t answers[MODEL_CRITERIA_MAX];
	uint32_t *arrival = made_arrival(m);
	FILE *file = open_file(name);

	for (uint64_t i = 0; i < made_sheets(m); i++) {
		struct sample_sheet sheet = made_sheet(m, arrival[i], answers);

		put(file, &sheet, m->answers);
	}
	close_file(file);
	free(arrival);
}

void tables_wide(const struct made *m, const char *file)
{
	put_sheets(m, file, put_wide);
}

void tables_long(const struct made *m, const char *file)
{
	put_sheets(m, file, put_long);
}

static void put_cell(FILE *file, const struct tally *t, size_t row, uint32_t unit,
		     uint32_t leaf)
{
	const uint32_t *scores =
	    tally_row(t, row) + t->offset[leaf] + TALLY_FIRST_SCORE;
	size_t levels = t->offset[leaf + 1] - t->offset[leaf] - TALLY_FIRST_SCORE;
	uint64_t count = 0, sum = 0, squares = 0;

	for (uint64_t y = 1; y <= levels; y++) {
		count += scores[y - 1];
		sum += scores[y - 1] * y;
		squares += scores[y - 1] * y * y;
	}
	if (count > 0)
		fprintf(file, "%u,%u,%u,%llu,%llu,%llu\n", unit, t->row_stratum[row],
			leaf, (unsigned long long)count, (unsigned long long)sum,
			(unsigned long long)squares);
}

void tables_cells(const struct tally *t, const char *name)
{
	const struct round *r = t->sample->round;
	FILE *file = open_file(name);

	for (uint32_t u = 0; u < r->unit_count; u++)
		for (size_t row = t->row_first[u]; row < t->row_first[u + 1]; row++)
			for (uint32_t a = 0; a < r->answer_count; a++)
				put_cell(file, t, row, u, a);
	close_file(file);
}
