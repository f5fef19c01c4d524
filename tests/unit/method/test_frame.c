/* METHOD S2: which strata merge, in which order, and what they weigh. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/method/frame.h"
#include "tests/unit/method/build.h"

static struct frame frame_of(const struct build *b, const uint32_t *responded)
{
	struct frame f;

	assert_int_equal(frame_make(&b->round, b->round.strata, b->round.stratum_count,
				    responded, &f),
			 0);
	return f;
}

static void assert_group(const struct frame *f, uint32_t g, uint64_t members,
			 uint64_t responded, bool thin)
{
	assert_int_equal(f->groups[g].members, members);
	assert_int_equal(f->groups[g].responded, responded);
	assert_int_equal(f->groups[g].thin, thin);
}

static void assert_name(const struct build *b, const struct frame *f, uint32_t g,
			const char *expected)
{
	char *name = frame_group_name(f, g, b->round.strata, b->round.stratum_count,
				      b->round.strata_column_count);

	assert_string_equal(name, expected);
	free(name);
}

/* One column never merges unless collapse_first; the thin are only named. */
static void one_column_stays(void **state)
{
	struct build *b = build_new(5);
	const uint32_t responded[] = {100, 19, 0};
	struct frame f;

	(void)state;
	build_columns(b, 1);
	build_stratum(b, "a", 1000);
	build_stratum(b, "b", 190);
	build_stratum(b, "c", 10);
	f = frame_of(b, responded);
	assert_int_equal(f.group_count, 3);
	assert_group(&f, 0, 1000, 100, false);
	assert_group(&f, 1, 190, 19, true);
	assert_group(&f, 2, 10, 0, true);
	assert_name(b, &f, 2, "c");
	/* 10 and 10, times the common multiple of 100 and 19 */
	assert_int_equal(mpz_get_ui(f.groups[0].weight), 19000);
	assert_int_equal(mpz_get_ui(f.groups[1].weight), 19000);
	assert_int_equal(mpz_get_ui(f.groups[2].weight), 0);
	frame_free(&f);
	build_free(b);
}

static void collapse_first_merges_column_one(void **state)
{
	struct build *b = build_new(5);
	const uint32_t responded[] = {100, 19, 30, 0};
	struct frame f;

	(void)state;
	b->round.collapse_first = true;
	build_columns(b, 1);
	build_stratum(b, "a", 1000);
	build_stratum(b, "b", 190);
	build_stratum(b, "c", 300);
	build_stratum(b, "d", 10);
	f = frame_of(b, responded);
	/* d (0) joins b (19): still thin; b+d joins c (30) */
	assert_int_equal(f.group_count, 2);
	assert_group(&f, 0, 1000, 100, false);
	assert_group(&f, 1, 500, 49, false);
	assert_name(b, &f, 1, "b + c + d");
	assert_int_equal(f.group_of[3], 1);
	frame_free(&f);
	build_free(b);
}

/* The last column first; siblings only; the merged group stands where the earlier was.
 */
static void columns_merge_from_the_last(void **state)
{
	struct build *b = build_new(5);
	const uint32_t responded[] = {50, 25, 5, 60, 19, 40};
	struct frame f;

	(void)state;
	build_columns(b, 2);
	build_stratum(b, "a x", 500);
	build_stratum(b, "a y", 250);
	build_stratum(b, "a z", 50);
	build_stratum(b, "b x", 600);
	build_stratum(b, "c x", 190);
	build_stratum(b, "c y", 400);
	f = frame_of(b, responded);
	assert_int_equal(f.group_count, 4);
	assert_group(&f, 0, 500, 50, false);
	assert_group(&f, 1, 300, 30, false);
	assert_group(&f, 2, 600, 60, false);
	assert_group(&f, 3, 590, 59, false);
	assert_name(b, &f, 1, "a / y + a / z");
	assert_int_equal(f.group_of[4], 3);
	frame_free(&f);
	build_free(b);
}

static void ties_go_to_the_first(void **state)
{
	struct build *b = build_new(5);
	const uint32_t responded[] = {10, 10, 10, 15};
	struct frame f;

	(void)state;
	build_columns(b, 2);
	build_stratum(b, "a w", 100);
	build_stratum(b, "a x", 100);
	build_stratum(b, "a y", 100);
	build_stratum(b, "a z", 150);
	f = frame_of(b, responded);
	/* w, first of the smallest, with x, first of the others; y is left with z */
	assert_int_equal(f.group_count, 2);
	assert_name(b, &f, 0, "a / w + a / x");
	assert_name(b, &f, 1, "a / y + a / z");
	frame_free(&f);
	build_free(b);
}

/* Three levels: what column 3 leaves thin goes on in column 2. */
static void levels_follow_each_other(void **state)
{
	struct build *b = build_new(5);
	const uint32_t responded[] = {5, 6, 40, 50};
	struct frame f;

	(void)state;
	build_columns(b, 3);
	build_stratum(b, "a p x", 50);
	build_stratum(b, "a p y", 60);
	build_stratum(b, "a q x", 400);
	build_stratum(b, "b p x", 500);
	f = frame_of(b, responded);
	assert_int_equal(f.group_count, 2);
	assert_group(&f, 0, 510, 51, false);
	assert_group(&f, 1, 500, 50, false);
	frame_free(&f);
	build_free(b);
}

/* w > 5 x the lower median: weights 1, 1, 5, 5.01 have the median 1. */
static void a_heavy_weight_is_thin(void **state)
{
	struct build *b = build_new(5);
	const uint32_t responded[] = {100, 100, 100, 100};
	struct frame f;

	(void)state;
	build_columns(b, 1);
	build_stratum(b, "a", 100);
	build_stratum(b, "b", 501);
	build_stratum(b, "c", 500);
	build_stratum(b, "d", 100);
	f = frame_of(b, responded);
	assert_group(&f, 1, 501, 100, true);
	assert_group(&f, 2, 500, 100, false);
	frame_free(&f);
	build_free(b);
}

/* Groups with m = 0 have no part in the median. */
static void the_median_is_of_those_who_responded(void **state)
{
	struct build *b = build_new(5);
	const uint32_t responded[] = {0, 0, 100, 100};
	struct frame f;

	(void)state;
	build_columns(b, 1);
	build_stratum(b, "a", 1);
	build_stratum(b, "b", 1);
	build_stratum(b, "c", 100);
	build_stratum(b, "d", 501);
	f = frame_of(b, responded);
	assert_group(&f, 2, 100, 100, false);
	assert_group(&f, 3, 501, 100, true);
	frame_free(&f);
	build_free(b);
}

static void no_columns_no_weight(void **state)
{
	struct build *b = build_new(5);
	const uint32_t responded[] = {3};
	struct frame f;

	(void)state;
	build_stratum(b, "", 1000);
	f = frame_of(b, responded);
	assert_group(&f, 0, 1000, 3, false);
	assert_int_equal(mpz_get_ui(f.groups[0].weight), 1);
	frame_free(&f);
	build_free(b);
}

static void nobody_responded(void **state)
{
	struct build *b = build_new(5);
	const uint32_t responded[] = {0, 0, 0};
	struct frame f;

	(void)state;
	build_columns(b, 2);
	build_stratum(b, "a x", 10);
	build_stratum(b, "a y", 10);
	build_stratum(b, "b x", 10);
	f = frame_of(b, responded);
	assert_int_equal(f.group_count, 2);
	assert_group(&f, 0, 20, 0, true);
	frame_free(&f);
	build_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_column_stays),
	    cmocka_unit_test(collapse_first_merges_column_one),
	    cmocka_unit_test(columns_merge_from_the_last),
	    cmocka_unit_test(ties_go_to_the_first),
	    cmocka_unit_test(levels_follow_each_other),
	    cmocka_unit_test(a_heavy_weight_is_thin),
	    cmocka_unit_test(the_median_is_of_those_who_responded),
	    cmocka_unit_test(no_columns_no_weight),
	    cmocka_unit_test(nobody_responded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
