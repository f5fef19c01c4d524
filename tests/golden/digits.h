#ifndef PAR_TESTS_GOLDEN_DIGITS_H
#define PAR_TESTS_GOLDEN_DIGITS_H

/*
 * Numbers as other programs print them, held exactly, and how many of their digits are
 * ours. Every failure ends the test.
 */

#include <gmp.h>
#include <stdbool.h>
#include <stdint.h>

/* "-12.5", "3e-05": exactly that. */
void digits_read(const char *text, mpq_t out);
/* The nearest whole number to 10^power of it. */
int64_t digits_scaled(const char *text, unsigned power);

/* |ours - theirs| <= 10^-n |size| */
bool digits_agree(const mpq_t ours, const mpq_t theirs, const mpq_t size, int n);
/* n digits: a difference of at most 10^-n of the number, or of its root. */
void digits_assert(const mpq_t ours, const char *theirs, int n);
void digits_assert_root(const mpq_t square, const char *root, int n);

/* |ours - theirs| <= limit */
void digits_within(const mpq_t ours, const char *theirs, const char *limit);

#endif
