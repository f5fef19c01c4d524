#ifndef PAR_TESTS_STORE_JOURNAL_BENCH_H
#define PAR_TESTS_STORE_JOURNAL_BENCH_H

/*
 * A journal under test in a place of its own, filled with records from which their
 * number can be told, and a reader that checks all it is handed.
 */

#include "common/store/journal.h"
#include "journal_conformance.h"
#include "place.h"

enum {
	LIMIT = 64 << 20,
	BODY_SIZE = 100,
	BATCH_MAX = 64,
};

extern const struct journal_maker *bench_maker;

/* A journal under test, and what its `done` last said. */
struct bench {
	struct place place;
	char uri[PATH_MAX + 64];
	struct journal *journal;
	int err;
	uint64_t first;
	unsigned calls, growths;
};

/* Setup and teardown of a cmocka test. */
int bench_set_up(void **state);
int bench_tear_down(void **state);
void bench_close(struct bench *b);
/* Closes it if it is open, and opens it. */
void bench_reopen(struct bench *b, uint64_t limit);
/* The body of record n, so that a reader knows what must stand there. */
void bench_fill(uint64_t n, uint8_t body[], size_t size);
/* Appends records that bear the numbers that they must get. Gives what `done` got. */
int bench_append(struct bench *b, size_t count, size_t body_size);

/* What bench_check(), a journal_visit_fn, expects, and when it stops. */
struct check {
	uint64_t next;
	uint64_t stop_at;
	int stop_with;
	uint8_t chain[CHAIN_SIZE];
	bool know_chain;
};

int bench_check(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		struct bytes record);
/* The whole journal is gapless and chained; returns the number of its records. */
uint64_t bench_check_all(struct journal *j);

#endif
