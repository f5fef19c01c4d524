/*
 * The covariance of the units, and the sets of ranks, of ratings in memory.
 *
 *   bench_spread RATERS EACH UNITS ANSWERS STRATA BLOCKS UNSCORED
 *
 * Verbs:
 *   covariance         seconds of scores, covariance_add() of every unit and the matrix
 *   matrix FILE        writes the matrix, a line a unit
 *   rows FILE          writes rater,unit,answer of the scores of the first leaf
 *   ranksets DRAWS N   seconds of the order of the clusters and of rankset_compute() of
 *                      the first block on N threads
 *   step DRAWS N       of that the draws, and the maxima of one step of U3
 *   check              ends the program unless these sets are those of result_compute()
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/method/draws.h"
#include "common/method/figure.h"
#include "common/method/rankset.h"
#include "common/method/result.h"
#include "tests/bench/bench.h"
#include "tests/bench/made.h"

struct spread {
	struct made made;
	struct sample sample;
	uint8_t *answers;
	struct result result;
	struct covariance *covariance;
	uint32_t *units; /* all */
	struct covariance_sum *sums;
	struct rankset_unit *ranked; /* of the first block */
	uint32_t ranked_count;
};

static void add_units(const struct spread *s, struct covariance *c)
{
	struct score score;

	bench_must("score", score_init(s->result.rules, &score));
	for (uint32_t u = 0; u < s->made.units; u++) {
		score_unit(s->result.rules, u, &score);
		bench_must("a unit without a figure",
			   score.has_figure ? 0 : ERR_NOT_FOUND);
		bench_must("covariance", covariance_add(c, &score));
	}
	score_free(s->result.rules, &score);
}

static void compute(struct spread *s)
{
	bench_must("covariance", covariance_new(s->result.rules, &s->covariance));
	add_units(s, s->covariance);
	bench_must("matrix",
		   covariance_block(s->covariance, s->units, s->made.units, s->sums));
}

static void on_covariance(void *ctx, const char *const words[])
{
	struct spread *s = ctx;
	uint64_t at;

	(void)words;
	covariance_free(s->covariance);
	s->covariance = NULL;
	at = clock_mono_ns();
	compute(s);
	printf("%.6f\n", bench_since(&at));
}

static FILE *open_file(const char *name)
{
	FILE *file = fopen(name, "w");

	bench_must(name, file ? 0 : ERR_NOT_FOUND);
	return file;
}

static void close_file(FILE *file)
{
	bench_must("writing a table", fclose(file) ? ERR_FULL : 0);
	puts("done");
}

static void on_matrix(void *ctx, const char *const words[])
{
	const struct spread *s = ctx;
	uint32_t count = s->made.units;
	FILE *file = open_file(words[1]);
	mpq_t value;

	mpq_init(value);
	for (uint32_t i = 0; i < count * count; i++) {
		covariance_value(s->sums[i], covariance_clusters(s->covariance), value);
		fprintf(file, "%.17g%c", figure_double(value),
			i % count == count - 1 ? '\n' : ',');
	}
	mpq_clear(value);
	close_file(file);
}

static void on_rows(void *ctx, const char *const words[])
{
	const struct spread *s = ctx;
	FILE *file = open_file(words[1]);

	fputs("rater,unit,answer\n", file);
	for (size_t i = 0; i < s->sample.sheet_count; i++) {
		const struct sample_sheet *sheet = &s->sample.sheets[i];

		if (tally_is_score(sheet->answers[0]))
			fprintf(file, "%u,%u,%u\n", sheet->rater, sheet->unit,
				sheet->answers[0]);
	}
	close_file(file);
}

static void make_sets(const struct spread *s, uint32_t draws, uint32_t threads,
		      struct rankset *out)
{
	uint32_t clusters = covariance_clusters(s->covariance);
	uint32_t *order = malloc((clusters + 1u) * sizeof *order);

	bench_must("memory", order ? 0 : -ENOMEM);
	bench_must("order", covariance_order(s->covariance, order));
	bench_must("sets", rankset_compute(s->covariance, order, s->result.seed, draws,
					   threads, s->ranked, s->ranked_count, out));
	free(order);
}

static void on_ranksets(void *ctx, const char *const words[])
{
	const struct spread *s = ctx;
	struct rankset sets;
	uint64_t at = clock_mono_ns();

	make_sets(s, bench_number(words[1]), bench_number(words[2]), &sets);
	printf("%.6f\n", bench_since(&at));
	rankset_free(&sets);
}

/* Every pair takes part, and none is rejected. */
static void on_step(void *ctx, const char *const words[])
{
	const struct spread *s = ctx;
	uint32_t threads = bench_number(words[2]);
	uint32_t clusters = covariance_clusters(s->covariance);
	size_t pairs = (size_t)s->ranked_count * s->ranked_count;
	uint32_t *order = malloc((clusters + 1u) * sizeof *order);
	double *deviations = malloc((pairs + 1) * sizeof *deviations);
	uint8_t *rejected = calloc(pairs + 1, sizeof *rejected);
	double *maxima;
	struct draws draws;
	uint64_t at;

	bench_must("memory", order && deviations && rejected ? 0 : -ENOMEM);
	for (size_t i = 0; i < pairs; i++)
		deviations[i] = 1;
	bench_must("order", covariance_order(s->covariance, order));
	at = clock_mono_ns();
	bench_must("draws", draws_make(s->covariance, order, s->result.seed,
				       bench_number(words[1]), threads, s->units,
				       s->ranked_count, &draws));
	maxima = malloc((size_t)draws.chunks * DRAWS_CHUNK * sizeof *maxima);
	bench_must("memory", maxima ? 0 : -ENOMEM);
	draws_maxima(&draws, deviations, rejected, threads, maxima);
	printf("%.6f\n", bench_since(&at));
	draws_free(&draws);
	free(maxima);
	free(order);
	free(deviations);
	free(rejected);
}

static void on_check(void *ctx, const char *const words[])
{
	const struct spread *s = ctx;
	struct rankset sets;

	(void)words;
	make_sets(s, RANKSET_DRAWS, 1, &sets);
	for (uint32_t i = 0; i < sets.count; i++) {
		const struct unit_result *u = &s->result.units[s->ranked[i].unit];
		bool same = u->rank_low == sets.low[i] && u->rank_high == sets.high[i];

		bench_must("a set of ranks is another than in the result",
			   same ? 0 : ERR_CORRUPT);
	}
	rankset_free(&sets);
	puts("equal");
}

static void list_ranked(struct spread *s)
{
	for (uint32_t u = 0; u < s->made.units; u++) {
		const struct unit_result *unit = &s->result.units[u];

		if (s->made.round.units[u].block != 0 ||
		    unit->status == STATUS_INSUFFICIENT)
			continue;
		s->ranked[s->ranked_count++] = (struct rankset_unit){
		    .unit = u,
		    .raters = unit->raters,
		    .rank = unit->rank,
		    .index = s->result.exact[u].index,
		    .stabilised = s->result.exact[u].stabilised,
		};
	}
}

static void open_spread(struct spread *s, char *const sizes[])
{
	struct faults faults;

	faults_init(&faults);
	made_init(&s->made, sizes);
	made_sample(&s->made, &s->sample, &s->answers);
	bench_must("result", result_compute(&s->sample, 2, &s->result, &faults));
	faults_free(&faults);
	s->units = calloc(s->made.units, sizeof *s->units);
	s->sums = calloc((size_t)s->made.units * s->made.units, sizeof *s->sums);
	s->ranked = calloc(s->made.units, sizeof *s->ranked);
	bench_must("memory", s->units && s->sums && s->ranked ? 0 : -ENOMEM);
	for (uint32_t u = 0; u < s->made.units; u++)
		s->units[u] = u;
	list_ranked(s);
	compute(s);
}

static void close_spread(struct spread *s)
{
	covariance_free(s->covariance);
	free(s->units);
	free(s->sums);
	free(s->ranked);
	result_free(&s->result);
	sample_free(&s->sample);
	free(s->answers);
	made_free(&s->made);
}

int main(int argc, char *argv[])
{
	static const struct bench_verb verbs[] = {{"covariance", on_covariance},
						  {"matrix", on_matrix},
						  {"rows", on_rows},
						  {"ranksets", on_ranksets},
						  {"step", on_step},
						  {"check", on_check},
						  {NULL, NULL}};
	struct spread s = {.covariance = NULL};

	if (argc != 1 + MADE_SIZES) {
		fprintf(
		    stderr,
		    "bench_spread RATERS EACH UNITS ANSWERS STRATA BLOCKS UNSCORED\n");
		return 2;
	}
	open_spread(&s, argv + 1);
	bench_answer(verbs, &s);
	close_spread(&s);
	return 0;
}
