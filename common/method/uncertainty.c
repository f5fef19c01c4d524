#include "common/method/uncertainty.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "common/method/figure.h"
#include "common/method/order.h"
#include "common/method/philox.h"
#include "common/method/robust.h"
#include "common/method/special.h"

enum { STREAM = 4 }; /* third word of the counters of O4 */
enum { MEAN, TRIMMED, AVERAGES };

/* A leaf that applies to a unit, what it is worth if it counts. */
struct leaf {
	uint32_t place; /* among the leaves of the round */
	bool counts;
	double worth[AVERAGES];
};

/* Consecutive leaves, from the end of the field before. */
struct field {
	size_t leaf_end;
};

/* A ranked unit: consecutive fields, from the end of the unit before. */
struct unit_leaves {
	uint32_t unit;
	size_t field_end;
	double extra; /* bonus minus penalty */
};

/* The ranked units of a block, at the places first .. end - 1. */
struct contest {
	size_t first, end;
	size_t ranks; /* where its counts of ranks begin */
};

struct standing {
	double figure;
	size_t place;
};

/* What a draw decides. */
struct draw {
	double *points; /* by leaf */
	bool geometric;
	int average;
};

struct study {
	const struct result *r;
	uint32_t leaf_count;
	uint32_t *leaves;   /* places in criteria, ascending */
	uint32_t *by_field; /* places in `leaves`, by field, then ascending */
	double factor, low, high;

	struct unit_leaves *units; /* by block, then as in units.csv */
	struct field *fields;
	struct leaf *parts;
	size_t unit_count, field_count, part_count;
	struct contest *contests; /* by block */
	struct standing *standings;
	uint16_t *ranks; /* how often; by unit, then rank */
	struct draw draw;
};

static bool is_ranked(const struct result *r, uint32_t unit)
{
	return r->units[unit].status != STATUS_INSUFFICIENT;
}

static void free_study(struct study *s)
{
	free(s->leaves);
	free(s->by_field);
	free(s->units);
	free(s->fields);
	free(s->parts);
	free(s->contests);
	free(s->standings);
	free(s->ranks);
	free(s->draw.points);
}

/* Leaves in the order of criteria.csv number the counters; sums go field by field. */
static int list_leaves(struct study *s)
{
	const struct round *r = s->r->round;
	uint32_t *field = calloc(r->criterion_count + 1u, sizeof *field);
	int err;

	s->leaves = calloc(r->criterion_count + 1u, sizeof *s->leaves);
	s->by_field = calloc(r->criterion_count + 1u, sizeof *s->by_field);
	s->draw.points = calloc(r->criterion_count + 1u, sizeof *s->draw.points);
	if (!field || !s->leaves || !s->by_field || !s->draw.points) {
		free(field);
		return -ENOMEM;
	}
	for (uint32_t c = 0; c < r->criterion_count; c++) {
		if (!r->criteria[c].leaf)
			continue;
		field[s->leaf_count] = (uint32_t)r->criteria[c].field;
		s->leaves[s->leaf_count++] = c;
	}
	order_init(s->by_field, s->leaf_count);
	err = order_by(field, s->by_field, s->leaf_count);
	free(field);
	return err;
}

/* Room for all that apply to a ranked unit, and for the ranks. */
static int make_room(struct study *s)
{
	const struct round *r = s->r->round;
	size_t units = 0, parts = 0, pairs = 0;
	size_t *ranked = calloc(r->block_count + 1u, sizeof *ranked);

	if (!ranked)
		return -ENOMEM;
	for (uint32_t u = 0; u < r->unit_count; u++) {
		if (!is_ranked(s->r, u))
			continue;
		ranked[r->units[u].block]++;
		units++;
		for (uint32_t i = 0; i < s->leaf_count; i++)
			parts += model_applies(r, u, s->leaves[i]);
	}
	for (uint32_t b = 0; b < r->block_count; b++)
		pairs += ranked[b] * ranked[b];
	free(ranked);
	s->units = calloc(units + 1, sizeof *s->units);
	s->fields = calloc(parts + 1, sizeof *s->fields);
	s->parts = calloc(parts + 1, sizeof *s->parts);
	s->contests = calloc(r->block_count + 1u, sizeof *s->contests);
	s->standings = calloc(units + 1, sizeof *s->standings);
	s->ranks = calloc(pairs + 1, sizeof *s->ranks);
	if (!s->units || !s->fields || !s->parts || !s->contests || !s->standings ||
	    !s->ranks)
		return -ENOMEM;
	return 0;
}

/* The double nearest to s[u,c] of S6, with theta of the score as it stands. */
static double worth(const struct score_rules *rules, const struct score *score,
		    uint32_t criterion)
{
	double nearest;
	mpq_t value;

	mpq_init(value);
	score_leaf_value(rules, score, criterion, value);
	nearest = figure_double(value);
	mpq_clear(value);
	return nearest;
}

/* The same as if the trimmed mean were theta; minmax keeps its ranges. */
static double worth_trimmed(const struct score_rules *rules, struct score *score,
			    uint32_t criterion)
{
	const struct criterion *c = &rules->tally->sample->round->criteria[criterion];
	double value;
	mpq_t trimmed;

	if (c->source != SOURCE_SURVEY)
		return worth(rules, score, criterion);
	mpq_init(trimmed);
	if (!robust_trimmed(rules, score, (uint32_t)c->answer, trimmed))
		mpq_set(trimmed, score->leaves[criterion].theta);
	mpq_swap(score->leaves[criterion].theta, trimmed);
	value = worth(rules, score, criterion);
	mpq_swap(score->leaves[criterion].theta, trimmed);
	mpq_clear(trimmed);
	return value;
}

static void add_leaf(struct study *s, struct score *score, uint32_t place)
{
	const struct score_rules *rules = s->r->rules;
	uint32_t criterion = s->leaves[place];
	struct leaf *leaf = &s->parts[s->part_count++];

	leaf->place = place;
	leaf->counts = score->leaves[criterion].counts;
	if (!leaf->counts)
		return;
	leaf->worth[MEAN] = worth(rules, score, criterion);
	leaf->worth[TRIMMED] = worth_trimmed(rules, score, criterion);
}

static void add_unit(struct study *s, uint32_t unit, struct score *score)
{
	const struct criterion *criteria = s->r->round->criteria;
	struct unit_leaves *added = &s->units[s->unit_count++];
	struct score_extra extra;
	int32_t field = -1;

	score_unit(s->r->rules, unit, score);
	score_extra(s->r->rules, score, &extra);
	added->unit = unit;
	added->extra = (double)(extra.bonus - extra.penalty) / DECIMAL_ONE;
	for (uint32_t i = 0; i < s->leaf_count; i++) {
		uint32_t criterion = s->leaves[s->by_field[i]];

		if (!score->leaves[criterion].applies)
			continue;
		if (criteria[criterion].field != field)
			s->field_count++;
		field = criteria[criterion].field;
		add_leaf(s, score, s->by_field[i]);
		s->fields[s->field_count - 1].leaf_end = s->part_count;
	}
	added->field_end = s->field_count;
}

static int add_units(struct study *s)
{
	const struct round *r = s->r->round;
	struct score score;
	size_t ranks = 0;
	int err = score_init(s->r->rules, &score);

	if (err)
		return err;
	for (uint32_t b = 0; b < r->block_count; b++) {
		struct contest *c = &s->contests[b];

		c->first = s->unit_count;
		c->ranks = ranks;
		for (uint32_t u = 0; u < r->unit_count; u++)
			if (r->units[u].block == b && is_ranked(s->r, u))
				add_unit(s, u, &score);
		c->end = s->unit_count;
		ranks += (c->end - c->first) * (c->end - c->first);
	}
	for (size_t i = 0; i < s->unit_count; i++)
		s->standings[i].place = i;
	score_free(s->r->rules, &score);
	return 0;
}

static void put_scale(struct study *s)
{
	const struct score_rules *rules = s->r->rules;

	s->factor = (double)s->r->round->composite.factor.micro / DECIMAL_ONE;
	s->low = figure_double(rules->low);
	s->high = figure_double(rules->high);
}

static void decide(struct study *s, const uint32_t key[2], uint32_t number)
{
	const struct criterion *criteria = s->r->round->criteria;
	uint32_t words[4];

	for (uint32_t i = 0; i < s->leaf_count; i++) {
		double points = (double)criteria[s->leaves[i]].points.micro;

		philox4x32((const uint32_t[]){number, i, STREAM, 0}, key, words);
		s->draw.points[i] =
		    points * (0.75 + 0.5 * (((double)words[0] + 0.5) * 0x1p-32));
	}
	philox4x32((const uint32_t[]){number, s->leaf_count, STREAM, 0}, key, words);
	s->draw.geometric = (words[0] & 1) != 0;
	s->draw.average = (words[0] & 2) != 0 ? TRIMMED : MEAN;
}

struct mean {
	double points, worth;
};

/* s[u,f] under the draw, and P[u,f]. Some leaf of a ranked unit's field counts (S7). */
static struct mean field_mean(const struct draw *d, const struct leaf *leaf,
			      const struct leaf *end)
{
	double sum = 0, counting = 0, applying = 0;

	for (; leaf < end; leaf++) {
		double points = d->points[leaf->place];

		applying = applying + points;
		if (!leaf->counts)
			continue;
		counting = counting + points;
		sum = sum + points * leaf->worth[d->average];
	}
	return (struct mean){.points = applying, .worth = sum / counting};
}

/* The mean of the fields from `first` on; a field at 0, or below, makes 0. */
static double unit_mean(const struct study *s, size_t first, size_t end)
{
	double sum = 0, points = 0;

	for (size_t f = first; f < end; f++) {
		size_t leaf = f ? s->fields[f - 1].leaf_end : 0;
		struct mean m = field_mean(&s->draw, &s->parts[leaf],
					   &s->parts[s->fields[f].leaf_end]);

		if (s->draw.geometric && m.worth <= 0)
			return 0;
		if (s->draw.geometric)
			m.worth = special_log(m.worth);
		sum = sum + m.points * m.worth;
		points = points + m.points;
	}
	return s->draw.geometric ? special_exp(sum / points) : sum / points;
}

static double unit_figure(const struct study *s, size_t place)
{
	const struct unit_leaves *u = &s->units[place];
	size_t first = place ? s->units[place - 1].field_end : 0;
	double figure = s->factor * unit_mean(s, first, u->field_end) + u->extra;

	if (figure < s->low)
		return s->low;
	return figure > s->high ? s->high : figure;
}

static int best_first(const void *left, const void *right)
{
	const struct standing *a = left;
	const struct standing *b = right;

	return (a->figure < b->figure) - (a->figure > b->figure);
}

/*
 * Standard ranks of a block. It stays in the order of the draw before, which is nearly
 * that of this one: sorting what is nearly sorted is quick.
 */
static void rank_contest(struct study *s, const struct contest *c)
{
	struct standing *list = &s->standings[c->first];
	size_t count = c->end - c->first;
	size_t rank = 0; /* from 0 */

	for (size_t i = 0; i < count; i++)
		list[i].figure = unit_figure(s, list[i].place);
	qsort(list, count, sizeof *list, best_first);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && list[i].figure < list[i - 1].figure)
			rank = i;
		s->ranks[c->ranks + (list[i].place - c->first) * count + rank]++;
	}
}

/* The ceil(draws x percent / 100)-th smallest rank. */
static uint32_t percentile(const uint16_t *times, uint32_t draws, uint32_t percent)
{
	uint32_t wanted = (draws * percent + 99) / 100;
	uint32_t passed = 0;
	uint32_t rank = 0;

	while (passed < wanted)
		passed += times[rank++];
	return rank;
}

static void report(const struct study *s, uint32_t draws, struct uncertainty_unit *out)
{
	for (uint32_t b = 0; b < s->r->round->block_count; b++) {
		const struct contest *c = &s->contests[b];
		const uint16_t *times = &s->ranks[c->ranks];

		for (size_t i = c->first; i < c->end; i++, times += c->end - c->first)
			out[s->units[i].unit] = (struct uncertainty_unit){
			    .median = percentile(times, draws, 50),
			    .low = percentile(times, draws, 5),
			    .high = percentile(times, draws, 95)};
	}
}

static void play(struct study *s, uint32_t draws)
{
	uint32_t key[2];

	philox_key(s->r->seed, key);
	for (uint32_t d = 0; d < draws; d++) {
		decide(s, key, d);
		for (uint32_t b = 0; b < s->r->round->block_count; b++)
			rank_contest(s, &s->contests[b]);
	}
}

int uncertainty_compute(const struct result *r, uint32_t draws,
			struct uncertainty_unit *out)
{
	struct study s = {.r = r};
	int err;

	assert(draws >= 1 && draws <= UNCERTAINTY_DRAWS_MAX);
	err = list_leaves(&s);
	if (!err)
		err = make_room(&s);
	if (!err)
		err = add_units(&s);
	if (!err) {
		put_scale(&s);
		play(&s, draws);
		for (uint32_t u = 0; u < r->unit_count; u++)
			out[u] = (struct uncertainty_unit){0};
		report(&s, draws, out);
	}
	free_study(&s);
	return err;
}
