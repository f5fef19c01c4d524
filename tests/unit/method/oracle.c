#include "tests/unit/method/oracle.h"

#include <math.h>
#include <stdlib.h>

enum { RATERS_MAX = 1 << 16, GROUPS_MAX = 64 };

struct rater {
	bool responded;
	uint32_t group;
	uint32_t cluster;
	double z;
};

struct oracle {
	const struct sample *sample;
	const uint32_t *group_of;
	uint32_t unit;
	struct rater raters[RATERS_MAX];
	double weight[GROUPS_MAX];
	double responded[GROUPS_MAX];
};

static bool scored(uint8_t answer)
{
	return answer < ANSWER_BLANK;
}

static double value(const struct round *r, uint32_t place, uint8_t answer)
{
	uint32_t levels = r->scales[r->criteria[r->surveyed[place]].scale].levels;

	return 100.0 * (answer - 1) / (levels - 1);
}

static double points(const struct round *r, uint32_t criterion)
{
	return (double)r->criteria[criterion].points.micro / DECIMAL_ONE;
}

static void find_raters(struct oracle *o)
{
	const struct sample *s = o->sample;
	double members[GROUPS_MAX] = {0};

	for (uint32_t h = 0; h < s->stratum_count; h++)
		members[o->group_of[h]] += (double)s->strata[h].members;
	for (size_t i = 0; i < s->sheet_count; i++) {
		struct rater *r = &o->raters[s->sheets[i].rater];

		if (!r->responded)
			o->responded[o->group_of[s->sheets[i].stratum]]++;
		r->responded = true;
		r->group = o->group_of[s->sheets[i].stratum];
		r->cluster = s->sheets[i].cluster;
	}
	for (uint32_t g = 0; g < GROUPS_MAX; g++)
		if (o->responded[g] > 0)
			o->weight[g] = members[g] / o->responded[g];
}

/* D and theta of one leaf. */
static double weighted(const struct oracle *o, uint32_t place, double *theta)
{
	const struct sample *s = o->sample;
	double d = 0, sum = 0;

	for (size_t i = 0; i < s->sheet_count; i++) {
		double w = o->weight[o->group_of[s->sheets[i].stratum]];
		uint8_t y = s->sheets[i].answers[place];

		if (s->sheets[i].unit != o->unit || !scored(y))
			continue;
		d += w;
		sum += w * value(s->round, place, y);
	}
	*theta = sum / d;
	return d;
}

/* omega without the points of fields that do not apply: all apply here. */
static double omega(const struct oracle *o, uint32_t place, const double *d)
{
	const struct round *r = o->sample->round;
	int32_t field = r->criteria[r->surveyed[place]].field;
	double all = 0, of_field = 0, counting = 0;

	for (uint32_t c = 0; c < r->criterion_count; c++) {
		const struct criterion *x = &r->criteria[c];

		if (!x->leaf)
			continue;
		all += points(r, c);
		of_field += x->field == field ? points(r, c) : 0;
		if (x->field == field && (x->answer < 0 || d[x->answer] > 0))
			counting += points(r, c);
	}
	return of_field / all * points(r, r->surveyed[place]) / counting;
}

static void add_leaves(struct oracle *o)
{
	const struct sample *s = o->sample;
	double d[64] = {0}, theta[64] = {0};

	for (uint32_t a = 0; a < s->round->answer_count; a++)
		d[a] = weighted(o, a, &theta[a]);
	for (uint32_t a = 0; a < s->round->answer_count; a++)
		for (size_t i = 0; i < s->sheet_count; i++) {
			uint8_t y = s->sheets[i].answers[a];

			if (s->sheets[i].unit != o->unit || !scored(y))
				continue;
			o->raters[s->sheets[i].rater].z +=
			    omega(o, a, d) * (value(s->round, a, y) - theta[a]) / d[a];
		}
}

static double sum_squares(const struct oracle *o, double *clusters)
{
	double mean[GROUPS_MAX] = {0};
	double e[RATERS_MAX] = {0}; /* by label */
	double sum = 0;

	*clusters = 0;
	for (uint32_t i = 0; i < RATERS_MAX; i++)
		if (o->raters[i].responded)
			mean[o->raters[i].group] +=
			    o->raters[i].z / o->responded[o->raters[i].group];
	for (uint32_t i = 0; i < RATERS_MAX; i++) {
		const struct rater *r = &o->raters[i];
		double own = o->weight[r->group] * (r->z - mean[r->group]);

		if (!r->responded)
			continue;
		if (r->cluster)
			e[r->cluster] += own;
		else
			sum += own * own;
		*clusters += r->cluster == 0;
	}
	for (uint32_t k = 0; k < RATERS_MAX; k++) {
		sum += e[k] * e[k];
		*clusters += e[k] != 0;
	}
	return sum;
}

double oracle_se(const struct sample *s, const uint32_t *group_of, uint32_t unit)
{
	struct oracle *o = calloc(1, sizeof *o);
	double clusters, sum;

	if (!o)
		abort();
	o->sample = s;
	o->group_of = group_of;
	o->unit = unit;
	find_raters(o);
	add_leaves(o);
	sum = sum_squares(o, &clusters);
	free(o);
	return sqrt(clusters / (clusters - 1) * sum);
}
