/*
 * How often the intervals of METHOD U2 and the sets of ranks of U3 hold what they
 * promise, in simulated rounds whose truth is known (coverage_world.h): a row of a
 * Markdown table for each scenario. Asserts nothing.
 *
 *   bench_coverage [--long] [--rounds N] [--seed N] [--row N]
 *
 * 200 rounds a row; 2,000 with --long or PAR_LONG. The same seed gives the same table.
 */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/err.h"
#include "common/method/figure.h"
#include "common/method/result.h"
#include "tests/bench/coverage_world.h"

enum { ROUNDS = 200, ROUNDS_LONG = 2000, SEED = 1 };

static const struct scenario scenarios[] = {
    {"19 equal units", .units = 19, .truth = 75, .sheets = 15},
    {"19 equal units", .units = 19, .truth = 75, .sheets = 30},
    {"19 equal units", .units = 19, .truth = 75, .sheets = 50},
    {"34 equal units", .units = 34, .truth = 75, .sheets = 15},
    {"34 equal units", .units = 34, .truth = 75, .sheets = 30},
    {"34 equal units", .units = 34, .truth = 75, .sheets = 50},
    {"0.5 points apart", .units = 19, .truth = 80, .step = 0.5, .sheets = 15},
    {"0.5 points apart", .units = 19, .truth = 80, .step = 0.5, .sheets = 50},
    {"3 points apart", .units = 19, .truth = 92, .step = 3, .sheets = 15},
    {"3 points apart", .units = 19, .truth = 92, .step = 3, .sheets = 50},
    {"10 equal at 85, 9 equal at 65", .units = 19, .truth = 85, .step = 20, .tied = 10,
     .sheets = 50},
    {"all at 95", .units = 19, .truth = 95, .sheets = 15},
    {"all at 95", .units = 19, .truth = 95, .sheets = 50},
    {"all at 98", .units = 19, .truth = 98, .sheets = 15},
    {"all at 99.5, most units all at the top", .units = 19, .truth = 99.5,
     .sheets = 15},
    {"all at 99.5", .units = 19, .truth = 99.5, .sheets = 50},
    {"10 to 15 sheets", .units = 19, .truth = 75, .sheets = 15, .spread = 5},
    {"10 to 15 sheets, all at 95", .units = 19, .truth = 95, .sheets = 15, .spread = 5},
    {"clusters of 5 to 20 over all units", .units = 19, .truth = 75, .sheets = 15,
     .clusters = WORLD_SPREAD, .cluster = 0.17},
    {"clusters of 5 to 20 over all units", .units = 19, .truth = 75, .sheets = 50,
     .clusters = WORLD_SPREAD, .cluster = 0.17},
    {"clusters of 5 to 20 about one unit", .units = 19, .truth = 75, .sheets = 190,
     .clusters = WORLD_WITHIN, .cluster = 0.17},
    {"a fifth of the raters is one cluster", .units = 19, .truth = 75, .sheets = 15,
     .clusters = WORLD_HUGE, .cluster = 0.17},
    {"a fifth of the raters is one cluster", .units = 19, .truth = 75, .sheets = 50,
     .clusters = WORLD_HUGE, .cluster = 0.17},
    {"a rater rates 5 of 19", .units = 19, .truth = 75, .sheets = 15, .each = 5,
     .rater = 0.17},
    {"a rater rates 5 of 19", .units = 19, .truth = 75, .sheets = 50, .each = 5,
     .rater = 0.17},
    {"four strata, weights 4 to 1", .units = 19, .truth = 75, .sheets = 15,
     .strata = WORLD_4_TO_1},
    {"four strata, weights 11 to 1", .units = 19, .truth = 75, .sheets = 15,
     .strata = WORLD_11_TO_1},
    {"four strata, weights 11 to 1", .units = 19, .truth = 75, .sheets = 50,
     .strata = WORLD_11_TO_1},
    {"composite of 5 leaves", .units = 19, .truth = 75, .sheets = 15,
     .mode = WORLD_COMPOSITE},
    {"composite of 5 leaves", .units = 19, .truth = 75, .sheets = 50,
     .mode = WORLD_COMPOSITE},
    {"the same with minmax, 3 points apart", .units = 19, .truth = 92, .step = 3,
     .sheets = 15, .mode = WORLD_MINMAX},
    {"the same with minmax, 3 points apart", .units = 19, .truth = 92, .step = 3,
     .sheets = 50, .mode = WORLD_MINMAX},
};

enum { SCENARIOS = sizeof scenarios / sizeof scenarios[0] };

/* Of one number a round: its mean and the Monte Carlo error of that. */
struct mean {
	double sum, squares;
	uint32_t count;
};

static void mean_add(struct mean *m, double x)
{
	m->sum += x;
	m->squares += x * x;
	m->count++;
}

static double mean_value(const struct mean *m)
{
	return m->count ? m->sum / m->count : NAN;
}

static double mean_error(const struct mean *m)
{
	double mean = mean_value(m);
	double rest = m->squares / m->count - mean * mean;

	return sqrt(fmax(rest, 0) / m->count);
}

/* What a scenario has shown so far. Insufficient units show nothing. */
struct study {
	struct mean *held;            /* by unit: its interval holds its truth */
	struct mean intervals, width; /* of a round: share that hold, mean width */
	struct mean sets, length;     /* likewise of the sets of ranks */
	struct mean all_sets;         /* all sets of a round hold */
	struct mean false_pairs;      /* a pair is surely better that is not better */
	struct mean ranked;           /* units */
};

/* ---- one round ---- */

static bool is_ranked(const struct result *r, uint32_t unit)
{
	return r->units[unit].status != STATUS_INSUFFICIENT;
}

/* As it is before it is rounded for print, held to the scale. */
static double width_of(const struct result *r, double index, double half)
{
	const struct composite *c = &r->round->composite;
	double factor = (double)c->factor.micro / DECIMAL_ONE;
	double low = (double)c->lo.micro / DECIMAL_ONE * factor;
	double high = (double)c->hi.micro / DECIMAL_ONE * factor;

	return fmin(index + half, high) - fmax(index - half, low);
}

static void study_intervals(struct study *s, const struct world *w,
			    const struct result *r)
{
	struct mean held = {0}, width = {0};

	for (uint32_t u = 0; u < r->unit_count; u++) {
		double index, half;
		bool holds;

		if (!is_ranked(r, u))
			continue;
		index = figure_double(r->exact[u].index);
		half = r->exact[u].half_width;
		holds = fabs(index - w->truth[u]) <= half;
		mean_add(&s->held[u], holds);
		mean_add(&held, holds);
		mean_add(&width, width_of(r, index, half));
	}
	if (held.count == 0)
		return;
	mean_add(&s->intervals, mean_value(&held));
	mean_add(&s->width, mean_value(&width));
}

/*
 * The ranks that the truth allows are 1 + the truly better ones to p - the truly worse
 * ones; a set holds if it contains all of them.
 */
static bool set_holds(const struct world *w, const struct result *r, uint32_t unit)
{
	uint32_t best = 1, worst = 0;

	for (uint32_t t = 0; t < r->unit_count; t++) {
		if (!is_ranked(r, t))
			continue;
		best += w->truth[t] > w->truth[unit];
		worst += w->truth[t] >= w->truth[unit];
	}
	return r->units[unit].rank_low <= best && worst <= r->units[unit].rank_high;
}

static void study_sets(struct study *s, const struct world *w, const struct result *r)
{
	struct mean held = {0}, length = {0};

	for (uint32_t u = 0; u < r->unit_count; u++) {
		const struct unit_result *unit = &r->units[u];

		if (!is_ranked(r, u))
			continue;
		mean_add(&held, set_holds(w, r, u));
		mean_add(&length, unit->rank_high - unit->rank_low + 1.0);
	}
	mean_add(&s->ranked, held.count);
	if (held.count == 0)
		return;
	mean_add(&s->sets, mean_value(&held));
	mean_add(&s->length, mean_value(&length));
	mean_add(&s->all_sets, mean_value(&held) >= 1);
}

static bool has_false_pair(const struct world *w, const struct block_result *b)
{
	for (uint32_t i = 0; i < b->count; i++)
		for (uint32_t j = 0; j < b->count; j++)
			if (b->better[(size_t)i * b->count + j] &&
			    w->truth[b->units[i]] <= w->truth[b->units[j]])
				return true;
	return false;
}

static void study_round(struct study *s, const struct world *w)
{
	struct faults faults;
	struct result r;
	int err;

	faults_init(&faults);
	err = result_compute(&w->sample, 1, &r, &faults);
	faults_print(&faults, "bench_coverage: ", stderr);
	faults_free(&faults);
	if (err < 0) {
		fprintf(stderr, "bench_coverage: %s\n", err_str(err));
		exit(1);
	}
	study_intervals(s, w, &r);
	study_sets(s, w, &r);
	mean_add(&s->false_pairs, has_false_pair(w, &r.blocks[0]));
	result_free(&r);
}

/* ---- the table ---- */

/* Of the unit whose intervals hold least often. */
static double worst_of(const struct study *s, uint32_t units)
{
	double worst = 1;

	for (uint32_t u = 0; u < units; u++)
		worst = fmin(worst, mean_value(&s->held[u]));
	return worst;
}

static void print_share(const struct mean *m)
{
	printf(" %.1f ± %.1f |", 100 * mean_value(m), 100 * mean_error(m));
}

static void print_row(const struct scenario *s, const struct study *t)
{
	printf("| %s | %u | %u |", s->name, s->units, s->sheets);
	print_share(&t->intervals);
	printf(" %.1f | %.1f |", 100 * worst_of(t, s->units), mean_value(&t->width));
	print_share(&t->all_sets);
	printf(" %.1f |", 100 * mean_value(&t->sets));
	print_share(&t->false_pairs);
	printf(" %.1f of %.1f |\n", mean_value(&t->length), mean_value(&t->ranked));
	fflush(stdout);
}

static void print_head(void)
{
	puts("| scenario | units | sheets a unit | intervals that hold, % "
	     "| of the worst unit, % | mean width | rounds whose sets of ranks all "
	     "hold, % | sets that hold, % | rounds with a false separation, % "
	     "| mean length of a set |");
	puts("|---|---|---|---|---|---|---|---|---|---|");
}

/* Every row has draws of its own. */
static void print_scenario(uint32_t row, uint32_t rounds, uint64_t seed)
{
	struct study study = {0};
	struct world world;

	world_open(&world, &scenarios[row]);
	study.held = calloc(scenarios[row].units, sizeof *study.held);
	if (!study.held)
		exit(1);
	for (uint32_t i = 0; i < rounds; i++) {
		world_draw(&world, seed + ((uint64_t)row << 32), i);
		study_round(&study, &world);
	}
	print_row(&scenarios[row], &study);
	free(study.held);
	world_close(&world);
}

static uint32_t number(const char *text)
{
	uint64_t value;

	if (text_uint(text, UINT32_MAX, &value) == 0)
		return (uint32_t)value;
	fprintf(stderr, "bench_coverage: %s is no number\n", text);
	exit(2);
}

int main(int argc, char *argv[])
{
	static const struct option options[] = {
	    {"long", no_argument, NULL, 'l'},
	    {"rounds", required_argument, NULL, 'n'},
	    {"seed", required_argument, NULL, 's'},
	    {"row", required_argument, NULL, 'r'},
	    {0},
	};
	const char *told = getenv("PAR_LONG");
	uint32_t rounds = told && *told ? ROUNDS_LONG : ROUNDS;
	uint32_t seed = SEED, only = 0;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'l')
			rounds = ROUNDS_LONG;
		else if (option == 'n')
			rounds = number(optarg);
		else if (option == 's')
			seed = number(optarg);
		else if (option == 'r')
			only = number(optarg);
		else
			return 2;
	}
	print_head();
	for (uint32_t row = 0; row < SCENARIOS; row++)
		if (only == 0 || row + 1 == only)
			print_scenario(row, rounds, seed);
	return 0;
}
