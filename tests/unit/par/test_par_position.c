/* The text of a position and the file that keeps it. */

#include "common/base/err.h"
#include "services/par/position.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct position sample(uint64_t n)
{
	struct position p = {.n = n};
	for (size_t i = 0; i < sizeof p.journal; i++)
		p.journal[i] = (uint8_t)(i + 1);
	for (size_t i = 0; i < sizeof p.chain; i++)
		p.chain[i] = (uint8_t)(255 - i);
	return p;
}

static void assert_same(const struct position *a, const struct position *b)
{
	assert_memory_equal(a->journal, b->journal, sizeof a->journal);
	assert_memory_equal(a->chain, b->chain, sizeof a->chain);
	assert_true(a->n == b->n);
	assert_int_equal(a->shard, b->shard);
}

static void text_round_trip(void **state)
{
	(void)state;
	const uint64_t ns[] = {0, 1, 1234567, UINT64_MAX};
	for (size_t i = 0; i < sizeof ns / sizeof *ns; i++) {
		char text[POSITION_TEXT];
		struct position p = sample(ns[i]), back;
		assert_int_equal(position_parse(position_text(&p, text), &back), 0);
		assert_same(&p, &back);
	}
}

static void zero_is_the_start(void **state)
{
	(void)state;
	char text[POSITION_TEXT];
	struct position p = sample(3);
	assert_int_equal(position_parse("0", &p), 0);
	assert_true(position_is_start(&p));
	assert_string_equal(position_text(&p, text), "0");
}

static void other_text_is_refused(void **state)
{
	(void)state;
	static const char *const wrong[] = {
	    "",
	    "1",
	    "00:1:00",
	    "0102030405060708090a0b0c0d0e0f10:1",
	    "0102030405060708090a0b0c0d0e0f10::ff",
	    "0102030405060708090a0b0c0d0e0f10:-1:"
	    "fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0efeeedecebeae9e8e7e6e5e4e3e2e1e0",
	    "0102030405060708090a0b0c0d0e0f10:1:"
	    "fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0efeeedecebeae9e8e7e6e5e4e3e2e1e0:",
	    "0102030405060708090a0b0c0d0e0f1x:1:"
	    "fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0efeeedecebeae9e8e7e6e5e4e3e2e1e0",
	};
	struct position p = sample(7), same = sample(7);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_int_equal(position_parse(wrong[i], &p), ERR_FORMAT);
	assert_same(&p, &same);
}

struct place {
	char dir[64], file[96];
};

static int make_place(void **state)
{
	struct place *place = calloc(1, sizeof *place);
	const char *tmp = getenv("TMPDIR");
	snprintf(place->dir, sizeof place->dir, "%.40s/par-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(place->dir))
		return -1;
	snprintf(place->file, sizeof place->file, "%s/state", place->dir);
	*state = place;
	return 0;
}

static int remove_place(void **state)
{
	struct place *place = *state;
	unlink(place->file);
	int err = rmdir(place->dir); /* fails if a temporary file was left */
	free(place);
	return err;
}

static void file_round_trip(void **state)
{
	const struct place *place = *state;
	struct position back;
	assert_int_equal(position_load(place->file, &back), ERR_NOT_FOUND);
	for (uint64_t n = 1; n <= 3; n++) {
		struct position p = sample(n);
		assert_int_equal(position_save(place->file, &p), 0);
		assert_int_equal(position_load(place->file, &back), 0);
		assert_same(&p, &back);
	}
}

static void torn_file_is_refused(void **state)
{
	const struct place *place = *state;
	struct position p = sample(9), back;
	assert_int_equal(position_save(place->file, &p), 0);
	assert_int_equal(truncate(place->file, 40), 0);
	assert_int_equal(position_load(place->file, &back), ERR_FORMAT);
	assert_int_equal(truncate(place->file, 0), 0);
	assert_int_equal(position_load(place->file, &back), ERR_FORMAT);
}

static void no_directory_is_an_error(void **state)
{
	(void)state;
	struct position p = sample(1);
	assert_true(position_save("/nonexistent/par/state", &p) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_round_trip),
	    cmocka_unit_test(zero_is_the_start),
	    cmocka_unit_test(other_text_is_refused),
	    cmocka_unit_test_setup_teardown(file_round_trip, make_place, remove_place),
	    cmocka_unit_test_setup_teardown(torn_file_is_refused, make_place,
					    remove_place),
	    cmocka_unit_test(no_directory_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
