/* A round folder with every fault: all are told at once, with file and line. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/base/err.h"
#include "common/round/folder.h"
#include "dir.h"
#include "world.h"

struct said {
	const char *file;
	unsigned line;
	const char *words;
};

static void expect_all(const struct dir *d, const struct said *list, size_t count)
{
	struct round r;
	struct roster_rows rows;
	struct faults f;
	bool missing = false;

	faults_init(&f);
	assert_int_equal(folder_read(d->path, &r, &rows, &f), ERR_REFUSED);
	for (size_t i = 0; i < count; i++) {
		if (world_says_at(&f, list[i].file, list[i].line, list[i].words))
			continue;
		print_message("not said: %s:%u: %s\n", list[i].file, list[i].line,
			      list[i].words);
		missing = true;
	}
	if (missing || f.count != count)
		dir_show(&f);
	assert_false(missing);
	assert_int_equal(f.count, count);
	faults_free(&f);
	dir_drop(d);
}

static const char bad_json[] =
    "{\n"
    "  \"rnd\": 1,\n"
    "  \"round\": \"a b\",\n"
    "  \"title\": {\"vi\": \"Kỳ\", \"en\": \"Round\"},\n"
    "  \"scales\": {\n"
    "    \"a\": {\"levels\": 5},\n"
    "    \"b\": {\"levels\": 1},\n"
    "    \"c\": {\"levels\": 3, \"values\": [\"0\", \"100\"]},\n"
    "    \"cc\": {\"levels\": 3, \"values\": 7},\n"
    "    \"d\": {\"levels\": 3,\n"
    "      \"values\": [\"0\", \"90\", \"80\"]},\n"
    "    \"e\": {\"levels\": 2, \"values\": [\"0\", \"100.5\"]},\n"
    "    \"f\": {\"levels\": \"5\"}\n"
    "  },\n"
    "  \"mode\": \"composite\",\n"
    "  \"design\": \"maybe\",\n"
    "  \"minimum\": {\"full_rank\": 50,\n"
    "    \"rank\": 9,\n"
    "    \"cell_show\": 9,\n"
    "    \"blocks\": {\"NO\": {},\n"
    "      \"B\": {\"full_rank\": 5}}},\n"
    "  \"rounding\": {\n"
    "    \"rule\": \"up\"},\n"
    "  \"bands\": [{\"from\": \"50\", \"name\": \"x\"},\n"
    "    {\"from\": \"40\", \"name\": \"y\"}, {\"from\": \"60\", \"name\": "
    "\"z\"},\n"
    "    {\"from\": 89.995, \"name\": \"v\"},\n"
    "    {\"name\": \"w\"}\n"
    "  ],\n"
    "  \"strata\": [\"size\"],\n"
    "  \"bonus_max\": \"2x\",\n"
    "  \"trial\": \"yes\",\n"
    "  \"auto_close\": true,\n"
    "  \"opens\": \"soon\"\n"
    "}\n";

static const struct said all_faults[] = {
    {"round.json", 2, "unknown key \"rnd\""},
    {"round.json", 3, "has a space in it"},
    {"round.json", 7, "scale b has 1 levels"},
    {"round.json", 8, "scale c has 3 levels, but 2 values"},
    {"round.json", 9, "values must be a list"},
    {"round.json", 11, "value 3 falls"},
    {"round.json", 12, "value 2 is outside 0..100"},
    {"round.json", 13, "levels must be a whole number"},
    {"round.json", 15, "mode composite needs the key \"composite\""},
    {"round.json", 16, "design \"maybe\" is none of: open, census"},
    {"round.json", 18, "9 is never enough: at least 10"},
    {"round.json", 19, "cell_show is 9: never under 10"},
    {"round.json", 20, "block \"NO\" is not in units.csv"},
    {"round.json", 21, "block B: full_rank is 5: never under 10"},
    {"round.json", 21, "block B: rank 30 is more than full_rank 5"},
    {"round.json", 23, "rule \"up\" is none of: half_up, half_even"},
    {"round.json", 24, "neither ascend nor descend"},
    {"round.json", 26, "from must stand in quotes, as \"89.995\""},
    {"round.json", 27, "either \"from\""},
    {"round.json", 30, "bonus_max \"2x\" is not a number"},
    {"round.json", 31, "trial must be true or false"},
    {"round.json", 32, "auto_close needs closes"},
    {"round.json", 33, "opens \"soon\" is not a time"},
    {"criteria.csv", 2, "criterion 1 has 50 points, but its parts add up to 40"},
    {"criteria.csv", 3, "scale \"nope\" is not among the scales"},
    {"criteria.csv", 4, "criterion 1.1: this code stands twice"},
    {"criteria.csv", 5, "points must be more than 0"},
    {"criteria.csv", 6, "source \"guess\" is none of"},
    {"criteria.csv", 7, "lo less than hi"},
    {"criteria.csv", 8, "direction \"left\" is neither up nor down"},
    {"criteria.csv", 9, "parent \"7\" is not among the rows above"},
    {"criteria.csv", 10, "blocks \"NO\" is no block of units.csv"},
    {"criteria.csv", 11, "points \"ten\" is not a number"},
    {"criteria.csv", 15, "more than three levels"},
    {"criteria.csv", 16, "it has no parts, so it needs a source"},
    {"units.csv", 3, "unit u1 stands twice"},
    {"units.csv", 4, "excludes \"9.9\" is no code of criteria.csv"},
    {"units.csv", 5, "block is empty"},
    {"units.csv", 6, "has a space in it"},
    {"strata.csv", 2, "1 members, but the roster has 2"},
    {"strata.csv", 3, "members \"many\" is not a whole number"},
    {"strata.csv", 4, "this stratum stands twice"},
    {"roster.csv", 3, "respondent is empty"},
    {"roster.csv", 4, "respondent \"r1\" stands already in line 2"},
    {"roster.csv", 5, "code \"k\" stands already in line 2"},
    {"roster.csv", 6, "stratum \"q\" is not among those of the round"},
};

static void every_fault_is_told_at_once(void **state)
{
	struct dir d;

	(void)state;
	dir_make(&d);
	dir_put(&d, "round.json", bad_json);
	dir_put(
	    &d, "criteria.csv",
	    "code,parent,points,source,scale,name_vi,name_en,blocks,lo,hi,direction\n"
	    "1,,50,,,A,,,,,\n"
	    "1.1,1,20,survey,nope,A,,,,,\n"
	    "1.1,1,20,survey,a,A,,,,,\n"
	    "2,,0,appraised,,A,,,,,\n"
	    "3,,5,guess,,A,,,,,\n"
	    "4,,5,measured,,A,,,3,3,\n"
	    "5,,5,survey,a,A,,,,,left\n"
	    "6,7,5,survey,a,A,,,,,\n"
	    "7,,5,survey,a,A,,NO,,,\n"
	    "8,,ten,survey,a,A,,,,,\n"
	    "9,,5,,,A,,,,,\n"
	    "9.1,9,5,,,A,,,,,\n"
	    "9.2,9.1,5,,,A,,,,,\n"
	    "9.3,9.2,5,survey,a,A,,,,,\n"
	    "10,,5,,,A,,,,,\n");
	dir_put(&d, "units.csv",
		"code,block,name_vi,name_en,excludes\n"
		"u1,B,A,,\n"
		"u1,B,A,,\n"
		"u2,B,A,,9.9\n"
		"u3,,A,,\n"
		"u4,C D,A,,\n");
	dir_put(&d, "strata.csv",
		"size,members\n"
		"x,1\n"
		"y,many\n"
		"x,5\n");
	dir_put(&d, "roster.csv",
		"respondent,size,code\n"
		"r1,x,k\n"
		",x,\n"
		"r1,y,\n"
		"r2,y,k\n"
		"r3,q,\n");
	expect_all(&d, all_faults, sizeof all_faults / sizeof all_faults[0]);
}

static void a_key_said_twice_has_its_line(void **state)
{
	static const struct said list[] = {
	    {"round.json", 3, "duplicate"},
	    {"units.csv", 2, "excludes \"77\""},
	};
	struct dir d;

	(void)state;
	dir_put_good(&d);
	dir_put(&d, "round.json", "{\n\"round\": \"a\",\n\"round\": \"b\"}\n");
	dir_put(&d, "units.csv",
		"code,block,name_vi,name_en,excludes\n"
		"s1,SỞ,Sở Một,,77\n"
		"x1,XÃ,Xã Một,,\n");
	expect_all(&d, list, sizeof list / sizeof list[0]);
}

static void missing_files_and_columns_are_told_together(void **state)
{
	static const struct said list[] = {
	    {"round.json", 0, "cannot be read"},
	    {"criteria.csv", 1, "missing column \"points\""},
	    {"criteria.csv", 1, "unknown column \"weight\""},
	    {"criteria.csv", 0, "there is no criterion"},
	    {"units.csv", 0, "cannot be opened"},
	    {"units.csv", 0, "there is no unit"},
	};
	struct dir d;

	(void)state;
	dir_make(&d);
	dir_put(&d, "criteria.csv",
		"code,parent,weight,source,scale,name_vi,name_en\n"
		"1,,50,,,A,\n");
	expect_all(&d, list, sizeof list / sizeof list[0]);
}

static void faults_of_the_roster_do_not_hide_the_frame(void **state)
{
	static const struct said list[] = {
	    {"roster.csv", 4, "stands already in line 2"},
	    {"strata.csv", 2, "1 members, but the roster has 2"},
	};
	struct dir d;

	(void)state;
	dir_put_good(&d);
	dir_put(&d, "strata.csv", "hội,size,members\nA,to,1\nA,nhỏ,20\n");
	dir_put(&d, "roster.csv",
		"respondent,hội,size\n"
		"DN 1,A,to\n"
		"DN 2,A,to\n"
		"DN 1,A,nhỏ\n");
	expect_all(&d, list, sizeof list / sizeof list[0]);
}

static void a_scale_is_asked_for(void **state)
{
	static const struct said list[] = {
	    {"criteria.csv", 2, "scale \"5\" is not among the scales"},
	    {"criteria.csv", 2, "a surveyed criterion needs a scale"},
	};
	struct dir d;

	(void)state;
	dir_put_good(&d);
	dir_put(&d, "round.json",
		"{\"round\": \"a\", \"title\": \"A\",\n"
		"\"scales\": {}, \"strata\": [\"hội\", \"size\"]}\n");
	dir_put(&d, "criteria.csv",
		"code,parent,points,source,scale,name_vi,name_en\n"
		"1,,50,survey,5,A,\n");
	dir_put(&d, "units.csv",
		"code,block,name_vi,name_en\n"
		"s1,SỞ,Sở Một,\n");
	expect_all(&d, list, sizeof list / sizeof list[0]);
}

static void too_many_strata_columns_are_not_looked_at(void **state)
{
	static const struct said list[] = {
	    {"round.json", 2, "9 strata columns"},
	    {"roster.csv", 0, "there is no stratum"},
	};
	struct dir d;

	(void)state;
	dir_put_good(&d);
	dir_put(&d, "round.json",
		"{\"round\": \"a\", \"title\": \"A\", \"scales\": {},\n"
		"\"strata\": [\"a\", \"a\", \"a\", \"a\", \"a\", \"a\", \"a\", "
		"\"a\", \"a\"]}\n");
	dir_put(&d, "criteria.csv",
		"code,parent,points,source,scale,name_vi,name_en\n"
		"1,,50,appraised,,A,\n");
	dir_put(&d, "units.csv",
		"code,block,name_vi,name_en\n"
		"s1,SỞ,Sở Một,\n");
	expect_all(&d, list, sizeof list / sizeof list[0]);
}

/* The good folder with a round.json that ends so. */
static void put_rules(struct dir *d, const char *rest)
{
	char json[2000];

	dir_put_good(d);
	snprintf(json, sizeof json,
		 "{\"round\": \"v\", \"title\": \"V\",\n"
		 "\"scales\": {\"a\": {\"levels\": 3}, \"z\": {\"levels\": 2}},\n"
		 "\"strata\": [\"hội\", \"size\"],\n%s}\n",
		 rest);
	dir_put(d, "round.json", json);
}

static void faults_of_a_composite_have_their_lines(void **state)
{
	static const struct said list[] = {
	    {"round.json", 6, "scale goes from 10 to 1:"},
	    {"round.json", 7, "factor must stand in quotes"},
	    {"round.json", 8, "minmax must be true or false"},
	    {"round.json", 9, "pool says nothing without minmax"},
	    {"round.json", 9, "not pooled with itself"},
	    {"round.json", 10, "max_eq_min says nothing without minmax"},
	    {"round.json", 10, "max_eq_min is outside the scale"},
	    {"round.json", 11, "unknown key \"weights\""},
	    {"round.json", 13, "identical_raters is 0: from 1"},
	    {"round.json", 14, "unknown key \"crowd\""},
	    {"round.json", 15, "an annulment reason is empty"},
	    {"round.json", 15, "annulment reason \"a\" stands twice"},
	    {"criteria.csv", 0, "block SỞ: the points of its fields add up to 111"},
	    {"criteria.csv", 0, "block XÃ: the points of its fields add up to 111"},
	};
	struct dir d;

	(void)state;
	put_rules(&d, "\"mode\": \"composite\",\n"
		      "\"composite\": {\n"
		      "\"scale\": [\"10\", \"1\"],\n"
		      "\"factor\": 10,\n"
		      "\"minmax\": \"yes\",\n"
		      "\"pool\": [\"v\"],\n"
		      "\"max_eq_min\": \"12\",\n"
		      "\"weights\": []},\n"
		      "\"flags\": {\n"
		      "\"identical_raters\": 0,\n"
		      "\"crowd\": 60},\n"
		      "\"annulment_reasons\": [\"a\", \"\", \"a\"]");
	dir_put(&d, "criteria.csv",
		"code,parent,points,source,scale,name_vi,name_en\n"
		"1,,60,survey,a,Một,\n"
		"1.2,,41,survey,z,Hai,\n"
		"2.1,,10,appraised,,Ba,\n");
	dir_put(&d, "units.csv",
		"code,block,name_vi,name_en\n"
		"s1,SỞ,Sở Một,\n"
		"x1,XÃ,Xã Một,\n");
	expect_all(&d, list, sizeof list / sizeof list[0]);
}

static void a_composite_in_mode_points_and_a_mode_without_one(void **state)
{
	static const struct said points[] = {
	    {"round.json", 5, "composite says nothing in mode points"},
	};
	static const struct said none[] = {
	    {"round.json", 4, "mode composite needs the key \"composite\""},
	};
	static const struct said no_scale[] = {
	    {"round.json", 5, "composite says no scale"},
	};
	static const struct said three_ends[] = {
	    {"round.json", 5, "scale is its two ends"},
	};
	static const struct said no_object[] = {
	    {"round.json", 5, "composite must be an object"},
	};
	struct dir d;

	(void)state;
	put_rules(&d, "\"mode\": \"points\",\n"
		      "\"composite\": {\"scale\": [\"1\", \"10\"]}");
	expect_all(&d, points, 1);
	put_rules(&d, "\"mode\": \"composite\"");
	expect_all(&d, none, 1);
	put_rules(&d, "\"mode\": \"composite\",\n\"composite\": {\"factor\": \"2\"}");
	expect_all(&d, no_scale, 1);
	put_rules(&d, "\"mode\": \"composite\",\n"
		      "\"composite\": {\"scale\": [\"1\", \"5\", \"10\"]}");
	expect_all(&d, three_ends, 1);
	put_rules(&d, "\"mode\": \"composite\",\n\"composite\": true");
	expect_all(&d, no_object, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_fault_is_told_at_once),
	    cmocka_unit_test(a_key_said_twice_has_its_line),
	    cmocka_unit_test(missing_files_and_columns_are_told_together),
	    cmocka_unit_test(faults_of_the_roster_do_not_hide_the_frame),
	    cmocka_unit_test(a_scale_is_asked_for),
	    cmocka_unit_test(too_many_strata_columns_are_not_looked_at),
	    cmocka_unit_test(faults_of_a_composite_have_their_lines),
	    cmocka_unit_test(a_composite_in_mode_points_and_a_mode_without_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
