#include "common/method/draws.h"

#include <math.h>

#include "common/method/parallel.h"

struct work {
	const struct draws *draws;
	const double *s;
	const uint8_t *out;
	double *maxima;
};

/* Apart from raise(), so that compilers make vectors of each. */
static void divide(const int64_t *u, const int64_t *t, double s, double *quotients)
{
	for (uint32_t b = 0; b < DRAWS_CHUNK; b++)
		quotients[b] = (double)(u[b] - t[b]) / s;
}

/* -D / s is -(D / s): the magnitude is the maximum of a pair's two directions. */
static void make_positive(double *quotients)
{
	for (uint32_t b = 0; b < DRAWS_CHUNK; b++)
		quotients[b] = fabs(quotients[b]);
}

static void raise(const double *quotients, double *maxima)
{
	for (uint32_t b = 0; b < DRAWS_CHUNK; b++)
		maxima[b] = quotients[b] > maxima[b] ? quotients[b] : maxima[b];
}

/* Both directions of u and t. */
static void take_pair(const struct work *w, const int64_t *z, uint32_t u, uint32_t t,
		      double *maxima)
{
	size_t units = w->draws->units;
	double s = w->s[u * units + t];
	uint8_t out = w->out[u * units + t];
	uint8_t back_out = w->out[t * units + u];
	const int64_t *better = z + (size_t)(out ? t : u) * DRAWS_CHUNK;
	const int64_t *worse = z + (size_t)(out ? u : t) * DRAWS_CHUNK;
	double quotients[DRAWS_CHUNK];

	if (!(s > 0) || (out && back_out))
		return;
	divide(better, worse, s, quotients);
	if (!out && !back_out)
		make_positive(quotients);
	raise(quotients, maxima);
}

static void take_chunk(void *ctx, uint32_t worker, uint32_t chunk)
{
	const struct work *w = ctx;
	uint32_t units = w->draws->units;
	const int64_t *z = w->draws->z + (size_t)chunk * units * DRAWS_CHUNK;
	double *maxima = w->maxima + (size_t)chunk * DRAWS_CHUNK;

	(void)worker;
	for (uint32_t b = 0; b < DRAWS_CHUNK; b++)
		maxima[b] = -INFINITY;
	for (uint32_t u = 0; u < units; u++)
		for (uint32_t t = u + 1; t < units; t++)
			take_pair(w, z, u, t, maxima);
}

void draws_maxima(const struct draws *d, const double *s, const uint8_t *out,
		  uint32_t workers, double *maxima)
{
	struct work w = {.draws = d, .s = s, .out = out, .maxima = maxima};

	parallel_run(workers, d->chunks, take_chunk, &w);
}
