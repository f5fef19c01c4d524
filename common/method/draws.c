#include "common/method/draws.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/method/covariance_internal.h"
#include "common/method/order.h"
#include "common/method/parallel.h"
#include "common/method/philox.h"

enum {
	STREAM = 3, /* third counter word of U3 */
	SIGN_BYTES = DRAWS_CHUNK / 8,
	BATCH = 8,
	SUMS = 1 << BATCH,
	POOL_MIN = 4, /* clusters from which counting the signs of a profile pays */
};

/*
 * All of it in whole numbers modulo 2^64, which is exact: |Z| < 2^61 (covariance.c), so
 * neither the order nor an overflow on the way matters.
 *
 *     Z = sum over profiles of A (sum of g) + sum over entries of (E - A) g
 *
 * Signed sums are formed for eight clusters at a time: a table of the 256 signed sums
 * of their eight numbers, then one look-up a draw.
 */
struct work {
	const struct covariance *covariance;
	const uint32_t *order;
	const uint32_t *units;
	uint32_t key[2];
	uint32_t *members; /* clusters, by profile */
	uint32_t *first;   /* of a profile in `members`; one more at the end */
	struct scratch *scratches;
	struct draws *draws;
};

/* Of one cluster: a bit a draw, 1 for -1. */
struct signs {
	uint8_t bytes[SIGN_BYTES];
};

/* Of one worker. */
struct scratch {
	struct signs *signs;            /* by cluster */
	int64_t (*pooled)[DRAWS_CHUNK]; /* by profile: sums of g */
};

/* Clusters and numbers whose signed sums are still to be added to z. */
struct batch {
	const struct signs *signs;
	int64_t *z;
	uint32_t count;
	uint32_t clusters[BATCH];
	uint64_t values[BATCH];
};

/* sums[m]: the number of cluster i with a minus where bit i of m is set. */
static void fill_sums(const uint64_t *values, uint64_t *sums)
{
	uint32_t filled = 1;

	sums[0] = 0;
	for (uint32_t i = 0; i < BATCH; i++)
		sums[0] += values[i];
	for (uint32_t i = 0; i < BATCH; i++, filled *= 2)
		for (uint32_t m = 0; m < filled; m++)
			sums[filled + m] = sums[m] - 2 * values[i];
}

static uint64_t swap_bits(uint64_t x, uint64_t mask, unsigned shift)
{
	uint64_t t = (x ^ x >> shift) & mask;

	return x ^ t ^ t << shift;
}

/* Of an 8 x 8 matrix of bits, a row a byte, the transposed one. */
static uint64_t transpose(uint64_t x)
{
	x = swap_bits(x, 0x00aa00aa00aa00aa, 7);
	x = swap_bits(x, 0x0000cccc0000cccc, 14);
	return swap_bits(x, 0x00000000f0f0f0f0, 28);
}

static void flush(struct batch *b)
{
	uint64_t sums[SUMS];

	for (uint32_t i = b->count; i < BATCH; i++) {
		b->clusters[i] = b->clusters[0];
		b->values[i] = 0;
	}
	fill_sums(b->values, sums);
	for (uint32_t byte = 0; byte < SIGN_BYTES; byte++) {
		int64_t *z = b->z + (size_t)byte * 8;
		uint64_t bits = 0;

		for (uint32_t i = 0; i < BATCH; i++)
			bits |= (uint64_t)b->signs[b->clusters[i]].bytes[byte] << 8 * i;
		bits = transpose(bits);
		for (uint32_t i = 0; i < 8; i++)
			z[i] = (int64_t)((uint64_t)z[i] + sums[bits >> 8 * i & 255]);
	}
	b->count = 0;
}

static void put(struct batch *b, uint32_t cluster, uint64_t value)
{
	b->clusters[b->count] = cluster;
	b->values[b->count++] = value;
	if (b->count == BATCH)
		flush(b);
}

static void finish(struct batch *b)
{
	if (b->count)
		flush(b);
}

/* U3: g[k,b] = 1 - 2 x bit (b mod 128) of Philox(floor(b/128), i, 3, 0). */
static void draw_signs(const struct work *w, uint32_t chunk, struct scratch *s)
{
	uint32_t clusters = covariance_clusters(w->covariance);

	for (uint32_t i = 0; i < clusters; i++) {
		uint8_t *at = s->signs[w->order[i]].bytes;

		for (uint32_t j = 0; j < DRAWS_CHUNK / DRAWS_BLOCK; j++) {
			uint32_t block = chunk * (DRAWS_CHUNK / DRAWS_BLOCK) + j;
			uint32_t words[4];

			philox4x32((uint32_t[4]){block, i, STREAM, 0}, w->key, words);
			for (uint32_t byte = 0; byte < DRAWS_BLOCK / 8; byte++)
				*at++ = (uint8_t)(words[byte / 4] >> 8 * (byte % 4));
		}
	}
}

static bool is_pooled(const struct work *w, uint32_t profile)
{
	return w->covariance->profiles.profiles[profile].clusters >= POOL_MIN;
}

static void pool_signs(const struct work *w, struct scratch *s)
{
	for (uint32_t p = 0; p < w->covariance->profiles.count; p++) {
		struct batch b = {.signs = s->signs, .z = s->pooled[p]};

		if (!is_pooled(w, p))
			continue;
		memset(s->pooled[p], 0, sizeof s->pooled[p]);
		for (uint32_t i = w->first[p]; i < w->first[p + 1]; i++)
			put(&b, w->members[i], 1);
		finish(&b);
	}
}

static void add_pooled(const int64_t *sums, int64_t e, int64_t *z)
{
	for (uint32_t b = 0; b < DRAWS_CHUNK; b++)
		z[b] = (int64_t)((uint64_t)z[b] + (uint64_t)e * (uint64_t)sums[b]);
}

/* Z_b of one unit, for the draws of the chunk that the signs are of. */
static void draw_unit(const struct work *w, const struct scratch *s, uint32_t unit,
		      int64_t *z)
{
	const struct covariance *c = w->covariance;
	const struct influence_row *row = &c->rows[unit];
	struct batch b = {.signs = s->signs, .z = z};

	for (uint32_t p = 0; p < c->profiles.count; p++) {
		int64_t e = covariance_absent(c, unit, p);

		if (e == 0)
			continue;
		if (is_pooled(w, p)) {
			add_pooled(s->pooled[p], e, z);
			continue;
		}
		for (uint32_t i = w->first[p]; i < w->first[p + 1]; i++)
			put(&b, w->members[i], (uint64_t)e);
	}
	for (uint32_t i = 0; i < row->count; i++) {
		uint32_t cluster = row->clusters[i];
		int64_t e = covariance_absent(c, unit, c->profiles.of[cluster]);

		put(&b, cluster, (uint64_t)row->values[i] - (uint64_t)e);
	}
	finish(&b);
}

static void draw_chunk(void *ctx, uint32_t worker, uint32_t chunk)
{
	const struct work *w = ctx;
	struct scratch *s = &w->scratches[worker];
	const struct draws *d = w->draws;

	draw_signs(w, chunk, s);
	pool_signs(w, s);
	for (uint32_t u = 0; u < d->units; u++)
		draw_unit(w, s, w->units[u],
			  d->z + ((size_t)chunk * d->units + u) * DRAWS_CHUNK);
}

static int list_members(struct work *w)
{
	const struct profile_set *p = &w->covariance->profiles;
	uint32_t clusters = covariance_clusters(w->covariance);

	w->members = malloc((clusters + 1u) * sizeof *w->members);
	w->first = malloc((p->count + 1u) * sizeof *w->first);
	if (!w->members || !w->first)
		return -ENOMEM;
	w->first[0] = 0;
	for (uint32_t i = 0; i < p->count; i++)
		w->first[i + 1] = w->first[i] + p->profiles[i].clusters;
	order_init(w->members, clusters);
	return order_by(p->of, w->members, clusters);
}

static int open_scratches(struct work *w, uint32_t workers)
{
	size_t clusters = covariance_clusters(w->covariance);
	size_t profiles = w->covariance->profiles.count;

	w->scratches = calloc(workers, sizeof *w->scratches);
	if (!w->scratches)
		return -ENOMEM;
	for (uint32_t i = 0; i < workers; i++) {
		struct scratch *s = &w->scratches[i];

		s->signs = malloc((clusters + 1) * sizeof *s->signs);
		s->pooled = malloc((profiles + 1) * sizeof *s->pooled);
		if (!s->signs || !s->pooled)
			return -ENOMEM;
	}
	return 0;
}

static void close_work(struct work *w, uint32_t workers)
{
	for (uint32_t i = 0; w->scratches && i < workers; i++) {
		free(w->scratches[i].signs);
		free(w->scratches[i].pooled);
	}
	free(w->scratches);
	free(w->members);
	free(w->first);
}

int draws_make(const struct covariance *c, const uint32_t *order, uint64_t seed,
	       uint32_t count, uint32_t workers, const uint32_t *units,
	       uint32_t unit_count, struct draws *out)
{
	struct draws d = {
	    .units = unit_count,
	    .count = count,
	    .chunks = (count + DRAWS_CHUNK - 1) / DRAWS_CHUNK,
	};
	struct work w = {.covariance = c, .order = order, .units = units, .draws = &d};
	int err;

	philox_key(seed, w.key);
	d.z = calloc((size_t)d.chunks * unit_count * DRAWS_CHUNK + 1, sizeof *d.z);
	err = d.z ? list_members(&w) : -ENOMEM;
	if (!err)
		err = open_scratches(&w, workers);
	if (!err)
		parallel_run(workers, d.chunks, draw_chunk, &w);
	close_work(&w, workers);
	if (err) {
		draws_free(&d);
		return err;
	}
	*out = d;
	return 0;
}

void draws_free(struct draws *d)
{
	free(d->z);
	memset(d, 0, sizeof *d);
}
