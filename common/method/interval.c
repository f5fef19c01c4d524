#include "common/method/interval.h"

#include <math.h>
#include <stdlib.h>

#include "common/method/figure.h"
#include "common/method/quantile.h"

enum { PRIOR = 5 };

static int compare(const void *left, const void *right)
{
	const __mpq_struct *a = left;
	const __mpq_struct *b = right;

	return mpq_cmp(a, b);
}

void interval_lower_median(mpq_t *values, uint32_t count, mpq_t median)
{
	if (count == 0) {
		mpq_set_ui(median, 0, 1);
		return;
	}
	qsort(values, count, sizeof *values, compare);
	mpq_set(median, values[(count - 1) / 2]);
}

void interval_stabilise(const mpq_t variance, uint32_t raters, const mpq_t median,
			mpq_t stabilised)
{
	mpq_t factor, shrunk;
	mpz_t n;

	mpq_set(stabilised, variance);
	if (raters == 0)
		return;
	mpq_inits(factor, shrunk, NULL);
	mpz_init_set_ui(n, raters);
	/* n V / (n + 5) + 5 S / ((n + 5) n) */
	mpz_set(mpq_numref(factor), n);
	mpz_add_ui(mpq_denref(factor), n, PRIOR);
	mpq_canonicalize(factor);
	mpq_mul(shrunk, factor, variance);
	mpz_set_ui(mpq_numref(factor), PRIOR);
	mpz_add_ui(mpq_denref(factor), n, PRIOR);
	mpz_mul(mpq_denref(factor), mpq_denref(factor), n);
	mpq_canonicalize(factor);
	mpq_mul(factor, factor, median);
	mpq_add(shrunk, shrunk, factor);
	if (mpq_cmp(shrunk, stabilised) > 0)
		mpq_set(stabilised, shrunk);
	mpz_clear(n);
	mpq_clears(factor, shrunk, NULL);
}

double interval_half_width(const mpq_t stabilised, uint32_t raters)
{
	return quantile_t975(raters - 1) * sqrt(figure_double(stabilised));
}

/* An end of the scale, as figures have it. */
static void set_edge(mpq_t edge, struct decimal end, struct decimal factor)
{
	mpq_t times;

	mpq_init(times);
	mpq_set_si(edge, end.micro, DECIMAL_ONE);
	mpq_canonicalize(edge);
	mpq_set_si(times, factor.micro, DECIMAL_ONE);
	mpq_canonicalize(times);
	mpq_mul(edge, edge, times);
	mpq_clear(times);
}

static void clip(mpq_t x, const mpq_t lo, const mpq_t hi)
{
	if (mpq_cmp(x, lo) < 0)
		mpq_set(x, lo);
	if (mpq_cmp(x, hi) > 0)
		mpq_set(x, hi);
}

void interval_ends(const mpq_t index, double half_width, const struct composite *scale,
		   mpq_t low, mpq_t high)
{
	mpq_t half, lo, hi;

	mpq_inits(half, lo, hi, NULL);
	set_edge(lo, scale->lo, scale->factor);
	set_edge(hi, scale->hi, scale->factor);
	mpq_set_d(half, half_width);
	mpq_sub(low, index, half);
	mpq_add(high, index, half);
	clip(low, lo, hi);
	clip(high, lo, hi);
	mpq_clears(half, lo, hi, NULL);
}
