/* How sure a figure is, and how it stands to the others, worked by hand. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/scorer/detailed.h"

/* A fraction, to 1e-12 of it. */
static void assert_near(ProtobufCBinaryData b, double expected)
{
	char text[512];
	mpq_t x;
	double is;

	assert_true(b.len > 0 && b.len < sizeof(text));
	memcpy(text, b.data, b.len);
	text[b.len] = '\0';
	mpq_init(x);
	assert_int_equal(mpq_set_str(x, text, 10), 0);
	is = mpq_get_d(x);
	mpq_clear(x);
	if (fabs(is - expected) > 1e-12 * fabs(expected))
		fail_msg("%.17g is not %.17g", is, expected);
}

/*
 * z of A: -67/90, -52/90, -162/90 | 331/180, -50/180; of clusters 270 E: 1303 (0 and
 * 3), 250 (1), -410 (2), -1143 (4). Of B 27 E: 50, 50, -100, 0. n/(n-1) = 4/3.
 */
static void variances(void **state)
{
	const struct detailed *f = *state;
	double of_a = 4.0 / 3 * 3234858 / 72900, of_b = 20000.0 / 729;

	assert_near(f->a->variance, of_a);
	assert_near(f->b->variance, of_b);
	/* n_u is 3 for both; the lower one of 3 V */
	assert_near(f->a->median, 3 * of_b);
	assert_near(f->b->median, 3 * of_b);
	/* (9 V + 5 S) / 24 is less than V of A, and is V of B */
	assert_near(f->a->stabilised, of_a);
	assert_near(f->b->stabilised, of_b);
	/* All said the same of E: V is 0, and S, being its own, too. */
	made_assert(f->e->variance, "0");
	made_assert(f->e->stabilised, "0");
}

/*
 * U3: 270 (E of A - E of B) is 803, -250, 590, -1143; their root of squares 1536.8, and
 * with all signs alike, which one draw of eight has, 2786, so q is 1.81, the normal's
 * tail 0.035. The difference is 3.22 SEs at 3.5 degrees of freedom, a tail of 0.02.
 */
static void pairs(void **state)
{
	const struct detailed *f = *state;
	const Par__V1__PairDetail *p = f->a->pairs[0];
	double of_a = 4.0 / 3 * 3234858 / 72900, of_b = 20000.0 / 729;
	double both = 15820.0 / 729;

	assert_int_equal(f->a->n_pairs, 1);
	made_assert(p->unit, "B");
	made_assert(p->name->vi, "Sở B");
	made_assert(p->score, "41.67");
	assert_int_equal(p->status, PAR__V1__UNIT_STATUS__UNIT_STATUS_RANKED);
	assert_int_equal(p->rank, 2);
	assert_int_equal(p->rank_low, 2);
	assert_int_equal(p->rank_high, 2);
	made_assert(p->difference, "127/6");
	made_assert(p->difference_six, "21.166667");
	assert_near(p->variance, of_b);
	/* 4/3 (1303 x 50 + 250 x 50 + 410 x 100) / 7290 */
	assert_near(p->covariance, both);
	assert_true(p->surely_better);
	assert_false(p->surely_worse);
	assert_int_equal(f->b->n_pairs, 1);
	assert_false(f->b->pairs[0]->surely_better);
	assert_true(f->b->pairs[0]->surely_worse);
	made_assert(f->b->pairs[0]->unit, "A");
	made_assert(f->b->pairs[0]->difference, "-127/6");
	made_assert(f->b->pairs[0]->difference_six, "-21.166667");
	assert_near(f->b->pairs[0]->variance, of_a);
	assert_near(f->b->pairs[0]->covariance, both);
	/* Nobody to be compared with. */
	assert_int_equal(f->c->n_pairs, 0);
	assert_int_equal(f->e->n_pairs, 0);
}

static void se_of_a_difference(void **state)
{
	const struct detailed *f = *state;
	double of_a = 4.0 / 3 * 3234858 / 72900, of_b = 20000.0 / 729;
	char text[64];

	snprintf(text, sizeof(text), "%.12g", sqrt(of_a + of_b - 2 * 15820.0 / 729));
	made_assert(f->a->pairs[0]->se, text);
	made_assert(f->b->pairs[0]->se, text);
}

/* O2 of A: three raters of weight 2 and two of 4, all scored something. */
static void associations(void **state)
{
	const struct detailed *f = *state;
	const Par__V1__UnitDetail *d = f->a;

	assert_int_equal(d->n_associations, 2);
	made_assert(d->associations[0]->association, "a");
	assert_int_equal(d->associations[0]->raters, 3);
	made_assert(d->associations[0]->weight_share, "0.4286");
	made_assert(d->associations[1]->association, "b");
	assert_int_equal(d->associations[1]->raters, 2);
	made_assert(d->associations[1]->weight_share, "0.5714");
	assert_int_equal(f->c->n_associations, 1);
}

/* 40 raters, X high, Y and Y' low and near; Z with a figure, but too few raters. */
static void what_is_sure_and_what_is_not(void **state)
{
	struct build *b = build_new(5);
	struct analysis *a;
	Par__V1__UnitDetail *x, *y;

	(void)state;
	build_criterion(b, "1", NULL, "100", SOURCE_SURVEY);
	b->round.blocks[0].rank = 10;
	b->round.blocks[0].full_rank = 10;
	build_unit(b, "X", 0);
	build_unit(b, "Y", 0);
	build_unit(b, "Y'", 0);
	build_unit(b, "Z", 0);
	build_finish(b);
	for (uint32_t rater = 0; rater < 40; rater++) {
		build_sheet(b, rater, 0, 0, 0, rater % 2 ? "5" : "4");
		build_sheet(b, rater, 1, 0, 0, rater % 2 ? "1" : "2");
		build_sheet(b, rater, 2, 0, 0, rater % 3 ? "1" : "2");
		if (rater < 5)
			build_sheet(b, rater, 3, 0, 0, rater % 2 ? "1" : "2");
	}
	a = made_draft(b);
	made_compute(a);
	x = detailed_unit(a, 0, 0);
	y = detailed_unit(a, 1, 0);
	assert_int_equal(x->n_groups, 1);
	made_assert(x->groups[0]->weight, "1");
	assert_false(x->groups[0]->thin);
	assert_int_equal(x->n_associations, 0);
	assert_int_equal(x->n_pairs, 3);
	made_assert(x->pairs[0]->unit, "Y");
	assert_true(x->pairs[0]->surely_better);
	assert_false(x->pairs[0]->surely_worse);
	made_assert(x->pairs[2]->unit, "Z");
	assert_int_equal(x->pairs[2]->rank, 0);
	assert_false(x->pairs[2]->surely_better);
	made_assert(y->pairs[0]->unit, "X");
	assert_false(y->pairs[0]->surely_better);
	assert_true(y->pairs[0]->surely_worse);
	/* 20 and 14 of 40 said 2: 12.5 and 8.75 */
	made_assert(y->pairs[1]->unit, "Y'");
	made_assert(y->pairs[1]->difference, "15/4");
	assert_int_equal(y->pairs[1]->rank, 3);
	assert_int_equal(y->pairs[1]->rank_low, 2);
	assert_int_equal(y->pairs[1]->rank_high, 3);
	assert_false(y->pairs[1]->surely_better);
	assert_false(y->pairs[1]->surely_worse);
	par__v1__unit_detail__free_unpacked(x, NULL);
	par__v1__unit_detail__free_unpacked(y, NULL);
	analysis_free(a);
	build_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(variances),
	    cmocka_unit_test(pairs),
	    cmocka_unit_test(se_of_a_difference),
	    cmocka_unit_test(associations),
	    cmocka_unit_test(what_is_sure_and_what_is_not),
	};

	return cmocka_run_group_tests(tests, detailed_setup, detailed_teardown);
}
