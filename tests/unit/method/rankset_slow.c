#include "tests/unit/method/rankset_slow.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/method/philox.h"

static int compare_rows(const void *left, const void *right)
{
	const int64_t *a = left;
	const int64_t *b = right;

	for (int u = 0; u < RANKSET_SLOW_UNITS; u++)
		if (a[u] != b[u])
			return a[u] < b[u] ? -1 : 1;
	return 0;
}

/* Dense, and sorted again; all units of the round are in the list here. */
static void slow_influences(struct rankset_slow *w)
{
	for (uint32_t k = 0; k < w->clusters; k++)
		for (uint32_t u = 0; u < w->count; u++)
			w->e[k][u] =
			    covariance_influence(w->covariance, k, w->units[u].unit);
	qsort(w->e, w->clusters, sizeof w->e[0], compare_rows);
}

static int sign(uint64_t seed, uint32_t b, uint32_t i)
{
	const uint32_t counter[4] = {b / 128, i, 3, 0};
	const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
	uint32_t words[4];

	philox4x32(counter, key, words);
	return 1 - 2 * (int)(words[b % 128 / 32] >> b % 32 & 1);
}

static void slow_draws(struct rankset_slow *w, uint64_t seed)
{
	memset(w->z, 0, sizeof w->z);
	for (uint32_t b = 0; b < RANKSET_DRAWS; b++)
		for (uint32_t k = 0; k < w->clusters; k++) {
			int g = sign(seed, b, k);

			for (uint32_t u = 0; u < w->count; u++)
				w->z[b][u] += (long double)g * (long double)w->e[k][u];
		}
}

/* The integral of t's density from t, x = t + y / (1 - y), by Simpson's rule. */
static long double slow_t_tail(long double t, long double df)
{
	const int steps = 4000;
	long double factor =
	    expl(lgammal((df + 1) / 2) - lgammal(df / 2)) / sqrtl(df * acosl(-1));
	long double sum = 0;

	for (int i = 0; i < steps; i++) {
		long double y = (long double)i / steps;
		long double x = t + y / (1 - y);
		long double f = powl(1 + x * x / df, -(df + 1) / 2) / (1 - y) / (1 - y);

		sum += f * (i == 0 ? 1 : i % 2 ? 4 : 2);
	}
	return factor * sum / steps / 3;
}

static long double slow_covariance(const struct rankset_slow *w, uint32_t u, uint32_t t)
{
	long double sum = 0, n = w->clusters;

	for (uint32_t k = 0; k < w->clusters; k++)
		sum += ldexpl((long double)w->e[k][u], -48) *
		       ldexpl((long double)w->e[k][t], -48);
	return n / (n - 1) * sum;
}

static long double ratio(const __mpq_struct *x)
{
	return (long double)mpq_get_d(x);
}

static void slow_pair(struct rankset_slow *w, uint32_t u, uint32_t t)
{
	const struct rankset_unit *x = &w->units[u];
	const struct rankset_unit *y = &w->units[t];
	long double a = ratio(x->stabilised), b = ratio(y->stabilised);
	long double s2 = a + b - 2 * slow_covariance(w, u, t);
	long double df = (a + b) * (a + b) /
			 (a * a / (x->raters - 1.0L) + b * b / (y->raters - 1.0L));
	long double difference = ratio(x->index) - ratio(y->index);

	w->s[u][t] = u == t || s2 < 1e-15L ? 0 : sqrtl(s2);
	w->tail[u][t] = 1;
	if (w->s[u][t] > 0 && difference > 0)
		w->tail[u][t] = slow_t_tail(difference / w->s[u][t], df);
}

static int compare_doubles(const void *left, const void *right)
{
	const double *a = left;
	const double *b = right;

	return *a < *b ? -1 : *a > *b;
}

static double slow_quantile(struct rankset_slow *w)
{
	long double n = w->clusters;

	for (uint32_t b = 0; b < RANKSET_DRAWS; b++) {
		long double most = -INFINITY;

		for (uint32_t u = 0; u < w->count; u++)
			for (uint32_t t = 0; t < w->count; t++)
				if (w->s[u][t] > 0 && !w->rejected[u][t])
					most = fmaxl(most, (w->z[b][u] - w->z[b][t]) /
							       w->s[u][t]);
		w->maxima[b] = (double)ldexpl(most * sqrtl(n / (n - 1)), -48);
	}
	qsort(w->maxima, RANKSET_DRAWS, sizeof w->maxima[0], compare_doubles);
	return w->maxima[9500 - 1];
}

static uint32_t slow_step(struct rankset_slow *w)
{
	double q = slow_quantile(w);
	long double level = q > 0 ? erfcl(q / sqrtl(2)) / 2 : 0.5L;
	uint32_t rejections = 0;

	for (uint32_t u = 0; u < w->count; u++)
		for (uint32_t t = 0; t < w->count; t++) {
			if (w->rejected[u][t] || w->tail[u][t] >= level)
				continue;
			w->rejected[u][t] = true;
			rejections++;
		}
	return rejections;
}

uint32_t rankset_slow(const struct covariance *c, uint64_t seed,
		      const struct rankset_unit *units, uint32_t count,
		      struct rankset_slow *out)
{
	uint32_t steps = 0;

	memset(out, 0, sizeof *out);
	out->covariance = c;
	out->units = units;
	out->count = count;
	out->clusters = covariance_clusters(c);
	slow_influences(out);
	slow_draws(out, seed);
	for (uint32_t u = 0; u < count; u++)
		for (uint32_t t = 0; t < count; t++)
			slow_pair(out, u, t);
	while (slow_step(out) > 0)
		steps++;
	return steps;
}
