#include "common/method/quantile.h"

#include <assert.h>
#include <math.h>

/*
 * The sums and the expansion: Abramowitz and Stegun 26.7.3, 26.7.4, 26.7.5. The terms
 * of the sums grow in number with df and their rounding with them; the expansion's
 * rest, about 0.7 / df^5, shrinks: from df = 1001 on it is the better of the two.
 */
enum { SUM_DF_MAX = 1000, NEWTON_STEPS = 8, ATAN_HALVINGS = 3, ATAN_TERMS = 14 };

static const double pi = 3.14159265358979323846;
static const double z975 = 1.95996398454005423552; /* normal quantile */

/* t = z + g1/df + g2/df^2 + g3/df^3 + g4/df^4. */
static double expansion(uint32_t df)
{
	double z = z975;
	double q = z * z;
	double v = (double)df;
	double g1 = z * (q + 1) / 4;
	double g2 = z * ((5 * q + 16) * q + 3) / 96;
	double g3 = z * (((3 * q + 19) * q + 17) * q - 15) / 384;
	double g4 = z * ((((79 * q + 776) * q + 1482) * q - 1920) * q - 945) / 92160;

	return z + (g1 + (g2 + (g3 + g4 / v) / v) / v) / v;
}

/* By halving the angle three times, then the power series. */
static double arc_tangent(double x)
{
	double square;
	double sum = 0;

	for (int i = 0; i < ATAN_HALVINGS; i++)
		x = x / (1 + sqrt(1 + x * x));
	square = x * x;
	for (int k = ATAN_TERMS; k >= 0; k--)
		sum = 1 / (double)(2 * k + 1) - square * sum;
	return (double)(1 << ATAN_HALVINGS) * x * sum;
}

/* One Newton step towards P(|T| <= t) = 0.95 by the finite sum for this df. */
static double newton_step(uint32_t df, double t)
{
	double v = (double)df;
	double cos2 = v / (v + t * t);
	double cosine = sqrt(cos2);
	double sine = t / sqrt(v + t * t);
	double scale = df % 2 ? 2 / pi : 1;
	double term = df % 2 ? cosine : 1; /* the last one of the sum, at its end */
	double sum = 0;
	double inside, density;

	for (uint32_t k = df % 2 ? 3 : 2; k <= df; k += 2) {
		if (k > 3)
			term = term * cos2 * (double)(k - 3) / (double)(k - 2);
		sum = sum + term;
	}
	inside = sine * sum;
	if (df % 2)
		inside = inside + arc_tangent(t / sqrt(v));
	/* the derivative of the sum by the angle has the last term alone */
	density = df == 1 ? cos2 : (double)(df - 1) * term * cosine * cos2;
	return t - (scale * inside - 0.95) / (scale * density / sqrt(v));
}

double quantile_t975(uint32_t df)
{
	double t = expansion(df);

	assert(df >= 1);
	if (df > SUM_DF_MAX)
		return t;
	for (int i = 0; i < NEWTON_STEPS; i++)
		t = newton_step(df, t);
	return t;
}
