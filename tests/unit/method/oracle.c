#include "tests/unit/method/oracle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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
	bool in_sample[2 * RATERS_MAX]; /* clusters, as fill_influences() places them */
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

/* E of one unit: of label k in place k, of rater r on its own in RATERS_MAX + r. */
static void fill_influences(struct oracle *o, double *e)
{
	double mean[GROUPS_MAX] = {0};

	for (uint32_t i = 0; i < RATERS_MAX; i++)
		if (o->raters[i].responded)
			mean[o->raters[i].group] +=
			    o->raters[i].z / o->responded[o->raters[i].group];
	for (uint32_t i = 0; i < RATERS_MAX; i++) {
		const struct rater *r = &o->raters[i];

		if (!r->responded)
			continue;
		e[r->cluster ? r->cluster : RATERS_MAX + i] +=
		    o->weight[r->group] * (r->z - mean[r->group]);
		o->in_sample[r->cluster ? r->cluster : RATERS_MAX + i] = true;
	}
}

static struct oracle *influences(const struct sample *s, const uint32_t *group_of,
				 uint32_t unit, double *e)
{
	struct oracle *o = calloc(1, sizeof *o);

	if (!o)
		abort();
	o->sample = s;
	o->group_of = group_of;
	o->unit = unit;
	find_raters(o);
	add_leaves(o);
	fill_influences(o, e);
	return o;
}

double oracle_covariance(const struct sample *s, const uint32_t *group_of, uint32_t u,
			 uint32_t t)
{
	static double e[2 * RATERS_MAX], f[2 * RATERS_MAX];
	double clusters = 0, sum = 0;
	struct oracle *o;

	memset(e, 0, sizeof e);
	memset(f, 0, sizeof f);
	free(influences(s, group_of, u, e));
	o = influences(s, group_of, t, f);
	for (uint32_t k = 0; k < 2 * RATERS_MAX; k++) {
		clusters += o->in_sample[k];
		sum += e[k] * f[k];
	}
	free(o);
	return clusters / (clusters - 1) * sum;
}

double oracle_se(const struct sample *s, const uint32_t *group_of, uint32_t unit)
{
	return sqrt(oracle_covariance(s, group_of, unit, unit));
}
