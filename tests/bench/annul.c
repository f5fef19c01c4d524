/*
 * What one annulled sheet costs once a round has many: its counters, the frame, the
 * figures and the ranks of all units again.
 *
 *   bench_annul RATERS EACH UNITS ANSWERS STRATA BLOCKS UNSCORED
 *
 * Verbs:
 *   annul N   seconds a sheet, over N of them, each put back afterwards
 *   check     annuls one, and ends the program unless all figures are those of a sample
 *             that never had it
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/method/figure.h"
#include "common/method/rank.h"
#include "common/method/result.h"
#include "common/round/index.h"
#include "tests/bench/bench.h"
#include "tests/bench/made.h"

struct standing {
	struct made made;
	struct sample sample;
	uint8_t *answers;
	struct tally tally;
	struct rank_item *items;
	uint32_t *ranks; /* by unit */
	char (*figures)[FIGURE_TEXT];
};

/* The units of one block that are ranked. */
static uint32_t list_block(const struct standing *s, const struct score_rules *rules,
			   uint32_t block, struct score *score)
{
	const struct round *r = &s->made.round;
	uint32_t count = 0;
	mpz_t rounded;

	mpz_init(rounded);
	for (uint32_t u = 0; u < r->unit_count; u++) {
		if (r->units[u].block != block)
			continue;
		score_unit(rules, u, score);
		s->figures[u][0] = '\0';
		s->ranks[u] = 0;
		if (!score->has_figure)
			continue;
		figure_round(score->index, r->decimals, r->half_even, rounded);
		figure_text(rounded, r->decimals, s->figures[u]);
		if (rank_status(&r->blocks[block], score->surveyed, true,
				s->tally.scorers[u]) == STATUS_INSUFFICIENT)
			continue;
		s->items[count].unit = u;
		mpq_set_z(s->items[count++].figure, rounded);
	}
	mpz_clear(rounded);
	return count;
}

/* Figures and ranks from the counters. */
static void score_all(struct standing *s)
{
	struct faults faults;
	struct frame frame;
	struct score_rules rules;
	struct score score;

	faults_init(&faults);
	bench_must("frame",
		   frame_make(&s->made.round, s->sample.strata, s->sample.stratum_count,
			      s->tally.responded, &frame));
	bench_must("rules", score_rules_make(&s->tally, &frame, &rules, &faults));
	bench_must("score", score_init(&rules, &score));
	for (uint32_t b = 0; b < s->made.blocks; b++) {
		uint32_t count = list_block(s, &rules, b, &score);

		rank_block(s->items, count, s->made.round.dense_ties);
		for (uint32_t i = 0; i < count; i++)
			s->ranks[s->items[i].unit] = s->items[i].rank;
	}
	score_free(&rules, &score);
	score_rules_free(&rules);
	frame_free(&frame);
	faults_free(&faults);
}

static void on_annul(void *ctx, const char *const words[])
{
	struct standing *s = ctx;
	uint32_t count = bench_number(words[1]);
	double spent = 0;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t sheet = (uint32_t)(hash_number(i) % s->sample.sheet_count);
		uint64_t at = clock_mono_ns();

		tally_remove(&s->tally, sheet);
		score_all(s);
		spent += bench_since(&at);
		tally_restore(&s->tally, sheet);
	}
	printf("%.6f\n", spent / count);
}

/* The last sheet of the sample, so that the others need not move. */
static void on_check(void *ctx, const char *const words[])
{
	struct standing *s = ctx;
	struct sample without = s->sample;
	char(*figures)[FIGURE_TEXT] = calloc(s->made.units, sizeof *figures);
	struct faults faults;

	(void)words;
	faults_init(&faults);
	bench_must("memory", figures ? 0 : -ENOMEM);
	without.sheet_count--;
	tally_remove(&s->tally, (uint32_t)without.sheet_count);
	score_all(s);
	tally_restore(&s->tally, (uint32_t)without.sheet_count);
	bench_must("figures", result_figures(&without, 1, figures, &faults));
	for (uint32_t u = 0; u < s->made.units; u++)
		bench_must("a figure after an annulment is another than without it",
			   strcmp(figures[u], s->figures[u]) != 0 ? ERR_CORRUPT : 0);
	faults_free(&faults);
	free(figures);
	puts("equal");
}

static void open_room(struct standing *s)
{
	s->items = calloc(s->made.units, sizeof *s->items);
	s->ranks = calloc(s->made.units, sizeof *s->ranks);
	s->figures = calloc(s->made.units, sizeof *s->figures);
	bench_must("memory", s->items && s->ranks && s->figures ? 0 : -ENOMEM);
	for (uint32_t u = 0; u < s->made.units; u++)
		mpq_init(s->items[u].figure);
}

static void close_room(struct standing *s)
{
	for (uint32_t u = 0; u < s->made.units; u++)
		mpq_clear(s->items[u].figure);
	free(s->items);
	free(s->ranks);
	free(s->figures);
}

int main(int argc, char *argv[])
{
	static const struct bench_verb verbs[] = {
	    {"annul", on_annul}, {"check", on_check}, {NULL, NULL}};
	struct standing s;

	if (argc != 1 + MADE_SIZES) {
		fprintf(
		    stderr,
		    "bench_annul RATERS EACH UNITS ANSWERS STRATA BLOCKS UNSCORED\n");
		return 2;
	}
	made_init(&s.made, argv + 1);
	made_sample(&s.made, &s.sample, &s.answers);
	bench_must("tally", tally_make(&s.sample, 1, &s.tally));
	open_room(&s);
	bench_answer(verbs, &s);
	close_room(&s);
	tally_free(&s.tally);
	sample_free(&s.sample);
	free(s.answers);
	made_free(&s.made);
	return 0;
}
