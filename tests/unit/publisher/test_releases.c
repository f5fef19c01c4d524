/* The store of releases: never replaces, and items and position are one. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "common/base/err.h"
#include "common/store/store.h"
#include "services/publisher/files.h"
#include "tests/unit/publisher/example.h"

static const uint8_t journal[JOURNAL_ID_SIZE] = "journal-journal";
enum { MAP_BYTES = 16 << 20 };

struct place {
	char dir[64];
	struct releases *store;
	uint8_t chains[8][CHAIN_SIZE]; /* of the items put */
};

static void open_store(struct place *p)
{
	assert_int_equal(releases_open(p->dir, MAP_BYTES, &p->store), 0);
}

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	strcpy(p->dir, "/tmp/par-releases-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	open_store(p);
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;
	char path[128];

	releases_close(p->store);
	snprintf(path, sizeof(path), "%s/releases", p->dir);
	assert_int_equal(store_remove(path), 0);
	remove(p->dir);
	free(p);
	return 0;
}

static void reopen(struct place *p)
{
	releases_close(p->store);
	open_store(p);
}

static int put(struct place *p, uint64_t n, const struct buf *payload)
{
	entry_chain_start(journal, 0, p->chains[0]);
	memcpy(p->chains[n], p->chains[n - 1], CHAIN_SIZE);
	release_chain_next(p->chains[n], n, buf_bytes(payload));
	return releases_put(p->store, journal, n, p->chains[n], buf_bytes(payload));
}

static int put_release(struct place *p, uint64_t n, const char *round, uint32_t number,
		       const char *note)
{
	const struct example e = {.round = round, .number = number, .note = note};
	struct buf payload;
	int err;

	example_release(&e, &payload);
	err = put(p, n, &payload);
	buf_free(&payload);
	return err;
}

static int put_retraction(struct place *p, uint64_t n, const char *round,
			  uint32_t number)
{
	struct buf payload;
	int err;

	example_retraction(round, number, "lý do", &payload);
	err = put(p, n, &payload);
	buf_free(&payload);
	return err;
}

static void two_releases(struct place *p)
{
	releases_begin(p->store);
	assert_int_equal(put_release(p, 1, "a", 1, "x"), 0);
	assert_int_equal(put_release(p, 2, "b", 1, NULL), 0);
	assert_int_equal(releases_commit(p->store), 0);
}

static size_t release_count(struct place *p)
{
	size_t count;

	releases_list(p->store, &count);
	return count;
}

static void an_empty_store_is_at_the_start(void **state)
{
	struct place *p = *state;
	struct position at = releases_position(p->store);

	assert_true(position_is_start(&at));
	assert_int_equal(release_count(p), 0);
	assert_int_equal(releases_contains(p->store, &at), 0);
	memcpy(at.journal, journal, sizeof(at.journal));
	at.n = 7;
	assert_int_equal(releases_contains(p->store, &at), ERR_RETRY);
}

static void items_and_position_come_together(void **state)
{
	struct place *p = *state;
	struct position at;

	two_releases(p);
	reopen(p);
	at = releases_position(p->store);
	assert_int_equal(at.n, 2);
	assert_memory_equal(at.chain, p->chains[2], CHAIN_SIZE);
	assert_memory_equal(at.journal, journal, JOURNAL_ID_SIZE);
	assert_int_equal(release_count(p), 2);
}

static void an_aborted_batch_leaves_nothing(void **state)
{
	struct place *p = *state;

	two_releases(p);
	releases_begin(p->store);
	assert_int_equal(put_release(p, 3, "c", 1, NULL), 0);
	releases_abort(p->store);
	assert_int_equal(releases_position(p->store).n, 2);
	assert_int_equal(release_count(p), 2);
	reopen(p);
	assert_int_equal(releases_position(p->store).n, 2);
	releases_begin(p->store);
	assert_int_equal(put_release(p, 3, "c", 1, NULL), 0);
	assert_int_equal(releases_commit(p->store), 0);
	assert_int_equal(release_count(p), 3);
}

static int copy_item(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		     struct bytes payload)
{
	(void)n;
	(void)chain;
	assert_int_equal(buf_put(ctx, payload.data, payload.len), 0);
	return 1;
}

static void what_is_stored_is_never_replaced(void **state)
{
	struct place *p = *state;
	struct buf before, after;

	two_releases(p);
	buf_init(&before, 1 << 20);
	buf_init(&after, 1 << 20);
	assert_int_equal(releases_read(p->store, 1, copy_item, &before), 0);
	releases_begin(p->store);
	assert_int_equal(put_release(p, 1, "a", 1, "x"), 0);
	assert_int_equal(put_release(p, 1, "a", 1, "y"), ERR_FORKED);
	releases_abort(p->store);
	releases_begin(p->store);
	assert_int_equal(put_release(p, 3, "a", 1, "khác"), ERR_FORKED);
	releases_abort(p->store);
	reopen(p);
	assert_int_equal(releases_read(p->store, 1, copy_item, &after), 0);
	assert_true(bytes_equal(buf_bytes(&before), buf_bytes(&after)));
	buf_free(&before);
	buf_free(&after);
}

static void another_journal_is_a_fork(void **state)
{
	static const uint8_t other[JOURNAL_ID_SIZE] = "another-journal";
	const struct example e = {.round = "c", .number = 1};
	struct place *p = *state;
	struct position at;
	uint8_t chain[CHAIN_SIZE];
	struct buf payload;

	two_releases(p);
	entry_chain_start(other, 0, chain);
	example_release(&e, &payload);
	releases_begin(p->store);
	assert_int_equal(releases_put(p->store, other, 3, chain, buf_bytes(&payload)),
			 ERR_FORKED);
	releases_abort(p->store);
	buf_free(&payload);
	at = releases_position(p->store);
	assert_int_equal(releases_contains(p->store, &at), 0);
	at.chain[31] ^= 1;
	assert_int_equal(releases_contains(p->store, &at), ERR_FORKED);
	memcpy(at.journal, other, JOURNAL_ID_SIZE);
	assert_int_equal(releases_contains(p->store, &at), ERR_FORKED);
}

static void a_broken_chain_is_a_fork(void **state)
{
	const struct example e = {.round = "c", .number = 1};
	struct place *p = *state;
	uint8_t chain[CHAIN_SIZE];
	struct buf payload;

	two_releases(p);
	example_release(&e, &payload);
	memcpy(chain, p->chains[1], CHAIN_SIZE);
	release_chain_next(chain, 3, buf_bytes(&payload));
	releases_begin(p->store);
	assert_int_equal(releases_put(p->store, journal, 3, chain, buf_bytes(&payload)),
			 ERR_FORKED);
	releases_abort(p->store);
	assert_int_equal(releases_position(p->store).n, 2);
	buf_free(&payload);
}

static void gaps_and_retractions_of_nothing_are_refused(void **state)
{
	struct place *p = *state;

	two_releases(p);
	releases_begin(p->store);
	assert_int_equal(put_release(p, 4, "c", 1, NULL), ERR_FORMAT);
	assert_int_equal(put_retraction(p, 3, "c", 1), ERR_FORMAT);
	releases_abort(p->store);
}

static int put_failure(struct place *p, uint64_t n, const char *round, uint32_t number)
{
	struct buf payload;
	int err;

	example_failure(round, number, &payload);
	err = put(p, n, &payload);
	buf_free(&payload);
	return err;
}

static void a_failure_takes_its_number_and_its_place(void **state)
{
	struct place *p = *state;
	const struct publication *made;

	two_releases(p);
	releases_begin(p->store);
	assert_int_equal(put_failure(p, 3, "a", 1), ERR_FORKED);
	releases_abort(p->store);
	releases_begin(p->store);
	assert_int_equal(put_failure(p, 3, "a", 2), 0);
	assert_int_equal(releases_commit(p->store), 0);
	releases_begin(p->store);
	assert_int_equal(put_release(p, 4, "a", 2, NULL), ERR_FORKED);
	releases_abort(p->store);
	releases_begin(p->store);
	assert_int_equal(put_retraction(p, 4, "a", 2), 0);
	assert_int_equal(releases_commit(p->store), 0);
	reopen(p);
	assert_int_equal(releases_position(p->store).n, 4);
	assert_int_equal(release_count(p), 3);
	made = releases_of_item(p->store, 4);
	assert_int_equal(made->n, 3);
	assert_int_equal(made->release->what, ITEM_FAILURE);
	assert_int_equal(made->retraction_n, 4);
}

static int put_lost(struct place *p, uint64_t n, const char *round, uint32_t number)
{
	struct buf payload;
	int err;

	example_lost(round, number, &payload);
	err = put(p, n, &payload);
	buf_free(&payload);
	return err;
}

/* Its ordinal is used up, and there is no page for it. */
static void lost_items_take_their_places(void **state)
{
	struct place *p = *state;

	two_releases(p);
	releases_begin(p->store);
	assert_int_equal(put_lost(p, 3, "", 0), 0);
	assert_int_equal(put_lost(p, 4, "a", 2), 0);
	assert_int_equal(put_lost(p, 5, "", 0), 0);
	assert_int_equal(put_retraction(p, 6, "a", 2), 0);
	assert_int_equal(releases_commit(p->store), 0);
	reopen(p);
	assert_int_equal(releases_position(p->store).n, 6);
	assert_int_equal(release_count(p), 3);
	assert_null(releases_of_item(p->store, 3));
	assert_null(releases_of_item(p->store, 5));
	assert_true(releases_of_item(p->store, 4)->release->lost);
	assert_int_equal(releases_of_item(p->store, 6)->n, 4);
	releases_begin(p->store);
	assert_int_equal(put_release(p, 7, "a", 2, NULL), ERR_FORKED);
	releases_abort(p->store);
	releases_begin(p->store);
	assert_int_equal(put_release(p, 7, "a", 3, NULL), 0);
	assert_int_equal(releases_commit(p->store), 0);
}

static void a_retraction_gives_new_files(void **state)
{
	struct place *p = *state;
	uint8_t csv[2][FILE_DIGEST], page[2][FILE_DIGEST], again[FILE_DIGEST];
	const struct publication *a;
	struct buf out;

	two_releases(p);
	buf_init(&out, 1 << 20);
	a = releases_of_item(p->store, 1);
	assert_int_equal(files_get(p->store, a, FILE_SCORES, &out, csv[0]), 0);
	assert_int_equal(files_get(p->store, a, FILE_PAGE_VI, &out, page[0]), 0);
	releases_begin(p->store);
	assert_int_equal(put_retraction(p, 3, "a", 1), 0);
	assert_int_equal(releases_commit(p->store), 0);
	a = releases_of_item(p->store, 3);
	assert_int_equal(a->n, 1);
	assert_int_equal(a->retraction_n, 3);
	assert_int_equal(files_get(p->store, a, FILE_SCORES, &out, csv[1]), 0);
	assert_int_equal(files_get(p->store, a, FILE_PAGE_VI, &out, page[1]), 0);
	assert_memory_equal(csv[0], csv[1], FILE_DIGEST);
	assert_memory_not_equal(page[0], page[1], FILE_DIGEST);
	reopen(p);
	a = releases_of_item(p->store, 1);
	assert_int_equal(a->retraction_n, 3);
	buf_reset(&out);
	assert_int_equal(files_get(p->store, a, FILE_PAGE_VI, &out, again), 0);
	assert_memory_equal(page[1], again, FILE_DIGEST);
	crypto_hash_sha256(again, out.data, out.len);
	assert_memory_equal(page[1], again, FILE_DIGEST);
	buf_free(&out);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    CASE(an_empty_store_is_at_the_start),
	    CASE(items_and_position_come_together),
	    CASE(an_aborted_batch_leaves_nothing),
	    CASE(what_is_stored_is_never_replaced),
	    CASE(another_journal_is_a_fork),
	    CASE(a_broken_chain_is_a_fork),
	    CASE(gaps_and_retractions_of_nothing_are_refused),
	    CASE(a_failure_takes_its_number_and_its_place),
	    CASE(lost_items_take_their_places),
	    CASE(a_retraction_gives_new_files),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
