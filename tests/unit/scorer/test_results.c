/* The results store: what was put is there after reopening, at the same positions. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "common/base/err.h"
#include "common/store/store.h"
#include "services/scorer/results.h"

enum { MAP_BYTES = 16 << 20 };

struct fixture {
	char dir[64];
	char path[96];
	struct results *results;
	uint8_t journal[JOURNAL_ID_SIZE];
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	strcpy(f->dir, "/tmp/par-results-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/results", f->dir);
	memset(f->journal, 0x5a, sizeof(f->journal));
	assert_int_equal(results_open(f->path, MAP_BYTES, &f->results), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	results_close(f->results);
	assert_int_equal(store_remove(f->path), 0);
	remove(f->dir);
	free(f);
	return 0;
}

static struct position entry_at(const struct fixture *f, uint64_t n)
{
	struct position p = {.n = n};

	memcpy(p.journal, f->journal, sizeof(p.journal));
	memset(p.chain, (int)n, sizeof(p.chain));
	return p;
}

static void put(struct fixture *f, uint64_t n, const char *item, const char *scores)
{
	struct position entry = entry_at(f, n);

	assert_int_equal(
	    results_put(f->results, &entry, bytes_str(item), bytes_str(scores)), 0);
}

static void put_three(struct fixture *f)
{
	assert_int_equal(results_bind(f->results, f->journal), 0);
	put(f, 10, "first", "scores of the first");
	put(f, 12, "retraction", "");
	put(f, 40, "third", "scores of the third");
}

static void reopen(struct fixture *f)
{
	results_close(f->results);
	f->results = NULL;
	assert_int_equal(results_open(f->path, MAP_BYTES, &f->results), 0);
}

struct seen {
	size_t count;
	uint64_t first;
	uint8_t chain[CHAIN_SIZE];
	char text[256];
};

static int see(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
	       struct bytes item)
{
	struct seen *seen = ctx;

	if (seen->count == 0)
		seen->first = n;
	seen->count++;
	memcpy(seen->chain, chain, CHAIN_SIZE);
	strncat(seen->text, (const char *)item.data, item.len);
	strcat(seen->text, " ");
	return 0;
}

/* The chain once more, from its definition. */
static void chain_of(const uint8_t before[CHAIN_SIZE], uint64_t n, const char *item,
		     uint8_t out[CHAIN_SIZE])
{
	uint8_t all[14 + CHAIN_SIZE + 8 + 32];

	memcpy(all, "par-releases/1", 14);
	memcpy(all + 14, before, CHAIN_SIZE);
	be64_put(all + 14 + CHAIN_SIZE, n);
	crypto_hash_sha256(all + 14 + CHAIN_SIZE + 8, (const uint8_t *)item,
			   strlen(item));
	crypto_generichash(out, CHAIN_SIZE, all, sizeof(all), NULL, 0);
}

static void an_empty_store_is_at_the_start(void **state)
{
	struct fixture *f = *state;
	struct position head = results_head(f->results);
	uint8_t start[CHAIN_SIZE];

	assert_true(position_is_start(&head));
	assert_int_equal(results_bind(f->results, f->journal), 0);
	head = results_head(f->results);
	entry_chain_start(f->journal, 0, start);
	assert_int_equal(head.n, 0);
	assert_memory_equal(head.chain, start, CHAIN_SIZE);
	assert_int_equal(results_contains(f->results, &head), 0);
}

static void items_survive_reopening(void **state)
{
	struct fixture *f = *state;
	struct seen seen = {0};
	struct position head, entry;

	put_three(f);
	head = results_head(f->results);
	reopen(f);
	assert_int_equal(results_head(f->results).n, 3);
	assert_memory_equal(results_head(f->results).chain, head.chain, CHAIN_SIZE);
	assert_int_equal(results_read(f->results, 2, see, &seen), 0);
	assert_int_equal(seen.first, 2);
	assert_int_equal(seen.count, 2);
	assert_string_equal(seen.text, "retraction third ");
	assert_int_equal(results_entry(f->results, 3, &entry), 0);
	assert_int_equal(entry.n, 40);
	assert_memory_equal(entry.chain, entry_at(f, 40).chain, CHAIN_SIZE);
	assert_int_equal(results_entry(f->results, 4, &entry), ERR_NOT_FOUND);
}

static void the_chain_is_what_it_says(void **state)
{
	struct fixture *f = *state;
	uint8_t chain[CHAIN_SIZE];

	put_three(f);
	entry_chain_start(f->journal, 0, chain);
	chain_of(chain, 1, "first", chain);
	chain_of(chain, 2, "retraction", chain);
	chain_of(chain, 3, "third", chain);
	assert_memory_equal(results_head(f->results).chain, chain, CHAIN_SIZE);
}

static void positions_are_judged(void **state)
{
	struct fixture *f = *state;
	struct position p, start = {.n = 0};

	put_three(f);
	p = results_head(f->results);
	assert_int_equal(results_contains(f->results, &start), 0);
	assert_int_equal(results_contains(f->results, &p), 0);
	p.chain[0] ^= 1;
	assert_int_equal(results_contains(f->results, &p), ERR_FORKED);
	p = results_head(f->results);
	p.n++;
	assert_int_equal(results_contains(f->results, &p), ERR_FORKED);
	p = results_head(f->results);
	p.journal[0] ^= 1;
	assert_int_equal(results_contains(f->results, &p), ERR_FORKED);
}

static void another_journal_is_refused(void **state)
{
	struct fixture *f = *state;
	uint8_t other[JOURNAL_ID_SIZE] = {7};

	put_three(f);
	reopen(f);
	assert_int_equal(results_bind(f->results, other), ERR_FORKED);
	assert_int_equal(results_bind(f->results, f->journal), 0);
	assert_int_equal(results_head(f->results).n, 3);
}

static void scores_belong_to_releases(void **state)
{
	struct fixture *f = *state;
	struct buf out;

	put_three(f);
	reopen(f);
	buf_init(&out, 1000);
	assert_int_equal(results_scores(f->results, 3, &out), 0);
	assert_true(bytes_equal(buf_bytes(&out), bytes_str("scores of the third")));
	assert_int_equal(results_scores(f->results, 2, &out), ERR_NOT_FOUND);
	buf_free(&out);
}

static void a_full_store_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct position entry = entry_at(f, 50);
	size_t len = MAP_BYTES;
	uint8_t *large = calloc(1, len);

	assert_non_null(large);
	put_three(f);
	assert_int_equal(
	    results_put(f->results, &entry, bytes_of(large, len), bytes_str("")),
	    ERR_FULL);
	assert_int_equal(results_head(f->results).n, 3);
	put(f, 50, "fourth", "x");
	assert_int_equal(results_head(f->results).n, 4);
	free(large);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(an_empty_store_is_at_the_start, setup,
					    teardown),
	    cmocka_unit_test_setup_teardown(items_survive_reopening, setup, teardown),
	    cmocka_unit_test_setup_teardown(the_chain_is_what_it_says, setup, teardown),
	    cmocka_unit_test_setup_teardown(positions_are_judged, setup, teardown),
	    cmocka_unit_test_setup_teardown(another_journal_is_refused, setup,
					    teardown),
	    cmocka_unit_test_setup_teardown(scores_belong_to_releases, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_full_store_changes_nothing, setup,
					    teardown),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
