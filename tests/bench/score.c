/*
 * How long it takes, in this process, without the network: append BALLOTS records of
 * ANSWERS answers to a journal, read and fold them as the collector does at its start,
 * and fold and score them as the scorer does.
 *
 *   bench_score DIR BALLOTS ANSWERS
 *
 * Prints seconds: append, view, fold, sample, score.
 */
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

enum { UNITS = 40, RATE_EACH = 5, BATCH = 512 };

static void must(const char *what, int err)
{
	if (err >= 0)
		return;
	fprintf(stderr, "bench_score: %s: %s\n", what, err_str(err));
	exit(1);
}

static char *text(const char *name, unsigned number)
{
	char out[32];
	snprintf(out, sizeof(out), "%s%u", name, number);
	return strdup(out);
}

/* 40 units in 2 blocks, 4 fields, 2 strata. */
static void make_round(struct round *r, uint32_t answers, uint64_t raters)
{
	model_init(r);
	r->code = text("bench", 1);
	r->title = (struct text2){text("Đo tốc độ", 1), text("Bench", 1)};
	r->opens = strdup("");
	r->closes = strdup("");
	r->scale_count = 1;
	r->scales = calloc(1, sizeof(*r->scales));
	r->scales[0] = (struct scale){.name = text("five", 5), .levels = 5};
	r->strata_column_count = 1;
	r->strata_columns = calloc(1, sizeof(char *));
	r->strata_columns[0] = text("size", 1);
	r->stratum_count = 2;
	r->strata = calloc(2, sizeof(*r->strata));
	for (unsigned h = 0; h < 2; h++) {
		char **labels = calloc(1, sizeof(char *));
		labels[0] = text("s", h);
		r->strata[h] =
		    (struct stratum){labels, raters * (h + 1), raters / 2, 0};
	}
	r->block_count = 2;
	r->blocks = calloc(2, sizeof(*r->blocks));
	for (unsigned b = 0; b < 2; b++)
		r->blocks[b] = (struct block){text("B", b), 50, 30};
	r->unit_count = UNITS;
	r->units = calloc(UNITS, sizeof(*r->units));
	for (unsigned u = 0; u < UNITS; u++)
		r->units[u] = (struct unit){.code = text("U", u),
					    .block = u % 2,
					    .name = {text("Sở", u), text("D", u)}};
	r->criterion_count = 4 + answers;
	r->criteria = calloc(r->criterion_count, sizeof(*r->criteria));
	for (uint32_t c = 0; c < r->criterion_count; c++) {
		uint32_t field = c < 4 ? c : (c - 4) % 4;
		uint32_t leaves = (answers + 3 - field) / 4;
		r->criteria[c] = (struct criterion){
		    .code = text("c", c),
		    .parent = c < 4 ? -1 : (int32_t)field,
		    .points = {DECIMAL_ONE * (c < 4 ? (int64_t)leaves : 1)},
		    .source = c < 4 ? SOURCE_NONE : SOURCE_SURVEY,
		    .scale = c < 4 ? -1 : 0,
		    .name = {text("Tiêu chí", c), text("C", c)},
		};
	}
	r->roster_rows = raters;
	must("round", model_finish(r));
	struct faults faults;
	faults_init(&faults);
	model_check(r, &faults);
	for (size_t i = 0; i < faults.listed; i++)
		fprintf(stderr, "%s: %s\n", faults.list[i].file, faults.list[i].text);
	must("round", faults.count > 0 ? ERR_REFUSED : 0);
	faults_free(&faults);
}

static void put_record(struct buf *out, enum entry_kind kind, const struct seal *seal,
		       struct bytes body)
{
	must("entry", entry_encode(kind, 1, seal, body, out));
}

static void put_ballot(struct buf *out, const struct round *r, const uint8_t rules[32],
		       uint64_t number)
{
	static uint8_t answers[4096];
	uint8_t nonce[32] = {0};
	be64_put(nonce, number);
	for (uint32_t i = 0; i < r->answer_count; i++)
		answers[i] =
		    (uint8_t)(1 + (number * 2654435761u + i * 40503u) / 8191 % 5);
	uint64_t rater = number / RATE_EACH;
	struct sheet sheet = {(uint32_t)((rater * 7 + number % RATE_EACH * 3) % UNITS),
			      1,
			      {answers, r->answer_count}};
	struct ballot ballot = {
	    bytes_str(r->code), {rules, 32}, {nonce, 32}, &sheet, 1, NULL};
	struct buf body;
	buf_init(&body, BALLOT_BYTES_MAX);
	must("ballot", ballot_encode(&ballot, &body));
	struct seal seal = {.rater = (uint32_t)rater, .stratum = (uint32_t)(rater % 2)};
	memcpy(seal.via, "bench", 6);
	put_record(out, ENTRY_BALLOT, &seal, buf_bytes(&body));
	buf_free(&body);
}

static void on_done(void *ctx, int err, uint64_t first)
{
	(void)ctx;
	(void)first;
	must("append", err);
}

static double since(uint64_t *at)
{
	uint64_t now = clock_mono_ns();
	double seconds = (double)(now - *at) / 1e9;
	*at = now;
	return seconds;
}

/* Records are made before the clock of the appends starts. */
static double append(struct journal *j, const struct round *r, uint64_t ballots)
{
	uint8_t rules[32];
	double spent = 0;
	must("rules", manifest_rules_digest(r, rules));
	struct buf manifest;
	buf_init(&manifest, MANIFEST_BYTES_MAX);
	must("manifest", manifest_encode(r, true, &manifest));
	for (uint64_t done = 0; done <= ballots;) {
		static struct buf records[BATCH];
		struct bytes views[BATCH];
		size_t count = 0;
		for (; count < BATCH && done <= ballots; count++, done++) {
			struct seal seal = {.time = 0};
			memcpy(seal.via, "bench", 6);
			buf_init(&records[count], ENTRY_BODY_MAX + 1024);
			if (done == 0)
				put_record(&records[count], ENTRY_OPEN, &seal,
					   buf_bytes(&manifest));
			else
				put_ballot(&records[count], r, rules, done - 1);
			views[count] = buf_bytes(&records[count]);
		}
		uint64_t at = clock_mono_ns();
		journal_append(j, 0, views, count, on_done, NULL);
		spent += since(&at);
		for (size_t i = 0; i < count; i++)
			buf_free(&records[i]);
	}
	buf_free(&manifest);
	return spent;
}

static int fold_one(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		    struct bytes record)
{
	(void)chain;
	struct entry e;
	int err = entry_decode(record, false, &e);
	return err < 0 ? err : fold_apply(ctx, n, &e);
}

int main(int argc, char *argv[])
{
	if (argc != 4 || sodium_init() < 0) {
		fprintf(stderr, "bench_score DIR BALLOTS ANSWERS\n");
		return 2;
	}
	uint64_t ballots = strtoull(argv[2], NULL, 10);
	uint32_t answers = (uint32_t)strtoul(argv[3], NULL, 10);
	char uri[4096];
	snprintf(uri, sizeof(uri), "lmdb:%s", argv[1]);
	struct journal *j;
	must("journal", journal_open(uri, (uint64_t)16 << 30, &j));
	struct round r;
	make_round(&r, answers, (ballots / RATE_EACH + 2) / 2 * 2);
	printf("append %.3f\n", append(j, &r, ballots));
	uint64_t at = clock_mono_ns();
	struct fold *view = fold_new(false);
	must("view", journal_read(j, 0, 1, fold_one, view, NULL));
	printf("view %.3f\n", since(&at));
	fold_free(view);
	at = clock_mono_ns();
	struct fold *fold = fold_new(true);
	must("fold", journal_read(j, 0, 1, fold_one, fold, NULL));
	printf("fold %.3f\n", since(&at));
	struct sample sample;
	must("sample", fold_sample(fold_round_by_number(fold, 1), &sample));
	printf("sample %.3f\n", since(&at));
	if (sample.sheet_count != ballots)
		must("sheets lost", ERR_CORRUPT);
	struct result result;
	struct faults faults;
	faults_init(&faults);
	must("result", result_compute(&sample, &result, &faults));
	printf("score %.3f\n", since(&at));
	result_free(&result);
	sample_free(&sample);
	fold_free(fold);
	model_free(&r);
	journal_close(j);
	return 0;
}
