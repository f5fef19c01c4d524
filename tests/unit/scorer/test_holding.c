/* METHOD P6: which answers each release of a round shows. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/err.h"
#include "common/report/holding.h"
#include "tests/unit/scorer/made.h"

enum { CUTS_MAX = 6 };

/* The cuts of the releases of one round, in order. */
struct cuts {
	const struct build *build;
	struct sample list[CUTS_MAX];
	uint32_t count;
};

/* Of the raters from `first_rater` on, with the points that are given now. */
static void cut(struct cuts *c, uint32_t first_rater)
{
	assert_true(c->count < CUTS_MAX);
	c->list[c->count++] = made_sample(c->build, first_rater);
}

static void cuts_close(struct cuts *c, struct build *b)
{
	for (uint32_t i = 0; i < c->count; i++)
		sample_free(&c->list[i]);
	build_free(b);
}

/* What a release shows that is made of the first `number` cuts. */
static struct public_release shown(const struct cuts *c, uint32_t number)
{
	struct public_release out = {.unit_count = 0};
	struct result own = {.unit_count = 0};
	struct faults faults;

	faults_init(&faults);
	assert_int_equal(result_compute(&c->list[number - 1], 1, &own, &faults), 0);
	assert_int_equal(holding_publish(&own, c->list, number, 1, &out, &faults), 0);
	assert_int_equal(faults.count, 0);
	faults_free(&faults);
	result_free(&own);
	return out;
}

/* Where the data of a unit are from (0: the release itself), and its figure. */
static void assert_shown(const struct cuts *c, uint32_t number, uint32_t unit,
			 uint32_t held_from, const char *figure)
{
	struct public_release p = shown(c, number);

	assert_string_equal(p.units[unit].index.text, figure);
	assert_int_equal(p.units[unit].held_from, held_from);
	public_free(&p);
}

static void assert_tens(const struct cuts *c, uint32_t number, uint64_t tens)
{
	struct public_release p = shown(c, number);

	assert_int_equal(p.whole.respondents_tens, tens);
	public_free(&p);
}

/* Field 1 is surveyed, 60 points; field 2 appraised. */
static struct build *make(uint32_t units)
{
	static const char *const codes[] = {"P", "Q"};
	struct build *b = build_new(5);

	build_criterion(b, "1", NULL, "60", SOURCE_SURVEY);
	build_criterion(b, "2", NULL, "40", SOURCE_APPRAISED);
	for (uint32_t u = 0; u < units; u++) {
		build_unit(b, codes[u], 0);
		build_exclude(b, u, "2");
	}
	return b;
}

/* 40 raters, of whom the first ten say 1, the others 5: 75 of 100 in all. */
static void say_forty(struct build *b)
{
	for (uint32_t rater = 0; rater < 40; rater++)
		build_sheet(b, rater, 0, 0, 0, rater < 10 ? "1" : "5");
}

static void one_then_eight_then_one(void **state)
{
	struct build *b = make(1);
	struct cuts c = {.build = b};

	(void)state;
	build_finish(b);
	say_forty(b);
	cut(&c, 0);
	cut(&c, 1);
	cut(&c, 9);
	cut(&c, 10);
	assert_shown(&c, 1, 0, 0, "75.00");
	assert_shown(&c, 2, 0, 1, "75.00");
	assert_shown(&c, 3, 0, 1, "75.00");
	assert_shown(&c, 4, 0, 0, "100.00");
	/* 39 and 31 respondents would be told as 30. */
	assert_tens(&c, 1, 40);
	assert_tens(&c, 2, 40);
	assert_tens(&c, 3, 40);
	assert_tens(&c, 4, 30);
	cuts_close(&c, b);
}

static void held_by_what_is_shown_now(void **state)
{
	struct build *b = make(1);
	struct cuts c = {.build = b};

	(void)state;
	build_finish(b);
	say_forty(b);
	cut(&c, 0);
	cut(&c, 10);
	cut(&c, 11);
	cut(&c, 19);
	cut(&c, 20);
	assert_shown(&c, 2, 0, 0, "100.00");
	assert_shown(&c, 3, 0, 2, "100.00");
	assert_shown(&c, 4, 0, 2, "100.00");
	assert_shown(&c, 5, 0, 0, ">= 95.00");
	cuts_close(&c, b);
}

static void nothing_new_is_not_held(void **state)
{
	struct build *b = make(1);
	struct cuts c = {.build = b};

	(void)state;
	build_finish(b);
	say_forty(b);
	cut(&c, 0);
	cut(&c, 0);
	assert_shown(&c, 2, 0, 0, "75.00");
	cuts_close(&c, b);
}

/* Back to where it was once: ten fewer and ten others, but one of those is another. */
static void held_by_what_was_shown_once(void **state)
{
	struct build *b = make(1);
	struct cuts c = {.build = b};

	(void)state;
	build_finish(b);
	say_forty(b);
	cut(&c, 0);
	cut(&c, 10);
	cut(&c, 0);
	/* The third is the first, but for rater 39, who is gone. */
	c.list[2].sheet_count--;
	assert_shown(&c, 2, 0, 0, "100.00");
	assert_shown(&c, 3, 0, 2, "100.00");
	cuts_close(&c, b);
}

/* Ten raters are gone, all of them spoke of P, five of Q. */
static void units_are_held_one_by_one(void **state)
{
	struct build *b = make(2);
	struct cuts c = {.build = b};

	(void)state;
	build_finish(b);
	for (uint32_t rater = 0; rater < 40; rater++) {
		build_sheet(b, rater, 0, 0, 0, rater < 10 ? "1" : "5");
		if (rater >= 5)
			build_sheet(b, rater, 1, 0, 0, rater < 10 ? "5" : "3");
	}
	cut(&c, 0);
	cut(&c, 10);
	assert_shown(&c, 1, 1, 0, "57.14");
	assert_shown(&c, 2, 0, 0, "100.00");
	assert_shown(&c, 2, 1, 1, "57.14");
	/* Twenty, and fifteen of Q. */
	cut(&c, 20);
	assert_shown(&c, 3, 0, 0, ">= 95.00");
	assert_shown(&c, 3, 1, 0, "50.00");
	cuts_close(&c, b);
}

/* A held unit shows the council's points of the new cut. */
static void values_are_never_held(void **state)
{
	struct build *b = build_new(5);
	struct cuts c = {.build = b};
	struct public_release p;

	(void)state;
	build_criterion(b, "1", NULL, "60", SOURCE_SURVEY);
	build_criterion(b, "2", NULL, "40", SOURCE_APPRAISED);
	build_unit(b, "P", 0);
	build_finish(b);
	say_forty(b);
	build_points(b, 0, "2", "20");
	cut(&c, 0);
	b->appraisals[0].points.micro = 30 * DECIMAL_ONE;
	cut(&c, 1);
	assert_shown(&c, 1, 0, 0, "65.00");
	p = shown(&c, 2);
	assert_int_equal(p.units[0].held_from, 1);
	assert_string_equal(p.units[0].cells[0].text, "75.00");
	assert_string_equal(p.units[0].cells[1].text, "75.00");
	assert_string_equal(p.units[0].index.text, "75.00");
	assert_int_equal(p.units[0].raters, 40);
	public_free(&p);
	cuts_close(&c, b);
}

/* ---- releases that their rules cannot compute ---- */

/* Two units on a range, and no figure for a range of width 0. */
static struct build *make_range(void)
{
	struct build *b = build_new(5);

	build_composite(b, "1", "10", "1");
	build_minmax(b, NULL);
	build_criterion(b, "1", NULL, "100", SOURCE_SURVEY);
	build_unit(b, "P", 0);
	build_unit(b, "Q", 0);
	build_finish(b);
	for (uint32_t rater = 0; rater < 60; rater++) {
		build_sheet(b, rater, 0, 0, 0, rater % 2 ? "2" : "4");
		build_sheet(b, rater, 1, 0, 0, rater % 4 < 2 ? "4" : "2");
	}
	return b;
}

/* All 60 give both the mean 3; without 0 and 1 P keeps it, Q is a little lower. */
static void a_failed_release_showed_nothing(void **state)
{
	struct build *b = make_range();
	struct cuts c = {.build = b};
	struct result own;
	struct faults faults;

	(void)state;
	cut(&c, 0);
	cut(&c, 2);
	cut(&c, 6);
	faults_init(&faults);
	assert_int_equal(result_compute(&c.list[0], 1, &own, &faults), ERR_REFUSED);
	faults_free(&faults);
	assert_shown(&c, 2, 0, 0, "10.00");
	assert_shown(&c, 2, 1, 0, "1.00");
	assert_shown(&c, 3, 0, 2, "10.00");
	cuts_close(&c, b);
}

/* The release itself cannot be made of the answers that it would have to show. */
static void no_release_of_what_it_must_show(void **state)
{
	struct build *b = build_new(5);
	struct cuts c = {.build = b};
	struct public_release out;
	struct result own;
	struct faults faults;

	(void)state;
	build_composite(b, "1", "10", "1");
	build_minmax(b, NULL);
	build_criterion(b, "1", NULL, "60", SOURCE_SURVEY);
	build_criterion(b, "2", NULL, "40", SOURCE_APPRAISED);
	build_unit(b, "P", 0);
	build_unit(b, "Q", 0);
	build_finish(b);
	for (uint32_t rater = 0; rater < 40; rater++) {
		build_sheet(b, rater, 0, 0, 0, rater < 20 ? "3" : "4");
		build_sheet(b, rater, 1, 0, 0, rater < 20 ? "4" : "3");
	}
	build_points(b, 0, "2", "10");
	build_points(b, 1, "2", "20");
	cut(&c, 0);
	cut(&c, 1);
	faults_init(&faults);
	/* The first has a range of width 0 on leaf 1: it failed. */
	assert_int_equal(result_compute(&c.list[0], 1, &own, &faults), ERR_REFUSED);
	assert_shown(&c, 2, 0, 0, "6.40");
	/* A third with no width on leaf 2 is refused, and says which. */
	b->appraisals[0].points.micro = 20 * DECIMAL_ONE;
	cut(&c, 2);
	faults_free(&faults);
	faults_init(&faults);
	b->round.composite.has_max_eq_min = true;
	assert_int_equal(result_compute(&c.list[2], 1, &own, &faults), 0);
	b->round.composite.has_max_eq_min = false;
	assert_int_equal(holding_publish(&own, c.list, 3, 1, &out, &faults),
			 ERR_REFUSED);
	assert_true(faults.count > 0);
	faults_free(&faults);
	result_free(&own);
	cuts_close(&c, b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_then_eight_then_one),
	    cmocka_unit_test(held_by_what_is_shown_now),
	    cmocka_unit_test(nothing_new_is_not_held),
	    cmocka_unit_test(held_by_what_was_shown_once),
	    cmocka_unit_test(units_are_held_one_by_one),
	    cmocka_unit_test(values_are_never_held),
	    cmocka_unit_test(a_failed_release_showed_nothing),
	    cmocka_unit_test(no_release_of_what_it_must_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
