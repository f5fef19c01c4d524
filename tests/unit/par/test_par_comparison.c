/* What is said of two units, in both languages, and the table and JSON around it. */

#include "services/par/comparison.h"
#include "common/base/err.h"
#include "tests/unit/par/made.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_says(const struct made *m, const char *second, const char *vi,
			const char *en)
{
	const char *const texts[] = {[LANGUAGE_VI] = vi, [LANGUAGE_EN] = en};
	for (enum language l = LANGUAGE_VI; l <= LANGUAGE_EN; l++) {
		struct comparison c;
		struct buf out;
		buf_init(&out, COMPARISON_TEXT_MAX);
		assert_int_equal(comparison_make(&m->result, second, &c), 0);
		assert_int_equal(comparison_sentence(&c, l, &out), 0);
		char *text = bytes_dup(buf_bytes(&out));
		buf_free(&out);
		assert_string_equal(text, texts[l]);
		free(text);
	}
}

static void surely_better_and_worse(void **state)
{
	(void)state;
	struct made m = made_result();
	m.second->surely_better = true;
	assert_says(
	    &m, "B",
	    "Với mức tin cậy đồng thời 95 %, Sở Nội vụ (74,69 điểm) xếp trên Sở "
	    "Tài chính (70,00 điểm) một cách chắc chắn.",
	    "At a simultaneous confidence level of 95 %, Home Affairs (74.69 "
	    "points) certainly ranks above Sở Tài chính (70.00 points).");
	m.second->surely_better = false;
	m.second->surely_worse = true;
	assert_says(
	    &m, "B",
	    "Với mức tin cậy đồng thời 95 %, Sở Nội vụ (74,69 điểm) xếp dưới Sở "
	    "Tài chính (70,00 điểm) một cách chắc chắn.",
	    "At a simultaneous confidence level of 95 %, Home Affairs (74.69 "
	    "points) certainly ranks below Sở Tài chính (70.00 points).");
}

static void not_certain(void **state)
{
	(void)state;
	struct made m = made_result();
	assert_says(
	    &m, "B",
	    "Chưa đủ căn cứ để khẳng định Sở Nội vụ (74,69 điểm) hay Sở Tài chính "
	    "(70,00 "
	    "điểm) xếp trên: với mức tin cậy đồng thời 95 %, cả hai đơn vị đều có thể "
	    "đứng từ hạng 1 đến hạng 2 trong khối Sở.",
	    "There is not enough evidence to say which of Home Affairs (74.69 points) "
	    "and Sở Tài chính (70.00 points) ranks higher: at a simultaneous "
	    "confidence "
	    "level of 95 %, each of them may take any place from 1 to 2 in block Sở.");
	m.units[0]->rank_high = 1;
	assert_says(
	    &m, "B",
	    "Chưa đủ căn cứ để khẳng định Sở Nội vụ (74,69 điểm) hay Sở Tài chính "
	    "(70,00 "
	    "điểm) xếp trên: với mức tin cậy đồng thời 95 %, Sở Nội vụ đứng hạng 1 và "
	    "Sở Tài chính có thể đứng từ hạng 1 đến hạng 2 trong khối Sở.",
	    "There is not enough evidence to say which of Home Affairs (74.69 points) "
	    "and Sở Tài chính (70.00 points) ranks higher: at a simultaneous "
	    "confidence "
	    "level of 95 %, Home Affairs takes place 1 and Sở Tài chính may take any "
	    "place from 1 to 2 in block Sở.");
}

static void not_ranked(void **state)
{
	(void)state;
	struct made m = made_result();
	assert_says(
	    &m, "C",
	    "Giữa Sở Nội vụ và Sở Y tế không có thứ tự xếp hạng: Sở Y tế chưa đủ "
	    "dữ liệu để được xếp hạng.",
	    "There is no order between Home Affairs and Health: Health does not "
	    "have enough data to be ranked.");
	m.units[0]->rank = 0;
	assert_says(
	    &m, "B",
	    "Giữa Sở Nội vụ và Sở Tài chính không có thứ tự xếp hạng: Sở Nội vụ "
	    "chưa đủ dữ liệu để được xếp hạng.",
	    "There is no order between Home Affairs and Sở Tài chính: Home "
	    "Affairs does not have enough data to be ranked.");
	assert_says(&m, "C",
		    "Giữa Sở Nội vụ và Sở Y tế không có thứ tự xếp hạng: cả hai đơn vị "
		    "chưa đủ dữ liệu để được xếp hạng.",
		    "There is no order between Home Affairs and Health: neither has "
		    "enough data to be ranked.");
}

static void other_block_and_trial(void **state)
{
	(void)state;
	struct made m = made_result();
	m.result.scores->trial = true;
	assert_says(&m, "D",
		    "THỬ NGHIỆM: Sở Nội vụ thuộc khối Sở, Huyện Một thuộc khối Huyện: "
		    "hai đơn vị không cùng khối nên không so sánh thứ hạng với nhau.",
		    "TRIAL: Home Affairs is in block Sở, District One in block Huyện: "
		    "units of different blocks are never ranked against each other.");
	struct comparison c;
	assert_int_equal(comparison_make(&m.result, "E", &c), ERR_NOT_FOUND);
}

static void table(void **state)
{
	(void)state;
	struct made m = made_result();
	struct comparison c;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	assert_int_equal(comparison_make(&m.result, "B", &c), 0);
	assert_int_equal(comparison_table(&c, LANGUAGE_EN, out), 0);
	fclose(out);
	const char *end = strstr(text, "\nThere is not enough evidence");
	assert_non_null(end);
	size_t len = (size_t)(end - text);
	text[len] = '\0';
	assert_string_equal(
	    text, "Vòng mẫu, release 2, block Sở\n\n"
		  "unit                   A          B\n"
		  "name                   Sở Nội vụ  Sở Tài chính\n"
		  "figure                 74.69      70.00\n"
		  "rank                   1          2\n"
		  "places it may be (U3)  1-2        1-2\n"
		  "status                 ranked     ranked\n"
		  "variance V (U1)        12.250000  9.000000\n"
		  "\n"
		  "  difference of the exact figures    = 61/13 = 4.692308\n"
		  "  covariance (U1)                    = 1/8 = 0.125000\n"
		  "  SE of the difference               4.58257569496\n"
		  "    = root of V + V - 2 covariance; both rest on the same raters\n");
	free(text);
}

static void json(void **state)
{
	(void)state;
	struct made m = made_result();
	struct comparison c;
	struct buf out;
	buf_init(&out, COMPARISON_TEXT_MAX);
	assert_int_equal(comparison_make(&m.result, "C", &c), 0);
	assert_int_equal(comparison_json(&c, LANGUAGE_VI, &out), 0);
	json_t *o = json_loadb((const char *)out.data, out.len, 0, NULL);
	buf_free(&out);
	assert_non_null(o);
	json_t *units = json_object_get(o, "units");
	json_t *difference = json_object_get(o, "difference");
	assert_string_equal(json_string_value(json_object_get(o, "order")), "none");
	assert_string_equal(json_string_value(json_object_get(difference, "exact")),
			    "191/13");
	assert_string_equal(
	    json_string_value(json_object_get(json_array_get(units, 0), "variance")),
	    "49/4");
	assert_string_equal(
	    json_string_value(json_object_get(json_array_get(units, 1), "unit")), "C");
	json_decref(o);
}

/* A unit without a figure has no pair. */
static void json_without_a_figure(void **state)
{
	(void)state;
	struct made m = made_result();
	struct comparison c;
	struct buf out;
	m.result.unit->n_pairs = 1;
	buf_init(&out, COMPARISON_TEXT_MAX);
	assert_int_equal(comparison_make(&m.result, "C", &c), 0);
	assert_int_equal(c.order, ORDER_NONE);
	assert_int_equal(comparison_json(&c, LANGUAGE_VI, &out), 0);
	json_t *o = json_loadb((const char *)out.data, out.len, 0, NULL);
	buf_free(&out);
	assert_true(json_is_null(json_object_get(o, "difference")));
	json_decref(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(surely_better_and_worse),
	    cmocka_unit_test(not_certain),
	    cmocka_unit_test(not_ranked),
	    cmocka_unit_test(other_block_and_trial),
	    cmocka_unit_test(table),
	    cmocka_unit_test(json),
	    cmocka_unit_test(json_without_a_figure),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
