/* What is said in public of units, and what never is: METHOD P1, P2, P5, O2, O3. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "services/scorer/publish.h"
#include "tests/unit/scorer/published.h"

static void assert_cell(const Par__V1__PublicCell *c, Par__V1__CellState state,
			const char *score)
{
	assert_int_equal(c->state, state);
	assert_true(made_is(c->score, score));
}

static void assert_no_figure(const Par__V1__PublicUnit *u)
{
	assert_int_equal(u->status, PAR__V1__UNIT_STATUS__UNIT_STATUS_INSUFFICIENT);
	assert_int_equal(u->score.len, 0);
	assert_int_equal(u->rank, 0);
	assert_int_equal(u->rank_low, 0);
	assert_int_equal(u->rank_high, 0);
	assert_null(u->band);
	assert_false(u->band_certain);
	assert_int_equal(u->se.len, 0);
	assert_int_equal(u->ci_low.len, 0);
	assert_int_equal(u->ci_high.len, 0);
	assert_int_equal(u->n_cells, 0);
	assert_null(u->survey_part);
	assert_null(u->appraised_part);
	assert_int_equal(u->raters, 0);
	assert_int_equal(u->criteria_counted, 0);
	assert_int_equal(u->leave_out_change.len, 0);
	assert_int_equal(u->unannulled_score.len, 0);
}

static void ranked_unit_has_public_digits_only(void **state)
{
	const struct published *m = *state;
	const struct unit_result *own = &m->analysis->result.units[RANKED];
	const Par__V1__PublicUnit *u = published_unit(m, "U0");

	assert_int_equal(u->status, PAR__V1__UNIT_STATUS__UNIT_STATUS_RANKED);
	assert_int_equal(u->state, PAR__V1__CELL_STATE__CELL_STATE_SHOWN);
	/* 1.1.1: 75, 1.1.2: 75, 1.2: 75, 2: 62.5 */
	assert_true(made_is(u->score, "70.00"));
	assert_int_equal(u->rank, 1);
	assert_int_equal(u->rank_low, 1);
	assert_int_equal(u->rank_high, 1);
	assert_true(made_is(u->band->vi, "Tốt"));
	assert_true(made_is(u->band->en, "Good"));
	assert_true(u->band_certain);
	assert_true(made_is(u->se, own->public_se));
	assert_true(made_is(u->ci_low, own->public_ci_low));
	assert_true(made_is(u->ci_high, own->public_ci_high));
	assert_int_equal(u->se.len, 3);
	assert_int_equal(u->ci_low.len, 4);
	assert_int_equal(u->raters, 40);
	assert_int_equal(u->criteria_counted, 4);
	assert_int_equal(u->criteria_applicable, 4);
	assert_int_equal(u->held_from, 0);
	assert_int_equal(u->n_cells, CRITERIA);
	assert_cell(u->cells[FIELD_1], PAR__V1__CELL_STATE__CELL_STATE_SHOWN, "75.00");
	assert_cell(u->cells[LEAF_111], PAR__V1__CELL_STATE__CELL_STATE_SHOWN, "75.00");
	assert_cell(u->cells[LEAF_112], PAR__V1__CELL_STATE__CELL_STATE_SHOWN, "75.00");
	assert_cell(u->cells[LEAF_12], PAR__V1__CELL_STATE__CELL_STATE_SHOWN, "75.00");
	assert_cell(u->cells[FIELD_2], PAR__V1__CELL_STATE__CELL_STATE_SHOWN, "62.50");
	/* (25 x 75 + 15 x 75 + 40 x 62.5) / 80 */
	assert_cell(u->survey_part, PAR__V1__CELL_STATE__CELL_STATE_SHOWN, "68.75");
	assert_cell(u->appraised_part, PAR__V1__CELL_STATE__CELL_STATE_SHOWN, "75.00");
}

/* 1.2 was not appraised: 40 of 60 points count, just enough. */
static void warned_unit(void **state)
{
	const struct published *m = *state;
	const Par__V1__PublicUnit *u = published_unit(m, "U5");

	assert_int_equal(u->status, PAR__V1__UNIT_STATUS__UNIT_STATUS_RANKED_WARNING);
	/* 0.6 x (25 x 25 + 15 x 75) / 40 + 0.4 x 50 */
	assert_true(made_is(u->score, "46.25"));
	assert_int_equal(u->rank, 1);
	assert_true(made_is(u->band->vi, "Tốt"));
	assert_int_equal(u->raters, 15);
	assert_int_equal(u->criteria_counted, 3);
	assert_int_equal(u->criteria_applicable, 4);
	assert_cell(u->cells[FIELD_1], PAR__V1__CELL_STATE__CELL_STATE_SHOWN, "43.75");
	assert_cell(u->cells[LEAF_12], PAR__V1__CELL_STATE__CELL_STATE_NONE, "");
	assert_cell(u->appraised_part, PAR__V1__CELL_STATE__CELL_STATE_NONE, "");
}

/* P1, with a floor above the minimum to be ranked: 14 raters are no cell either. */
static void no_cell_from_few_raters(void **state)
{
	const struct published *m = *state;

	assert_int_equal(m->analysis->result.units[WARNED_FEW].status,
			 STATUS_RANKED_WARNING);
	assert_no_figure(published_unit(m, "U1"));
	assert_no_figure(published_unit(m, "U2"));
	assert_no_figure(published_unit(m, "U4"));
}

static void appraised_unit_needs_no_raters(void **state)
{
	const struct published *m = *state;
	const Par__V1__PublicUnit *u = published_unit(m, "U3");

	assert_int_equal(u->status, PAR__V1__UNIT_STATUS__UNIT_STATUS_RANKED);
	/* 9 of 20 points; 1.1 and 2 do not apply */
	assert_true(made_is(u->score, "45.00"));
	assert_int_equal(u->rank, 2);
	assert_int_equal(u->raters, 0);
	assert_int_equal(u->criteria_applicable, 1);
	assert_cell(u->cells[LEAF_12], PAR__V1__CELL_STATE__CELL_STATE_SHOWN, "45.00");
	assert_cell(u->cells[LEAF_111], PAR__V1__CELL_STATE__CELL_STATE_NONE, "");
}

/* P5: no twelve digits, no fraction. */
static void exact_figures_never_leave(void **state)
{
	const struct published *m = *state;
	struct fold_release release = published_release(2, RELEASE_OFFICIAL);
	struct buf out;

	buf_init(&out, PUBLISH_BYTES_MAX);
	assert_int_equal(publish_release(m->analysis, &release, &out), 0);
	for (uint32_t u = 0; u < UNITS; u++) {
		const struct unit_result *own = &m->analysis->result.units[u];

		if (strlen(own->se) > 4)
			assert_null(
			    memmem(out.data, out.len, own->se, strlen(own->se)));
		if (strchr(own->exact, '/') != NULL)
			assert_null(
			    memmem(out.data, out.len, own->exact, strlen(own->exact)));
	}
	/* Few raters: not even the figure, which the operator sees. */
	assert_string_equal(m->analysis->result.units[FEW].score, "46.25");
	assert_true(strlen(m->analysis->result.units[RANKED].se) > 4);
	buf_free(&out);
}

/* ---- without an association ---- */

/* O2: score and change together are the figure of all others, whom no rule judged. */
static void assert_nothing_left_out(struct build *b, const char *score)
{
	const Par__V1__PublicUnit *u;
	struct published m;

	published_open(b, made_release(b), &m);
	assert_non_null(m.analysis->leave_out.units[0].largest);
	u = published_unit(&m, "U0");
	assert_true(made_is(u->score, score));
	assert_int_equal(u->leave_out_change.len, 0);
	assert_int_equal(u->leave_out_association.len, 0);
	published_close(&m);
}

static void an_association_is_not_left_out(void **state)
{
	(void)state;
	assert_nothing_left_out(published_strata(0), "58.80");
}

/* Three raters of d, whom a figure without d would tell. */
static void few_are_not_left_out(void **state)
{
	struct build *b = published_strata(0);

	(void)state;
	for (uint32_t rater = 42; rater < 45; rater++)
		build_sheet(b, rater, 0, 3, 0, "3");
	/* 18750 + 300 + 3 x 3 x 50 over 333 */
	assert_nothing_left_out(b, "58.56");
}

/* P2: beside a bound there is nothing. */
static void nothing_beside_a_bound(void **state)
{
	struct build *b = published_strata(0);

	(void)state;
	b->sample.sheet_count = 0;
	for (uint32_t rater = 0; rater < 22; rater++)
		build_sheet(b, rater, 0, rater >= 11, 0, "5");
	assert_nothing_left_out(b, ">= 95.00");
}

/* ---- what was annulled ---- */

/* 13 of 40 are gone; the ranked unit keeps the digits that are its own. */
static void with_and_without_the_annulled(void **state)
{
	struct build *b = published_round();
	struct analysis *a = made_annulled(b, 13, "trùng phiếu");
	struct published m;

	(void)state;
	b->round.cell_show = 10;
	made_public(a);
	published_open(b, a, &m);
	/* 13 odd ones and 14 even ones */
	assert_int_equal(published_unit(&m, "U0")->unannulled_score.len, 0);
	assert_false(made_is(published_unit(&m, "U0")->score, "70.00"));
	/* Nothing was declared: one line, without the text. */
	assert_int_equal(m.release->n_annulments, 1);
	assert_int_equal(m.release->annulments[0]->reason.len, 0);
	assert_int_equal(m.release->annulments[0]->sheets, 13);
	published_close(&m);
}

/* 9 of them: no figure that they could be told from, and no number. */
static void few_annulled_are_not_told(void **state)
{
	struct build *b = published_round();
	struct analysis *a = made_annulled(b, 9, "trùng phiếu");
	struct published m;

	(void)state;
	made_public(a);
	published_open(b, a, &m);
	assert_int_equal(published_unit(&m, "U0")->unannulled_score.len, 0);
	assert_int_equal(m.release->n_annulments, 1);
	assert_int_equal(m.release->annulments[0]->sheets, 0);
	published_close(&m);
}

/* With them there would be more raters than members: no such figure, but a release. */
static void no_figure_with_the_annulled(void **state)
{
	struct build *b = published_strata(0);
	struct analysis *a;
	struct published m;

	(void)state;
	b->round.strata[0].members = 20;
	a = made_annulled(b, 10, "ngoài danh sách");
	made_public(a);
	published_open(b, a, &m);
	/* 20 at 62.5 of weight 1, 12 at 12.5 of weight 2 */
	assert_true(made_is(published_unit(&m, "U0")->score, "35.23"));
	assert_int_equal(published_unit(&m, "U0")->unannulled_score.len, 0);
	published_close(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ranked_unit_has_public_digits_only),
	    cmocka_unit_test(warned_unit),
	    cmocka_unit_test(no_cell_from_few_raters),
	    cmocka_unit_test(appraised_unit_needs_no_raters),
	    cmocka_unit_test(exact_figures_never_leave),
	    cmocka_unit_test(an_association_is_not_left_out),
	    cmocka_unit_test(few_are_not_left_out),
	    cmocka_unit_test(nothing_beside_a_bound),
	    cmocka_unit_test(with_and_without_the_annulled),
	    cmocka_unit_test(few_annulled_are_not_told),
	    cmocka_unit_test(no_figure_with_the_annulled),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, published_setup, published_teardown);
}
