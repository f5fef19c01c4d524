/* METHOD U2: the t quantile, the stabilised variance, the ends. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "common/method/interval.h"
#include "common/method/quantile.h"

/* Made with 40 digits from the regularised incomplete beta function. */
static const struct {
	uint32_t df;
	double t;
} quantiles[] = {
    {1, 12.706204736174704646},     {2, 4.3026527297494638523},
    {3, 3.1824463052837095927},     {4, 2.7764451051977943578},
    {5, 2.5705818356363155147},     {6, 2.4469118511449699711},
    {7, 2.3646242515927853417},     {8, 2.3060041352041666833},
    {9, 2.2621571627982055426},     {10, 2.2281388519862747484},
    {17, 2.1098155778333170859},    {18, 2.1009220402410384881},
    {29, 2.0452296421327042982},    {30, 2.04227245630123831},
    {49, 2.0095752371292396723},    {50, 2.0085591121007611055},
    {99, 1.9842169515864174951},    {100, 1.9839715185235522866},
    {211, 1.9712706460485950516},   {500, 1.9647198374673677934},
    {999, 1.9623414611334499787},   {1000, 1.962339080826408485},
    {1001, 1.9623367052808799185},  {1002, 1.9623343344825913238},
    {2000, 1.9611508260994380305},  {2971, 1.9607627800756573661},
    {10000, 1.9602012398906262578}, {100000, 1.9599877075346096386},
};

static void t_quantiles(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof quantiles / sizeof *quantiles; i++) {
		double t = quantile_t975(quantiles[i].df);

		assert_true(fabs(t - quantiles[i].t) < 1e-13 * t);
	}
}

/* The same bits everywhere: these are the ones. */
static void t_quantile_bits(void **state)
{
	(void)state;
	assert_true(quantile_t975(1) == 0x1.96993aacc4d28p+3);
	assert_true(quantile_t975(30) == 0x1.05692f10aaee4p+1);
	assert_true(quantile_t975(1001) == 0x1.f65bb2c4ebf8fp+0);
}

static void t_quantiles_fall(void **state)
{
	(void)state;
	for (uint32_t df = 1; df < 1100; df++)
		assert_true(quantile_t975(df + 1) < quantile_t975(df));
}

static void lower_median(void **state)
{
	mpq_t values[4], median;

	(void)state;
	mpq_init(median);
	for (unsigned i = 0; i < 4; i++) {
		mpq_init(values[i]);
		mpq_set_ui(values[i], 7 - i, 1);
	}
	interval_lower_median(values, 4, median);
	assert_true(mpq_cmp_ui(median, 5, 1) == 0);
	interval_lower_median(values, 3, median);
	assert_true(mpq_cmp_ui(median, 5, 1) == 0);
	interval_lower_median(values, 0, median);
	assert_true(mpq_sgn(median) == 0);
	for (unsigned i = 0; i < 4; i++)
		mpq_clear(values[i]);
	mpq_clear(median);
}

/* (n^2 V + 5 S) / ((n + 5) n) with n = 10, V = 3, S = 60: 600 / 150 = 4. */
static void stabilised_variance(void **state)
{
	mpq_t v, s, out;

	(void)state;
	mpq_inits(v, s, out, NULL);
	mpq_set_ui(v, 3, 1);
	mpq_set_ui(s, 60, 1);
	interval_stabilise(v, 10, s, out);
	assert_true(mpq_cmp_ui(out, 4, 1) == 0);
	mpq_set_ui(v, 9, 1); /* 1200 / 150 = 8 is less than V */
	interval_stabilise(v, 10, s, out);
	assert_true(mpq_cmp_ui(out, 9, 1) == 0);
	interval_stabilise(v, 0, s, out);
	assert_true(mpq_cmp_ui(out, 9, 1) == 0);
	mpq_clears(v, s, out, NULL);
}

static void ends_are_clipped(void **state)
{
	struct composite points = {.hi.micro = 100 * DECIMAL_ONE,
				   .factor.micro = DECIMAL_ONE};
	struct composite ten = {.lo.micro = DECIMAL_ONE,
				.hi.micro = 10 * DECIMAL_ONE,
				.factor.micro = 2 * DECIMAL_ONE};
	mpq_t index, low, high;

	(void)state;
	mpq_inits(index, low, high, NULL);
	mpq_set_ui(index, 2, 1);
	interval_ends(index, 2.5, &points, low, high);
	assert_true(mpq_sgn(low) == 0);
	assert_true(mpq_cmp_ui(high, 9, 2) == 0);
	mpq_set_ui(index, 99, 1);
	interval_ends(index, 1.25, &points, low, high);
	assert_true(mpq_cmp_ui(low, 391, 4) == 0);
	assert_true(mpq_cmp_ui(high, 100, 1) == 0);
	mpq_set_ui(index, 11, 1);
	interval_ends(index, 9.5, &ten, low, high);
	assert_true(mpq_cmp_ui(low, 2, 1) == 0);
	assert_true(mpq_cmp_ui(high, 20, 1) == 0);
	mpq_clears(index, low, high, NULL);
}

/* t(0.975, 9) x sqrt(4) */
static void half_width(void **state)
{
	mpq_t v;

	(void)state;
	mpq_init(v);
	mpq_set_ui(v, 4, 1);
	assert_true(interval_half_width(v, 10) == 2 * quantile_t975(9));
	mpq_clear(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(t_quantiles),         cmocka_unit_test(t_quantile_bits),
	    cmocka_unit_test(t_quantiles_fall),    cmocka_unit_test(lower_median),
	    cmocka_unit_test(stabilised_variance), cmocka_unit_test(ends_are_clipped),
	    cmocka_unit_test(half_width),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
