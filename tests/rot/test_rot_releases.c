/*
 * What is published. An older state of it is no harm: what is missing is asked for
 * again, and what is there is compared with it.
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
#include "services/publisher/releases.h"
#include "tests/rot/rot.h"
#include "tests/unit/publisher/example.h"
#include "tests/unit/store/place.h"

enum { FLIPS = 2000, MAP = 4 << 20, ITEMS = 16 };

static const uint8_t journal[JOURNAL_ID_SIZE] = "journal-journal";
static const char file_key[] = "file";

static void make_item(uint64_t n, struct buf *out)
{
	const struct example e = {.round = "vòng-1", .number = (uint32_t)(n + 1) / 2};

	if (n % 2 == 1)
		example_release(&e, out);
	else
		example_retraction(e.round, e.number, "lý do", out);
}

static void put_file(struct releases *s, struct bytes content)
{
	const struct releases_file file = {bytes_str(file_key), content};

	assert_int_equal(releases_file_put(s, &file, 1), 0);
}

static void make(const char *dir)
{
	uint8_t chain[CHAIN_SIZE];
	struct releases *s;

	entry_chain_start(journal, 0, chain);
	assert_int_equal(releases_open(dir, MAP, &s), 0);
	put_file(s, bytes_str("made from the items"));
	for (uint64_t n = 1; n <= ITEMS; n++) {
		struct buf item;

		make_item(n, &item);
		release_chain_next(chain, n, buf_bytes(&item));
		releases_begin(s);
		assert_int_equal(releases_put(s, journal, n, chain, buf_bytes(&item)),
				 0);
		assert_int_equal(releases_commit(s), 0);
		buf_free(&item);
	}
	releases_close(s);
}

struct reading {
	crypto_generichash_state digest;
	uint64_t items;
	struct rot_content *each; /* after every item; NULL: not wanted */
};

static void finish(const struct reading *x, struct rot_content *out)
{
	crypto_generichash_state d = x->digest;

	out->items = x->items;
	crypto_generichash_final(&d, out->digest, ROT_DIGEST);
}

static int on_item(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		   struct bytes payload)
{
	struct reading *x = ctx;

	if (n != x->items + 1)
		return ERR_CORRUPT;
	x->items = n;
	crypto_generichash_update(&x->digest, chain, CHAIN_SIZE);
	crypto_generichash_update(&x->digest, payload.data, payload.len);
	if (x->each)
		finish(x, &x->each[n]);
	return 0;
}

static int read_all(struct releases *s, struct reading *x)
{
	struct buf file;
	int err;

	buf_init(&file, SIZE_MAX);
	err = releases_file_get(s, bytes_str(file_key), &file);
	crypto_generichash_init(&x->digest, NULL, 0, ROT_DIGEST);
	crypto_generichash_update(&x->digest, file.data, file.len);
	buf_free(&file);
	if (x->each)
		finish(x, &x->each[0]);
	if (err == 0)
		err = releases_read(s, 1, on_item, x);
	if (err == 0 && x->items != releases_position(s).n)
		err = ERR_CORRUPT;
	return err;
}

static int read_into(const char *dir, struct rot_content *each, struct rot_content *out)
{
	struct reading x = {.each = each};
	struct releases *s;
	int err = releases_open(dir, MAP, &s);

	if (err != 0)
		return err;
	err = read_all(s, &x);
	finish(&x, out);
	releases_close(s);
	return err;
}

static int read_releases(void *ctx, struct rot_content *out)
{
	return read_into(ctx, NULL, out);
}

static void no_flip_changes_what_is_published(void **state)
{
	static struct rot_content each[ITEMS + 1];
	struct rot_content whole;
	char data[PATH_MAX + 64];
	struct place place;
	struct rot rot = {.name = "releases",
			  .files = {data},
			  .file_count = 1,
			  .read = read_releases,
			  .ctx = place.dir,
			  .older = each,
			  .older_count = ITEMS};

	(void)state;
	place_make(&place);
	(void)snprintf(data, sizeof data, "%s",
		       place_path(&place, "releases/data.mdb"));
	make(place.dir);
	assert_int_equal(read_into(place.dir, each, &whole), 0);
	rot_run(&rot, FLIPS);
	place_remove(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_flip_changes_what_is_published),
	};

	rot_in_memory();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
