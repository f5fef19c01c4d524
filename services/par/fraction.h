#ifndef PAR_PAR_FRACTION_H
#define PAR_PAR_FRACTION_H

/*
 * Exact numbers as a result carries them, "a/b", "a" or "1.5", and what a page shows of
 * them. Pure. Six decimals are there to be read, halves up; nothing is decided by them.
 */

#include "common/method/figure_text.h"

#include <gmp.h>
#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

/* Canonical; false, and out untouched: this is no such number. */
bool fraction_read(ProtobufCBinaryData text, mpq_t out);
/*
 * With six decimals; "" for what is no number, or has over 30 digits before the point.
 * Returns out.
 */
const char *fraction_six(ProtobufCBinaryData text, char out[FIGURE_TEXT]);
const char *fraction_six_of(const mpq_t x, char out[FIGURE_TEXT]);

/* Whole, or its first FRACTION_SHOWN characters and "... (N digits)". Returns out. */
enum { FRACTION_SHOWN = 60, FRACTION_CUT = FRACTION_SHOWN + 48 };
const char *fraction_cut(ProtobufCBinaryData text, char out[FRACTION_CUT]);

#endif
