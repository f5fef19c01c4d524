#ifndef PAR_TESTS_BENCH_BENCH_H
#define PAR_TESTS_BENCH_BENCH_H

/*
 * What the bench programs share. One that keeps its data in memory is asked over its
 * standard input, a line at a time, and answers each with one line, so that
 * tests/bench/ run can let it and a peer take turns.
 */

#include <stddef.h>
#include <stdint.h>

/* Ends the program where err is negative. */
void bench_must(const char *what, int err);

/* Seconds since *at, which becomes now. */
double bench_since(uint64_t *at);

enum { BENCH_WORDS_MAX = 8 };

/* words[0] is the verb; those that were not given are "". It prints its answer. */
typedef void bench_fn(void *ctx, const char *const words[BENCH_WORDS_MAX]);

struct bench_verb {
	const char *name;
	bench_fn *fn;
};

/* Until the end of the input. The verbs end with one without a name. */
void bench_answer(const struct bench_verb verbs[], void *ctx);

/* A number of a question, at least 1. */
uint32_t bench_number(const char *word);

#endif
