/* What model_check() says of mode composite, flags and reasons of annulments. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "world.h"

static void set(char **place, const char *text)
{
	free(*place);
	*place = strdup(text);
	assert_non_null(*place);
}

/* Mode composite as it may be: fields of 60 and 40, scale 1..10. */
static void composite(struct round *r)
{
	r->mode = MODE_COMPOSITE;
	r->composite.lo.micro = DECIMAL_ONE;
	r->composite.hi.micro = 10 * DECIMAL_ONE;
}

static void minmax(struct round *r, uint32_t pool_count)
{
	static const char *const codes[] = {"v1", "v2"};

	composite(r);
	r->composite.minmax = true;
	r->composite.pool = calloc(2, sizeof(char *));
	for (r->composite.pool_count = 0; r->composite.pool_count < pool_count;
	     r->composite.pool_count++)
		set(&r->composite.pool[r->composite.pool_count],
		    codes[r->composite.pool_count]);
}

static void scale_negative(struct round *r)
{
	composite(r);
	r->composite.lo.micro = -1;
}

static void scale_of_no_width(struct round *r)
{
	composite(r);
	r->composite.lo = r->composite.hi;
}

static void factor_zero(struct round *r)
{
	composite(r);
	r->composite.factor.micro = 0;
}

static void scale_high(struct round *r)
{
	composite(r);
	r->composite.hi.micro = 1001 * (int64_t)DECIMAL_ONE;
}

static void product_high(struct round *r)
{
	composite(r);
	r->composite.factor.micro = 101 * (int64_t)DECIMAL_ONE;
}

static void pool_without_minmax(struct round *r)
{
	minmax(r, 1);
	r->composite.minmax = false;
}

static void pool_twice(struct round *r)
{
	minmax(r, 2);
	set(&r->composite.pool[1], "v1");
}

static void pool_itself(struct round *r)
{
	minmax(r, 2);
	set(&r->composite.pool[1], r->code);
}

static void pool_blank(struct round *r)
{
	minmax(r, 2);
	set(&r->composite.pool[1], "v 2");
}

static void equal_without_minmax(struct round *r)
{
	composite(r);
	r->composite.has_max_eq_min = true;
	r->composite.max_eq_min.micro = DECIMAL_ONE;
}

static void equal_outside(struct round *r)
{
	minmax(r, 0);
	r->composite.has_max_eq_min = true;
	r->composite.max_eq_min.micro = DECIMAL_ONE - 1;
}

/* Field 1 of 60 points is for block A alone: block B has the 40 of field 2. */
static void weights_of_a_block(struct round *r)
{
	composite(r);
	r->criteria[0].blocks = calloc(1, sizeof *r->criteria[0].blocks);
	r->criteria[0].block_count = 1;
}

/* The same, but by its parts. */
static void weights_of_a_block_by_parts(struct round *r)
{
	composite(r);
	for (int c = 1; c < 3; c++) {
		r->criteria[c].blocks = calloc(1, sizeof *r->criteria[c].blocks);
		r->criteria[c].block_count = 1;
	}
}

static void bonus_above_the_scale(struct round *r)
{
	composite(r);
	r->composite.factor.micro = DECIMAL_ONE / 5;
	r->bonus_max.micro = 2 * DECIMAL_ONE + 1;
}

static void flag_one_score(struct round *r)
{
	r->flags.identical_scores = 1;
}

static void flag_no_ballot(struct round *r)
{
	r->flags.ballots_hour = 0;
}

static void reasons(struct round *r, const char *second)
{
	r->annulment_reasons = calloc(2, sizeof(char *));
	r->annulment_reason_count = 2;
	set(&r->annulment_reasons[0], "phiếu giả");
	set(&r->annulment_reasons[1], second);
}

static void reason_twice(struct round *r)
{
	reasons(r, "phiếu giả");
}

static void reason_empty(struct round *r)
{
	reasons(r, "");
}

/* One way to spoil the good round, and the one fault that it makes. */
struct spoil {
	const char *words;
	void (*apply)(struct round *r);
};

static const struct spoil spoils[] = {
    {"scale goes from -0.000001 to 10", scale_negative},
    {"scale goes from 10 to 10", scale_of_no_width},
    {"factor must be more than 0", factor_zero},
    {"at most 1000: choose a smaller scale", scale_high},
    {"at most 1000: choose a smaller scale", product_high},
    {"pool says nothing without minmax", pool_without_minmax},
    {"pooled round \"v1\" stands twice", pool_twice},
    {"a round is not pooled with itself", pool_itself},
    {"a pooled round's code \"v 2\" has a space", pool_blank},
    {"max_eq_min says nothing without minmax", equal_without_minmax},
    {"max_eq_min is outside the scale", equal_outside},
    {"block B: the points of its fields add up to 40;", weights_of_a_block},
    {"block B: the points of its fields add up to 40;", weights_of_a_block_by_parts},
    {"bonus_max is outside 0..2", bonus_above_the_scale},
    {"identical_scores is 1: from 2", flag_one_score},
    {"ballots_hour is 0: from 1", flag_no_ballot},
    {"annulment reason \"phiếu giả\" stands twice", reason_twice},
    {"an annulment reason is empty", reason_empty},
};

static void each_fault_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof spoils / sizeof spoils[0]; i++) {
		struct faults f;
		struct round r;

		faults_init(&f);
		world_round(&r);
		spoils[i].apply(&r);
		assert_int_equal(model_finish(&r), 0);
		model_check(&r, &f);
		if (f.count != 1 || !world_says(&f, spoils[i].words))
			fail_msg("%zu faults, and the first is not \"%s\": %s", f.count,
				 spoils[i].words, f.count > 0 ? f.list[0].text : "");
		faults_free(&f);
		model_free(&r);
	}
}

/* Told for every block. */
static void a_millionth_short_of_a_hundred_is_a_fault(void **state)
{
	struct faults f;
	struct round r;

	(void)state;
	faults_init(&f);
	world_round(&r);
	composite(&r);
	r.criteria[4].points.micro -= 1;
	r.criteria[5].points.micro -= 1;
	assert_int_equal(model_finish(&r), 0);
	model_check(&r, &f);
	assert_int_equal(f.count, 2);
	assert_true(
	    world_says_at(&f, "criteria.csv", 0,
			  "block A: the points of its fields add up to 99.999999;"));
	assert_true(world_says_at(&f, "criteria.csv", 0, "block B: the points"));
	faults_free(&f);
	model_free(&r);
}

static void a_good_composite_has_no_fault(void **state)
{
	struct faults f;
	struct round r;

	(void)state;
	faults_init(&f);
	world_round(&r);
	minmax(&r, 2);
	r.composite.factor.micro = 100 * DECIMAL_ONE;
	r.composite.has_max_eq_min = true;
	r.composite.max_eq_min = r.composite.hi;
	r.bonus_max.micro = 1000 * (int64_t)DECIMAL_ONE;
	reasons(&r, "trả lời thay");
	assert_int_equal(model_finish(&r), 0);
	model_check(&r, &f);
	assert_int_equal(f.count, 0);
	faults_free(&f);
	model_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_fault_is_named),
	    cmocka_unit_test(a_millionth_short_of_a_hundred_is_a_fault),
	    cmocka_unit_test(a_good_composite_has_no_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
