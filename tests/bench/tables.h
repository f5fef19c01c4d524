#ifndef PAR_TESTS_BENCH_TABLES_H
#define PAR_TESTS_BENCH_TABLES_H

/* Tables for the peers, and to compare with what they found. Places count from 0. */

#include "common/method/tally.h"
#include "tests/bench/made.h"

/* One line a sheet: unit,stratum,answer,answer,...; what is no score is empty. */
void tables_wide(const struct made *m, const char *file);
/* One line an answer: unit,stratum,leaf,answer; no header. */
void tables_long(const struct made *m, const char *file);
/* One line a cell with a score: unit,stratum,leaf,scores,their sum,sum of squares. */
void tables_cells(const struct tally *t, const char *file);

#endif
