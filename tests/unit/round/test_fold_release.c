/* Releases and retractions: which there may be, and their numbers. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "common/base/err.h"
#include "common/round/proto.h"
#include "par/v1/entry.pb-c.h"
#include "world.h"

static const struct world_sheet one = {
    .rater = 3, .unit = 0, .revision = 1, .answers = {2, 2, 1}};

static void a_release_needs_a_closed_round_and_its_number(void **state)
{
	struct fold_round *r;
	struct world w;

	(void)state;
	world_open(&w, false);
	r = world_first(&w);
	world_release(&w, 1, false);
	assert_int_equal(fold_round_releases(r), 0);
	world_close_round(&w);
	world_release(&w, 2, false);
	world_release(&w, 1, true);
	assert_int_equal(fold_round_releases(r), 0);
	world_release(&w, 1, false);
	assert_int_equal(fold_round_releases(r), 1);
	assert_int_equal(fold_release_of(r, 1)->n, w.n);
	assert_string_equal(fold_release_of(r, 1)->decision, "QĐ 12");
	assert_int_equal(fold_release_of(r, 1)->time, 1000);
	assert_null(fold_release_of(r, 2));
	world_void(&w);
	assert_int_equal(fold_round_state(r), ROUND_CLOSED);
	world_close(&w);
}

static void a_trial_round_releases_while_open_and_only_trials(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, true);
	world_release(&w, 1, false);
	assert_int_equal(fold_round_releases(world_first(&w)), 0);
	world_release(&w, 1, true);
	assert_int_equal(fold_round_releases(world_first(&w)), 1);
	assert_int_equal(fold_release(w.fold, 1)->kind, RELEASE_TRIAL);
	world_close(&w);
}

static void retractions_are_numbered_with_releases(void **state)
{
	struct fold_round *r;
	struct world w;

	(void)state;
	world_open(&w, false);
	r = world_first(&w);
	world_close_round(&w);
	world_release(&w, 1, false);
	assert_true(fold_round_unchanged(r, RELEASE_OFFICIAL));
	assert_false(fold_round_unchanged(r, RELEASE_CORRECTION));
	world_retract(&w, 2);
	assert_false(fold_round_unchanged(r, RELEASE_OFFICIAL));
	world_retract(&w, 1);
	world_retract(&w, 1);
	assert_int_equal(fold_release_count(w.fold), 2);
	assert_true(fold_release(w.fold, 2)->retraction);
	assert_int_equal(fold_release(w.fold, 2)->number, 1);
	assert_string_equal(fold_release(w.fold, 2)->note, "sai");
	assert_true(fold_round_retracted(r, 1));
	world_release(&w, 2, false);
	assert_int_equal(fold_release_of(r, 2)->ordinal, 3);
	assert_false(fold_round_retracted(r, 2));
	assert_null(fold_release(w.fold, 4));
	assert_null(fold_release(w.fold, 0));
	world_close(&w);
}

static void correct(struct world *w, uint32_t number)
{
	Par__V1__ReleaseEntry m = PAR__V1__RELEASE_ENTRY__INIT;

	m.number = number;
	m.kind = PAR__V1__RELEASE_KIND__RELEASE_KIND_CORRECTION;
	assert_int_equal(world_control(w, ENTRY_RELEASE, &m), 0);
}

static void a_correction_corrects_an_official_release(void **state)
{
	struct fold_round *r;
	struct world w;

	(void)state;
	world_open(&w, false);
	r = world_first(&w);
	world_send(&w, &one);
	world_close_round(&w);
	correct(&w, 1);
	assert_int_equal(fold_round_releases(r), 0);
	assert_false(fold_round_has_official(r));
	world_release(&w, 1, false);
	assert_true(fold_round_has_official(r));
	world_annul_rater(&w, 3);
	correct(&w, 2);
	assert_int_equal(fold_round_releases(r), 2);
	assert_int_equal(fold_release_of(r, 2)->kind, RELEASE_CORRECTION);
	assert_true(fold_round_unchanged(r, RELEASE_CORRECTION));
	world_retract(&w, 1); /* it stays an earlier release */
	correct(&w, 3);
	world_release(&w, 4, false);
	assert_int_equal(fold_round_releases(r), 4);
	world_close(&w);
}

static void a_trial_has_no_corrections(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, true);
	world_release(&w, 1, true);
	correct(&w, 2);
	assert_int_equal(fold_round_releases(world_first(&w)), 1);
	world_close(&w);
}

static int setup(void **state)
{
	(void)state;
	return sodium_init() < 0 ? -1 : 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_release_needs_a_closed_round_and_its_number),
	    cmocka_unit_test(a_trial_round_releases_while_open_and_only_trials),
	    cmocka_unit_test(retractions_are_numbered_with_releases),
	    cmocka_unit_test(a_correction_corrects_an_official_release),
	    cmocka_unit_test(a_trial_has_no_corrections),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
