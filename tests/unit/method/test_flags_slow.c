/* METHOD O3 a second time: each sheet against every other. */

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

static uint32_t draw(uint64_t *seed, uint32_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)(*seed >> 33) % below;
}

/* A round where everything happens often; raters in any order. */
static struct build *busy(uint64_t *seed)
{
	const char *const answers[] = {mixed, other, straight, few, enough};
	struct build *b = round_of(true);

	b->round.flags.identical_raters = 1 + draw(seed, 4);
	b->round.flags.ballots_hour = 1 + draw(seed, 8);
	for (uint32_t i = 0; i < 120; i++) {
		uint32_t rater = draw(seed, 40);

		sheet(b, rater, draw(seed, 2), rater % 3, draw(seed, 3),
		      answers[draw(seed, 5)]);
		b->sheets[i].ballot = draw(seed, 60);
		b->sheets[i].imported = draw(seed, 4) == 0;
	}
	return b;
}

/* Strata 0 and 2 are A, 1 is B: as round_of() declares them. */
static bool same_association(const struct sample_sheet *a, const struct sample_sheet *b)
{
	return (a->stratum == 1) == (b->stratum == 1);
}

/* Each sheet against every other, straight from the definition. */
static bool is_identical(const struct build *b, size_t at)
{
	const struct sample_sheet *s = &b->sheets[at];
	bool raters[64] = {0};
	uint32_t count = 0, scores = 0;

	for (int a = 0; a < LEAVES; a++)
		scores += s->answers[a] <= 5 && (s->unit == 0 || a < LEAVES - 1);
	for (size_t i = 0; i < b->sample.sheet_count; i++) {
		const struct sample_sheet *t = &b->sheets[i];

		if (t->unit != s->unit || t->hour != s->hour ||
		    !same_association(s, t) ||
		    memcmp(t->answers, s->answers, LEAVES) != 0 || raters[t->rater])
			continue;
		raters[t->rater] = true;
		count++;
	}
	return scores >= b->round.flags.identical_scores &&
	       count >= b->round.flags.identical_raters;
}

static bool is_crowd(const struct build *b, size_t at)
{
	const struct sample_sheet *s = &b->sheets[at];
	bool ballots[64] = {0};
	uint32_t count = 0;

	for (size_t i = 0; i < b->sample.sheet_count; i++) {
		const struct sample_sheet *t = &b->sheets[i];

		if (t->imported || t->hour != s->hour || !same_association(s, t) ||
		    ballots[t->ballot])
			continue;
		ballots[t->ballot] = true;
		count++;
	}
	return !s->imported && count > b->round.flags.ballots_hour;
}

static bool has_flag(const struct build *b, size_t at, enum flag_kind kind)
{
	switch (kind) {
	case FLAG_IDENTICAL:
		return is_identical(b, at);
	case FLAG_CROWD:
		return is_crowd(b, at);
	case FLAG_STRAIGHT:
		return (is_identical(b, at) || is_crowd(b, at)) &&
		       memcmp(b->sheets[at].answers, "\4\4\4\4\4\4\4\4\4\4\4\4",
			      LEAVES) == 0;
	case FLAG_KINDS:
		break;
	}
	return false;
}

/* unit -1: of all units. */
static struct flag_count slow_count(const struct build *b, enum flag_kind kind,
				    uint32_t association, int32_t unit)
{
	struct flag_count count = {0};
	bool raters[64] = {0};

	for (size_t i = 0; i < b->sample.sheet_count; i++) {
		const struct sample_sheet *s = &b->sheets[i];

		if ((s->stratum == 1) != (association == 1) ||
		    (unit >= 0 && s->unit != (uint32_t)unit) || !has_flag(b, i, kind))
			continue;
		count.sheets++;
		count.raters += !raters[s->rater];
		raters[s->rater] = true;
	}
	return count;
}

static size_t compare_kind(const struct build *b, const struct flags *f,
			   enum flag_kind kind, size_t row)
{
	const char *labels[] = {"A", "B"};

	for (uint32_t association = 0; association < 2; association++) {
		struct flag_count all = slow_count(b, kind, association, -1);

		assert_total(f, association, kind, all.sheets, all.raters);
		for (int32_t unit = 0; unit < 2; unit++) {
			struct flag_count n = slow_count(b, kind, association, unit);

			if (n.sheets > 0)
				assert_row(f, row++, kind, labels[association],
					   (uint32_t)unit, n.sheets, n.raters);
		}
	}
	return row;
}

static void against_the_definition(void **state)
{
	uint64_t seed = 1149;
	size_t rows[FLAG_KINDS] = {0};

	(void)state;
	for (int trial = 0; trial < 100; trial++) {
		struct build *b = busy(&seed);
		struct flags f;
		size_t row = 0;

		assert_int_equal(flags_find(&b->sample, &f), 0);
		for (enum flag_kind kind = 0; kind < FLAG_KINDS; kind++) {
			rows[kind] -= row;
			row = compare_kind(b, &f, kind, row);
			rows[kind] += row;
		}
		assert_int_equal(f.row_count, row);
		flags_free(&f);
		build_free(b);
	}
	for (enum flag_kind kind = 0; kind < FLAG_KINDS; kind++)
		assert_in_range(rows[kind], 20, 399); /* neither never nor always */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(against_the_definition),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
