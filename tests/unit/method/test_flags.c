/* METHOD O3: identical answers, crowds of ballots, straight lines. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/method/flags.h"
#include "tests/unit/method/build.h"

enum { LEAVES = 12 };

/* Two units, twelve leaves of which the last does not apply to V; associations A, B. */
static struct build *round_of(bool columns)
{
	struct build *b = build_new(5);

	for (int i = 0; i < LEAVES; i++) {
		const char code[2] = {(char)('a' + i), 0};

		build_criterion(b, code, NULL, "8", SOURCE_SURVEY);
	}
	build_unit(b, "U", 0);
	build_unit(b, "V", 0);
	build_exclude(b, 1, "l");
	if (columns) {
		build_columns(b, 2);
		build_stratum(b, "A small", 100);
		build_stratum(b, "B small", 100);
		build_stratum(b, "A large", 100);
	}
	b->round.flags = (struct flag_rules){.identical_scores = 10,
					     .identical_raters = 3,
					     .straight_scores = 10,
					     .ballots_hour = 60};
	build_finish(b);
	return b;
}

static const char *const mixed = "123451234512";
static const char *const other = "123451234511";
static const char *const straight = "444444444444";
static const char *const few = "123451234---"; /* nine scores */
static const char *const enough = "1234512345n-";

/* A sheet of a ballot of its own. */
static void sheet(struct build *b, uint32_t rater, uint32_t unit, uint32_t stratum,
		  uint32_t hour, const char *answers)
{
	build_sheet(b, rater, unit, stratum, 0, answers);
	b->sheets[b->sample.sheet_count - 1].hour = hour;
}

static void assert_row(const struct flags *f, size_t at, enum flag_kind kind,
		       const char *association, uint32_t unit, uint64_t sheets,
		       uint64_t raters)
{
	assert_true(at < f->row_count);
	assert_int_equal(f->rows[at].kind, kind);
	assert_string_equal(f->associations.labels[f->rows[at].association],
			    association);
	assert_int_equal(f->rows[at].unit, unit);
	assert_int_equal(f->rows[at].count.sheets, sheets);
	assert_int_equal(f->rows[at].count.raters, raters);
}

static void assert_total(const struct flags *f, uint32_t association,
			 enum flag_kind kind, uint64_t sheets, uint64_t raters)
{
	const struct flag_count *c = &f->totals[association * FLAG_KINDS + kind];

	assert_int_equal(c->sheets, sheets);
	assert_int_equal(c->raters, raters);
}

static void assert_nothing(struct build *b)
{
	struct flags f;

	assert_int_equal(flags_find(&b->sample, &f), 0);
	assert_int_equal(f.row_count, 0);
	for (uint32_t i = 0; i < f.associations.count * FLAG_KINDS; i++)
		assert_int_equal(f.totals[i].sheets, 0);
	flags_free(&f);
	build_free(b);
}

static void three_raters_alike(void **state)
{
	struct build *b = round_of(true);
	struct flags f;

	(void)state;
	/* strata differ, the association does not */
	sheet(b, 1, 0, 0, 7, mixed);
	sheet(b, 2, 0, 2, 7, mixed);
	sheet(b, 3, 0, 0, 7, mixed);
	sheet(b, 4, 0, 0, 7, other);
	assert_int_equal(flags_find(&b->sample, &f), 0);
	assert_int_equal(f.row_count, 1);
	assert_row(&f, 0, FLAG_IDENTICAL, "A", 0, 3, 3);
	assert_int_equal(f.associations.count, 2);
	assert_total(&f, 0, FLAG_IDENTICAL, 3, 3);
	assert_total(&f, 0, FLAG_STRAIGHT, 0, 0);
	assert_total(&f, 1, FLAG_IDENTICAL, 0, 0);
	flags_free(&f);
	build_free(b);
}

static void what_is_not_alike(void **state)
{
	struct build *b = round_of(true);

	(void)state;
	sheet(b, 1, 0, 0, 7, mixed);
	sheet(b, 2, 0, 0, 7, mixed);
	sheet(b, 3, 0, 1, 7, mixed); /* another association */
	sheet(b, 4, 0, 0, 8, mixed); /* another hour */
	sheet(b, 5, 1, 0, 7, mixed); /* another unit */
	sheet(b, 6, 0, 0, 7, other); /* another answer */
	assert_nothing(b);
}

/* Several sheets of one rater are one rater. */
static void raters_are_counted_once(void **state)
{
	struct build *b = round_of(true);

	(void)state;
	sheet(b, 1, 0, 0, 7, mixed);
	sheet(b, 1, 0, 0, 7, mixed);
	sheet(b, 2, 0, 0, 7, mixed);
	assert_nothing(b);
}

static void scores_are_counted(void **state)
{
	struct build *b = round_of(true);
	struct flags f;

	(void)state;
	for (uint32_t rater = 1; rater <= 3; rater++) {
		sheet(b, rater, 0, 0, 7, few);
		/* nine and one on what does not apply */
		sheet(b, rater, 1, 0, 7, "123451234-n1");
	}
	assert_nothing(b);
	b = round_of(true);
	for (uint32_t rater = 1; rater <= 3; rater++)
		sheet(b, rater, 0, 0, 7, enough);
	assert_int_equal(flags_find(&b->sample, &f), 0);
	assert_row(&f, 0, FLAG_IDENTICAL, "A", 0, 3, 3);
	flags_free(&f);
	build_free(b);
}

static void straight_needs_a_second_flag(void **state)
{
	struct build *b = round_of(true);
	struct flags f;

	(void)state;
	sheet(b, 1, 0, 0, 7, straight);
	sheet(b, 2, 0, 0, 7, straight);
	assert_nothing(b);
	b = round_of(true);
	for (uint32_t rater = 1; rater <= 3; rater++)
		sheet(b, rater, 0, 0, 7, straight);
	sheet(b, 4, 0, 0, 9, straight);
	assert_int_equal(flags_find(&b->sample, &f), 0);
	assert_int_equal(f.row_count, 2);
	assert_row(&f, 0, FLAG_IDENTICAL, "A", 0, 3, 3);
	assert_row(&f, 1, FLAG_STRAIGHT, "A", 0, 3, 3);
	flags_free(&f);
	build_free(b);
}

static void straight_scores_are_counted(void **state)
{
	struct build *b = round_of(true);
	struct flags f;

	(void)state;
	b->round.flags.identical_scores = 2;
	for (uint32_t rater = 1; rater <= 3; rater++) {
		sheet(b, rater, 0, 0, 7, "444444444---");
		sheet(b, rater, 1, 0, 7, "4444444444--");
	}
	assert_int_equal(flags_find(&b->sample, &f), 0);
	assert_int_equal(f.row_count, 3);
	assert_row(&f, 0, FLAG_IDENTICAL, "A", 0, 3, 3);
	assert_row(&f, 1, FLAG_IDENTICAL, "A", 1, 3, 3);
	assert_row(&f, 2, FLAG_STRAIGHT, "A", 1, 3, 3);
	assert_total(&f, 0, FLAG_IDENTICAL, 6, 3);
	flags_free(&f);
	build_free(b);
}

/* Sheets of `ballots` ballots of B, each of one rater about both units. */
static struct build *crowd_of(uint32_t ballots, bool imported)
{
	struct build *b = round_of(true);

	for (uint32_t i = 0; i < ballots; i++)
		for (uint32_t unit = 0; unit < 2; unit++) {
			struct sample_sheet *s = &b->sheets[b->sample.sheet_count];

			sheet(b, i + 1, unit, 1, 7, unit ? few : "44444444445-");
			s->ballot = UINT64_C(0x100000000) * (i % 2) + i / 2;
			s->imported = imported;
			/* no two alike */
			b->answers[b->sample.sheet_count - 1][i % 8] =
			    (uint8_t)(1 + (i / 8) % 5);
			b->answers[b->sample.sheet_count - 1][(i + 1) % 8] =
			    (uint8_t)(1 + (i / 40) % 5);
		}
	b->round.flags.identical_raters = 1000;
	return b;
}

static void more_than_sixty_ballots(void **state)
{
	struct build *b = crowd_of(61, false);
	struct flags f;

	(void)state;
	sheet(b, 100, 0, 1, 8, mixed); /* another hour */
	sheet(b, 101, 0, 0, 7, mixed); /* another association */
	sheet(b, 102, 0, 1, 7, mixed); /* of an import */
	b->sheets[b->sample.sheet_count - 1].imported = true;
	assert_int_equal(flags_find(&b->sample, &f), 0);
	assert_int_equal(f.row_count, 2);
	assert_row(&f, 0, FLAG_CROWD, "B", 0, 61, 61);
	assert_row(&f, 1, FLAG_CROWD, "B", 1, 61, 61);
	assert_total(&f, 1, FLAG_CROWD, 122, 61);
	assert_total(&f, 0, FLAG_CROWD, 0, 0);
	flags_free(&f);
	build_free(b);
}

static void sixty_ballots_are_no_crowd(void **state)
{
	struct build *b = crowd_of(60, false);

	(void)state;
	sheet(b, 102, 0, 1, 7, mixed);
	b->sheets[b->sample.sheet_count - 1].imported = true;
	assert_nothing(b);
	assert_nothing(crowd_of(100, true));
}

static void a_straight_line_in_a_crowd(void **state)
{
	struct build *b = crowd_of(60, false);
	struct flags f;

	(void)state;
	sheet(b, 99, 0, 1, 7, straight);
	assert_int_equal(flags_find(&b->sample, &f), 0);
	assert_int_equal(f.row_count, 3);
	assert_row(&f, 0, FLAG_CROWD, "B", 0, 61, 61);
	assert_row(&f, 1, FLAG_CROWD, "B", 1, 60, 60);
	assert_row(&f, 2, FLAG_STRAIGHT, "B", 0, 1, 1);
	flags_free(&f);
	build_free(b);
}

/* An import of one hour counts for what is identical. */
static void imports_may_be_identical(void **state)
{
	struct build *b = round_of(true);
	struct flags f;

	(void)state;
	for (uint32_t rater = 1; rater <= 3; rater++) {
		sheet(b, rater, 0, 0, 7, mixed);
		b->sheets[rater - 1].imported = true;
	}
	assert_int_equal(flags_find(&b->sample, &f), 0);
	assert_int_equal(f.row_count, 1);
	assert_row(&f, 0, FLAG_IDENTICAL, "A", 0, 3, 3);
	flags_free(&f);
	build_free(b);
}

/* Without strata columns the whole frame is one association. */
static void no_strata_columns(void **state)
{
	struct build *b = round_of(false);
	struct flags f;

	(void)state;
	for (uint32_t rater = 1; rater <= 4; rater++)
		sheet(b, rater, rater % 2, 0, 7, mixed);
	sheet(b, 5, 1, 0, 7, mixed);
	assert_int_equal(flags_find(&b->sample, &f), 0);
	assert_int_equal(f.associations.count, 1);
	assert_int_equal(f.row_count, 1);
	assert_row(&f, 0, FLAG_IDENTICAL, "", 1, 3, 3);
	flags_free(&f);
	build_free(b);
}

static void no_sheets(void **state)
{
	(void)state;
	assert_nothing(round_of(true));
	assert_nothing(round_of(false));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(three_raters_alike),
	    cmocka_unit_test(what_is_not_alike),
	    cmocka_unit_test(raters_are_counted_once),
	    cmocka_unit_test(scores_are_counted),
	    cmocka_unit_test(straight_needs_a_second_flag),
	    cmocka_unit_test(straight_scores_are_counted),
	    cmocka_unit_test(more_than_sixty_ballots),
	    cmocka_unit_test(sixty_ballots_are_no_crowd),
	    cmocka_unit_test(a_straight_line_in_a_crowd),
	    cmocka_unit_test(imports_may_be_identical),
	    cmocka_unit_test(no_strata_columns),
	    cmocka_unit_test(no_sheets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
