#include "common/method/covariance_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int allocate_entries(size_t clusters, size_t entries,
			    struct covariance_entries *e)
{
	e->first = calloc(clusters + 2, sizeof *e->first);
	e->places = malloc((entries + 1) * sizeof *e->places);
	e->values = malloc((entries + 1) * sizeof *e->values);
	return e->first && e->places && e->values ? 0 : -ENOMEM;
}

int covariance_entries(const struct covariance *c, const uint32_t *units,
		       uint32_t count, struct covariance_entries *out)
{
	struct covariance_entries e = {0};
	size_t clusters = c->rules->tally->cluster_count;
	size_t entries = 0;
	int err;

	for (uint32_t i = 0; i < count; i++)
		entries += c->rows[units[i]].count;
	err = allocate_entries(clusters, entries, &e);
	if (err) {
		covariance_entries_free(&e);
		return err;
	}
	/* first[k + 2] counts, then first[k + 1] is where the next of k goes */
	for (uint32_t i = 0; i < count; i++)
		for (uint32_t j = 0; j < c->rows[units[i]].count; j++)
			e.first[c->rows[units[i]].clusters[j] + 2u]++;
	for (size_t k = 0; k < clusters; k++)
		e.first[k + 2] += e.first[k + 1];
	for (uint32_t i = 0; i < count; i++)
		for (uint32_t j = 0; j < c->rows[units[i]].count; j++) {
			size_t at = e.first[c->rows[units[i]].clusters[j] + 1u]++;

			e.places[at] = i;
			e.values[at] = c->rows[units[i]].values[j];
		}
	*out = e;
	return 0;
}

void covariance_entries_free(struct covariance_entries *e)
{
	free(e->first);
	free(e->places);
	free(e->values);
	memset(e, 0, sizeof *e);
}

/*
 * With A the E of a profile and E = A + d, d = 0 where there is no entry, over the
 * clusters of one profile
 *     sum E_u E_t = (clusters A_u + sum d_u) A_t + A_u sum d_t + sum d_u d_t:
 * d squared products a cluster, and two a profile. Modulo 2^128 (see covariance.c).
 */
struct products {
	const struct covariance *covariance;
	const uint32_t *units;
	uint32_t count;
	covariance_wide *sums;   /* count x count, j >= i */
	covariance_wide *excess; /* sum of d, profile x unit */
};

static covariance_wide extended(int64_t x)
{
	return (covariance_wide)(covariance_signed)x;
}

static void add_cluster(struct products *b, uint32_t profile, const uint32_t *places,
			int64_t *values, size_t count)
{
	covariance_wide *excess = b->excess + (size_t)profile * b->count;

	for (size_t i = 0; i < count; i++) {
		values[i] -=
		    covariance_absent(b->covariance, b->units[places[i]], profile);
		excess[places[i]] += extended(values[i]);
	}
	for (size_t i = 0; i < count; i++) {
		covariance_wide *row = b->sums + (size_t)places[i] * b->count;

		for (size_t j = i; j < count; j++)
			row[places[j]] += extended(values[i]) * extended(values[j]);
	}
}

static void add_profile(struct products *b, uint32_t profile, int64_t *absent)
{
	const struct covariance *c = b->covariance;
	const covariance_wide *excess = b->excess + (size_t)profile * b->count;
	uint32_t clusters = c->profiles.profiles[profile].clusters;

	for (uint32_t i = 0; i < b->count; i++)
		absent[i] = covariance_absent(c, b->units[i], profile);
	for (uint32_t i = 0; i < b->count; i++) {
		covariance_wide *row = b->sums + (size_t)i * b->count;
		covariance_wide left = extended(absent[i]) * clusters + excess[i];

		for (uint32_t j = i; j < b->count; j++)
			row[j] += left * extended(absent[j]) +
				  extended(absent[i]) * excess[j];
	}
}

static void write_sums(const struct products *b, struct covariance_sum *out)
{
	for (uint32_t i = 0; i < b->count; i++)
		for (uint32_t j = i; j < b->count; j++) {
			covariance_wide sum = b->sums[(size_t)i * b->count + j];
			struct covariance_sum parts = {
			    .low = (uint64_t)sum,
			    .high = (int64_t)(uint64_t)(sum >> 64),
			};

			out[(size_t)i * b->count + j] = parts;
			out[(size_t)j * b->count + i] = parts;
		}
}

static int sum_block(struct products *b)
{
	const struct covariance *c = b->covariance;
	struct covariance_entries e = {0};
	int64_t *absent = malloc((b->count + 1u) * sizeof *absent);
	int err = absent ? covariance_entries(c, b->units, b->count, &e) : -ENOMEM;

	for (uint32_t k = 0; !err && k < covariance_clusters(c); k++)
		add_cluster(b, c->profiles.of[k], e.places + e.first[k],
			    e.values + e.first[k], e.first[k + 1] - e.first[k]);
	for (uint32_t p = 0; !err && p < c->profiles.count; p++)
		add_profile(b, p, absent);
	covariance_entries_free(&e);
	free(absent);
	return err;
}

int covariance_block(const struct covariance *c, const uint32_t *units, uint32_t count,
		     struct covariance_sum *out)
{
	struct products b = {.covariance = c, .units = units, .count = count};
	int err = -ENOMEM;

	b.sums = calloc((size_t)count * count + 1, sizeof *b.sums);
	b.excess = calloc((size_t)count * c->profiles.count + 1, sizeof *b.excess);
	if (b.sums && b.excess)
		err = sum_block(&b);
	if (!err)
		write_sums(&b, out);
	free(b.sums);
	free(b.excess);
	return err;
}
