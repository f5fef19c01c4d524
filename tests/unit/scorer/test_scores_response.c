/* The operator's table: who was asked, who answered, what was annulled (METHOD O5). */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/scorer/scored.h"

/* O5: of S 2 no contact, 1 don't know, 1 not shown among 120. */
static void response_of_units(void **state)
{
	const struct scored_round *f = *state;
	Par__V1__UnitScore **u = f->scores->units;

	assert_int_equal(u[P]->sheets, 40);
	assert_int_equal(u[Q]->sheets, 20);
	assert_int_equal(u[S]->sheets, 40);
	made_assert(u[P]->contact_rate, "1.0000");
	made_assert(u[P]->dont_know_rate, "0.0000");
	made_assert(u[S]->contact_rate, "0.9832");
	made_assert(u[S]->dont_know_rate, "0.0084");
}

static void response_by_stratum(void **state)
{
	const struct scored_round *f = *state;
	const Par__V1__Response *r = f->scores->response;

	assert_int_equal(r->invited, 77);
	assert_int_equal(r->responded, 40);
	assert_int_equal(r->sheets, 140);
	assert_int_equal(r->n_annulments, 0);
	assert_int_equal(r->n_strata, 2);
	made_assert(r->strata[0]->name, "a");
	made_assert(r->strata[0]->group, "a");
	made_assert(r->strata[0]->weight, "2");
	assert_int_equal(r->strata[0]->members, 40);
	assert_int_equal(r->strata[0]->invited, 35);
	assert_int_equal(r->strata[0]->responded, 20);
	made_assert(r->strata[1]->name, "b");
	made_assert(r->strata[1]->weight, "1");
}

/* Three of a, who said nothing of Q; with them P is what it is above. */
static void with_and_without_the_annulled(void **state)
{
	struct build *b = scored_make();
	struct scored_round f;

	(void)state;
	scored_open(&f, b, made_annulled(b, 3, "trùng phiếu"));
	made_assert(f.scores->units[P]->unannulled_score, "62.50");
	assert_false(made_is(f.scores->units[P]->score, "62.50"));
	made_assert(f.scores->units[Q]->score, "50.00");
	made_assert(f.scores->units[Q]->unannulled_score, "50.00");
	assert_int_equal(f.scores->response->responded, 37);
	assert_int_equal(f.scores->response->n_annulments, 1);
	made_assert(f.scores->response->annulments[0]->reason, "trùng phiếu");
	assert_int_equal(f.scores->response->annulments[0]->sheets, 3);
	assert_int_equal(f.scores->response->annulments[0]->raters, 3);
	scored_close(&f);
}

/*
 * With what was annulled there would be more raters than members, which has no result;
 * without it there is one, and it is not held up.
 */
static void a_result_that_only_the_annulled_had_none_of(void **state)
{
	struct build *b = scored_make();
	struct scored_round f;

	(void)state;
	b->round.strata[0].members = 18;
	scored_open(&f, b, made_annulled(b, 2, "ngoài danh sách"));
	made_assert(f.scores->units[Q]->score, "50.00");
	made_assert(f.scores->units[Q]->unannulled_score, "");
	scored_close(&f);
}

/* Both of a are thin; b is not, and nobody of c came. */
static void merged_strata(void **state)
{
	struct build *b = build_new(5);
	const Par__V1__Response *r;
	struct scored_round f;

	(void)state;
	build_columns(b, 2);
	build_stratum(b, "a x", 10);
	build_stratum(b, "a y", 20);
	build_stratum(b, "b x", 40);
	build_stratum(b, "c x", 5);
	build_criterion(b, "1", NULL, "100", SOURCE_SURVEY);
	build_unit(b, "P", 0);
	build_finish(b);
	for (uint32_t rater = 0; rater < 40; rater++)
		build_sheet(b, rater, 0, rater < 8 ? 0 : rater < 20 ? 1 : 2, 0, "3");
	scored_open(&f, b, made_draft(b));
	r = f.scores->response;
	assert_int_equal(r->n_strata, 4);
	made_assert(r->strata[0]->name, "a / x");
	made_assert(r->strata[1]->name, "a / y");
	made_assert(r->strata[1]->group, "a / x + a / y");
	made_assert(r->strata[1]->weight, "3/2");
	assert_int_equal(r->strata[1]->responded, 12);
	made_assert(r->strata[3]->weight, "");
	assert_int_equal(f.scores->n_merged, 1);
	made_assert(f.scores->merged[0], "a / x + a / y");
	assert_int_equal(f.scores->n_thin, 0);
	assert_int_equal(f.scores->n_not_represented, 1);
	made_assert(f.scores->not_represented[0], "c / x");
	/* One unit that all said the same of. */
	made_assert(f.scores->units[0]->reliability, "");
	made_assert(f.scores->blocks[0]->tau2, "");
	made_assert(f.scores->blocks[0]->mean_covariance, "");
	assert_int_equal(f.scores->n_fields, 0);
	scored_close(&f);
}

/* Nobody came: every column has a word for it. */
static void an_empty_round(void **state)
{
	struct build *b = build_new(5);
	struct scored_round f;

	(void)state;
	build_criterion(b, "1", NULL, "100", SOURCE_SURVEY);
	build_unit(b, "P", 0);
	build_finish(b);
	scored_open(&f, b, made_draft(b));
	assert_true(f.scores->unweighted);
	assert_int_equal(f.scores->units[0]->status,
			 PAR__V1__UNIT_STATUS__UNIT_STATUS_INSUFFICIENT);
	made_assert(f.scores->units[0]->score, "");
	made_assert(f.scores->units[0]->se, "");
	made_assert(f.scores->units[0]->contact_rate, "");
	made_assert(f.scores->units[0]->dont_know_rate, "");
	made_assert(f.scores->units[0]->effective_raters, "");
	assert_int_equal(f.scores->units[0]->leave_out_association, 0);
	assert_int_equal(f.scores->units[0]->method_median, 0);
	assert_int_equal(f.scores->n_associations, 0);
	assert_int_equal(f.scores->response->n_strata, 1);
	made_assert(f.scores->response->strata[0]->weight, "");
	scored_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(response_of_units),
	    cmocka_unit_test(response_by_stratum),
	    cmocka_unit_test(with_and_without_the_annulled),
	    cmocka_unit_test(a_result_that_only_the_annulled_had_none_of),
	    cmocka_unit_test(merged_strata),
	    cmocka_unit_test(an_empty_round),
	};

	return cmocka_run_group_tests(tests, scored_setup, scored_teardown);
}
