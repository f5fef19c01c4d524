#include "common/method/figure.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 12, EXPONENT_MIN = -4, DOUBLE_BITS = 53 };
enum { TEXT_MAX = 160, EXPONENT_TEXT = 24 };

/* out = floor(num / den) with den > 0, then up by one if the rest is over a half of it.
 */
static void divide_to_nearest(const mpz_t num, const mpz_t den, bool half_even,
			      mpz_t out)
{
	mpz_t rest;
	int half;

	mpz_init(rest);
	mpz_fdiv_qr(out, rest, num, den);
	mpz_mul_2exp(rest, rest, 1);
	half = mpz_cmp(rest, den);
	if (half > 0 || (half == 0 && (!half_even || mpz_odd_p(out))))
		mpz_add_ui(out, out, 1);
	mpz_clear(rest);
}

/* num x 10^exponent / den, over one of them by a power of ten. */
static void shift_decimal(mpz_t num, mpz_t den, long exponent)
{
	mpz_t ten;

	mpz_init(ten);
	mpz_ui_pow_ui(ten, 10, (unsigned long)(exponent < 0 ? -exponent : exponent));
	if (exponent < 0)
		mpz_mul(den, den, ten);
	else
		mpz_mul(num, num, ten);
	mpz_clear(ten);
}

void figure_round(const mpq_t x, uint32_t decimals, bool half_even, mpz_t out)
{
	mpz_t num, den;

	mpz_init_set(num, mpq_numref(x));
	mpz_init_set(den, mpq_denref(x));
	shift_decimal(num, den, decimals);
	divide_to_nearest(num, den, half_even, out);
	mpz_clears(num, den, NULL);
}

/* floor(sqrt(x) x 10^decimals), decimals of either sign. */
static void floor_root(const mpq_t x, long decimals, mpz_t out)
{
	mpz_t den;

	mpz_init_set(den, mpq_denref(x));
	mpz_set(out, mpq_numref(x));
	shift_decimal(out, den, 2 * decimals);
	mpz_fdiv_q(out, out, den);
	mpz_sqrt(out, out);
	mpz_clear(den);
}

/*
 * sqrt(x) x 10^decimals to the nearest whole number. With r the floor of it, it is over
 * r + 1/2 just when 4 x 100^decimals > (2 r + 1)^2: no root is ever taken inexactly.
 */
static void nearest_root(const mpq_t x, long decimals, bool half_even, mpz_t out)
{
	mpz_t num, den, right;
	int half;

	floor_root(x, decimals, out);
	mpz_init_set(num, mpq_numref(x));
	mpz_init_set(den, mpq_denref(x));
	mpz_init(right);
	shift_decimal(num, den, 2 * decimals);
	mpz_mul_2exp(num, num, 2);
	mpz_mul_2exp(right, out, 1);
	mpz_add_ui(right, right, 1);
	mpz_mul(right, right, right);
	mpz_mul(right, right, den);
	half = mpz_cmp(num, right);
	if (half > 0 || (half == 0 && (!half_even || mpz_odd_p(out))))
		mpz_add_ui(out, out, 1);
	mpz_clears(num, den, right, NULL);
}

void figure_round_root(const mpq_t x, uint32_t decimals, bool half_even, mpz_t out)
{
	nearest_root(x, decimals, half_even, out);
}

/* Appends to a text that has `at` characters; gives their new number. */
static size_t put(char text[FIGURE_TEXT], size_t at, const char *from, size_t len)
{
	assert(at + len < FIGURE_TEXT);
	memcpy(text + at, from, len);
	text[at + len] = 0;
	return at + len;
}

void figure_text(const mpz_t rounded, uint32_t decimals, char text[FIGURE_TEXT])
{
	char digits[TEXT_MAX];
	size_t len, whole;

	assert(mpz_sgn(rounded) >= 0 && decimals < FIGURE_TEXT);
	assert(mpz_sizeinbase(rounded, 10) < FIGURE_TEXT);
	len = (size_t)gmp_snprintf(digits, sizeof digits, "%0*Zd", (int)decimals + 1,
				   rounded);
	whole = put(text, 0, digits, len - decimals);
	if (decimals == 0)
		return;
	len = put(text, whole, ".", 1);
	put(text, len, digits + whole, decimals);
}

void figure_text_signed(const mpq_t x, uint32_t decimals, bool half_even,
			char text[FIGURE_TEXT])
{
	char magnitude[FIGURE_TEXT];
	mpz_t rounded;
	mpq_t size;
	size_t at = 0;

	mpz_init(rounded);
	mpq_init(size);
	mpq_abs(size, x);
	figure_round(size, decimals, half_even, rounded);
	figure_text(rounded, decimals, magnitude);
	if (mpq_sgn(x) < 0 && mpz_sgn(rounded) != 0)
		at = put(text, 0, "-", 1);
	put(text, at, magnitude, strlen(magnitude));
	mpz_clear(rounded);
	mpq_clear(size);
}

void figure_text_double(double x, uint32_t decimals, bool half_even,
			char text[FIGURE_TEXT])
{
	mpq_t exact;

	assert(isfinite(x));
	mpq_init(exact);
	mpq_set_d(exact, x);
	figure_text_signed(exact, decimals, half_even, text);
	mpq_clear(exact);
}

/* Twelve digits d and an exponent e make d.ddd x 10^e, as C's %g writes it. */
static void write_12g(const char *digits, long e, char text[FIGURE_TEXT])
{
	bool plain = e >= EXPONENT_MIN && e < DIGITS;
	size_t whole = !plain || e < 0 ? 1 : (size_t)e + 1;
	size_t len = DIGITS;
	size_t at = 0;
	char exponent[EXPONENT_TEXT];

	while (len > 1 && digits[len - 1] == '0')
		len--;
	if (plain && e < 0) {
		at = put(text, 0, "0.000", (size_t)(1 - e));
		put(text, at, digits, len);
		return;
	}
	at = put(text, 0, digits, whole);
	if (len > whole) {
		at = put(text, at, ".", 1);
		at = put(text, at, digits + whole, len - whole);
	}
	if (plain)
		return;
	snprintf(exponent, sizeof exponent, "e%c%02ld", e < 0 ? '-' : '+', labs(e));
	put(text, at, exponent, strlen(exponent));
}

/* e with 10^e <= sqrt(x) < 10^(e + 1), x > 0. */
static long root_exponent(const mpq_t x)
{
	long num = (long)mpz_sizeinbase(mpq_numref(x), 10);
	long den = (long)mpz_sizeinbase(mpq_denref(x), 10);
	long e = (num - den) / 2 + 1; /* too large by two at most, never too small */
	mpz_t root;

	mpz_init(root);
	for (floor_root(x, -e, root); mpz_sgn(root) == 0; floor_root(x, -e, root))
		e--;
	mpz_clear(root);
	return e;
}

void figure_root_12g(const mpq_t x, char text[FIGURE_TEXT])
{
	char digits[TEXT_MAX];
	mpz_t rounded;
	long e;

	if (mpq_sgn(x) == 0) {
		snprintf(text, FIGURE_TEXT, "0");
		return;
	}
	e = root_exponent(x);
	mpz_init(rounded);
	nearest_root(x, DIGITS - 1 - e, true, rounded);
	/* 9.999... may have become a 1 and twelve zeros */
	if (gmp_snprintf(digits, sizeof digits, "%Zd", rounded) > DIGITS)
		e++;
	write_12g(digits, e, text);
	mpz_clear(rounded);
}

double figure_double(const mpq_t x)
{
	mpz_t num, den, limit;
	double value;
	long shift;

	if (mpq_sgn(x) == 0)
		return 0;
	mpz_init(num);
	mpz_abs(num, mpq_numref(x));
	mpz_init_set(den, mpq_denref(x));
	mpz_init(limit);
	/* num / den becomes a number in 2^52 .. 2^53, times 2^shift */
	shift =
	    (long)mpz_sizeinbase(num, 2) - (long)mpz_sizeinbase(den, 2) - DOUBLE_BITS;
	if (shift < 0)
		mpz_mul_2exp(num, num, (unsigned long)-shift);
	else
		mpz_mul_2exp(den, den, (unsigned long)shift);
	mpz_mul_2exp(limit, den, DOUBLE_BITS);
	if (mpz_cmp(num, limit) >= 0) {
		mpz_mul_2exp(den, den, 1);
		shift++;
	}
	divide_to_nearest(num, den, true, limit);
	value = ldexp(mpz_get_d(limit), (int)shift);
	mpz_clears(num, den, limit, NULL);
	return mpq_sgn(x) < 0 ? -value : value;
}
