/* The CSV and JSON of a release, and the decoding of items. */

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

static void csv_is_exact(void **state)
{
	static const char header[] =
	    "\xEF\xBB\xBFround,release,block,unit,name_vi,name_en,score,rank,se,"
	    "ci_low,ci_high,raters,status,band,title\n";
	const struct example e = {.round = "=r", .number = 3};
	struct item item;
	struct buf csv;

	(void)state;
	decode(&e, &item);
	buf_init(&csv, 1 << 16);
	assert_int_equal(table_csv(&item, &csv), 0);
	assert_memory_equal(csv.data, header, sizeof(header) - 1);
	/* A spreadsheet must not take a code for a formula. */
	assert_int_equal(example_count(&csv, "\n'=r,3,"), 5);
	assert_int_equal(example_count(&csv,
				       ",S-DL,Sở Du lịch,,,,,,,,insufficient,,"
				       "Khảo sát 2024 – dữ liệu sinh ngẫu nhiên\n"),
			 1);
	assert_int_equal(example_count(&csv,
				       ",S-KH,\"Sở \"\"KH&ĐT\"\" <b>'tỉnh'\","
				       "\"Planning <&\"\"\",72.35,2,1.1,70.1,74.6,1234,"
				       "ranked,Khá,"),
			 1);
	assert_int_equal(example_count(&csv, ",72.35,2,,,,,ranked,Khá,"), 1);
	assert_int_equal(example_count(&csv, ",ranked_warning,"), 1);
	assert_int_equal(example_count(&csv, "\n"), 6);
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
	assert_int_equal(table_csv(&item, &csv), 0);
	assert_int_equal(example_count(&csv, ",THỬ NGHIỆM / TRIAL: Khảo sát 2024"), 5);
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

static void what_cannot_be_an_item_is_refused(void **state)
{
	const struct example e = {.round = "mau", .number = 2};
	const struct example nameless = {.round = "", .number = 2};
	const struct example bad_text = {.round = "mau", .number = 2, .note = "\xc3"};
	const struct example no_number = {.round = "mau"};
	const struct example *const bad[] = {&nameless, &bad_text, &no_number};
	struct item item;
	struct buf payload;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		example_release(bad[i], &payload);
		assert_int_equal(item_decode(buf_bytes(&payload), &item), ERR_FORMAT);
		buf_free(&payload);
	}
	example_release(&e, &payload);
	assert_int_equal(payload.data[0], 0x08); /* field 1, version */
	payload.data[1] = 2;
	assert_int_equal(item_decode(buf_bytes(&payload), &item), ERR_VERSION);
	payload.data[1] = 1;
	for (size_t len = 0; len < payload.len; len++) {
		if (item_decode(bytes_of(payload.data, len), &item) == 0)
			item_free(&item);
	}
	buf_free(&payload);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(csv_is_exact),
	    cmocka_unit_test(csv_of_a_trial_says_so_in_each_row),
	    cmocka_unit_test(json_holds_everything),
	    cmocka_unit_test(json_of_a_retracted_trial_says_both),
	    cmocka_unit_test(what_cannot_be_an_item_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
