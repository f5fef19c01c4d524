#ifndef PAR_METHOD_SPECIAL_H
#define PAR_METHOD_SPECIAL_H

/*
 * METHOD U4: the transcendental functions that sections 3 and 4 need, by own series of
 * + - * / and sqrt on doubles, nothing contracted, so that every machine gets the same
 * bits. Arguments are finite. Relative error under 1e-12 wherever the result is a
 * normal double; 0 or infinite beyond the doubles.
 */

double special_exp(double x);
double special_log(double x); /* x > 0 */
/* P(N > z) of the standard normal, z >= 0; 0.5 below. */
double special_normal_tail(double z);
/* P(T > t) of Student's t with df > 0, not necessarily whole, t >= 0; 0.5 below. */
double special_t_tail(double t, double df);

#endif
