/* From exact numbers to text: rounding, roots, %.12g, the nearest double. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>

#include "common/method/figure.h"

static void assert_rounded(const char *x, uint32_t decimals, bool half_even,
			   const char *expected)
{
	char text[FIGURE_TEXT];
	mpq_t value;
	mpz_t rounded;

	mpq_init(value);
	mpz_init(rounded);
	assert_int_equal(mpq_set_str(value, x, 10), 0);
	mpq_canonicalize(value);
	figure_round(value, decimals, half_even, rounded);
	figure_text(rounded, decimals, text);
	assert_string_equal(text, expected);
	mpq_clear(value);
	mpz_clear(rounded);
}

static void rounding(void **state)
{
	(void)state;
	assert_rounded("17999/200", 2, false, "90.00"); /* 89.995 */
	assert_rounded("17999/200", 2, true, "90.00");
	assert_rounded("17997/200", 2, false, "89.99"); /* 89.985 */
	assert_rounded("17997/200", 2, true, "89.98");
	assert_rounded("8999499999/100000000", 2, false, "89.99");
	assert_rounded("1/200", 2, false, "0.01");
	assert_rounded("1/200", 2, true, "0.00");
	assert_rounded("0", 2, false, "0.00");
	assert_rounded("0", 0, false, "0");
	assert_rounded("1/2", 0, false, "1");
	assert_rounded("1/2", 0, true, "0");
	assert_rounded("100", 6, false, "100.000000");
	assert_rounded("1/3", 6, false, "0.333333");
}

static void assert_signed(const char *x, uint32_t decimals, bool half_even,
			  const char *expected)
{
	char text[FIGURE_TEXT];
	mpq_t value;

	mpq_init(value);
	assert_int_equal(mpq_set_str(value, x, 10), 0);
	mpq_canonicalize(value);
	figure_text_signed(value, decimals, half_even, text);
	assert_string_equal(text, expected);
	mpq_clear(value);
}

/* Halves away from zero on both sides; what rounds to nothing has no sign. */
static void signed_figures(void **state)
{
	(void)state;
	assert_signed("-1/200", 2, false, "-0.01");
	assert_signed("-1/200", 2, true, "0.00");
	assert_signed("-1/201", 2, false, "0.00");
	assert_signed("0", 4, false, "0.0000");
	assert_signed("-10/3", 4, false, "-3.3333");
	assert_signed("10/3", 4, false, "3.3333");
	assert_signed("-5/2", 0, false, "-3");
	assert_signed("-5/2", 0, true, "-2");
	assert_signed("-100", 6, false, "-100.000000");
}

static void assert_of_double(double x, uint32_t decimals, const char *expected)
{
	char text[FIGURE_TEXT];

	figure_text_double(x, decimals, false, text);
	assert_string_equal(text, expected);
}

static void figures_of_doubles(void **state)
{
	(void)state;
	assert_of_double(0.03125, 4, "0.0313"); /* a half, exactly */
	assert_of_double(-0.03125, 4, "-0.0313");
	assert_of_double(0.00005, 4, "0.0001"); /* as a double a little over */
	assert_of_double(0.20015, 4, "0.2001"); /* and here a little under */
	assert_of_double(-0.0, 4, "0.0000");
	assert_of_double(ldexp(1, -1074), 4, "0.0000");
}

static void assert_root(const char *x, const char *g, const char *one_decimal)
{
	char text[FIGURE_TEXT];
	mpq_t value;
	mpz_t rounded;

	mpq_init(value);
	mpz_init(rounded);
	assert_int_equal(mpq_set_str(value, x, 10), 0);
	mpq_canonicalize(value);
	figure_root_12g(value, text);
	assert_string_equal(text, g);
	figure_round_root(value, 1, false, rounded);
	figure_text(rounded, 1, text);
	assert_string_equal(text, one_decimal);
	mpq_clear(value);
	mpz_clear(rounded);
}

static void roots(void **state)
{
	(void)state;
	assert_root("0", "0", "0.0");
	assert_root("4", "2", "2.0");
	assert_root("2", "1.41421356237", "1.4");
	assert_root("9/4", "1.5", "1.5");
	assert_root("100", "10", "10.0");
	assert_root("10000", "100", "100.0");
	assert_root("1/100", "0.1", "0.1");
	assert_root("1/400", "0.05", "0.1"); /* a half, exactly */
	assert_root("1/100000000", "0.0001", "0.0");
	assert_root("1/10000000000", "1e-05", "0.0");
	assert_root("3/10000000000", "1.73205080757e-05", "0.0");
	assert_root("1000000000000000000000000", "1e+12", "1000000000000.0");
	/* 9.9999999999951 and 9.9999999999949: the one becomes 10, the other does not
	 */
	assert_root("9999999999990200000000002401/100000000000000000000000000", "10",
		    "10.0");
	assert_root("9999999999989800000000002601/100000000000000000000000000",
		    "9.99999999999", "10.0");
	/* 1.000000000005 and 1.000000000015: halves go to even */
	assert_root("1000000000010000000000025/1000000000000000000000000", "1", "1.0");
	assert_root("1000000000030000000000225/1000000000000000000000000",
		    "1.00000000002", "1.0");
}

/* printf agrees wherever a double is the exact root. */
static void roots_as_printf(void **state)
{
	uint64_t seed = 88172645463325252u;
	char expected[FIGURE_TEXT], text[FIGURE_TEXT];
	mpq_t x;

	(void)state;
	mpq_init(x);
	for (int i = 0; i < 20000; i++) {
		double root;

		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		root = ldexp((double)(seed >> 11), -(int)(seed % 80));
		mpq_set_d(x, root);
		mpq_mul(x, x, x);
		figure_root_12g(x, text);
		snprintf(expected, sizeof expected, "%.12g", root);
		assert_string_equal(text, expected);
	}
	mpq_clear(x);
}

static void nearest_double(void **state)
{
	const char *texts[] = {"1/3",
			       "2/3",
			       "1/10",
			       "89995/1000",
			       "9007199254740993",
			       "9007199254740995",
			       "18014398509481983/2",
			       "0",
			       "100",
			       "123456789/1000000000000000000000"};
	const double expected[] = {1.0 / 3,
				   2.0 / 3,
				   0.1,
				   89.995,
				   9007199254740992.0,
				   9007199254740996.0,
				   9007199254740992.0,
				   0,
				   100,
				   1.23456789e-13};
	mpq_t x;

	(void)state;
	mpq_init(x);
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		assert_int_equal(mpq_set_str(x, texts[i], 10), 0);
		mpq_canonicalize(x);
		assert_true(figure_double(x) == expected[i]);
		mpq_neg(x, x);
		assert_true(figure_double(x) == -expected[i]);
	}
	mpq_clear(x);
}

/* Quotients of whole numbers under 2^53 are correctly rounded by IEEE division. */
static void nearest_double_as_division(void **state)
{
	uint64_t seed = 1234567;
	mpq_t x;

	(void)state;
	mpq_init(x);
	for (int i = 0; i < 20000; i++) {
		uint64_t a, b;

		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		a = (seed >> 11) + 1;
		b = (seed & 0xffffff) + 1;
		mpq_set_ui(x, a, b);
		mpq_canonicalize(x);
		assert_true(figure_double(x) == (double)a / (double)b);
		mpq_neg(x, x);
		assert_true(figure_double(x) == -((double)a / (double)b));
	}
	mpq_clear(x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rounding),
	    cmocka_unit_test(signed_figures),
	    cmocka_unit_test(figures_of_doubles),
	    cmocka_unit_test(roots),
	    cmocka_unit_test(roots_as_printf),
	    cmocka_unit_test(nearest_double),
	    cmocka_unit_test(nearest_double_as_division),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
