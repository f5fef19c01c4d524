/*
 * A journal, and from it, in a process of its own, a finished result.
 *
 *   bench_score write DIR RATERS EACH UNITS ANSWERS STRATA BLOCKS UNSCORED
 *       appends a round and a ballot a sheet, then reads and folds them as the
 * collector does at its start bench_score cold DIR THREADS [CELLS] reads, verifies and
 * folds all of it as the scorer does, and scores it; CELLS gets the table of
 * tables_cells()
 *
 * Both print lines of a name and a number: append, view; sheets, answers, fold, sample,
 * score in seconds, fold_bytes (memory after the fold, its answers among it) and
 * peak_bytes (of the whole process while it scores).
 */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/method/result.h"
#include "common/round/ballot.h"
#include "common/round/fold.h"
#include "common/round/manifest.h"
#include "common/store/journal.h"
#include "tests/bench/bench.h"
#include "tests/bench/tables.h"

enum { BATCH = 512, HOUR_S = 3600, BALLOTS_HOUR = 1000 };

static struct journal *open_journal(const char *dir)
{
	struct journal *j;
	char uri[4096];

	snprintf(uri, sizeof uri, "lmdb:%s", dir);
	bench_must("journal", journal_open(uri, (uint64_t)16 << 30, &j));
	return j;
}

/* ---- write ---- */

struct writing {
	struct made made;
	uint8_t rules[32];
	uint32_t *arrival;
};

static void put_opening(const struct writing *w, struct buf *out)
{
	struct seal seal = {.time = 0};
	struct buf manifest;

	buf_init(&manifest, MANIFEST_BYTES_MAX);
	bench_must("manifest", manifest_encode(&w->made.round, true, &manifest));
	memcpy(seal.via, "bench", 6);
	bench_must("entry",
		   entry_encode(ENTRY_OPEN, 1, &seal, buf_bytes(&manifest), out));
	buf_free(&manifest);
}

static void put_ballot(const struct writing *w, uint64_t place, struct buf *out)
{
	static uint8_t answers[MODEL_CRITERIA_MAX];
	struct sample_sheet made = made_sheet(&w->made, w->arrival[place], answers);
	struct sheet sheet = {made.unit, 1, {answers, w->made.answers}};
	struct seal seal = {.rater = made.rater,
			    .stratum = made.stratum,
			    .time = (int64_t)(place / BALLOTS_HOUR) * HOUR_S};
	uint8_t nonce[32] = {0};
	struct ballot ballot = {bytes_str(w->made.round.code),
				{w->rules, 32},
				{nonce, 32},
				&sheet,
				1,
				NULL};
	struct buf body;

	be64_put(nonce, place);
	memcpy(seal.via, "bench", 6);
	buf_init(&body, BALLOT_BYTES_MAX);
	bench_must("ballot", ballot_encode(&ballot, &body));
	bench_must("entry",
		   entry_encode(ENTRY_BALLOT, 1, &seal, buf_bytes(&body), out));
	buf_free(&body);
}

static void on_done(void *ctx, int err, uint64_t first)
{
	(void)ctx;
	(void)first;
	bench_must("append", err);
}

/* Records are made before the clock of the appends starts. */
static double append(struct journal *j, const struct writing *w)
{
	uint64_t sheets = made_sheets(&w->made);
	double spent = 0;

	for (uint64_t done = 0; done <= sheets;) {
		static struct buf records[BATCH];
		struct bytes views[BATCH];
		size_t count = 0;
		uint64_t at;

		for (; count < BATCH && done <= sheets; count++, done++) {
			buf_init(&records[count], ENTRY_BODY_MAX + 1024);
			if (done == 0)
				put_opening(w, &records[count]);
			else
				put_ballot(w, done - 1, &records[count]);
			views[count] = buf_bytes(&records[count]);
		}
		at = clock_mono_ns();
		journal_append(j, 0, views, count, on_done, NULL);
		spent += bench_since(&at);
		for (size_t i = 0; i < count; i++)
			buf_free(&records[i]);
	}
	return spent;
}

static int view_one(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		    struct bytes record)
{
	struct entry e;
	int err = entry_decode(record, false, &e);

	(void)chain;
	return err < 0 ? err : fold_apply(ctx, n, &e);
}

static int write_journal(const char *dir, char *const sizes[])
{
	struct journal *j = open_journal(dir);
	struct writing w;
	struct fold *view;
	uint64_t at;

	made_init(&w.made, sizes);
	w.arrival = made_arrival(&w.made);
	bench_must("rules", manifest_rules_digest(&w.made.round, w.rules));
	printf("append %.4f\n", append(j, &w));
	at = clock_mono_ns();
	view = fold_new(false);
	bench_must("memory", view ? 0 : -ENOMEM);
	bench_must("view", journal_read(j, 0, 1, view_one, view, NULL));
	printf("view %.4f\n", bench_since(&at));
	fold_free(view);
	journal_close(j);
	free(w.arrival);
	made_free(&w.made);
	return 0;
}

/* ---- cold ---- */

struct reading {
	struct fold *fold;
	struct position at;
};

/* As services/scorer does with what comes over link 2. */
static int fold_one(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		    struct bytes record)
{
	struct reading *r = ctx;
	struct entry e;
	int err = entry_decode(record, true, &e);

	if (err < 0)
		return err;
	entry_chain_next(r->at.chain, n, e.header);
	if (memcmp(chain, r->at.chain, CHAIN_SIZE) != 0)
		return ERR_CORRUPT;
	return fold_apply(r->fold, n, &e);
}

static struct fold *fold_journal(const char *dir)
{
	struct journal *j = open_journal(dir);
	struct reading r = {.fold = fold_new(true), .at = journal_head(j, 0)};

	bench_must("memory", r.fold ? 0 : -ENOMEM);
	entry_chain_start(r.at.journal, 0, r.at.chain);
	bench_must("fold", journal_read(j, 0, 1, fold_one, &r, NULL));
	journal_close(j);
	return r.fold;
}

/* A line of this process's memory, in bytes; 0 where the system does not tell. */
static uint64_t memory(const char *name)
{
	FILE *file = fopen("/proc/self/status", "r");
	size_t len = strlen(name);
	uint64_t found = 0;
	char line[256];

	while (file && fgets(line, sizeof line, file))
		if (strncmp(line, name, len) == 0)
			found = strtoull(line + len, NULL, 10) * 1024;
	if (file)
		fclose(file);
	return found;
}

/* VmHWM begins anew. Where that is refused it is the peak of the fold as well. */
static void reset_peak(void)
{
	FILE *file = fopen("/proc/self/clear_refs", "w");

	if (!file)
		return;
	fputs("5", file);
	fclose(file);
}

static int read_cold(const char *dir, uint32_t threads, const char *cells)
{
	uint64_t before = memory("RssAnon:"), after;
	uint64_t at = clock_mono_ns();
	struct fold *fold = fold_journal(dir);
	struct fold_round *round = fold_round_by_number(fold, 1);
	struct sample sample;
	struct result result;
	struct faults faults;

	bench_must("round", round ? 0 : ERR_NOT_FOUND);
	printf("fold %.4f\n", bench_since(&at));
	after = memory("RssAnon:");
	reset_peak();
	faults_init(&faults);
	at = clock_mono_ns();
	bench_must("sample", fold_sample(round, &sample));
	printf("sample %.4f\n", bench_since(&at));
	bench_must("result", result_compute(&sample, threads, &result, &faults));
	printf("score %.4f\n", bench_since(&at));
	printf("fold_bytes %llu\n", (unsigned long long)(after - before));
	printf("peak_bytes %llu\n", (unsigned long long)memory("VmHWM:"));
	printf("sheets %zu\nanswers %u\n", sample.sheet_count,
	       fold_round_model(round)->answer_count);
	if (cells)
		tables_cells(result.tally, cells);
	result_free(&result);
	sample_free(&sample);
	fold_free(fold);
	faults_free(&faults);
	return 0;
}

int main(int argc, char *argv[])
{
	if (sodium_init() < 0)
		return 1;
	if (argc == 3 + MADE_SIZES && strcmp(argv[1], "write") == 0)
		return write_journal(argv[2], argv + 3);
	if ((argc == 4 || argc == 5) && strcmp(argv[1], "cold") == 0)
		return read_cold(argv[2], bench_number(argv[3]), argv[4]);
	fprintf(
	    stderr,
	    "bench_score write DIR RATERS EACH UNITS ANSWERS STRATA BLOCKS UNSCORED\n"
	    "bench_score cold DIR THREADS [CELLS]\n");
	return 2;
}
