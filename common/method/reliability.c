#include "common/method/reliability.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/method/alpha.h"
#include "common/method/figure.h"

enum { CLUSTERS_MIN = 2, UNITS_MIN = 4, PAIR = 2 };

/* The units of a block that take part, in the order of units.csv. */
struct group {
	const struct result *result;
	uint32_t block;
	uint32_t count;
	uint32_t *places; /* in block_result.units */
	double *variance; /* V[u,u] */
	double *weight;   /* 1 / v_u */
};

static double covariance(const struct group *g, uint32_t i, uint32_t j)
{
	double value = 0;
	mpq_t exact;

	mpq_init(exact);
	if (result_covariance(g->result, g->block, g->places[i], g->places[j], exact))
		value = figure_double(exact);
	mpq_clear(exact);
	return value;
}

static uint32_t unit_of(const struct group *g, uint32_t i)
{
	return g->result->blocks[g->block].units[g->places[i]];
}

static void choose_units(struct group *g)
{
	const struct result *r = g->result;
	const struct block_result *b = &r->blocks[g->block];

	for (uint32_t i = 0; r->clusters >= CLUSTERS_MIN && i < b->count; i++) {
		uint32_t u = b->units[i];

		if (r->units[u].status != STATUS_INSUFFICIENT && r->exact[u].surveyed)
			g->places[g->count++] = i;
	}
	for (uint32_t i = 0; i < g->count; i++)
		g->variance[i] = covariance(g, i, i);
}

static double mean_covariance(const struct group *g)
{
	double sum = 0;
	double pairs = (double)g->count * (g->count - 1) / PAIR;

	for (uint32_t i = 0; i < g->count; i++)
		for (uint32_t j = i + 1; j < g->count; j++)
			sum += covariance(g, i, j);
	return sum / pairs;
}

/* False: a v_u is not positive. */
static bool set_weights(struct group *g, double mean)
{
	for (uint32_t i = 0; i < g->count; i++) {
		double v = g->variance[i] - mean;

		if (!(v > 0))
			return false;
		g->weight[i] = 1 / v;
	}
	return true;
}

/* DerSimonian and Laird's tau2; 0 or less: none. */
static double between_units(const struct group *g)
{
	double sum = 0, squares = 0, weighted = 0, q = 0;
	double freedom = (double)g->count - 1;

	for (uint32_t i = 0; i < g->count; i++) {
		const struct unit_exact *e = &g->result->exact[unit_of(g, i)];

		sum += g->weight[i];
		squares += g->weight[i] * g->weight[i];
		weighted += g->weight[i] * figure_double(e->index);
	}
	for (uint32_t i = 0; i < g->count; i++) {
		const struct unit_exact *e = &g->result->exact[unit_of(g, i)];
		double off = figure_double(e->index) - weighted / sum;

		q += g->weight[i] * off * off;
	}
	return (q - freedom) / (sum - squares / sum);
}

static void relate_block(struct group *g, struct reliability_block *out, double *rho)
{
	choose_units(g);
	out->units = g->count;
	if (g->count < PAIR)
		return;
	out->has_covariance = true;
	out->mean_covariance = mean_covariance(g);
	if (g->count < UNITS_MIN || !set_weights(g, out->mean_covariance))
		return;
	out->tau2 = between_units(g);
	out->any = out->tau2 > 0;
	if (!out->any) {
		out->tau2 = 0;
		return;
	}
	for (uint32_t i = 0; i < g->count; i++)
		rho[unit_of(g, i)] = out->tau2 / (out->tau2 + g->variance[i]);
}

static int relate_blocks(const struct result *r, struct reliability *out)
{
	struct group g = {.result = r};
	int err = 0;

	g.places = calloc(r->unit_count + 1u, sizeof *g.places);
	g.variance = calloc(r->unit_count + 1u, sizeof *g.variance);
	g.weight = calloc(r->unit_count + 1u, sizeof *g.weight);
	if (!g.places || !g.variance || !g.weight)
		err = -ENOMEM;
	for (uint32_t b = 0; !err && b < r->round->block_count; b++) {
		g.block = b;
		g.count = 0;
		relate_block(&g, &out->blocks[b], out->rho);
	}
	free(g.places);
	free(g.variance);
	free(g.weight);
	return err;
}

static int relate_leaves(const struct result *r, struct reliability *out)
{
	for (uint32_t f = 0; f < out->criterion_count; f++) {
		int err = 0;

		if (r->round->criteria[f].field == (int32_t)f)
			err = alpha_of_field(r, f, &out->fields[f]);
		if (err)
			return err;
	}
	return 0;
}

int reliability_compute(const struct result *r, struct reliability *out)
{
	const struct round *round = r->round;
	struct reliability made = {0};
	int err = -ENOMEM;

	made.blocks = calloc(round->block_count + 1u, sizeof *made.blocks);
	made.rho = calloc(r->unit_count + 1u, sizeof *made.rho);
	made.fields = calloc(round->criterion_count + 1u, sizeof *made.fields);
	if (made.fields)
		made.criterion_count = round->criterion_count;
	for (uint32_t c = 0; c < made.criterion_count; c++)
		mpq_init(made.fields[c].alpha);
	for (uint32_t u = 0; made.rho && u < r->unit_count; u++)
		made.rho[u] = -1;
	if (made.blocks && made.rho && made.fields)
		err = relate_blocks(r, &made);
	if (!err)
		err = relate_leaves(r, &made);
	if (err) {
		reliability_free(&made);
		return err;
	}
	*out = made;
	return 0;
}

void reliability_free(struct reliability *l)
{
	for (uint32_t c = 0; c < l->criterion_count; c++)
		mpq_clear(l->fields[c].alpha);
	free(l->blocks);
	free(l->rho);
	free(l->fields);
	memset(l, 0, sizeof *l);
}
