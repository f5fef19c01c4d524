/*
 * The results of the scorer. An older state of them is no harm: what is missing is made
 * again from the journal, and what is there is compared with it.
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
#include "services/scorer/results.h"
#include "tests/rot/rot.h"
#include "tests/unit/store/place.h"

enum { FLIPS = 2000, MAP = 4 << 20, ITEMS = 24, ITEM_BYTES = 9000 };

static const uint8_t journal[JOURNAL_ID_SIZE] = "journal-journal";

/* Larger than a page, so that they lie on pages of their own. */
static struct bytes text_of(uint8_t buffer[ITEM_BYTES], uint64_t n, uint8_t kind)
{
	for (size_t i = 0; i < ITEM_BYTES; i++)
		buffer[i] = (uint8_t)(n * 31 + i * 7 + kind);
	return bytes_of(buffer, n % 3 == 0 ? 300 : ITEM_BYTES);
}

static void make(const char *dir)
{
	uint8_t item[ITEM_BYTES], scores[ITEM_BYTES];
	struct position entry = {.n = 0};
	struct results *r;

	assert_int_equal(results_open(dir, MAP, &r), 0);
	assert_int_equal(results_bind(r, journal), 0);
	memcpy(entry.journal, journal, sizeof journal);
	for (uint64_t n = 1; n <= ITEMS; n++) {
		entry.n = 10 * n;
		assert_int_equal(
		    results_put(r, &entry, text_of(item, n, 0), text_of(scores, n, 1)),
		    0);
	}
	results_close(r);
}

struct reading {
	struct results *results;
	crypto_generichash_state digest;
	uint64_t items;
	struct rot_content *each; /* after every item; NULL: not wanted */
	int err;
};

static int add_scores(struct reading *x, uint64_t n)
{
	struct buf scores;
	int err;

	buf_init(&scores, SIZE_MAX);
	err = results_scores(x->results, n, &scores);
	crypto_generichash_update(&x->digest, scores.data, scores.len);
	buf_free(&scores);
	return err;
}

static void finish(const struct reading *x, struct rot_content *out)
{
	crypto_generichash_state d = x->digest;

	out->items = x->items;
	crypto_generichash_final(&d, out->digest, ROT_DIGEST);
}

static int on_item(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		   struct bytes item)
{
	struct reading *x = ctx;
	struct position entry;
	int err =
	    n == x->items + 1 ? results_entry(x->results, n, &entry) : ERR_CORRUPT;

	if (err != 0)
		return err;
	x->items = n;
	crypto_generichash_update(&x->digest, chain, CHAIN_SIZE);
	crypto_generichash_update(&x->digest, item.data, item.len);
	crypto_generichash_update(&x->digest, entry.chain, CHAIN_SIZE);
	err = add_scores(x, n);
	if (err == 0 && x->each)
		finish(x, &x->each[n]);
	return err;
}

static int read_into(const char *dir, struct rot_content *each, struct rot_content *out)
{
	struct reading x = {.each = each};
	int err = results_open(dir, MAP, &x.results);

	if (err != 0)
		return err;
	crypto_generichash_init(&x.digest, NULL, 0, ROT_DIGEST);
	if (each)
		finish(&x, &each[0]);
	err = results_read(x.results, 1, on_item, &x);
	if (err == 0 && x.items != results_head(x.results).n)
		err = ERR_CORRUPT;
	finish(&x, out);
	results_close(x.results);
	return err;
}

static int read_results(void *ctx, struct rot_content *out)
{
	return read_into(ctx, NULL, out);
}

static void no_flip_changes_a_result(void **state)
{
	static struct rot_content each[ITEMS + 1];
	struct rot_content whole;
	char dir[PATH_MAX + 64], data[PATH_MAX + 64];
	struct rot rot = {.name = "results",
			  .files = {data},
			  .file_count = 1,
			  .read = read_results,
			  .ctx = dir,
			  .older = each,
			  .older_count = ITEMS};
	struct place place;

	(void)state;
	place_make(&place);
	(void)snprintf(dir, sizeof dir, "%s", place_path(&place, "results"));
	(void)snprintf(data, sizeof data, "%s", place_path(&place, "results/data.mdb"));
	make(dir);
	assert_int_equal(read_into(dir, each, &whole), 0);
	rot_run(&rot, FLIPS);
	place_remove(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_flip_changes_a_result),
	};

	rot_in_memory();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
