/* The restored entry: what was published beyond the copy keeps place and number. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/err.h"
#include "common/round/proto.h"
#include "par/v1/entry.pb-c.h"
#include "world.h"

enum { LOST_MAX = 8 };

static const struct world_sheet one = {
    .rater = 3, .unit = 0, .revision = 1, .answers = {2, 2, 1}};

struct lost {
	const char *round;
	uint32_t number;
	bool retraction;
	Par__V1__ReleaseKind kind;
};

static const uint8_t old_journal[JOURNAL_ID_SIZE] = {9, 9}, chain[CHAIN_SIZE] = {7};

static void restored(struct world *w, const struct lost *lost, size_t count)
{
	Par__V1__Position from = PAR__V1__POSITION__INIT;
	Par__V1__RestoredEntry m = PAR__V1__RESTORED_ENTRY__INIT;
	Par__V1__LostItem items[LOST_MAX], *list[LOST_MAX];

	from.journal = proto_view(bytes_of(old_journal, sizeof old_journal));
	from.n = w->n;
	from.chain = proto_view(bytes_of(chain, sizeof chain));
	for (size_t i = 0; i < count; i++) {
		par__v1__lost_item__init(&items[i]);
		items[i].round = proto_view(bytes_str(lost[i].round));
		items[i].number = lost[i].number;
		items[i].retraction = lost[i].retraction;
		items[i].kind = lost[i].kind;
		list[i] = &items[i];
	}
	m.from = &from;
	m.n_lost = count;
	m.lost = list;
	assert_int_equal(world_control(w, ENTRY_RESTORED, &m), 0);
}

static const char *code_of(const struct world *w)
{
	return w->model.code;
}

static void numbers_and_ordinals_go_on_above(void **state)
{
	const struct fold_release *r;
	struct world w;

	(void)state;
	world_open(&w, false);
	world_close_round(&w);
	world_release(&w, 1, false);
	restored(
	    &w,
	    (const struct lost[]){
		{code_of(&w), 2, false, PAR__V1__RELEASE_KIND__RELEASE_KIND_CORRECTION},
		{code_of(&w), 1, true, 0},
		{"", 0, false, 0},
	    },
	    3);
	assert_memory_equal(fold_restored_from(w.fold)->journal, old_journal,
			    sizeof old_journal);
	assert_int_equal(fold_restored_from(w.fold)->n, w.n - 1);
	assert_int_equal(fold_release_count(w.fold), 4);
	assert_int_equal(fold_round_releases(world_first(&w)), 2);
	r = fold_release(w.fold, 2);
	assert_true(r->lost);
	assert_int_equal(r->round, 1);
	assert_int_equal(r->number, 2);
	assert_int_equal(r->kind, RELEASE_CORRECTION);
	assert_int_equal(r->n, w.n);
	assert_true(fold_round_retracted(world_first(&w), 2));
	r = fold_release(w.fold, 3);
	assert_true(r->lost && r->retraction);
	assert_int_equal(r->number, 1);
	assert_true(fold_round_retracted(world_first(&w), 1));
	r = fold_release(w.fold, 4);
	assert_true(r->lost);
	assert_int_equal(r->number, 0);
	assert_int_equal(r->round, 0);
	world_release(&w, 2, false);
	assert_int_equal(fold_release_count(w.fold), 4);
	world_release(&w, 3, false);
	assert_int_equal(fold_release_count(w.fold), 5);
	assert_int_equal(fold_release_of(world_first(&w), 3)->ordinal, 5);
	world_close(&w);
}

static void no_score_changes(void **state)
{
	struct world w;
	char *before, *after;

	(void)state;
	world_open(&w, false);
	world_send(&w, &one);
	before = world_sample(&w);
	restored(&w,
		 (const struct lost[]){{code_of(&w), 1, false,
					PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL}},
		 1);
	after = world_sample(&w);
	assert_string_equal(before, after);
	assert_int_equal(fold_round_state(world_first(&w)), ROUND_OPEN);
	free(before);
	free(after);
	world_close(&w);
}

static void release_after_it_is_a_new_one(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, false);
	world_close_round(&w);
	world_release(&w, 1, false);
	assert_true(fold_round_unchanged(world_first(&w), RELEASE_OFFICIAL));
	restored(&w,
		 (const struct lost[]){{code_of(&w), 2, false,
					PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL}},
		 1);
	assert_false(fold_round_unchanged(world_first(&w), RELEASE_OFFICIAL));
	world_close(&w);
}

static void round_that_is_opened_again_goes_on_above(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, true);
	restored(
	    &w,
	    (const struct lost[]){
		{code_of(&w), 1, false, PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL},
		{"khác", 1, false, 0},
		{code_of(&w), 1, true, 0},
	    },
	    3);
	assert_int_equal(fold_release(w.fold, 1)->round, 0);
	assert_string_equal(fold_release(w.fold, 2)->lost_round, "khác");
	world_put_open(&w, 1);
	assert_int_equal(fold_release(w.fold, 1)->round, 1);
	assert_int_equal(fold_release(w.fold, 3)->round, 1);
	assert_int_equal(fold_release(w.fold, 2)->round, 0);
	assert_int_equal(fold_round_releases(world_first(&w)), 1);
	assert_true(fold_round_has_official(world_first(&w)));
	world_close_round(&w);
	world_release(&w, 2, false);
	assert_int_equal(fold_release_of(world_first(&w), 2)->ordinal, 4);
	world_close(&w);
}

/* Their ordinals are used up all the same. */
static void what_does_not_fit_is_of_no_round(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, false);
	world_close_round(&w);
	restored(&w,
		 (const struct lost[]){
		     {code_of(&w), 5, false, 0},
		     {code_of(&w), 1, true, 0},
		     {"\xff", 1, false, 0},
		     {code_of(&w), 0, true, 0},
		 },
		 4);
	assert_int_equal(fold_release_count(w.fold), 4);
	for (uint64_t i = 1; i <= 4; i++) {
		assert_int_equal(fold_release(w.fold, i)->number, 0);
		assert_string_equal(fold_release(w.fold, i)->lost_round, "");
		assert_false(fold_release(w.fold, i)->retraction);
	}
	assert_int_equal(fold_round_releases(world_first(&w)), 0);
	world_close(&w);
}

static void entry_without_a_position_counts_nothing(void **state)
{
	Par__V1__RestoredEntry m = PAR__V1__RESTORED_ENTRY__INIT;
	Par__V1__LostItem item = PAR__V1__LOST_ITEM__INIT, *list[] = {&item};
	struct world w;

	(void)state;
	world_open(&w, false);
	m.n_lost = 1;
	m.lost = list;
	assert_int_equal(world_control(&w, ENTRY_RESTORED, &m), 0);
	assert_int_equal(fold_release_count(w.fold), 0);
	assert_int_equal(fold_n(w.fold), w.n);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_and_ordinals_go_on_above),
	    cmocka_unit_test(no_score_changes),
	    cmocka_unit_test(release_after_it_is_a_new_one),
	    cmocka_unit_test(round_that_is_opened_again_goes_on_above),
	    cmocka_unit_test(what_does_not_fit_is_of_no_round),
	    cmocka_unit_test(entry_without_a_position_counts_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
