/* What an analysis takes from the fold: of a draft, of a release, of what was annulled.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "common/base/err.h"
#include "common/report/analysis.h"
#include "tests/unit/scorer/small.h"

struct folded {
	struct small journal;
	struct fold *fold;
	uint64_t n;
};

/* What the journal has more than the fold. */
static void fold_on(struct folded *f)
{
	for (; f->n < f->journal.count; f->n++) {
		struct entry e;

		assert_int_equal(
		    entry_decode(buf_bytes(&f->journal.records[f->n]), true, &e), 0);
		assert_int_equal(fold_apply(f->fold, f->n + 1, &e), 0);
	}
}

static void folded_open(struct folded *f)
{
	*f = (struct folded){.fold = fold_new(true)};
	assert_non_null(f->fold);
	small_init(&f->journal, false, SMALL_UNITS);
}

static void folded_close(struct folded *f)
{
	fold_free(f->fold);
	small_free(&f->journal);
}

static const struct fold_round *round_of(const struct folded *f, uint32_t number)
{
	const struct fold_round *round = fold_round_by_number(f->fold, number);

	assert_non_null(round);
	return round;
}

static void compute(struct analysis *a)
{
	struct faults faults;

	faults_init(&faults);
	assert_int_equal(analysis_compute(a, 2, &faults), 0);
	assert_int_equal(faults.count, 0);
	faults_free(&faults);
}

static struct analysis *draft(struct folded *f, uint64_t n)
{
	struct analysis *a;

	fold_on(f);
	assert_int_equal(analysis_take(round_of(f, 1), n, &a), 0);
	compute(a);
	return a;
}

/* Of a release that comes next. */
static struct analysis *release(struct folded *f, uint32_t number)
{
	struct analysis *a;

	fold_on(f);
	assert_int_equal(analysis_take_release(round_of(f, 1), f->n, number, &a), 0);
	compute(a);
	return a;
}

static void a_draft_has_its_columns_and_nothing_public(void **state)
{
	struct folded f;
	struct analysis *a;

	(void)state;
	folded_open(&f);
	small_ballots(&f.journal);
	a = draft(&f, f.journal.count);
	assert_string_equal(a->result.units[0].score, "74.00");
	assert_int_equal(a->response.invited, 40);
	assert_int_equal(a->response.responded, 25);
	assert_int_equal(a->response.units[2].sheets, 5);
	assert_int_equal(a->uncertainty[0].median, 1);
	assert_false(a->annulled);
	assert_null(a->with_annulled);
	assert_int_equal(a->number, 0);
	assert_null(a->public.units);
	analysis_free(a);
	folded_close(&f);
}

static void an_old_cut_stays_what_it_was(void **state)
{
	uint8_t hash[RESULT_HASH];
	struct folded f;
	struct analysis *a;
	uint64_t n;

	(void)state;
	folded_open(&f);
	small_released(&f.journal);
	n = f.journal.count - 1;
	a = draft(&f, n);
	memcpy(hash, a->result.hash, sizeof(hash));
	analysis_free(a);
	small_annul(&f.journal, 3, 6);
	small_bonus(&f.journal, 2, 9);
	a = draft(&f, n);
	assert_memory_equal(a->result.hash, hash, sizeof(hash));
	analysis_free(a);
	a = draft(&f, f.journal.count);
	assert_memory_not_equal(a->result.hash, hash, sizeof(hash));
	analysis_free(a);
	folded_close(&f);
}

/* Without raters 0 and 3, who gave U1 a 3 each: (7 x 50 + 8 x 75 + 8 x 100) / 23. */
static void with_and_without_the_annulled(void **state)
{
	struct folded f;
	struct analysis *a;

	(void)state;
	folded_open(&f);
	small_ballots(&f.journal);
	small_annul(&f.journal, 0, 1);
	small_annul(&f.journal, 3, 1);
	a = draft(&f, f.journal.count);
	assert_true(a->annulled);
	assert_string_equal(a->result.units[0].score, "76.09");
	assert_string_equal(a->with_annulled[0], "74.00");
	assert_int_equal(a->sample.annulment_count, 1);
	/* Both rated U1, U2 and U3. */
	assert_int_equal(a->sample.annulments[0].sheets, 6);
	assert_int_equal(a->response.annulled, 6);
	analysis_free(a);
	folded_close(&f);
}

static void a_release_takes_the_cuts_before_it(void **state)
{
	struct folded f;
	struct analysis *a;

	(void)state;
	folded_open(&f);
	small_released(&f.journal);
	small_annul(&f.journal, 0, 1);
	small_release(&f.journal, 2, RELEASE_CORRECTION, 0);
	small_annul(&f.journal, 1, 12);
	a = release(&f, 3);
	assert_int_equal(a->number, 3);
	/* 25 raters of U1 and U2, five of U3. */
	assert_int_equal(a->earlier[0].sheet_count, 55);
	assert_int_equal(a->earlier[1].sheet_count, 52);
	assert_int_equal(a->sample.sheet_count, 24);
	assert_int_equal(a->public.units[0].held_from, 0);
	assert_string_equal(a->public.units[0].index.text, a->result.units[0].score);
	analysis_free(a);
	folded_close(&f);
}

/* The head is of another round; what is taken of this one is not. */
static void rounds_do_not_mix(void **state)
{
	struct folded f;
	struct analysis *a;
	struct faults faults;

	(void)state;
	folded_open(&f);
	small_ballots(&f.journal);
	small_open_flat(&f.journal);
	small_ballots_flat(&f.journal);
	fold_on(&f);
	a = draft(&f, f.journal.count);
	assert_int_equal(a->sample.sheet_count, 55);
	analysis_free(a);
	faults_init(&faults);
	assert_int_equal(analysis_take(round_of(&f, 2), f.n, &a), 0);
	assert_int_equal(a->sample.sheet_count, 40);
	assert_int_equal(analysis_compute(a, 1, &faults), ERR_REFUSED);
	assert_true(faults.count > 0);
	faults_free(&faults);
	analysis_free(a);
	folded_close(&f);
}

/* One that was taken and never computed, as when the scorer ends. */
static void freed_at_any_stage(void **state)
{
	struct folded f;
	struct analysis *a;

	(void)state;
	folded_open(&f);
	small_released(&f.journal);
	small_annul(&f.journal, 0, 1);
	fold_on(&f);
	assert_int_equal(analysis_take_release(round_of(&f, 1), f.n, 2, &a), 0);
	analysis_free(a);
	analysis_free(NULL);
	folded_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_draft_has_its_columns_and_nothing_public),
	    cmocka_unit_test(an_old_cut_stays_what_it_was),
	    cmocka_unit_test(with_and_without_the_annulled),
	    cmocka_unit_test(a_release_takes_the_cuts_before_it),
	    cmocka_unit_test(rounds_do_not_mix),
	    cmocka_unit_test(freed_at_any_stage),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
