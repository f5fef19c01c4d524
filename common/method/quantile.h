#ifndef PAR_METHOD_QUANTILE_H
#define PAR_METHOD_QUANTILE_H

/*
 * METHOD U2, U4: the quantile of Student's t, in doubles. Only + - * / and sqrt, in one
 * order, so that every machine with IEEE arithmetic gets the same bits.
 */

#include <stdint.h>

/* t(0.975, df) for df >= 1, with a relative error under 1e-13. */
double quantile_t975(uint32_t df);

#endif
