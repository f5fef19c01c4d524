#include "common/method/rankset.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/method/draws.h"
#include "common/method/figure.h"
#include "common/method/special.h"

enum { LEVEL_PERCENT = 95, CLUSTERS_MIN = 2 };

/* In place of a tail probability: no step goes as far. */
static const double never = 1;

struct work {
	const struct covariance *covariance;
	const struct rankset_unit *units;
	uint32_t count;
	uint32_t workers;
	struct draws draws;
	double *variances; /* V~[u,u], the nearest double */
	/* count x count */
	struct covariance_sum *sums; /* of V[u,t] */
	double *s;                   /* 0: the pair takes no part */
	double *tails;               /* P(t_df > T), or never */
	uint8_t *better;             /* rejected: u is surely better than t */
	double *maxima;
};

static size_t pair(const struct work *w, uint32_t u, uint32_t t)
{
	return (size_t)u * w->count + t;
}

/* s[u,t] = sqrt(V~[u,u] + V~[t,t] - 2 V[u,t]), exact until it is a double. */
static double deviation(const struct work *w, uint32_t u, uint32_t t)
{
	double s2;
	mpq_t sum;

	mpq_init(sum);
	covariance_value(w->sums[pair(w, u, t)], covariance_clusters(w->covariance),
			 sum);
	mpq_add(sum, sum, sum);
	mpq_sub(sum, w->units[u].stabilised, sum);
	mpq_add(sum, sum, w->units[t].stabilised);
	s2 = mpq_sgn(sum) > 0 ? figure_double(sum) : 0;
	mpq_clear(sum);
	return sqrt(s2);
}

/* a^2 / (n_u - 1); 0 with n_u = 0. */
static double df_term(double a, uint32_t raters)
{
	return raters == 0 || !(a > 0) ? 0 : a * a / ((double)raters - 1);
}

/* Welch and Satterthwaite: (a+b)^2 / (a^2/(n_u-1) + b^2/(n_t-1)). */
static double degrees(const struct work *w, uint32_t u, uint32_t t)
{
	double a = w->variances[u];
	double b = w->variances[t];

	return (a + b) * (a + b) /
	       (df_term(a, w->units[u].raters) + df_term(b, w->units[t].raters));
}

/* P(t_df > T) of T[u,t] = (I[u] - I[t]) / s; where there is no df, nothing is sure. */
static double tail(const struct work *w, uint32_t u, uint32_t t)
{
	double s = w->s[pair(w, u, t)];
	double df, distance;
	mpq_t difference;

	if (!(s > 0) || mpq_cmp(w->units[u].index, w->units[t].index) <= 0)
		return never;
	df = degrees(w, u, t);
	if (!(df > 0) || !isfinite(df))
		return never;
	mpq_init(difference);
	mpq_sub(difference, w->units[u].index, w->units[t].index);
	distance = figure_double(difference);
	mpq_clear(difference);
	return special_t_tail(distance / s, df);
}

static void set_pairs(struct work *w)
{
	for (uint32_t u = 0; u < w->count; u++)
		w->variances[u] = figure_double(w->units[u].stabilised);
	for (uint32_t u = 0; u < w->count; u++)
		for (uint32_t t = u + 1; t < w->count; t++) {
			double s = deviation(w, u, t);

			w->s[pair(w, u, t)] = s;
			w->s[pair(w, t, u)] = s;
		}
	for (uint32_t u = 0; u < w->count; u++)
		for (uint32_t t = 0; t < w->count; t++)
			w->tails[pair(w, u, t)] = tail(w, u, t);
}

static int compare(const void *left, const void *right)
{
	const double *a = left;
	const double *b = right;

	return (*a > *b) - (*a < *b);
}

/* q of this step: the 9,500th smallest of 9,999 maxima. */
static double quantile(struct work *w)
{
	double n = covariance_clusters(w->covariance);
	uint32_t draws = w->draws.count;
	uint32_t rank = (uint32_t)(((uint64_t)draws + 1) * LEVEL_PERCENT / 100);

	draws_maxima(&w->draws, w->s, w->better, w->workers, w->maxima);
	qsort(w->maxima, draws, sizeof *w->maxima, compare);
	return w->maxima[rank ? rank - 1 : 0] * (sqrt(n / (n - 1)) * ldexp(1, -48));
}

/* U3: all rejections of a step at once; how many. */
static size_t reject(struct work *w, double probability)
{
	size_t rejected = 0;

	for (size_t i = 0; i < (size_t)w->count * w->count; i++) {
		if (w->better[i] || !(w->tails[i] < probability))
			continue;
		w->better[i] = 1;
		rejected++;
	}
	return rejected;
}

/* Ordered pairs that take part. */
static size_t pairs_left(const struct work *w)
{
	size_t left = 0;

	for (size_t i = 0; i < (size_t)w->count * w->count; i++)
		left += w->s[i] > 0 && !w->better[i];
	return left;
}

static void step_down(struct work *w)
{
	while (pairs_left(w) > 0)
		if (reject(w, special_normal_tail(quantile(w))) == 0)
			return;
}

static void work_close(struct work *w)
{
	draws_free(&w->draws);
	free(w->variances);
	free(w->sums);
	free(w->s);
	free(w->tails);
	free(w->maxima);
}

static int work_open(struct work *w)
{
	size_t pairs = (size_t)w->count * w->count;

	w->variances = malloc((w->count + 1u) * sizeof *w->variances);
	w->sums = malloc((pairs + 1) * sizeof *w->sums);
	w->s = calloc(pairs + 1, sizeof *w->s);
	w->tails = malloc((pairs + 1) * sizeof *w->tails);
	w->maxima = malloc((size_t)w->draws.chunks * DRAWS_CHUNK * sizeof *w->maxima);
	return w->variances && w->sums && w->s && w->tails && w->maxima ? 0 : -ENOMEM;
}

static int compare_all(struct work *w, const uint32_t *order, uint64_t seed,
		       uint32_t draws)
{
	uint32_t *list = malloc((w->count + 1u) * sizeof *list);
	int err = -ENOMEM;

	for (uint32_t u = 0; list && u < w->count; u++)
		list[u] = w->units[u].unit;
	if (list)
		err = draws_make(w->covariance, order, seed, draws, w->workers, list,
				 w->count, &w->draws);
	if (!err)
		err = work_open(w);
	if (!err)
		err = covariance_block(w->covariance, list, w->count, w->sums);
	free(list);
	if (err)
		return err;
	set_pairs(w);
	step_down(w);
	return 0;
}

/* L = 1 + the surely better ones, U = p - the surely worse; with the published rank. */
static void set_ranks(const struct rankset_unit *units, struct rankset *r)
{
	for (uint32_t u = 0; u < r->count; u++) {
		r->low[u] = 1;
		r->high[u] = r->count;
		for (uint32_t t = 0; t < r->count; t++) {
			r->low[u] += r->better[(size_t)t * r->count + u];
			r->high[u] -= r->better[(size_t)u * r->count + t];
		}
		if (units[u].rank < r->low[u])
			r->low[u] = units[u].rank;
		if (units[u].rank > r->high[u])
			r->high[u] = units[u].rank;
	}
}

static int allocate(uint32_t count, struct rankset *r)
{
	r->count = count;
	r->low = malloc((count + 1u) * sizeof *r->low);
	r->high = malloc((count + 1u) * sizeof *r->high);
	r->better = calloc((size_t)count * count + 1, sizeof *r->better);
	return r->low && r->high && r->better ? 0 : -ENOMEM;
}

int rankset_compute(const struct covariance *c, const uint32_t *order, uint64_t seed,
		    uint32_t draws, uint32_t threads, const struct rankset_unit *units,
		    uint32_t count, struct rankset *out)
{
	struct rankset r = {0};
	struct work w = {
	    .covariance = c, .units = units, .count = count, .workers = threads};
	int err = allocate(count, &r);

	w.better = r.better;
	if (!err && count > 1 && covariance_clusters(c) >= CLUSTERS_MIN)
		err = compare_all(&w, order, seed, draws);
	work_close(&w);
	if (err) {
		rankset_free(&r);
		return err;
	}
	set_ranks(units, &r);
	*out = r;
	return 0;
}

void rankset_free(struct rankset *r)
{
	free(r->low);
	free(r->high);
	free(r->better);
	memset(r, 0, sizeof *r);
}
