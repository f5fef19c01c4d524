/*
 * METHOD U3: the draws to the last bit, for any number of threads and any order of
 * arrival.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <math.h>

#include "common/method/draws.h"
#include "tests/unit/method/rankset_round.h"

static const uint64_t seed = 0x0123456789abcdef;

static struct rankset compute(const struct rankset_round *f, uint32_t threads)
{
	struct rankset r = {0};

	assert_int_equal(rankset_compute(f->matrix.covariance, f->order, seed,
					 RANKSET_DRAWS, threads, f->units, f->count,
					 &r),
			 0);
	assert_int_equal(r.count, f->count);
	return r;
}

/* Z, whole numbers, to the last bit; for units with few raters and for all. */
static void draws_are_exact(void **state)
{
	const uint32_t list[] = {1, 2, 5};
	struct rankset_slow *w = calloc(1, sizeof *w);
	struct build *b = rankset_round_new(7, 3);
	struct rankset_round f;
	struct draws d;

	(void)state;
	assert_non_null(w);
	rankset_round_fill(b, 90, 20, 1);
	rankset_round_open(b, &f);
	rankset_slow(f.matrix.covariance, seed, f.units, f.count, w);
	assert_int_equal(
	    draws_make(f.matrix.covariance, f.order, seed, 1300, 1, list, 3, &d), 0);
	for (uint32_t i = 0; i < 1300; i++)
		for (uint32_t u = 0; u < 3; u++) {
			size_t at = (i / DRAWS_CHUNK * 3 + u) * DRAWS_CHUNK;

			assert_true((long double)d.z[at + i % DRAWS_CHUNK] ==
				    w->z[i][list[u]]);
		}
	draws_free(&d);
	rankset_round_close(&f);
	free(w);
}

/* The same doubles in the plainest order: quotients are rounded once, maxima never. */
static double plain_maximum(const struct draws *d, const double *s, const uint8_t *out,
			    uint32_t b)
{
	const int64_t *z = d->z + (size_t)(b / DRAWS_CHUNK) * d->units * DRAWS_CHUNK;
	double most = -INFINITY;

	for (uint32_t u = 0; u < d->units; u++)
		for (uint32_t t = 0; t < d->units; t++) {
			int64_t difference = z[u * DRAWS_CHUNK + b % DRAWS_CHUNK] -
					     z[t * DRAWS_CHUNK + b % DRAWS_CHUNK];
			double quotient = (double)difference / s[u * d->units + t];

			if (!out[u * d->units + t] && s[u * d->units + t] > 0 &&
			    quotient > most)
				most = quotient;
		}
	return most;
}

/* With one direction of a pair out, with both, and with pairs of s = 0. */
static void maxima_are_exact(void **state)
{
	static const double s[16] = {0,   1.7, 0.3, 2.9, 1.7, 0,   0,   0.7,
				     0.3, 0,   0,   1.1, 2.9, 0.7, 1.1, 0};
	static const uint8_t outs[4][16] = {
	    {0},
	    {0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0},
	    {0, 1, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0},
	    {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}};
	const uint32_t list[] = {0, 1, 2, 3};
	struct build *b = rankset_round_new(4, 2);
	double maxima[2 * DRAWS_CHUNK];
	struct rankset_round f;
	struct draws d;

	(void)state;
	rankset_round_fill(b, 100, 30, 1);
	rankset_round_open(b, &f);
	assert_int_equal(
	    draws_make(f.matrix.covariance, f.order, seed, 800, 1, list, 4, &d), 0);
	for (uint32_t i = 0; i < 4; i++) {
		draws_maxima(&d, s, outs[i], 1 + i % 2, maxima);
		for (uint32_t k = 0; k < 800; k++)
			assert_true(maxima[k] == plain_maximum(&d, s, outs[i], k));
	}
	draws_free(&d);
	rankset_round_close(&f);
}

static void assert_same(const struct rankset *a, const struct rankset *b)
{
	assert_int_equal(a->count, b->count);
	assert_memory_equal(a->low, b->low, a->count * sizeof *a->low);
	assert_memory_equal(a->high, b->high, a->count * sizeof *a->high);
	assert_memory_equal(a->better, b->better, (size_t)a->count * a->count);
}

static void threads_change_nothing(void **state)
{
	const uint32_t list[] = {0, 1, 2, 3, 4, 5, 6, 7};
	struct build *b = rankset_round_new(8, 2);
	struct rankset_round f;
	struct rankset one;
	struct draws d;

	(void)state;
	rankset_round_fill(b, 150, 20, 2);
	rankset_round_open(b, &f);
	one = compute(&f, 1);
	assert_int_equal(draws_make(f.matrix.covariance, f.order, seed, RANKSET_DRAWS,
				    1, list, 8, &d),
			 0);
	for (uint32_t threads = 2; threads <= 3; threads++) {
		struct rankset many = compute(&f, threads);
		struct draws e;

		assert_same(&one, &many);
		rankset_free(&many);
		assert_int_equal(draws_make(f.matrix.covariance, f.order, seed,
					    RANKSET_DRAWS, threads, list, 8, &e),
				 0);
		assert_memory_equal(d.z, e.z,
				    sizeof *d.z * d.chunks * d.units * DRAWS_CHUNK);
		draws_free(&e);
	}
	draws_free(&d);
	rankset_free(&one);
	rankset_round_close(&f);
}

/* Few answers, so that many clusters have equal vectors. */
static void arrival_changes_nothing(void **state)
{
	const uint32_t list[] = {0, 1, 2, 3};
	struct rankset_round f[2];
	struct draws d[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct build *b = rankset_round_new(4, 1);

		rankset_round_fill(b, 300, 0, 1);
		if (i == 1)
			matrix_turn_round(b);
		rankset_round_open(b, &f[i]);
		assert_int_equal(draws_make(f[i].matrix.covariance, f[i].order, seed,
					    600, 1, list, 4, &d[i]),
				 0);
	}
	assert_memory_equal(d[0].z, d[1].z,
			    sizeof *d[0].z * d[0].chunks * 4 * DRAWS_CHUNK);
	for (int i = 0; i < 2; i++) {
		draws_free(&d[i]);
		rankset_round_close(&f[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(draws_are_exact),
	    cmocka_unit_test(maxima_are_exact),
	    cmocka_unit_test(threads_change_nothing),
	    cmocka_unit_test(arrival_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
