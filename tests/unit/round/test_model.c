#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
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

/* One way to spoil the good round, and the words that must be said of it. */
struct spoil {
	const char *words;
	void (*apply)(struct round *r);
};

static void code_empty(struct round *r)
{
	set(&r->code, "");
}

static void code_blank(struct round *r)
{
	set(&r->code, "a b");
}

static void code_slash(struct round *r)
{
	set(&r->code, "a/b");
}

static void code_nfd(struct round *r)
{
	set(&r->code, "e\xcc\x81");
}

static void code_long(struct round *r)
{
	char text[MODEL_CODE_MAX + 2];

	memset(text, 'a', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	set(&r->code, text);
}

static void title_empty(struct round *r)
{
	set(&r->title.vi, "");
	set(&r->title.en, "");
}

static void one_level(struct round *r)
{
	r->scales[0].levels = 1;
}

static void many_levels(struct round *r)
{
	r->scales[0].levels = MODEL_LEVELS_MAX + 1;
}

static void value_high(struct round *r)
{
	r->scales[1].values[2].micro = 100 * DECIMAL_ONE + 1;
}

static void value_negative(struct round *r)
{
	r->scales[1].values[0].micro = -1;
}

static void value_falls(struct round *r)
{
	r->scales[1].values[1].micro = 100 * DECIMAL_ONE;
	r->scales[1].values[2].micro = 50 * DECIMAL_ONE;
}

static void scale_twice(struct round *r)
{
	set(&r->scales[1].name, "five");
}

static void column_reserved(struct round *r)
{
	set(&r->strata_columns[0], "respondent");
}

static void show_low(struct round *r)
{
	r->cell_show = 9;
}

static void score_zero(struct round *r)
{
	r->cell_score = 0;
}

static void decimals_seven(struct round *r)
{
	r->decimals = 7;
}

static void bonus_negative(struct round *r)
{
	r->bonus_max.micro = -1;
}

static void penalty_high(struct round *r)
{
	r->penalty_max.micro = 101 * (int64_t)DECIMAL_ONE;
}

static void bands_mixed(struct round *r)
{
	r->bands[0].edge.micro = 95 * DECIMAL_ONE;
}

static void bands_equal(struct round *r)
{
	r->bands[0].edge = r->bands[1].edge;
	r->bands[0].above = true;
}

static void band_unnamed(struct round *r)
{
	set(&r->bands[0].name.vi, "");
}

static void opens_bad(struct round *r)
{
	set(&r->opens, "2026-01-01");
}

static void closes_early(struct round *r)
{
	set(&r->closes, "2025-01-01T00:00:00+07:00");
}

static void auto_without_closes(struct round *r)
{
	r->auto_close = true;
	set(&r->closes, "");
}

static void criterion_twice(struct round *r)
{
	set(&r->criteria[2].code, "1.1");
}

static void criterion_word(struct round *r)
{
	set(&r->criteria[2].code, "bonus");
}

static void points_zero(struct round *r)
{
	r->criteria[1].points.micro = 0;
}

static void points_sum(struct round *r)
{
	r->criteria[1].points.micro += 1;
}

static void four_levels(struct round *r)
{
	r->criteria[2].parent = 1;
	r->criteria[3].parent = 2;
	r->criteria[4].parent = 3;
}

static void leaf_without_source(struct round *r)
{
	r->criteria[5].source = SOURCE_NONE;
}

static void parent_with_source(struct round *r)
{
	r->criteria[0].source = SOURCE_APPRAISED;
}

static void survey_without_scale(struct round *r)
{
	r->criteria[1].scale = -1;
}

static void scale_without_survey(struct round *r)
{
	r->criteria[5].scale = 0;
}

static void lo_not_below_hi(struct round *r)
{
	r->criteria[6].lo = r->criteria[6].hi;
}

static void bounds_of_survey(struct round *r)
{
	r->criteria[1].hi.micro = 1;
}

static void direction_of_appraised(struct round *r)
{
	r->criteria[5].down = true;
}

static void unit_twice(struct round *r)
{
	set(&r->units[1].code, "u1");
}

static void unit_unnamed(struct round *r)
{
	set(&r->units[1].name.vi, "");
	set(&r->units[1].name.en, "");
}

static void block_blank(struct round *r)
{
	set(&r->blocks[0].name, "khối A");
}

static void block_twice(struct round *r)
{
	set(&r->blocks[1].name, "A");
}

static void full_rank_low(struct round *r)
{
	r->blocks[1].full_rank = 9;
}

static void rank_low(struct round *r)
{
	r->blocks[1].rank = 9;
}

static void rank_above_full(struct round *r)
{
	r->blocks[0].rank = 51;
}

static void members_short(struct round *r)
{
	r->strata[0].members = 5;
}

static void members_many(struct round *r)
{
	r->strata[0].members = MODEL_MEMBERS_MAX + 1;
}

static void stratum_twice(struct round *r)
{
	set(&r->strata[1].labels[0], "x");
}

static void stratum_empty(struct round *r)
{
	set(&r->strata[1].labels[0], "");
}

static const struct spoil spoils[] = {
    {"the round's code is empty", code_empty},
    {"has a space in it", code_blank},
    {"becomes part of an address", code_slash},
    {"UTF-8 in form NFC", code_nfd},
    {"longer than 128 bytes", code_long},
    {"the title is empty", title_empty},
    {"scale five has 1 levels", one_level},
    {"scale five has 101 levels", many_levels},
    {"value 3 is outside 0..100", value_high},
    {"value 1 is outside 0..100", value_negative},
    {"value 3 falls", value_falls},
    {"scale five stands twice", scale_twice},
    {"\"respondent\" is a column of its own", column_reserved},
    {"cell_show is 9: never under 10", show_low},
    {"cell_score is 0", score_zero},
    {"decimals is 7", decimals_seven},
    {"bonus_max is outside", bonus_negative},
    {"penalty_max is outside", penalty_high},
    {"bands neither ascend nor descend", bands_mixed},
    {"bands neither ascend nor descend", bands_equal},
    {"a band's name is empty", band_unnamed},
    {"opens \"2026-01-01\" is not a time", opens_bad},
    {"closes is not after opens", closes_early},
    {"auto_close needs closes", auto_without_closes},
    {"criterion 1.1: this code stands twice", criterion_twice},
    {"this word has a meaning", criterion_word},
    {"criterion 1.1: points must be more than 0", points_zero},
    {"criterion 1 has 60 points, but its parts add up to 60.000001", points_sum},
    {"more than three levels", four_levels},
    {"criterion 2.1: it has no parts, so it needs a source", leaf_without_source},
    {"criterion 1: it has parts, so its source must be empty", parent_with_source},
    {"criterion 1.1: a surveyed criterion needs a scale", survey_without_scale},
    {"criterion 2.1: only a surveyed criterion has a scale", scale_without_survey},
    {"criterion 2.2: a measured criterion needs lo and hi", lo_not_below_hi},
    {"criterion 1.1: only a measured criterion has lo and hi", bounds_of_survey},
    {"has a direction", direction_of_appraised},
    {"unit u1 stands twice", unit_twice},
    {"a unit's name is empty", unit_unnamed},
    {"a block's name \"khối A\" has a space", block_blank},
    {"block A stands twice", block_twice},
    {"block B: full_rank is 9: never under 10", full_rank_low},
    {"block B: rank is 9: never under 10", rank_low},
    {"block A: rank 51 is more than full_rank 50", rank_above_full},
    {"5 members, but the roster has 6", members_short},
    {"members: at most", members_many},
    {"this stratum stands twice", stratum_twice},
    {"size is empty", stratum_empty},
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
		if (!world_says(&f, spoils[i].words))
			fail_msg("not said: %s", spoils[i].words);
		faults_free(&f);
		model_free(&r);
	}
}

static void a_good_round_has_no_fault(void **state)
{
	struct faults f;
	struct round r;

	(void)state;
	faults_init(&f);
	world_model(&r);
	model_check(&r, &f);
	assert_int_equal(f.count, 0);
	faults_free(&f);
	model_free(&r);
}

static unsigned count_line(void *ctx, struct model_path path)
{
	unsigned *count = ctx;

	(void)path;
	return ++*count;
}

/* A line takes a scan of the file, so it is looked up for what is listed alone. */
static void lines_are_looked_up_for_faults_alone(void **state)
{
	struct faults f;
	struct round r;
	unsigned count = 0;

	(void)state;
	faults_init(&f);
	world_model(&r);
	model_check_lines(&r, count_line, &count, &f);
	assert_int_equal(count, 0);
	band_unnamed(&r);
	model_check_lines(&r, count_line, &count, &f);
	assert_int_equal(count, 1);
	assert_int_equal(f.list[0].line, 1);
	while (f.listed < FAULTS_MAX)
		faults_add(&f, NULL, 0, "another");
	model_check_lines(&r, count_line, &count, &f);
	assert_int_equal(count, 1);
	assert_int_equal(f.count, FAULTS_MAX + 1);
	faults_free(&f);
	model_free(&r);
}

static void several_faults_are_told_together(void **state)
{
	struct faults f;
	struct round r;

	(void)state;
	faults_init(&f);
	world_round(&r);
	show_low(&r);
	points_sum(&r);
	unit_twice(&r);
	members_short(&r);
	assert_int_equal(model_finish(&r), 0);
	model_check(&r, &f);
	assert_int_equal(f.count, 4);
	faults_free(&f);
	model_free(&r);
}

static void what_follows_is_derived(void **state)
{
	struct round r;

	(void)state;
	world_model(&r);
	assert_int_equal(r.answer_count, 3);
	assert_int_equal(r.surveyed[2], 3);
	assert_int_equal(r.answer_levels[0], 5);
	assert_int_equal(r.answer_levels[2], 3);
	assert_int_equal(r.criteria[6].field, 4);
	assert_int_equal(r.criteria[5].answer, -1);
	assert_false(r.criteria[0].leaf);
	assert_true(model_applies(&r, 0, 3));
	assert_false(model_applies(&r, 2, 3));
	assert_false(model_applies(&r, 2, 6));
	assert_true(model_applies(&r, 2, 5));
	assert_int_equal(model_unit(&r, bytes_str("u3")), 2);
	assert_int_equal(model_unit(&r, bytes_str("u")), -1);
	assert_int_equal(model_criterion(&r, bytes_str("2.2")), 6);
	model_free(&r);
}

static void what_is_taken_from_a_parent_is_taken_from_its_parts(void **state)
{
	struct round r;

	(void)state;
	world_round(&r);
	r.units[2].excludes[0] = 4;
	r.criteria[0].blocks = calloc(1, sizeof *r.criteria[0].blocks);
	r.criteria[0].blocks[0] = 1;
	r.criteria[0].block_count = 1;
	assert_int_equal(model_finish(&r), 0);
	assert_false(model_applies(&r, 2, 5));
	assert_false(model_applies(&r, 2, 6));
	assert_false(model_applies(&r, 0, 1));
	assert_true(model_applies(&r, 2, 1));
	model_free(&r);
}

static void a_from_edge_lies_below_the_same_above_edge(void **state)
{
	struct band from = {.edge.micro = 5}, above = {.edge.micro = 5, .above = true};

	(void)state;
	assert_true(model_band_is_higher(&above, &from));
	assert_false(model_band_is_higher(&from, &above));
	assert_false(model_band_is_higher(&from, &from));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_fault_is_named),
	    cmocka_unit_test(a_good_round_has_no_fault),
	    cmocka_unit_test(lines_are_looked_up_for_faults_alone),
	    cmocka_unit_test(several_faults_are_told_together),
	    cmocka_unit_test(what_follows_is_derived),
	    cmocka_unit_test(what_is_taken_from_a_parent_is_taken_from_its_parts),
	    cmocka_unit_test(a_from_edge_lies_below_the_same_above_edge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
