/* The CSV and JSON of a release. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "common/base/err.h"
#include "services/publisher/table.h"
#include "tests/unit/publisher/example.h"

static void decode(const struct example *e, struct item *out)
{
	struct buf payload;

	example_release(e, &payload);
	assert_int_equal(item_decode(buf_bytes(&payload), out), 0);
	buf_free(&payload);
}

static void scores_are_exact(void **state)
{
	static const char header[] =
	    "\xEF\xBB\xBFround,release,block,unit,name_vi,name_en,score,rank,se,"
	    "ci_low,ci_high,raters,status,band,title,rank_low,rank_high,band_certain,"
	    "survey_part,appraised_part,held_from\n";
	const struct example e = {.round = "=r", .number = 3, .held_from = 2};
	struct item item;
	struct buf csv;

	(void)state;
	decode(&e, &item);
	buf_init(&csv, 1 << 16);
	assert_int_equal(table_scores(&item, &csv), 0);
	assert_memory_equal(csv.data, header, sizeof(header) - 1);
	/* A spreadsheet must not take a code for a formula. */
	assert_int_equal(example_count(&csv, "\n'=r,3,"), 6);
	assert_int_equal(
	    example_count(&csv, ",S-DL,Sở Du lịch,,,,,,,,insufficient,,"
				"Khảo sát 2024 – dữ liệu sinh ngẫu nhiên,,,,,,\n"),
	    1);
	assert_int_equal(example_count(&csv,
				       ",S-KH,\"Sở \"\"KH&ĐT\"\" <b>'tỉnh'\","
				       "\"Planning <&\"\"\",72.35,2,1.1,70.1,74.6,1234,"
				       "ranked,Khá,Khảo sát 2024 – dữ liệu sinh ngẫu "
				       "nhiên,1,3,false,71.10,81.00,\n"),
			 1);
	assert_int_equal(example_count(&csv, ",72.35,2,,,,,ranked,Khá,"), 1);
	assert_int_equal(example_count(&csv, ",ranked_warning,Tốt,"), 1);
	assert_int_equal(example_count(&csv, ",1,1,true,,79.00,2\n"), 1);
	/* no band; a bound */
	assert_int_equal(example_count(&csv, ",2,2,,65.00,65.00,\n"), 1);
	assert_int_equal(example_count(&csv, ",>= 95.00,1,,,,12,ranked,"), 1);
	assert_int_equal(example_count(&csv, ",,,false,>= 95.00,90.00,\n"), 1);
	assert_int_equal(example_count(&csv, "\n"), 7);
	buf_free(&csv);
	item_free(&item);
}

static void criteria_are_exact(void **state)
{
	static const char header[] =
	    "\xEF\xBB\xBF"
	    "block,unit,criterion,field,points,score,state,mark\n";
	const struct example e = {.round = "r", .number = 3};
	struct item item;
	struct buf csv;

	(void)state;
	decode(&e, &item);
	buf_init(&csv, 1 << 16);
	assert_int_equal(table_criteria(&item, &csv), 0);
	assert_memory_equal(csv.data, header, sizeof(header) - 1);
	assert_int_equal(example_count(&csv, "\n"), 1 + 5 * 5);
	assert_int_equal(example_count(&csv, "S-DL"), 0);
	assert_int_equal(example_count(&csv,
				       "\n\"Sở, ban & ngành\",S-KH,1,,60,70.25,shown,"
				       "\n"),
			 1);
	assert_int_equal(example_count(&csv, ",S-KH,1.1,1,20,68.00,shown,"), 1);
	assert_int_equal(example_count(&csv, ",S-KH,1.2,1,20,,none,"), 1);
	assert_int_equal(example_count(&csv, ",S-KH,2,,40,,hidden,"), 1);
	assert_int_equal(example_count(&csv, ",S-YT,1.1,1,20,<= 5.00,low,"), 1);
	assert_int_equal(example_count(&csv, ",S-YT,2,,40,77.70,no_se,"), 1);
	assert_int_equal(example_count(&csv, "\nCấp huyện,H 02/x,2,,40,>= 95.00,high,"),
			 1);
	buf_free(&csv);
	item_free(&item);
}

static void old_releases_have_columns_without_cells(void **state)
{
	const struct example e = {.round = "r", .number = 3, .old = true};
	struct item item;
	struct buf csv;

	(void)state;
	decode(&e, &item);
	buf_init(&csv, 1 << 16);
	assert_int_equal(table_scores(&item, &csv), 0);
	assert_int_equal(example_count(&csv, "sinh ngẫu nhiên,,,,,,\n"), 5);
	buf_reset(&csv);
	assert_int_equal(table_criteria(&item, &csv), 0);
	assert_int_equal(example_count(&csv, "\n"), 1);
	buf_free(&csv);
	item_free(&item);
}

static void csv_of_a_trial_says_so_in_each_row(void **state)
{
	const struct example e = {.round = "thử", .number = 1, .trial = true};
	struct item item;
	struct buf csv;

	(void)state;
	decode(&e, &item);
	buf_init(&csv, 1 << 16);
	assert_int_equal(table_scores(&item, &csv), 0);
	assert_int_equal(example_count(&csv, ",THỬ NGHIỆM / TRIAL: Khảo sát 2024"), 6);
	buf_reset(&csv);
	assert_int_equal(table_criteria(&item, &csv), 0);
	assert_int_equal(example_count(&csv, ",THỬ NGHIỆM / TRIAL\n"), 25);
	buf_free(&csv);
	item_free(&item);
}

static json_t *load(const struct publication *p)
{
	struct buf out;
	json_t *json;

	buf_init(&out, 1 << 16);
	assert_int_equal(table_json(p, &out), 0);
	json =
	    json_loadb((const char *)out.data, out.len, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(json);
	buf_free(&out);
	return json;
}

static const char *text_of(const json_t *json, const char *key)
{
	return json_string_value(json_object_get(json, key));
}

static void json_holds_everything(void **state)
{
	const struct example e = {.round = "mau", .number = 2};
	struct item item;
	struct publication p = {.n = 1, .release = &item};
	json_t *json, *block, *unit;

	(void)state;
	decode(&e, &item);
	json = load(&p);
	assert_string_equal(text_of(json, "round"), "mau");
	assert_int_equal(json_integer_value(json_object_get(json, "release")), 2);
	assert_string_equal(text_of(json, "kind"), "official");
	assert_string_equal(text_of(json, "time"), "2024-11-24T01:30:00Z");
	assert_int_equal(strlen(text_of(json, "result_hash")), 64);
	assert_int_equal(json_integer_value(json_object_get(json, "respondents_about")),
			 1790);
	assert_true(json_is_null(json_object_get(json, "mark")));
	assert_true(json_is_null(json_object_get(json, "retraction")));
	assert_true(json_is_true(json_object_get(json, "weighted")));
	assert_string_equal(text_of(json_object_get(json, "title"), "en"),
			    "Survey 2024 – generated data");
	block = json_array_get(json_object_get(json, "blocks"), 0);
	assert_string_equal(text_of(block, "block"), "Sở, ban & ngành");
	unit = json_array_get(json_object_get(block, "units"), 1);
	assert_string_equal(text_of(unit, "score"), "72.35");
	assert_string_equal(text_of(unit, "ci_high"), "74.6");
	assert_int_equal(json_integer_value(json_object_get(unit, "raters")), 1234);
	unit = json_array_get(json_object_get(block, "units"), 0);
	assert_string_equal(text_of(unit, "status"), "insufficient");
	assert_true(json_is_null(json_object_get(unit, "score")));
	assert_true(json_is_null(json_object_get(unit, "raters")));
	json_decref(json);
	item_free(&item);
}

static const json_t *member(const json_t *json, const char *key, size_t place)
{
	return json_array_get(json_object_get(json, key), place);
}

static void json_holds_what_is_new(void **state)
{
	const struct example e = {.round = "mau", .number = 2, .held_from = 1};
	struct item item;
	struct publication p = {.n = 1, .release = &item};
	json_t *json;
	const json_t *at, *unit;

	(void)state;
	decode(&e, &item);
	json = load(&p);
	assert_string_equal(text_of(json, "mode"), "points");
	assert_string_equal(text_of(json, "seed"), "00f1e2d3c4b5a697");
	assert_int_equal(strncmp(text_of(json, "rules_digest"), "cd02", 4), 0);
	assert_int_equal(strncmp(text_of(json, "method_digest"), "ef03", 4), 0);
	assert_int_equal(json_integer_value(json_object_get(json, "cell_show")), 10);
	at = member(json, "annulments", 0);
	assert_string_equal(text_of(at, "reason"), "trùng <phiếu>");
	assert_int_equal(json_integer_value(json_object_get(at, "sheets")), 1012);
	assert_true(
	    json_is_null(json_object_get(member(json, "annulments", 1), "sheets")));
	at = member(json, "criteria", 1);
	assert_string_equal(text_of(at, "field"), "1");
	assert_string_equal(text_of(at, "source"), "survey");
	assert_true(
	    json_is_null(json_object_get(member(json, "criteria", 0), "source")));
	unit = member(member(json, "blocks", 0), "units", 1);
	assert_int_equal(json_integer_value(json_object_get(unit, "rank_high")), 3);
	assert_true(json_is_false(json_object_get(unit, "band_certain")));
	assert_string_equal(text_of(json_object_get(unit, "survey_part"), "score"),
			    "71.10");
	at = member(unit, "criteria", 4);
	assert_string_equal(text_of(at, "criterion"), "2");
	assert_string_equal(text_of(at, "state"), "hidden");
	assert_true(json_is_null(json_object_get(at, "score")));
	unit = member(member(json, "blocks", 0), "units", 2);
	assert_int_equal(json_integer_value(json_object_get(unit, "held_from")), 1);
	unit = member(member(json, "blocks", 1), "units", 1);
	assert_string_equal(text_of(unit, "score"), ">= 95.00");
	assert_string_equal(text_of(unit, "state"), "high");
	json_decref(json);
	item_free(&item);
}

static void json_of_an_old_release_has_nulls(void **state)
{
	const struct example e = {.round = "mau", .number = 2, .old = true};
	struct item item;
	struct publication p = {.n = 1, .release = &item};
	json_t *json;
	const json_t *unit;

	(void)state;
	decode(&e, &item);
	json = load(&p);
	assert_true(json_is_null(json_object_get(json, "seed")));
	assert_true(json_is_null(json_object_get(json, "rules_digest")));
	assert_int_equal(json_array_size(json_object_get(json, "criteria")), 0);
	unit = member(member(json, "blocks", 0), "units", 1);
	assert_string_equal(text_of(unit, "score"), "72.35");
	assert_true(json_is_null(json_object_get(unit, "rank_low")));
	assert_int_equal(json_array_size(json_object_get(unit, "criteria")), 0);
	json_decref(json);
	item_free(&item);
}

static void what_does_not_fit_is_an_error(void **state)
{
	const struct example e = {.round = "mau", .number = 2};
	struct item item;
	struct publication p = {.n = 1, .release = &item};
	struct buf small;

	(void)state;
	decode(&e, &item);
	buf_init(&small, 500);
	assert_int_equal(table_json(&p, &small), ERR_LIMIT);
	buf_reset(&small);
	assert_int_equal(table_scores(&item, &small), ERR_LIMIT);
	buf_reset(&small);
	assert_int_equal(table_criteria(&item, &small), ERR_LIMIT);
	buf_free(&small);
	item_free(&item);
}

static void json_of_a_retracted_trial_says_both(void **state)
{
	const struct example e = {.round = "mau", .number = 2, .trial = true};
	struct item item, retraction;
	struct publication p = {
	    .n = 1,
	    .release = &item,
	    .retraction_n = 2,
	    .retraction = &retraction,
	};
	struct buf payload;
	json_t *json;

	(void)state;
	decode(&e, &item);
	example_retraction("mau", 2, "sai số liệu", &payload);
	assert_int_equal(item_decode(buf_bytes(&payload), &retraction), 0);
	buf_free(&payload);
	json = load(&p);
	assert_string_equal(text_of(json, "kind"), "trial");
	assert_string_equal(text_of(json, "mark"), "THỬ NGHIỆM / TRIAL");
	assert_string_equal(text_of(json_object_get(json, "retraction"), "reason"),
			    "sai số liệu");
	json_decref(json);
	item_free(&item);
	item_free(&retraction);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(scores_are_exact),
	    cmocka_unit_test(criteria_are_exact),
	    cmocka_unit_test(old_releases_have_columns_without_cells),
	    cmocka_unit_test(csv_of_a_trial_says_so_in_each_row),
	    cmocka_unit_test(json_holds_everything),
	    cmocka_unit_test(json_holds_what_is_new),
	    cmocka_unit_test(json_of_an_old_release_has_nulls),
	    cmocka_unit_test(json_of_a_retracted_trial_says_both),
	    cmocka_unit_test(what_does_not_fit_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
