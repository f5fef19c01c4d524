/* METHOD S8, S9: rounding, bands, ranks, status. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/method/rank.h"
#include "tests/unit/method/build.h"

/* One appraised leaf: the points of each unit are its index. */
static struct build *appraised(const char *const points[], uint32_t count)
{
	struct build *b = build_new(5);
	char code[] = "A";

	build_criterion(b, "1", NULL, "100", SOURCE_APPRAISED);
	for (uint32_t u = 0; u < count; u++, code[0]++)
		build_unit(b, code, 0);
	build_band(b, "80", false);
	build_band(b, "80", true);
	build_band(b, "90", false);
	build_band(b, "90", true);
	build_finish(b);
	for (uint32_t u = 0; u < count; u++)
		if (points[u])
			build_points(b, u, "1", points[u]);
	return b;
}

static void assert_unit(const struct result *r, uint32_t u, const char *score,
			uint32_t rank, int32_t band)
{
	assert_string_equal(r->units[u].score, score);
	assert_int_equal(r->units[u].rank, rank);
	assert_int_equal(r->units[u].band, band);
}

/* 89.995 is published as 90.00, and bands and ranks go by what is published. */
static void edges_of_bands(void **state)
{
	const char *points[] = {"89.995", "90",     "90.01", "89.994",
				"80",     "79.994", "80.004"};
	struct build *b = appraised(points, 7);
	struct result r = build_result(b);

	(void)state;
	assert_unit(&r, 0, "90.00", 2, 2);
	assert_unit(&r, 1, "90.00", 2, 2);
	assert_unit(&r, 2, "90.01", 1, 3);
	assert_unit(&r, 3, "89.99", 4, 1);
	assert_unit(&r, 4, "80.00", 5, 0);
	assert_unit(&r, 5, "79.99", 7, -1);
	assert_unit(&r, 6, "80.00", 5, 0);
	result_free(&r);
	build_free(b);
}

static void half_to_even(void **state)
{
	const char *points[] = {"89.995", "89.985", "89.985001"};
	struct build *b;
	struct result r;

	(void)state;
	b = appraised(points, 3);
	b->round.half_even = true;
	r = build_result(b);
	assert_unit(&r, 0, "90.00", 1, 2);
	assert_unit(&r, 1, "89.98", 3, 1);
	assert_unit(&r, 2, "89.99", 2, 1);
	result_free(&r);
	build_free(b);
}

static const char *const five[] = {"50", "70", "60.001", "60", "50"};

static void ties_share_a_rank(void **state)
{
	struct build *b = appraised(five, 5);
	struct result r = build_result(b);
	const uint32_t expected[] = {4, 1, 2, 2, 4};

	(void)state;
	for (uint32_t u = 0; u < 5; u++)
		assert_int_equal(r.units[u].rank, expected[u]);
	result_free(&r);
	build_free(b);
}

static void dense_ranks(void **state)
{
	struct build *b = appraised(five, 5);
	const uint32_t expected[] = {3, 1, 2, 2, 3};
	struct result r;

	(void)state;
	b->round.dense_ties = true;
	r = build_result(b);
	for (uint32_t u = 0; u < 5; u++)
		assert_int_equal(r.units[u].rank, expected[u]);
	result_free(&r);
	build_free(b);
}

/* The band stays that of the published figure. */
static void ranks_on_exact_values(void **state)
{
	const char *points[] = {"89.995", "90", "89.996"};
	struct build *b = appraised(points, 3);
	struct result r;

	(void)state;
	b->round.rank_on_exact = true;
	r = build_result(b);
	assert_unit(&r, 0, "90.00", 3, 2);
	assert_unit(&r, 1, "90.00", 1, 2);
	assert_unit(&r, 2, "90.00", 2, 2);
	result_free(&r);
	build_free(b);
}

static void decimals_none_and_six(void **state)
{
	const char *points[] = {"89.5", "89.499999"};
	struct build *b = appraised(points, 2);
	struct result r;

	(void)state;
	b->round.decimals = 0;
	r = build_result(b);
	assert_unit(&r, 0, "90", 1, 2);
	assert_unit(&r, 1, "89", 2, 1);
	result_free(&r);
	b->round.decimals = 6;
	r = build_result(b);
	assert_unit(&r, 0, "89.500000", 1, 1);
	assert_unit(&r, 1, "89.499999", 2, 1);
	result_free(&r);
	build_free(b);
}

/* A unit of appraised leaves alone has SE 0 and no interval; without points, nothing.
 */
static void only_appraised_leaves(void **state)
{
	const char *points[] = {"75", NULL};
	struct build *b = appraised(points, 2);
	struct result r = build_result(b);

	(void)state;
	assert_unit(&r, 0, "75.00", 1, -1);
	assert_int_equal(r.units[0].status, STATUS_RANKED);
	assert_string_equal(r.units[0].se, "0");
	assert_string_equal(r.units[0].public_se, "0.0");
	assert_string_equal(r.units[0].ci_low, "");
	assert_string_equal(r.units[0].public_ci_high, "");
	assert_int_equal(r.units[0].raters, 0);
	assert_unit(&r, 1, "", 0, -1);
	assert_int_equal(r.units[1].status, STATUS_INSUFFICIENT);
	assert_string_equal(r.units[1].se, "");
	result_free(&r);
	build_free(b);
}

static void status_by_scorers(void **state)
{
	const struct block block = {.full_rank = 50, .rank = 30};

	(void)state;
	assert_int_equal(rank_status(&block, true, true, 50), STATUS_RANKED);
	assert_int_equal(rank_status(&block, true, true, 49), STATUS_RANKED_WARNING);
	assert_int_equal(rank_status(&block, true, true, 30), STATUS_RANKED_WARNING);
	assert_int_equal(rank_status(&block, true, true, 29), STATUS_INSUFFICIENT);
	assert_int_equal(rank_status(&block, true, false, 99), STATUS_INSUFFICIENT);
	assert_int_equal(rank_status(&block, false, true, 0), STATUS_RANKED);
	assert_int_equal(rank_status(&block, false, false, 0), STATUS_INSUFFICIENT);
}

/* Blocks never mix, one of a single unit is fine, and who is not ranked takes no place.
 */
static void blocks_and_the_unranked(void **state)
{
	struct build *b = build_new(5);
	const char *answers[] = {"4", "5", "3", "2", "5"};
	const uint32_t sheets[] = {12, 11, 12, 12, 12};
	const uint32_t ranks[] = {1, 0, 2, 3, 1};
	struct result r;

	(void)state;
	build_criterion(b, "1", NULL, "100", SOURCE_SURVEY);
	build_block(b, "C", 12, 12);
	b->round.blocks[0] = (struct block){
	    .name = b->round.blocks[0].name, .full_rank = 13, .rank = 12};
	for (uint32_t u = 0; u < 5; u++)
		build_unit(b, (const char *[]){"P", "Q", "R", "S", "T"}[u], u == 4);
	build_finish(b);
	for (uint32_t u = 0; u < 5; u++)
		for (uint32_t i = 0; i < sheets[u]; i++)
			build_sheet(b, i, u, 0, 0, answers[u]);
	r = build_result(b);
	for (uint32_t u = 0; u < 5; u++)
		assert_int_equal(r.units[u].rank, ranks[u]);
	assert_int_equal(r.units[0].status, STATUS_RANKED_WARNING);
	assert_int_equal(r.units[1].status, STATUS_INSUFFICIENT);
	assert_string_equal(r.units[1].score, "100.00");
	assert_int_equal(r.units[4].status, STATUS_RANKED);
	result_free(&r);
	build_free(b);
}

static void every_unit_insufficient(void **state)
{
	struct build *b = build_new(5);
	struct result r;

	(void)state;
	build_criterion(b, "1", NULL, "100", SOURCE_SURVEY);
	b->round.blocks[0].rank = 30;
	b->round.blocks[0].full_rank = 50;
	build_unit(b, "U", 0);
	build_unit(b, "V", 0);
	build_finish(b);
	for (uint32_t i = 0; i < 29; i++)
		build_sheet(b, i, 0, 0, 0, i % 2 ? "4" : "5");
	r = build_result(b);
	assert_int_equal(r.units[0].rank, 0);
	assert_int_equal(r.units[0].status, STATUS_INSUFFICIENT);
	assert_string_not_equal(r.units[0].ci_low, "");
	assert_string_equal(r.units[1].score, "");
	result_free(&r);
	build_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(edges_of_bands),
	    cmocka_unit_test(half_to_even),
	    cmocka_unit_test(ties_share_a_rank),
	    cmocka_unit_test(dense_ranks),
	    cmocka_unit_test(ranks_on_exact_values),
	    cmocka_unit_test(decimals_none_and_six),
	    cmocka_unit_test(only_appraised_leaves),
	    cmocka_unit_test(status_by_scorers),
	    cmocka_unit_test(blocks_and_the_unranked),
	    cmocka_unit_test(every_unit_insufficient),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
