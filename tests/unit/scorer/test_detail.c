/* How a figure comes about, field by field, against numbers worked by hand. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/method/composite.h"
#include "tests/unit/scorer/detailed.h"

/* ---- of the whole ---- */

static void it_says_of_what_it_is(void **state)
{
	const struct detailed *f = *state;
	const Par__V1__UnitDetail *d = f->a;

	assert_int_equal(d->version, 1);
	made_assert(d->round, "mau-2024");
	made_assert(d->title->vi, "Tỉnh Mẫu");
	made_assert(d->title->en, "Model province");
	assert_false(d->trial);
	assert_int_equal(d->number, 0);
	assert_int_equal(d->n_cut, 1);
	assert_int_equal(d->cut[0]->n, 17);
	assert_int_equal(d->result_hash.len, RESULT_HASH);
	assert_memory_equal(d->result_hash.data, f->analysis->result.hash, RESULT_HASH);
	assert_int_equal(d->mode, PAR__V1__MODE__MODE_POINTS);
	made_assert(d->unit->unit, "A");
	made_assert(d->unit->score, "62.83");
	assert_int_equal(d->unit->rank, 1);
	made_assert(d->block, "B");
	assert_int_equal(d->full_rank, 1);
	assert_int_equal(d->rank, 1);
	assert_int_equal(d->decimals, 2);
	assert_int_equal(d->clusters, 4);
	made_assert(d->factor, "1");
	made_assert(d->lo, "0");
	made_assert(d->hi, "100");
	assert_false(d->minmax);
	/* A release says its number; its cut is in its Scores. */
	assert_int_equal(f->b->number, 3);
	assert_int_equal(f->b->n_cut, 0);
	made_assert(f->e->block, "Khối hai");
	assert_int_equal(f->e->full_rank, 5);
}

static void groups_and_their_weights(void **state)
{
	const struct detailed *f = *state;
	const Par__V1__UnitDetail *d = f->a;

	assert_int_equal(d->n_groups, 2);
	made_assert(d->groups[0]->name, "a");
	assert_int_equal(d->groups[0]->members, 6);
	assert_int_equal(d->groups[0]->responded, 3);
	made_assert(d->groups[0]->weight, "2");
	assert_true(d->groups[0]->thin);
	made_assert(d->groups[1]->name, "b");
	assert_int_equal(d->groups[1]->members, 8);
	assert_int_equal(d->groups[1]->responded, 2);
	made_assert(d->groups[1]->weight, "4");
}

/* ---- leaves ---- */

static void assert_counts(const Par__V1__CountDetail *c, const uint64_t scores[5],
			  uint64_t no_contact, uint64_t dont_know, uint64_t not_shown)
{
	assert_int_equal(c->n_scores, 5);
	for (int y = 0; y < 5; y++)
		assert_int_equal(c->scores[y], scores[y]);
	assert_int_equal(c->blank, 0);
	assert_int_equal(c->no_contact, no_contact);
	assert_int_equal(c->dont_know, dont_know);
	assert_int_equal(c->refused, 0);
	assert_int_equal(c->not_shown, not_shown);
}

static void a_surveyed_leaf(void **state)
{
	static const char *const values[] = {"0", "25", "50", "75", "100"};
	static const uint64_t of_a[] = {1, 0, 1, 0, 1}, of_b[] = {0, 0, 0, 1, 0};
	const struct detailed *f = *state;
	const Par__V1__LeafDetail *l = f->a->leaves[LEAF_11];

	assert_int_equal(f->a->n_leaves, LEAVES);
	made_assert(l->code, "1.1");
	made_assert(l->name->vi, "Thái độ");
	made_assert(l->field, "1");
	made_assert(l->points, "30");
	assert_int_equal(l->source, PAR__V1__SOURCE__SOURCE_SURVEY);
	assert_true(l->applies);
	assert_true(l->counts);
	made_assert(l->reason, "");
	assert_int_equal(l->clusters, 3);
	assert_int_equal(l->raters, 4);
	assert_int_equal(l->n_counts_by_group, 2);
	assert_int_equal(l->counts_by_group[0]->group, 0);
	assert_int_equal(l->counts_by_group[1]->group, 1);
	assert_counts(l->counts_by_group[0], of_a, 0, 0, 0);
	assert_counts(l->counts_by_group[1], of_b, 0, 1, 0);
	assert_int_equal(l->n_values, 5);
	for (int y = 0; y < 5; y++)
		made_assert(l->values[y], values[y]);
	/* 2 (100 + 50 + 0) + 4 x 75 over 2 x 3 + 4 */
	made_assert(l->sum, "600");
	made_assert(l->divisor, "10");
	made_assert(l->theta, "60");
	made_assert(l->six_decimals, "60.000000");
	made_assert(l->given, "");
	made_assert(l->scaled, "");
	made_assert(l->min, "");
}

static void another_surveyed_leaf(void **state)
{
	static const uint64_t of_a[] = {1, 0, 1, 0, 0}, of_b[] = {0, 0, 1, 0, 1};
	const struct detailed *f = *state;
	const Par__V1__LeafDetail *l = f->a->leaves[LEAF_2];

	made_assert(l->field, "2");
	assert_counts(l->counts_by_group[0], of_a, 1, 0, 0);
	assert_counts(l->counts_by_group[1], of_b, 0, 0, 0);
	made_assert(l->sum, "700");
	made_assert(l->divisor, "12");
	made_assert(l->theta, "175/3");
	made_assert(l->six_decimals, "58.333333");
}

/* O1 of 1.1: weights 2 at 0, 2 at 50, 4 at 75, 2 at 100. */
static void robust_columns(void **state)
{
	const struct detailed *f = *state;
	const Par__V1__LeafDetail *l = f->a->leaves[LEAF_11];

	made_assert(l->weighted_median, "75.00");
	/* 1 at 0, 2 at 50, 4 at 75, 1 at 100 are left */
	made_assert(l->trimmed_mean, "62.50");
	made_assert(l->top2, "0.6000");
	made_assert(l->bottom2, "0.2000");
	/* (2 x 60^2 + 2 x 10^2 + 4 x 15^2 + 2 x 40^2) / 10 / 2500 */
	made_assert(l->polarisation, "0.4600");
	made_assert(f->a->leaves[LEAF_12]->weighted_median, "");
	/* Also where it does not count. */
	made_assert(f->c->leaves[LEAF_11]->weighted_median, "50.00");
}

static void what_was_given(void **state)
{
	const struct detailed *f = *state;
	const Par__V1__LeafDetail *l = f->a->leaves[LEAF_12];

	assert_int_equal(l->source, PAR__V1__SOURCE__SOURCE_APPRAISED);
	made_assert(l->given, "15");
	made_assert(l->evidence, "file");
	made_assert(l->by, "Hội đồng");
	made_assert(l->theta, "75");
	made_assert(l->six_decimals, "75.000000");
	assert_int_equal(l->n_counts_by_group, 0);
	made_assert(l->divisor, "");
	l = f->a->leaves[LEAF_13];
	assert_int_equal(l->source, PAR__V1__SOURCE__SOURCE_MEASURED);
	made_assert(l->given, "40");
	made_assert(l->evidence, "file");
	made_assert(l->by, "");
	made_assert(l->theta, "40");
}

static void why_a_leaf_does_not_count(void **state)
{
	const struct detailed *f = *state;
	Par__V1__LeafDetail **c = f->c->leaves;

	made_assert(f->b->leaves[LEAF_11]->reason, "does not apply to this unit");
	assert_false(f->b->leaves[LEAF_11]->applies);
	assert_false(f->b->leaves[LEAF_11]->counts);
	assert_int_equal(f->b->leaves[LEAF_11]->n_counts_by_group, 0);
	assert_true(c[LEAF_11]->applies);
	assert_false(c[LEAF_11]->counts);
	made_assert(c[LEAF_11]->reason, "scored by fewer clusters than cell_score");
	assert_int_equal(c[LEAF_11]->clusters, 1);
	made_assert(c[LEAF_11]->divisor, "2");
	made_assert(c[LEAF_11]->theta, "");
	made_assert(c[LEAF_12]->reason, "no appraisal was given");
	made_assert(c[LEAF_13]->reason, "no measured value was given");
}

/* ---- fields, parts, the index ---- */

static void fields(void **state)
{
	const struct detailed *f = *state;
	Par__V1__FieldDetail **a = f->a->fields, **c = f->c->fields;

	assert_int_equal(f->a->n_fields, 2);
	made_assert(a[0]->code, "1");
	made_assert(a[0]->name->en, "Service");
	made_assert(a[0]->points, "60");
	made_assert(a[0]->applying, "60");
	made_assert(a[0]->counting, "60");
	assert_true(a[0]->enough);
	/* (30 x 60 + 20 x 75 + 10 x 40) / 60 */
	made_assert(a[0]->figure, "185/3");
	made_assert(a[0]->six_decimals, "61.666667");
	made_assert(a[0]->weight, "3/5");
	made_assert(a[1]->code, "2");
	made_assert(a[1]->figure, "175/3");
	made_assert(a[1]->weight, "2/5");
	/* Nothing of it applies to B. */
	made_assert(f->b->fields[0]->applying, "0");
	assert_false(f->b->fields[0]->enough);
	made_assert(f->b->fields[0]->weight, "");
	made_assert(f->b->fields[1]->weight, "1");
	made_assert(c[0]->counting, "0");
	assert_false(c[0]->enough);
	made_assert(c[0]->figure, "");
	made_assert(c[0]->weight, "3/5");
}

static void parts(void **state)
{
	const struct detailed *f = *state;

	/* (30 x 60 + 40 x 175/3) / 70 */
	made_assert(f->a->survey_part->points, "70");
	made_assert(f->a->survey_part->exact, "1240/21");
	made_assert(f->a->survey_part->six_decimals, "59.047619");
	made_assert(f->a->survey_part->figure, "59.05");
	/* (20 x 75 + 10 x 40) / 30 */
	made_assert(f->a->appraised_part->points, "30");
	made_assert(f->a->appraised_part->exact, "190/3");
	made_assert(f->a->appraised_part->figure, "63.33");
	made_assert(f->b->appraised_part->points, "0");
	made_assert(f->b->appraised_part->exact, "");
	made_assert(f->c->survey_part->points, "70");
	made_assert(f->c->survey_part->exact, "");
}

/* Bonus rows of 3.5 are held to 3; a penalty of 0.5. */
static void bonus_penalty_and_index(void **state)
{
	const struct detailed *f = *state;
	const Par__V1__UnitDetail *d = f->a;

	/* 3/5 x 185/3 + 2/5 x 175/3 */
	made_assert(d->weighed, "181/3");
	assert_int_equal(d->n_evidence, 3);
	assert_true(d->evidence[0]->bonus);
	made_assert(d->evidence[0]->points, "1.5");
	made_assert(d->evidence[0]->evidence, "bằng khen");
	made_assert(d->evidence[1]->points, "2");
	assert_false(d->evidence[2]->bonus);
	made_assert(d->evidence[2]->points, "0.5");
	made_assert(d->evidence[2]->evidence, "trễ hạn");
	made_assert(d->evidence[2]->by, "Thanh tra");
	made_assert(d->bonus, "3");
	made_assert(d->bonus_given, "3.5");
	made_assert(d->bonus_max, "3");
	made_assert(d->penalty, "0.5");
	made_assert(d->penalty_given, "0.5");
	made_assert(d->penalty_max, "2");
	assert_false(d->clipped);
	made_assert(d->exact, "377/6");
	made_assert(d->six_decimals, "62.833333");
	made_assert(f->b->weighed, "125/3");
	made_assert(f->b->bonus, "0");
	made_assert(f->b->exact, "125/3");
	/* C has no figure, so nothing is weighed. */
	made_assert(f->c->weighed, "");
	made_assert(f->c->bonus, "");
	made_assert(f->c->bonus_max, "3");
	made_assert(f->c->exact, "");
	made_assert(f->c->variance, "");
}

/* ---- other rounds ---- */

/*
 * Scale 1..10 times 2; theta of P 100, 75, 100, of Q 50, 100, 50. On their ranges P is
 * at 10, 1, 10: field 1 (20 x 10 + 40 x 1) / 60 = 4, field 2 10.
 */
static void a_composite(void **state)
{
	struct build *b = composite_fields("2");
	struct analysis *a;
	Par__V1__UnitDetail *p;

	(void)state;
	build_minmax(b, NULL);
	build_unit(b, "P", 0);
	build_unit(b, "Q", 0);
	build_finish(b);
	composite_give(b, 0, "20", "30", "40");
	composite_give(b, 1, "10", "40", "20");
	a = made_draft(b);
	made_compute(a);
	p = detailed_unit(a, 0, 0);
	assert_int_equal(p->mode, PAR__V1__MODE__MODE_COMPOSITE);
	assert_true(p->minmax);
	made_assert(p->lo, "1");
	made_assert(p->hi, "10");
	made_assert(p->factor, "2");
	assert_int_equal(p->n_leaves, 3);
	made_assert(p->leaves[0]->theta, "100");
	made_assert(p->leaves[0]->min, "50");
	made_assert(p->leaves[0]->max, "100");
	made_assert(p->leaves[0]->scaled, "10");
	made_assert(p->leaves[1]->theta, "75");
	made_assert(p->leaves[1]->min, "75");
	made_assert(p->leaves[1]->scaled, "1");
	made_assert(p->fields[0]->figure, "8");
	made_assert(p->fields[1]->figure, "20");
	made_assert(p->weighed, "64/5");
	made_assert(p->exact, "64/5");
	made_assert(p->six_decimals, "12.800000");
	made_assert(p->appraised_part->exact, "64/5");
	made_assert(p->survey_part->exact, "");
	/* n < 2: nothing is known of how sure it is. */
	made_assert(p->variance, "");
	made_assert(p->pairs[0]->covariance, "");
	made_assert(p->pairs[0]->se, "");
	assert_false(p->pairs[0]->surely_better);
	par__v1__unit_detail__free_unpacked(p, NULL);
	analysis_free(a);
	build_free(b);
}

/* A bonus beyond the end of the scale. */
static void the_clip_is_told(void **state)
{
	struct build *b = build_new(5);
	struct analysis *a;
	Par__V1__UnitDetail *p;

	(void)state;
	b->round.bonus_max.micro = 20 * DECIMAL_ONE;
	build_criterion(b, "1", NULL, "100", SOURCE_APPRAISED);
	build_unit(b, "P", 0);
	build_finish(b);
	build_points(b, 0, "1", "95");
	build_bonus(b, 0, TARGET_BONUS, "7.25", "x");
	a = made_draft(b);
	made_compute(a);
	p = detailed_unit(a, 0, 0);
	/* What is given to the first criterion is not the bonus. */
	made_assert(p->leaves[0]->given, "95");
	made_assert(p->weighed, "95");
	made_assert(p->bonus, "7.25");
	assert_true(p->clipped);
	made_assert(p->exact, "100");
	par__v1__unit_detail__free_unpacked(p, NULL);
	analysis_free(a);
	build_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_says_of_what_it_is),
	    cmocka_unit_test(groups_and_their_weights),
	    cmocka_unit_test(a_surveyed_leaf),
	    cmocka_unit_test(another_surveyed_leaf),
	    cmocka_unit_test(robust_columns),
	    cmocka_unit_test(what_was_given),
	    cmocka_unit_test(why_a_leaf_does_not_count),
	    cmocka_unit_test(fields),
	    cmocka_unit_test(parts),
	    cmocka_unit_test(bonus_penalty_and_index),
	    cmocka_unit_test(a_composite),
	    cmocka_unit_test(the_clip_is_told),
	};

	return cmocka_run_group_tests(tests, detailed_setup, detailed_teardown);
}
