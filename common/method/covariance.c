#include "common/method/covariance_internal.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"

/*
 * Why no sum of products overflows. covariance_add() refuses a unit unless the sum of
 * |E| over all n clusters is under 2^61, so that the sum of E^2 is under 2^122. By
 * Cauchy and Schwarz the sum of E_u E_t is then under 2^122 in magnitude for any two
 * units that were added. So sums of products may be formed in any way that is right
 * modulo 2^128, with unsigned numbers that wrap around on the way: the end is the true
 * one. The same holds modulo 2^64 for sums of +-E (METHOD U3).
 */

static int open_rows(struct covariance *c)
{
	const struct tally *t = c->rules->tally;
	int err = profile_make(t, c->rules->frame, &c->profiles);

	if (err)
		return err;
	c->rows = calloc(t->sample->round->unit_count + 1u, sizeof *c->rows);
	c->left = calloc(c->profiles.count + 1u, sizeof *c->left);
	if (!c->rows || !c->left)
		return -ENOMEM;
	return influence_new(c->rules, &c->profiles, &c->influence);
}

int covariance_new(const struct score_rules *rules, struct covariance **out)
{
	struct covariance *c = calloc(1, sizeof *c);
	int err;

	if (!c)
		return -ENOMEM;
	c->rules = rules;
	err = open_rows(c);
	if (err) {
		covariance_free(c);
		return err;
	}
	*out = c;
	return 0;
}

void covariance_free(struct covariance *c)
{
	if (!c)
		return;
	for (uint32_t u = 0; c->rows && u < c->rules->tally->sample->round->unit_count;
	     u++)
		influence_row_free(&c->rows[u]);
	influence_free(c->influence);
	profile_free(&c->profiles);
	free(c->rows);
	free(c->left);
	free(c);
}

/* |e| < 2^61 and times < 2^32: no step leaves 128 bits before it is looked at. */
static int add_magnitude(covariance_wide *sum, int64_t e, uint32_t times)
{
	*sum += (covariance_wide)(e < 0 ? -e : e) * times;
	return *sum >> INFLUENCE_BITS_MAX ? ERR_OVERFLOW : 0;
}

static int check_magnitudes(struct covariance *c, const struct influence_row *row)
{
	covariance_wide sum = 0;
	int err = 0;

	for (uint32_t p = 0; p < c->profiles.count; p++)
		c->left[p] = c->profiles.profiles[p].clusters;
	for (uint32_t i = 0; !err && i < row->count; i++) {
		c->left[c->profiles.of[row->clusters[i]]]--;
		err = add_magnitude(&sum, row->values[i], 1);
	}
	for (uint32_t p = 0; !err && p < c->profiles.count; p++)
		err = add_magnitude(&sum, row->absent[p], c->left[p]);
	return err;
}

int covariance_add(struct covariance *c, const struct score *s)
{
	struct influence_row row;
	int err;

	assert(!c->rows[s->unit].absent);
	err = influence_row(c->influence, s, &row);
	if (err)
		return err;
	err = check_magnitudes(c, &row);
	if (err) {
		influence_row_free(&row);
		return err;
	}
	c->rows[s->unit] = row;
	return 0;
}

uint32_t covariance_clusters(const struct covariance *c)
{
	return c->rules->tally->cluster_count;
}

static int compare(const void *left, const void *right)
{
	const uint32_t *a = left;
	const uint32_t *b = right;

	return (*a > *b) - (*a < *b);
}

int64_t covariance_influence(const struct covariance *c, uint32_t cluster,
			     uint32_t unit)
{
	const struct influence_row *row = &c->rows[unit];
	const uint32_t *found = NULL;

	if (row->count)
		found = bsearch(&cluster, row->clusters, row->count, sizeof cluster,
				compare);
	return found ? row->values[found - row->clusters]
		     : covariance_absent(c, unit, c->profiles.of[cluster]);
}

void covariance_value(struct covariance_sum sum, uint32_t clusters, mpq_t value)
{
	mpz_set_si(mpq_numref(value), sum.high);
	mpz_mul_2exp(mpq_numref(value), mpq_numref(value), 64);
	mpz_add_ui(mpq_numref(value), mpq_numref(value), sum.low);
	mpz_mul_ui(mpq_numref(value), mpq_numref(value), clusters);
	mpz_set_ui(mpq_denref(value), clusters - 1u);
	mpz_mul_2exp(mpq_denref(value), mpq_denref(value), 2 * INFLUENCE_BITS);
	mpq_canonicalize(value);
}
