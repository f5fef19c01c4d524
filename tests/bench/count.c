/*
 * Ratings in memory and their histograms, in turn with a peer that has the same.
 *
 *   bench_count RATERS EACH UNITS ANSWERS STRATA BLOCKS UNSCORED
 *
 * Verbs:
 *   read          seconds to read every answer once, a plain sum of them
 *   tally N       seconds of tally_make() on N threads: all the counters
 *   count N       of that the histograms alone, tally_units()
 *   cells FILE, wide FILE, long FILE   write a table (tables.h)
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/method/tally_units.h"
#include "tests/bench/bench.h"
#include "tests/bench/tables.h"

enum { LANES = 8 };

struct ratings {
	struct made made;
	struct sample sample;
	uint8_t *answers; /* all of them */
	struct tally tally;
	uint8_t *again; /* see tally_group.h */
};

/* Several sums, so that none of them waits for another. */
static uint64_t sum_words(const uint8_t *bytes, size_t len)
{
	uint64_t sums[LANES] = {0}, words[LANES];

	for (size_t i = 0; i + sizeof words <= len; i += sizeof words) {
		memcpy(words, bytes + i, sizeof words);
		for (size_t j = 0; j < LANES; j++)
			sums[j] += words[j];
	}
	for (size_t j = 1; j < LANES; j++)
		sums[0] += sums[j];
	return sums[0];
}

static void on_read(void *ctx, const char *const words[])
{
	const struct ratings *r = ctx;
	size_t len = made_sheets(&r->made) * r->made.answers;
	uint64_t at = clock_mono_ns();
	uint64_t sum = sum_words(r->answers, len);
	double seconds = bench_since(&at);

	(void)words;
	/* told, so that no compiler leaves it out */
	printf("%.6f %llu\n", seconds, (unsigned long long)sum);
}

static void on_tally(void *ctx, const char *const words[])
{
	const struct ratings *r = ctx;
	struct tally made;
	uint64_t at = clock_mono_ns();

	bench_must("tally", tally_make(&r->sample, bench_number(words[1]), &made));
	printf("%.6f\n", bench_since(&at));
	tally_free(&made);
}

/* As tally_make() hands them to tally_units(). */
static void clear_counters(struct ratings *r)
{
	struct tally *t = &r->tally;
	size_t units = r->made.units;

	memset(t->counts, 0, t->row_first[units] * t->width * sizeof *t->counts);
	memset(t->scorers, 0, units * sizeof *t->scorers);
	memset(t->scored_by, 0, units * r->made.answers * sizeof *t->scored_by);
	memset(t->sheet_marks, 0, r->sample.sheet_count);
}

static void on_count(void *ctx, const char *const words[])
{
	struct ratings *r = ctx;
	uint64_t at;

	clear_counters(r);
	at = clock_mono_ns();
	bench_must("count", tally_units(&r->tally, bench_number(words[1]), r->again));
	printf("%.6f\n", bench_since(&at));
}

static void on_cells(void *ctx, const char *const words[])
{
	const struct ratings *r = ctx;

	tables_cells(&r->tally, words[1]);
	puts("done");
}

static void on_wide(void *ctx, const char *const words[])
{
	const struct ratings *r = ctx;

	tables_wide(&r->made, words[1]);
	puts("done");
}

static void on_long(void *ctx, const char *const words[])
{
	const struct ratings *r = ctx;

	tables_long(&r->made, words[1]);
	puts("done");
}

static void find_again(struct ratings *r)
{
	const struct tally *t = &r->tally;

	r->again = calloc(r->sample.sheet_count + 1, 1);
	bench_must("memory", r->again ? 0 : -ENOMEM);
	for (uint32_t u = 0; u < r->made.units; u++)
		for (size_t i = t->unit_first[u] + 1; i < t->unit_first[u + 1]; i++)
			r->again[i] = t->sheet_cluster[t->order[i]] ==
				      t->sheet_cluster[t->order[i - 1]];
}

int main(int argc, char *argv[])
{
	static const struct bench_verb verbs[] = {
	    {"read", on_read},   {"tally", on_tally}, {"count", on_count},
	    {"cells", on_cells}, {"wide", on_wide},   {"long", on_long},
	    {NULL, NULL},
	};
	struct ratings r = {.again = NULL};

	if (argc != 1 + MADE_SIZES) {
		fprintf(
		    stderr,
		    "bench_count RATERS EACH UNITS ANSWERS STRATA BLOCKS UNSCORED\n");
		return 2;
	}
	made_init(&r.made, argv + 1);
	made_sample(&r.made, &r.sample, &r.answers);
	bench_must("tally", tally_make(&r.sample, 1, &r.tally));
	find_again(&r);
	bench_answer(verbs, &r);
	tally_free(&r.tally);
	sample_free(&r.sample);
	free(r.answers);
	free(r.again);
	made_free(&r.made);
	return 0;
}
