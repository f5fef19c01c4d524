#include "tests/bench/made.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "common/round/index.h"
#include "tests/bench/bench.h"

enum {
	LEVELS = 5,
	FIELDS_MAX = 4,
	STRATA_MAX = 4,
	BYTE = 256,
	UNIT_SHIFT = 60, /* how much of a byte the best unit is ahead */
	KINDS = 5,
};

/* Without a common factor with any number of units that has none of them. */
static const uint32_t strides[] = {1, 7, 11, 13, 17, 19, 23, 29};

static char *text(const char *name, unsigned number)
{
	char out[32];

	snprintf(out, sizeof out, "%s%u", name, number);
	return strdup(out);
}

static struct text2 texts(const char *vi, const char *en, unsigned number)
{
	return (struct text2){text(vi, number), text(en, number)};
}

static void *zeros(size_t count, size_t size)
{
	void *list = calloc(count, size);

	bench_must("memory", list ? 0 : -ENOMEM);
	return list;
}

static void make_frame(const struct made *m, struct round *r)
{
	r->strata_column_count = 1;
	r->strata_columns = zeros(1, sizeof *r->strata_columns);
	r->strata_columns[0] = text("size", 1);
	r->stratum_count = m->strata;
	r->strata = zeros(m->strata, sizeof *r->strata);
	for (uint32_t h = 0; h < m->strata; h++) {
		uint64_t rows = (m->raters + m->strata - 1 - h) / m->strata;

		r->strata[h].labels = zeros(1, sizeof(char *));
		r->strata[h].labels[0] = text("s", h);
		r->strata[h].members = rows * (h + 1);
		r->strata[h].rows = rows;
	}
	r->roster_rows = m->raters;
}

static void make_units(const struct made *m, struct round *r)
{
	r->block_count = m->blocks;
	r->blocks = zeros(m->blocks, sizeof *r->blocks);
	for (uint32_t b = 0; b < m->blocks; b++)
		r->blocks[b] = (struct block){text("B", b), 50, 30};
	r->unit_count = m->units;
	r->units = zeros(m->units, sizeof *r->units);
	for (uint32_t u = 0; u < m->units; u++)
		r->units[u] = (struct unit){.code = text("U", u),
					    .block = u % m->blocks,
					    .name = texts("Sở ", "D", u)};
}

static void make_criteria(const struct made *m, struct round *r)
{
	uint32_t fields = m->answers < FIELDS_MAX ? m->answers : FIELDS_MAX;

	r->scale_count = 1;
	r->scales = zeros(1, sizeof *r->scales);
	r->scales[0] = (struct scale){.name = text("five", LEVELS), .levels = LEVELS};
	r->criterion_count = fields + m->answers;
	r->criteria = zeros(r->criterion_count, sizeof *r->criteria);
	for (uint32_t c = 0; c < r->criterion_count; c++) {
		bool is_field = c < fields;
		uint32_t field = is_field ? c : (c - fields) % fields;
		uint32_t leaves = (m->answers + fields - 1 - field) / fields;

		r->criteria[c] = (struct criterion){
		    .code = text("c", c),
		    .parent = is_field ? -1 : (int32_t)field,
		    .points = {DECIMAL_ONE * (is_field ? (int64_t)leaves : 1)},
		    .source = is_field ? SOURCE_NONE : SOURCE_SURVEY,
		    .scale = is_field ? -1 : 0,
		    .name = texts("Tiêu chí ", "C", c),
		};
	}
}

static void check(const struct round *r)
{
	struct faults faults;

	faults_init(&faults);
	model_check(r, &faults);
	for (size_t i = 0; i < faults.listed; i++)
		fprintf(stderr, "%s: %s\n", faults.list[i].file, faults.list[i].text);
	bench_must("the round that was made up", faults.count > 0 ? ERR_REFUSED : 0);
	faults_free(&faults);
}

void made_init(struct made *m, char *const sizes[])
{
	uint32_t *of[MADE_SIZES] = {&m->raters, &m->each,   &m->units,   &m->answers,
				    &m->strata, &m->blocks, &m->unscored};
	struct round *r = &m->round;

	for (int i = 0; i < MADE_SIZES; i++) {
		*of[i] = (uint32_t)strtoul(sizes[i], NULL, 10);
		bench_must("sizes",
			   *of[i] == 0 && of[i] != &m->unscored ? ERR_CONFIG : 0);
	}
	if (m->each > m->units || m->strata > STRATA_MAX || m->unscored >= BYTE)
		bench_must("sizes", ERR_CONFIG);
	model_init(r);
	r->code = text("bench", 1);
	r->title = (struct text2){strdup("Đo tốc độ"), strdup("Bench")};
	r->opens = strdup("");
	r->closes = strdup("");
	make_frame(m, r);
	make_units(m, r);
	make_criteria(m, r);
	bench_must("round", model_finish(r));
	check(r);
}

void made_free(struct made *m)
{
	model_free(&m->round);
}

uint64_t made_sheets(const struct made *m)
{
	return (uint64_t)m->raters * m->each;
}

static uint32_t stride(const struct made *m, uint64_t random)
{
	for (uint64_t i = random;; i++) {
		uint32_t one = strides[i % (sizeof strides / sizeof *strides)];

		if (m->units % one != 0 || one == 1)
			return one;
	}
}

/* The units of a rater: some steps around the circle of them, in ascending order. */
static uint32_t unit_of(const struct made *m, uint32_t rater, uint32_t place)
{
	uint64_t random = hash_number(rater);
	uint32_t step = stride(m, random >> 32);
	uint32_t start = (uint32_t)random % m->units;

	for (uint32_t i = 0; i < m->each; i++) {
		uint32_t unit = (uint32_t)((start + (uint64_t)i * step) % m->units);
		uint32_t below = 0;

		for (uint32_t j = 0; j < m->each; j++)
			below += (start + (uint64_t)j * step) % m->units < unit;
		if (below == place)
			return unit;
	}
	bench_must("units", ERR_CORRUPT);
	return 0;
}

static uint8_t answer_of(const struct made *m, uint8_t random, uint32_t unit)
{
	uint32_t value;

	if (random < m->unscored)
		return (uint8_t)(ANSWER_BLANK + random % KINDS);
	value = (random - m->unscored + unit * UNIT_SHIFT / m->units) * LEVELS /
		(BYTE - m->unscored);
	return (uint8_t)(value < LEVELS ? value + 1 : LEVELS);
}

struct sample_sheet made_sheet(const struct made *m, uint64_t i, uint8_t *answers)
{
	struct sample_sheet sheet = {
	    .rater = (uint32_t)(i / m->each), .ballot = i + 2, .answers = answers};
	uint64_t random = 0;

	sheet.unit = unit_of(m, sheet.rater, (uint32_t)(i % m->each));
	sheet.stratum = sheet.rater % m->strata;
	for (uint32_t a = 0; a < m->answers; a++, random >>= 8) {
		if (a % 8 == 0)
			random = hash_number(i << 16 | a);
		answers[a] = answer_of(m, (uint8_t)random, sheet.unit);
	}
	return sheet;
}

uint32_t *made_arrival(const struct made *m)
{
	uint64_t count = made_sheets(m);
	uint32_t *order = zeros(count, sizeof *order);

	for (uint32_t i = 0; i < count; i++)
		order[i] = i;
	for (uint64_t i = count; i > 1; i--) {
		uint64_t j = hash_number(i) % i;
		uint32_t held = order[i - 1];

		order[i - 1] = order[j];
		order[j] = held;
	}
	return order;
}

void made_sample(const struct made *m, struct sample *out, uint8_t **answers)
{
	uint64_t count = made_sheets(m);
	uint32_t *arrival = made_arrival(m);
	struct sample s = {.round = &m->round, .sheet_count = count};
	struct stratum *strata;

	bench_must("frame", model_strata_copy(m->round.strata, m->strata, 1, &strata));
	s.strata = strata;
	s.stratum_count = m->strata;
	s.invited = m->raters;
	s.sheets = zeros(count, sizeof *s.sheets);
	*answers = zeros(count, m->answers);
	for (uint64_t i = 0; i < count; i++)
		s.sheets[arrival[i]] =
		    made_sheet(m, arrival[i], *answers + i * m->answers);
	free(arrival);
	*out = s;
}
