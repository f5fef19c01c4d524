#include "tests/bench/coverage_world.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "common/method/philox.h"

enum {
	LEVELS = 5,
	STRATA = 4,
	FIELDS = 4,
	FIELD_LEAVES = 2,
	COMPOSITE_LEAVES = 5,
	CODE = 32,
	MINIMUM = 10, /* of S9 */
	HUGE_PART = 5,
	CLUSTER_MIN = 5,
	CLUSTER_MAX = 20,
};

static const double sheet_part = 0.5; /* of an answer's variance */
static const double missing = 0.1;
static const double edges[LEVELS - 1] = {-1.5, -0.5, 0.5, 1.5};
/* The points that a leaf lacks are so much more than the unit's; balanced. */
static const double leaf_shift[] = {0.2, -0.2, 0.2, -0.2, 0.2, -0.2, 0.2, -0.2};
static const double composite_shift[] = {0.2, -0.2, 0.1, -0.1, 0};
/* Likewise of a stratum; balanced with its members. */
static const struct strata {
	uint64_t members[STRATA];
	double shift[STRATA];
} frames[] = {
    [WORLD_ONE] = {{1000000}, {0}},
    [WORLD_4_TO_1] = {{400000, 300000, 200000, 100000}, {0.3, -0.1, -0.2, -0.5}},
    [WORLD_11_TO_1] = {{550000, 250000, 150000, 50000}, {0.3, -0.2, -0.5, -0.8}},
};

struct random {
	uint32_t key[2];
	uint32_t counter[4];
	uint32_t words[4];
	uint32_t used;
};

static double uniform(struct random *r)
{
	if (r->used == 4) {
		philox4x32(r->counter, r->key, r->words);
		r->counter[0]++;
		r->used = 0;
	}
	return (r->words[r->used++] + 0.5) * 0x1p-32;
}

static uint32_t below(struct random *r, uint32_t limit)
{
	return (uint32_t)(uniform(r) * limit);
}

/* Box and Muller. */
static double normal(struct random *r)
{
	double radius = sqrt(-2 * log(uniform(r)));

	return radius * cos(2 * acos(-1) * uniform(r));
}

static void *must_have(void *memory)
{
	if (memory)
		return memory;
	fprintf(stderr, "bench_coverage: %s\n", err_str(-ENOMEM));
	exit(1);
}

static char *copy(const char *text)
{
	return must_have(strdup(text));
}

static char *numbered(const char *name, uint32_t number)
{
	char out[CODE];

	snprintf(out, sizeof out, "%s%u", name, number);
	return copy(out);
}

static struct text2 text2(const char *name, uint32_t number)
{
	return (struct text2){.vi = numbered(name, number), .en = copy("")};
}

/* ---- the round ---- */

static void add_criterion(struct round *r, int32_t parent, int64_t points)
{
	bool leaf = parent >= 0 || r->mode == MODE_COMPOSITE;

	r->criteria[r->criterion_count] = (struct criterion){
	    .code = numbered("c", r->criterion_count),
	    .parent = parent,
	    .points = {points * DECIMAL_ONE},
	    .source = leaf ? SOURCE_SURVEY : SOURCE_NONE,
	    .scale = leaf ? 0 : -1,
	    .name = text2("Tiêu chí ", r->criterion_count),
	};
	r->criterion_count++;
}

static void add_criteria(struct round *r)
{
	r->criteria =
	    must_have(calloc(FIELDS * (1 + FIELD_LEAVES), sizeof *r->criteria));
	if (r->mode == MODE_COMPOSITE) {
		for (int i = 0; i < COMPOSITE_LEAVES; i++)
			add_criterion(r, -1, 100 / COMPOSITE_LEAVES);
		return;
	}
	for (int f = 0; f < FIELDS; f++) {
		int64_t points = f % 2 ? 15 : 10;
		int32_t field = (int32_t)r->criterion_count;

		add_criterion(r, -1, points * FIELD_LEAVES);
		for (int i = 0; i < FIELD_LEAVES; i++)
			add_criterion(r, field, points);
	}
}

static void add_strata(struct round *r, enum world_strata strata)
{
	r->stratum_count = strata == WORLD_ONE ? 1 : STRATA;
	r->strata = must_have(calloc(r->stratum_count, sizeof *r->strata));
	for (uint32_t h = 0; h < r->stratum_count; h++)
		r->strata[h].members = frames[strata].members[h];
	if (strata == WORLD_ONE)
		return;
	r->strata_column_count = 1;
	r->strata_columns = must_have(calloc(1, sizeof *r->strata_columns));
	r->strata_columns[0] = copy("size");
	for (uint32_t h = 0; h < STRATA; h++) {
		r->strata[h].labels = must_have(calloc(1, sizeof(char *)));
		r->strata[h].labels[0] = numbered("size", h);
	}
}

static void add_units(struct round *r, uint32_t count)
{
	r->block_count = 1;
	r->blocks = must_have(calloc(1, sizeof *r->blocks));
	r->blocks[0] =
	    (struct block){.name = copy("B"), .full_rank = MINIMUM, .rank = MINIMUM};
	r->unit_count = count;
	r->units = must_have(calloc(count, sizeof *r->units));
	for (uint32_t u = 0; u < count; u++)
		r->units[u] = (struct unit){.code = numbered("U", u),
					    .name = text2("Đơn vị ", u)};
}

static void check(const struct round *r)
{
	struct faults faults;

	faults_init(&faults);
	model_check(r, &faults);
	faults_print(&faults, "bench_coverage: ", stderr);
	if (faults.count > 0)
		exit(1);
	faults_free(&faults);
}

static void make_round(struct round *r, const struct scenario *s)
{
	model_init(r);
	r->code = copy("coverage");
	r->title = text2("Đo độ bao phủ ", 1);
	r->opens = copy("");
	r->closes = copy("");
	r->scale_count = 1;
	r->scales = must_have(calloc(1, sizeof *r->scales));
	r->scales[0] = (struct scale){.name = copy("five"), .levels = LEVELS};
	if (s->mode != WORLD_POINTS) {
		r->mode = MODE_COMPOSITE;
		r->composite.lo.micro = DECIMAL_ONE;
		r->composite.hi.micro = 10 * (int64_t)DECIMAL_ONE;
		r->composite.factor.micro = 10 * (int64_t)DECIMAL_ONE;
		r->composite.minmax = s->mode == WORLD_MINMAX;
	}
	add_units(r, s->units);
	add_criteria(r);
	add_strata(r, s->strata);
	if (model_finish(r) < 0)
		must_have(NULL);
	check(r);
}

/* ---- the truth ---- */

static double truth_of(const struct scenario *s, uint32_t unit)
{
	return s->truth - s->step * (unit / (s->tied ? s->tied : 1));
}

/* The composite runs from 10 to 100; under minmax all leaves stretch the units alike.
 */
static double truth_of_index(const struct scenario *s, uint32_t unit)
{
	double best = truth_of(s, 0);
	double worst = truth_of(s, s->units - 1);
	double mine = truth_of(s, unit);

	switch (s->mode) {
	case WORLD_COMPOSITE:
		return 10 + 90 * mine / 100;
	case WORLD_MINMAX:
		return 10 + 90 * (mine - worst) / (best - worst);
	case WORLD_POINTS:
		break;
	}
	return mine;
}

/* The expected value of an answer whose normal number has this mean and variance 1. */
static double expected(double mean)
{
	double sum = 0;

	for (int i = 0; i < LEVELS - 1; i++)
		sum += erfc((edges[i] - mean) / sqrt(2)) / 2;
	return 100 * sum / (LEVELS - 1);
}

/* The mean that makes the expected value so much, by halving. */
static double mean_for(double value)
{
	double low = -10, high = 10;

	for (int i = 0; i < 100; i++) {
		double middle = (low + high) / 2;

		if (expected(middle) < value)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static double *mean_of(const struct world *w, uint32_t unit, uint32_t leaf,
		       uint32_t stratum)
{
	const struct round *r = &w->round;

	return &w->normal[(unit * r->answer_count + leaf) * r->stratum_count + stratum];
}

static void set_truth(struct world *w)
{
	const struct scenario *s = w->scenario;
	const struct round *r = &w->round;
	const double *shift = s->mode == WORLD_POINTS ? leaf_shift : composite_shift;

	w->truth = must_have(calloc(s->units, sizeof *w->truth));
	w->normal = must_have(
	    calloc((size_t)s->units * r->answer_count * STRATA, sizeof *w->normal));
	for (uint32_t u = 0; u < s->units; u++) {
		w->truth[u] = truth_of_index(s, u);
		for (uint32_t a = 0; a < r->answer_count; a++)
			for (uint32_t h = 0; h < r->stratum_count; h++) {
				double lack = 100 - truth_of(s, u);

				lack *= 1 + shift[a];
				lack *= 1 + frames[s->strata].shift[h];
				*mean_of(w, u, a, h) = mean_for(100 - lack);
			}
	}
}

/* ---- a draw ---- */

/* The rater whose sheets are being drawn. */
struct author {
	uint32_t number;
	uint32_t unit; /* of its first sheet */
	uint32_t cluster;
	uint32_t left; /* raters of its cluster still to come */
	double mood;   /* its own share, and its cluster's */
	double cluster_mood;
};

static void draw_sheet(struct world *w, struct random *random, const struct author *a,
		       uint32_t stratum, uint32_t unit)
{
	const struct scenario *s = w->scenario;
	size_t at = w->sample.sheet_count++;
	uint8_t *answers = w->answers + at * w->round.answer_count;
	double mood = a->mood + a->cluster_mood +
		      sqrt(sheet_part - s->rater - s->cluster) * normal(random);

	for (uint32_t i = 0; i < w->round.answer_count; i++) {
		double x = *mean_of(w, unit, i, stratum) + mood +
			   sqrt(1 - sheet_part) * normal(random);

		answers[i] = 1;
		for (int e = 0; e < LEVELS - 1; e++)
			answers[i] = (uint8_t)(answers[i] + (x > edges[e]));
		if (uniform(random) < missing)
			answers[i] = ANSWER_DONT_KNOW;
	}
	w->sheets[at] = (struct sample_sheet){.rater = a->number,
					      .unit = unit,
					      .stratum = stratum,
					      .cluster = a->cluster,
					      .ballot = at + 1,
					      .answers = answers};
}

/* `each` of the units, any of them as likely, ascending. */
static void draw_sheets(struct world *w, struct random *random, const struct author *a,
			uint32_t stratum)
{
	uint32_t units = w->scenario->units;
	uint32_t wanted = w->scenario->each;

	for (uint32_t u = 0; u < units; u++) {
		if (uniform(random) * (units - u) >= wanted)
			continue;
		wanted--;
		draw_sheet(w, random, a, stratum, u);
	}
}

static void join_cluster(const struct scenario *s, struct random *random,
			 struct author *a, uint32_t raters, uint32_t unit)
{
	bool apart = s->clusters == WORLD_WITHIN && unit != a->unit;

	a->unit = unit;
	if (a->left > 0 && !apart) {
		a->left--;
		return;
	}
	a->cluster = s->clusters == WORLD_ALONE ? 0 : a->cluster + 1;
	a->left = CLUSTER_MIN - 1 + below(random, CLUSTER_MAX - CLUSTER_MIN + 1);
	if (s->clusters == WORLD_ALONE)
		a->left = 0;
	if (s->clusters == WORLD_HUGE)
		a->left = a->number == 0 ? raters / HUGE_PART - 1 : 0;
	a->cluster_mood = sqrt(s->cluster) * normal(random);
}

/* Who rates what; the number of raters. */
static uint32_t draw_rated(struct world *w, struct random *random)
{
	const struct scenario *s = w->scenario;
	uint32_t raters = 0;

	if (s->each > 0)
		return s->units * s->sheets / s->each;
	for (uint32_t u = 0; u < s->units; u++) {
		uint32_t sheets = s->sheets - below(random, s->spread + 1);

		while (sheets-- > 0)
			w->rated[raters++] = u;
	}
	for (uint32_t i = raters; s->clusters != WORLD_WITHIN && i > 1; i--) {
		uint32_t j = below(random, i);
		uint32_t unit = w->rated[j];

		w->rated[j] = w->rated[i - 1];
		w->rated[i - 1] = unit;
	}
	return raters;
}

void world_draw(struct world *w, uint64_t seed, uint32_t number)
{
	const struct scenario *s = w->scenario;
	struct random random = {.counter = {0, number, 0, 0}, .used = 4};
	struct author author = {0};
	uint32_t raters;

	philox_key(seed, random.key);
	snprintf(w->round.code, CODE, "%016llx-%u", (unsigned long long)seed, number);
	raters = draw_rated(w, &random);
	w->sample.sheet_count = 0;
	for (; author.number < raters; author.number++) {
		uint32_t stratum = below(&random, w->round.stratum_count);

		join_cluster(s, &random, &author, raters, w->rated[author.number]);
		author.mood = sqrt(s->rater) * normal(&random);
		if (s->each > 0)
			draw_sheets(w, &random, &author, stratum);
		else
			draw_sheet(w, &random, &author, stratum,
				   w->rated[author.number]);
	}
	w->sample.invited = raters;
}

void world_open(struct world *w, const struct scenario *scenario)
{
	*w = (struct world){.scenario = scenario,
			    .room = (size_t)scenario->units * scenario->sheets};
	make_round(&w->round, scenario);
	free(w->round.code);
	w->round.code = must_have(calloc(CODE, 1));
	set_truth(w);
	w->sheets = must_have(calloc(w->room, sizeof *w->sheets));
	w->answers = must_have(calloc(w->room, w->round.answer_count));
	w->rated = must_have(calloc(w->room, sizeof *w->rated));
	w->sample = (struct sample){.round = &w->round,
				    .strata = w->round.strata,
				    .stratum_count = w->round.stratum_count,
				    .sheets = w->sheets};
}

void world_close(struct world *w)
{
	free(w->truth);
	free(w->normal);
	free(w->sheets);
	free(w->answers);
	free(w->rated);
	model_free(&w->round);
	*w = (struct world){0};
}
