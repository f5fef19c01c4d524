/* The journal and what is folded of it: every figure of a release is a function of it.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "common/base/err.h"
#include "common/store/journal.h"
#include "tests/rot/rot.h"
#include "tests/unit/scorer/small.h"
#include "tests/unit/store/place.h"

enum { FLIPS = 4000, LIMIT = 4 << 20, BATCH = 3, PATH_SIZE = PATH_MAX + 64 };

struct bench {
	struct place place;
	char uri[PATH_SIZE];
};

static void on_done(void *ctx, int err, uint64_t first)
{
	(void)ctx;
	(void)first;
	assert_int_equal(err, 0);
}

/* In small batches: pages that are not in use any more hold what was before. */
static void append(struct journal *j, const struct small *made)
{
	struct bytes records[BATCH];

	for (uint64_t i = 0; i < made->count; i += BATCH) {
		size_t count = 0;

		for (; count < BATCH && i + count < made->count; count++)
			records[count] = buf_bytes(&made->records[i + count]);
		journal_append(j, 0, records, count, on_done, NULL);
	}
}

static void make(struct bench *b)
{
	static struct small made;
	struct journal *j;

	place_make(&b->place);
	(void)snprintf(b->uri, sizeof b->uri, "lmdb:%s",
		       place_path(&b->place, "journal"));
	small_init(&made, false, SMALL_UNITS);
	small_ballots(&made);
	small_bonus(&made, 2, 40);
	small_annul(&made, 3, 2);
	small_close(&made);
	small_release(&made, 1, RELEASE_OFFICIAL, 0);
	small_annul(&made, 7, 1);
	small_release(&made, 2, RELEASE_CORRECTION, 0);
	small_retract(&made, 1, "sai");
	small_open_flat(&made);
	small_ballots_flat(&made);
	assert_int_equal(journal_open(b->uri, LIMIT, &j), 0);
	append(j, &made);
	journal_close(j);
	small_free(&made);
}

/* ---- what is folded, as a digest ---- */

static void add(crypto_generichash_state *d, const void *data, size_t len)
{
	uint8_t size[8];

	be64_put(size, len);
	crypto_generichash_update(d, size, sizeof size);
	crypto_generichash_update(d, data, len);
}

static void add_number(crypto_generichash_state *d, uint64_t n)
{
	uint8_t bytes[8];

	be64_put(bytes, n);
	add(d, bytes, sizeof bytes);
}

static void add_text(crypto_generichash_state *d, const char *text)
{
	add(d, text, strlen(text));
}

static void add_values(crypto_generichash_state *d, const struct sample *s)
{
	for (size_t i = 0; i < s->appraisal_count; i++) {
		const struct appraisal *a = &s->appraisals[i];

		add_number(d, a->unit);
		add_number(d, (uint64_t)a->target);
		add_number(d, a->criterion);
		add_number(d, (uint64_t)a->points.micro);
		add_text(d, a->evidence);
	}
	for (size_t i = 0; i < s->annulment_count; i++) {
		add_text(d, s->annulments[i].reason);
		add_number(d, s->annulments[i].sheets);
	}
}

static int add_sample(crypto_generichash_state *d, const struct fold_round *r)
{
	struct sample s;
	int err = fold_sample(r, &s);

	if (err != 0)
		return err;
	add_number(d, s.invited);
	for (size_t i = 0; i < s.sheet_count; i++) {
		const struct sample_sheet *sheet = &s.sheets[i];

		add_number(d, sheet->rater);
		add_number(d, sheet->unit);
		add_number(d, sheet->stratum);
		add_number(d, sheet->cluster);
		add_number(d, sheet->ballot);
		add(d, sheet->answers, fold_round_model(r)->answer_count);
	}
	add_values(d, &s);
	sample_free(&s);
	return 0;
}

static int add_round(crypto_generichash_state *d, const struct fold_round *r)
{
	struct fold_counts counts = fold_round_counts(r, -1);

	add_text(d, fold_round_model(r)->code);
	add(d, fold_round_rules(r), 32);
	add_number(d, fold_round_state(r));
	add_number(d, counts.sheets_taken);
	add_number(d, counts.sheets_annulled);
	add_number(d, fold_round_roster_rows(r));
	for (uint32_t i = 1; i <= fold_round_releases(r); i++)
		add_number(d, fold_round_retracted(r, i));
	return add_sample(d, r);
}

static int digest(const struct fold *f, const struct position *head, uint8_t out[])
{
	crypto_generichash_state d;
	int err = 0;

	crypto_generichash_init(&d, NULL, 0, ROT_DIGEST);
	add(&d, head->journal, JOURNAL_ID_SIZE);
	add(&d, head->chain, CHAIN_SIZE);
	for (uint64_t i = 1; i <= fold_release_count(f); i++) {
		const struct fold_release *r = fold_release(f, i);

		add_number(&d, r->n);
		add_number(&d, r->number);
		add_number(&d, r->kind);
		add_number(&d, (uint64_t)r->time);
		add_text(&d, r->note);
	}
	for (uint32_t i = 1; i <= fold_round_count(f) && err == 0; i++)
		err = add_round(&d, fold_round_by_number(f, i));
	crypto_generichash_final(&d, out, ROT_DIGEST);
	return err;
}

/* ---- reading, as the collector and the scorer do it ---- */

static int on_record(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		     struct bytes record)
{
	struct entry e;
	int err = entry_decode(record, false, &e);

	(void)chain;
	return err != 0 ? err : fold_apply(ctx, n, &e);
}

static int read_journal(void *ctx, struct rot_content *out)
{
	const struct bench *b = ctx;
	struct fold *f = fold_new(true);
	struct position head;
	struct journal *j;
	int err = journal_open(b->uri, LIMIT, &j);

	if (err == 0) {
		head = journal_head(j, 0);
		err = journal_read(j, 0, 1, on_record, f, NULL);
		journal_close(j);
	}
	if (err == 0) {
		out->items = head.n;
		err = digest(f, &head, out->digest);
	}
	fold_free(f);
	return err;
}

static void no_flip_changes_a_score(void **state)
{
	struct bench b;
	char data[PATH_SIZE], mark[PATH_SIZE];
	struct rot rot = {.name = "journal",
			  .files = {data, mark},
			  .file_count = 2,
			  .read = read_journal,
			  .ctx = &b};

	(void)state;
	make(&b);
	(void)snprintf(data, sizeof data, "%s",
		       place_path(&b.place, "journal/data.mdb"));
	(void)snprintf(mark, sizeof mark, "%s", place_path(&b.place, "journal.head"));
	rot_run(&rot, FLIPS);
	place_remove(&b.place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_flip_changes_a_score),
	};

	rot_in_memory();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
