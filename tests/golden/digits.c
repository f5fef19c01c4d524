#include "tests/golden/digits.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { NUMBER_MAX = 40 };

static void multiply_power(mpq_t x, long power)
{
	mpz_t ten;

	mpz_init(ten);
	mpz_ui_pow_ui(ten, 10, (unsigned long)labs(power));
	if (power < 0)
		mpz_mul(mpq_denref(x), mpq_denref(x), ten);
	else
		mpz_mul(mpq_numref(x), mpq_numref(x), ten);
	mpq_canonicalize(x);
	mpz_clear(ten);
}

void digits_read(const char *text, mpq_t out)
{
	char digits[NUMBER_MAX + 1];
	size_t count = 0;
	long power = 0;
	bool after_point = false;
	char *end;

	for (; isdigit((unsigned char)*text) || *text == '.' || *text == '-'; text++) {
		assert_true(count < NUMBER_MAX);
		if (*text == '.') {
			after_point = true;
			continue;
		}
		digits[count++] = *text;
		power -= after_point;
	}
	digits[count] = '\0';
	if (*text == 'e') {
		power += strtol(text + 1, &end, 10);
		text = end;
	}
	assert_int_equal(*text, '\0');
	mpq_set_ui(out, 0, 1);
	assert_int_equal(mpz_set_str(mpq_numref(out), digits, 10), 0);
	multiply_power(out, power);
}

int64_t digits_scaled(const char *text, unsigned power)
{
	mpq_t x, half;
	mpz_t whole;
	int64_t made;

	mpq_inits(x, half, NULL);
	mpz_init(whole);
	digits_read(text, x);
	multiply_power(x, (long)power);
	mpq_set_ui(half, 1, 2);
	mpq_add(x, x, half);
	mpz_fdiv_q(whole, mpq_numref(x), mpq_denref(x));
	assert_true(mpz_fits_slong_p(whole));
	made = mpz_get_si(whole);
	mpq_clears(x, half, NULL);
	mpz_clear(whole);
	return made;
}

bool digits_agree(const mpq_t ours, const mpq_t theirs, const mpq_t size, int n)
{
	mpq_t difference, limit;
	bool agree;

	mpq_inits(difference, limit, NULL);
	mpq_sub(difference, ours, theirs);
	mpq_abs(difference, difference);
	mpq_abs(limit, size);
	multiply_power(limit, -n);
	agree = mpq_cmp(difference, limit) <= 0;
	mpq_clears(difference, limit, NULL);
	return agree;
}

void digits_assert(const mpq_t ours, const char *theirs, int n)
{
	mpq_t expected;

	mpq_init(expected);
	digits_read(theirs, expected);
	if (!digits_agree(ours, expected, expected, n))
		fail_msg("%.17g is not %s to %d digits", mpq_get_d(ours), theirs, n);
	mpq_clear(expected);
}

/* A relative error of the square is twice that of the root. */
void digits_assert_root(const mpq_t square, const char *root, int n)
{
	mpq_t expected, size;

	mpq_inits(expected, size, NULL);
	digits_read(root, expected);
	mpq_mul(expected, expected, expected);
	mpq_add(size, expected, expected);
	if (!digits_agree(square, expected, size, n))
		fail_msg("the root of %.17g is not %s to %d digits", mpq_get_d(square),
			 root, n);
	mpq_clears(expected, size, NULL);
}

void digits_within(const mpq_t ours, const char *theirs, const char *limit)
{
	mpq_t expected, size;

	mpq_inits(expected, size, NULL);
	digits_read(theirs, expected);
	digits_read(limit, size);
	if (!digits_agree(ours, expected, size, 0))
		fail_msg("%.17g is not %s to %s", mpq_get_d(ours), theirs, limit);
	mpq_clears(expected, size, NULL);
}
