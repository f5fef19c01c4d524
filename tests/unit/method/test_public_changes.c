/* METHOD P6: how far two cuts are apart. Attacks: test_public.c. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/method/released.h"

/* Blocks B: A, B and C: C, D. Two fields of one surveyed leaf each. */
static void two_blocks_of(struct build *b)
{
	build_block(b, "C", 1, 1);
	build_criterion(b, "1", NULL, "60", SOURCE_SURVEY);
	build_criterion(b, "2", NULL, "40", SOURCE_SURVEY);
	build_unit(b, "A", 0);
	build_unit(b, "B", 0);
	build_unit(b, "C", 1);
	build_unit(b, "D", 1);
	build_finish(b);
}

static struct build *two_blocks(void)
{
	struct build *b = build_new(5);

	two_blocks_of(b);
	return b;
}

/* few, a digit a unit, then that of the round. */
static void assert_changes(const struct build *from, const struct build *to,
			   uint64_t raters, const char *few)
{
	struct public_changes c;

	assert_int_equal(public_changes_find(&from->sample, &to->sample, &c), 0);
	assert_int_equal(c.raters, raters);
	for (uint32_t u = 0; u < 4; u++)
		assert_int_equal(c.few[u], few[u] - '0');
	assert_int_equal(c.round_few, few[4] - '0');
	public_changes_free(&c);
	assert_int_equal(public_changes_find(&to->sample, &from->sample, &c), 0);
	assert_int_equal(c.raters, raters);
	public_changes_free(&c);
}

/* What raters 100 .. 100 + count - 1 say in the second cut, about each unit. */
struct change {
	uint32_t count;
	const char *before[4]; /* NULL: no sheet */
	const char *after[4];
	uint64_t raters;
	const char *few;
};

static void fill(struct build *b, uint32_t first, uint32_t count,
		 const char *const answers[4])
{
	for (uint32_t i = 0; i < count; i++)
		for (uint32_t u = 0; u < 4; u++)
			if (answers[u])
				build_sheet(b, first + i, u, 0, 0, answers[u]);
}

static void changes_by_hand(void **state)
{
	static const char *const all[4] = {"12", "23", "34", "45"};
	static const struct change changes[] = {
	    {5, {"12"}, {"12"}, 0, "00000"},
	    /* an annulled rater is out of the weights of all */
	    {1, {"12"}, {NULL}, 1, "11111"},
	    {9, {"12"}, {NULL}, 9, "11111"},
	    {10, {"12"}, {NULL}, 10, "00000"},
	    /* no scores: the figures of A do not change, the weights do */
	    {9, {"nn"}, {NULL}, 9, "11111"},
	    {10, {"nn"}, {NULL}, 10, "00000"},
	    /* from one kind of no score to another nothing public changes */
	    {20, {"nd"}, {"rb"}, 0, "00000"},
	    /* another score of few changes the draws of all, but no tens */
	    {9, {"12", "11"}, {"13", "11"}, 9, "11110"},
	    {10, {"12", "11"}, {"13", "11"}, 10, "00000"},
	    /* one field few, the other many */
	    {10, {"12", "1n"}, {"13", "1n"}, 10, "00000"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		const struct change *c = &changes[i];
		struct build *from = two_blocks(), *to = two_blocks();

		fill(from, 0, 20, all);
		fill(to, 0, 20, all);
		fill(from, 100, c->count, c->before);
		fill(to, 100, c->count, c->after);
		assert_changes(from, to, c->raters, c->few);
		build_free(from);
		build_free(to);
	}
}

/* Ten raters of C and D are out, of which nine scored criterion 2 of C (10). */
static void few_in_one_leaf(void **state)
{
	struct build *from = two_blocks(), *to = two_blocks();

	(void)state;
	build_same(from, 0, 9, 2, "12");
	build_same(from, 9, 1, 2, "1n");
	build_same(from, 10, 10, 3, "11");
	build_same(from, 20, 10, 0, "11");
	build_same(to, 20, 10, 0, "11");
	assert_changes(from, to, 20, "00100");
	build_free(from);
	build_free(to);
}

/* Nine in block B, ten elsewhere: block B's medians and rank sets are of the nine. */
static void few_in_one_block(void **state)
{
	struct build *from = two_blocks(), *to = two_blocks();

	(void)state;
	build_same(from, 0, 9, 0, "12");
	build_same(from, 10, 10, 3, "11");
	build_same(from, 20, 10, 1, "11");
	build_same(to, 20, 10, 1, "11");
	assert_changes(from, to, 19, "11000");
	build_free(from);
	build_free(to);
}

/* Nine of A, ten of B: with minmax A's ends are in B's figure (10). */
static void few_with_minmax(void **state)
{
	struct build *from = two_blocks(), *to = two_blocks();

	(void)state;
	build_same(from, 0, 9, 0, "12");
	build_same(from, 10, 10, 1, "11");
	build_same(to, 20, 10, 2, "11");
	assert_changes(from, to, 29, "10000");
	to->round.composite.minmax = true;
	assert_changes(from, to, 29, "11000");
	to->round.composite.minmax = false;
	build_free(from);
	build_free(to);
}

static void few_annulments_of_a_reason(void **state)
{
	struct build *from = two_blocks(), *to = two_blocks();
	char x[] = "x", y[] = "y";
	struct sample_annulment before[] = {{.reason = x, .sheets = 40, .raters = 40}};
	struct sample_annulment after[] = {{.reason = x, .sheets = 60, .raters = 55},
					   {.reason = y, .sheets = 3, .raters = 3}};

	(void)state;
	from->sample.annulments = before;
	from->sample.annulment_count = 1;
	to->sample.annulments = after;
	to->sample.annulment_count = 1;
	assert_changes(from, to, 0, "00000");
	to->sample.annulment_count = 2;
	assert_changes(from, to, 0, "00001");
	to->sample.annulment_count = 1;
	after[0].raters = 50;
	assert_changes(from, to, 0, "00000");
	after[0].raters = 49;
	assert_changes(from, to, 0, "00001");
	/* the same raters, and one more sheet of one of them */
	after[0] = before[0];
	assert_changes(from, to, 0, "00000");
	after[0].sheets++;
	assert_changes(from, to, 0, "00001");
	build_free(from);
	build_free(to);
}

/* x and y say how many respond in either stratum. */
static struct build *two_strata(uint32_t x, uint32_t y)
{
	struct build *b = build_new(5);

	build_columns(b, 1);
	build_stratum(b, "x", 60);
	build_stratum(b, "y", 60);
	two_blocks_of(b);
	build_same(b, 100 - x, x, 0, "11");
	for (uint32_t i = 0; i < y; i++)
		build_sheet(b, 200 - y + i, 0, 1, 0, "11");
	return b;
}

/* Many leave, and other groups are thin; but of one stratum few have left. */
static void few_in_a_stratum_when_names_change(void **state)
{
	static const struct {
		uint32_t x, y, raters;
		const char *few;
	} cases[] = {
	    {26, 29, 10, "00000"}, /* none is thin */
	    {19, 30, 16, "00000"}, {35, 19, 11, "00000"}, {35, 0, 30, "00000"},
	    {26, 19, 20, "00001"}, {34, 19, 12, "00001"}, {30, 0, 35, "00001"},
	};
	struct build *from = two_strata(35, 30);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct build *to = two_strata(cases[i].x, cases[i].y);

		assert_changes(from, to, cases[i].raters, cases[i].few);
		build_free(to);
	}
	build_free(from);
}

static void annulments_by_reason(void **state)
{
	struct build *b = two_blocks();
	char reason[] = "not compared";
	struct sample_annulment rows[] = {{.reason = reason, .raters = 4},
					  {.reason = reason, .raters = 30},
					  {.reason = reason, .raters = 12}};
	uint8_t hidden[3];

	(void)state;
	b->sample.annulments = rows;
	b->sample.annulment_count = 3;
	public_annulments(&b->sample, hidden);
	assert_memory_equal(hidden, "\0\0\0", 3);
	rows[1].raters = 1;
	rows[2].raters = 4;
	public_annulments(&b->sample, hidden);
	assert_memory_equal(hidden, "\1\1\1", 3);
	/* the nine of one reason may be the nine of the other */
	for (int i = 0; i < 3; i++)
		rows[i].raters = 9;
	public_annulments(&b->sample, hidden);
	assert_memory_equal(hidden, "\1\1\1", 3);
	rows[0].raters = 4;
	rows[1].raters = 30;
	rows[2].raters = 12;
	b->round.annulment_reason_count = 3;
	public_annulments(&b->sample, hidden);
	assert_memory_equal(hidden, "\1\0\1", 3);
	b->round.annulment_reason_count = 0;
	build_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(changes_by_hand),
	    cmocka_unit_test(few_in_one_leaf),
	    cmocka_unit_test(few_in_one_block),
	    cmocka_unit_test(few_with_minmax),
	    cmocka_unit_test(few_annulments_of_a_reason),
	    cmocka_unit_test(few_in_a_stratum_when_names_change),
	    cmocka_unit_test(annulments_by_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
