/*
 * Ballots straight into the journal of a collector that is down: COUNT of them, one
 * sheet each, about the first UNITS units of its first round, that the fold takes.
 *
 *   bench_fill JOURNAL COUNT UNITS
 *
 * Prints lines of a name and a number: fill and view, the seconds of appending and of
 * reading and folding all of it as the collector does at its start.
 */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/round/ballot.h"
#include "common/round/fold.h"
#include "common/round/manifest.h"
#include "common/store/journal.h"
#include "tests/bench/bench.h"

enum { BATCH = 1024, RECORDS_MAX = 64 << 20 };

struct filling {
	const struct fold_round *round;
	const struct round *model;
	uint32_t units;
	uint8_t *answers;
	struct buf records;
	struct bytes views[BATCH];
};

static int fold_one(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		    struct bytes record)
{
	struct entry e;
	int err = entry_decode(record, false, &e);

	(void)chain;
	return err < 0 ? err : fold_apply(ctx, n, &e);
}

static struct fold *fold_all(struct journal *j)
{
	struct fold *fold = fold_new(false);

	bench_must("memory", fold ? 0 : -ENOMEM);
	bench_must("fold", journal_read(j, 0, 1, fold_one, fold, NULL));
	return fold;
}

static void put_ballot(struct filling *f, uint64_t place)
{
	uint32_t rater = (uint32_t)(place / f->units);
	uint8_t nonce[32] = {0};
	struct sheet sheet = {
	    (uint32_t)(place % f->units), 1, {f->answers, f->model->answer_count}};
	struct ballot ballot = {
	    .round = bytes_str(f->model->code),
	    .rules = bytes_of(fold_round_rules(f->round), 32),
	    .nonce = bytes_of(nonce, sizeof nonce),
	    .sheets = &sheet,
	    .sheet_count = 1,
	};
	struct seal seal = {.rater = rater};
	struct buf body;

	be64_put(nonce, place);
	for (uint32_t i = 0; i < f->model->answer_count; i++)
		f->answers[i] = (uint8_t)(1 + (place + i) % 5);
	memcpy(seal.via, "bench", 6);
	buf_init(&body, BALLOT_BYTES_MAX);
	bench_must("ballot", ballot_encode(&ballot, &body));
	bench_must("entry", entry_encode(ENTRY_BALLOT, fold_round_number(f->round),
					 &seal, buf_bytes(&body), &f->records));
	buf_free(&body);
}

static void on_done(void *ctx, int err, uint64_t first)
{
	(void)ctx;
	(void)first;
	bench_must("append", err);
}

static void append(struct filling *f, struct journal *j, uint64_t from, uint64_t count)
{
	size_t ends[BATCH];

	buf_reset(&f->records);
	for (uint64_t i = 0; i < count; i++) {
		put_ballot(f, from + i);
		ends[i] = f->records.len;
	}
	for (uint64_t i = 0; i < count; i++) {
		size_t start = i ? ends[i - 1] : 0;

		f->views[i] = bytes_of(f->records.data + start, ends[i] - start);
	}
	journal_append(j, 0, f->views, count, on_done, NULL);
}

static void fill(struct journal *j, uint64_t count, uint32_t units)
{
	static struct filling f;
	struct fold *fold = fold_all(j);

	f.round = fold_round_by_number(fold, 1);
	bench_must("round", f.round ? 0 : ERR_NOT_FOUND);
	f.model = fold_round_model(f.round);
	f.units = units;
	f.answers = malloc(f.model->answer_count);
	bench_must("answers", f.answers ? 0 : -ENOMEM);
	buf_init(&f.records, RECORDS_MAX);
	for (uint64_t done = 0; done < count; done += BATCH)
		append(&f, j, done, count - done < BATCH ? count - done : BATCH);
	buf_free(&f.records);
	free(f.answers);
	fold_free(fold);
}

int main(int argc, char *argv[])
{
	struct journal *j;
	uint64_t started;
	char uri[4096];

	if (argc != 4 || sodium_init() < 0) {
		fprintf(stderr, "bench_fill JOURNAL COUNT UNITS\n");
		return 2;
	}
	snprintf(uri, sizeof uri, "lmdb:%s", argv[1]);
	bench_must("journal", journal_open(uri, (uint64_t)1 << 40, &j));
	started = clock_mono_ns();
	fill(j, bench_number(argv[2]), bench_number(argv[3]));
	printf("fill %.3f\n", bench_since(&started));
	fold_free(fold_all(j));
	printf("view %.3f\n", bench_since(&started));
	journal_close(j);
	return 0;
}
