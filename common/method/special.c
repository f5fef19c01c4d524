#include "common/method/special.h"

#include <math.h>

/*
 * exp and log: the argument is brought near 0 or 1 by powers of two, then the power
 * series. The tails: the normal is t with 1/df = 0, so that one series and one fraction
 * serve both; every term of either is positive and written by 1/df, because the usual
 * forms lose digits to cancellation where df is large.
 */
enum { EXP_TERMS = 13, LOG_TERMS = 10, GAMMA_FROM = 16, GAMMA_TERMS = 5 };
enum { FRACTION_FROM = 2 };

static const double exp_least = -746; /* below: 0 even as a subnormal */
static const double exp_most = 710;   /* above: infinite */
/* ln 2 in two parts, the first short enough for exact products with an exponent. */
static const double ln2_high = 0x1.62e42feep-1;
static const double ln2_low = 0x1.a39ef35793c76p-33;
static const double log2_e = 1.4426950408889634074;
static const double sqrt_half = 0.70710678118654752440;
static const double sqrt_two_pi = 2.5066282746310005024;
static const double enough = 0x1p-54; /* of a sum: what follows is below its rounding */

double special_exp(double x)
{
	double whole, rest;
	double sum = 1;

	if (x < exp_least)
		return 0;
	if (x > exp_most)
		return HUGE_VAL;
	whole = floor(x * log2_e + 0.5);
	rest = (x - whole * ln2_high) - whole * ln2_low;
	for (int n = EXP_TERMS; n > 0; n--)
		sum = 1 + rest * sum / (double)n;
	return ldexp(sum, (int)whole);
}

/* 2 artanh(s), |s| < 0.18: the logarithm of (1 + s) / (1 - s). */
static double two_artanh(double s)
{
	double square = s * s;
	double sum = 0;

	for (int n = LOG_TERMS; n > 0; n--)
		sum = square * (1 / (double)(2 * n + 1) + sum);
	return 2 * s + 2 * s * sum;
}

double special_log(double x)
{
	int exponent;
	double part = frexp(x, &exponent);

	if (part < sqrt_half) {
		part = 2 * part;
		exponent--;
	}
	return (double)exponent * ln2_high +
	       ((double)exponent * ln2_low + two_artanh((part - 1) / (part + 1)));
}

/* the logarithm of 1 + t^2/df */
static double log_spread(double t, double df)
{
	double ratio = t * (t / df);
	double whole = 1 + ratio;

	if (ratio < 0.4)
		return two_artanh(ratio / (2 + ratio));
	if (ratio > 0x1p60)
		return 2 * special_log(t) - special_log(df);
	return special_log(whole) + (ratio - (whole - 1)) / whole;
}

/*
 * Gamma(a + 1/2) / (Gamma(a) sqrt(a)). The expansion by 1/(a - 1/4)^2 follows from the
 * two logarithms' (DLMF 5.11(i)); small a are lifted by Gamma(a + 1) = a Gamma(a).
 */
static double gamma_ratio(double a)
{
	static const double c[GAMMA_TERMS] = {1.0 / 64, -19.0 / 8192, 631.0 / 524288,
					      -174317.0 / 134217728,
					      20491783.0 / 8589934592};
	double first = a;
	double lift = 1;
	double sum = 0;
	double n;

	for (; a < GAMMA_FROM; a = a + 1)
		lift = lift * (a + 0.5) / a;
	n = a - 0.25;
	for (int i = GAMMA_TERMS - 1; i >= 0; i--)
		sum = (c[i] + sum) / (n * n);
	return sqrt(n / first) * (1 + sum) / lift;
}

/*
 * With f(t) the density of t and r = t^2/df: height is f(t) sqrt(1 + r), which has a
 * range like that of the tail itself where f has not. flat is 1/df, 0 for the normal.
 */
struct student {
	double t;
	double flat;
	double height;
};

/*
 * P(0 < T < t) = f(t) t F((df + 1)/2, 1; 3/2; r/(1 + r)), the incomplete beta function
 * of DLMF 8.17(ii) as a power series of positive terms.
 */
static double middle(const struct student *s)
{
	double spread = 1 + s->t * s->t * s->flat;
	double base = s->t * s->t / spread;
	double term = 1;
	double sum = 1;

	for (double n = 1; term > enough * sum; n = n + 2) {
		term = term * base * (1 + n * s->flat) / (n + 2);
		sum = sum + term;
	}
	return s->height * s->t / sqrt(spread) * sum;
}

/*
 * P(T > t) = f(t) (1 + r)/t F(1/2, 1; df/2 + 1; -df/t^2), from the same by
 * DLMF 15.8(i); F is Gauss's fraction 1/(1 + a1/(1 + a2/(1 + ...))) of DLMF 15.7 with
 * positive a, taken forwards by Steed's method. With flat = 0 it is Laplace's for the
 * normal.
 */
static double outside(const struct student *s)
{
	double square = s->t * s->t;
	double part = 1; /* the denominator from its far end, inverted */
	double term = 1;
	double sum = 1;

	for (double n = 1; fabs(term) > enough; n = n + 1) {
		double a = n / square * (1 + (n - 1) * s->flat) /
			   (1 + 2 * (n - 1) * s->flat) / (1 + 2 * n * s->flat);

		part = 1 / (1 + a * part);
		term = term * (part - 1);
		sum = sum + term;
	}
	return s->height * sqrt(1 / square + s->flat) * sum;
}

/* The series wants t small against 1 or df, the fraction is quick elsewhere. */
static double tail(const struct student *s)
{
	if (s->t < FRACTION_FROM && s->t * s->t * s->flat < 1)
		return 0.5 - middle(s);
	return outside(s);
}

double special_normal_tail(double z)
{
	struct student s = {.t = z};
	double coarse = floor(z * 16) / 16; /* its square is exact */

	if (z <= 0)
		return 0.5;
	s.height = special_exp(-coarse * coarse / 2) *
		   special_exp(-(z - coarse) * (z + coarse) / 2) / sqrt_two_pi;
	return tail(&s);
}

double special_t_tail(double t, double df)
{
	struct student s = {.t = t, .flat = 1 / df};

	if (t <= 0)
		return 0.5;
	s.height = gamma_ratio(df / 2) * special_exp(-df / 2 * log_spread(t, df)) /
		   sqrt_two_pi;
	return tail(&s);
}
