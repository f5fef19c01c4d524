/* The page and the JSON of a unit made by hand (made.h), and what is not there. */

#include "services/par/explain_out.h"
#include "tests/unit/par/made.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A string is 4,095 bytes at most in C17: sections 1 and 2, then the rest. */
static const char golden[] =
    "round          mau\n"
    "title          Vòng mẫu\n"
    "release        2\n"
    "unit           A\n"
    "name           Sở Nội vụ\n"
    "block          Sở\n"
    "result hash    abababababababababababababababababababababababababababababababab\n"
    "rules digest   abababababababababababababababababababababababababababababababab\n"
    "method digest  abababababababababababababababababababababababababababababababab\n"
    "seed (U4)      00123456789abcde\n"
    "\n"
    "1. Weights (S2: w = N/m, members by raters who answered; groups that were merged\n"
    "   are joined by +)\n"
    "  group   N  m  w = N/m\n"
    "  lớn    10  4      5/2  2.500000\n"
    "  nhỏ     3  1        3  3.000000\n"
    "  still thin, keeps its weight: nhỏ\n"
    "\n"
    "2. From the answers to the criteria and fields (S1, S3 to S7)\n"
    "\n"
    "  1.1 Thái độ: 6.000000 points, survey\n"
    "    group         1   2    3  blank  no contact  don't know  refused  not shown\n"
    "    value v (S1)  0  50  100\n"
    "    lớn           1   1    2      0           0           0        0          0\n"
    "    nhỏ           0   0    1      0           0           0        0          0\n"
    "    raters who scored it: 5, in clusters: 4\n"
    "    sum of w v n                     = 925 = 925.000000\n"
    "    D = sum of w n                   = 13 = 13.000000\n"
    "    theta = sum / D (S3)             = 925/13 = 71.153846\n"
    "    beside it (O1): weighted median 100.00, trimmed mean 73.44, polarisation "
    "0.7101\n"
    "\n"
    "  1.2 Thời gian: 2.000000 points, survey\n"
    "    group         1   2    3  blank  no contact  don't know  refused  not shown\n"
    "    value v (S1)  0  50  100\n"
    "    lớn           0   1    0      0           0           3        0          0\n"
    "    raters who scored it: 1, in clusters: 1\n"
    "    sum of w v n                     = 125 = 125.000000\n"
    "    D = sum of w n                   = 5/2 = 2.500000\n"
    "    left out: scored by fewer clusters than cell_score (S5); its points go to the "
    "rest of its field (S7)\n"
    "\n"
    "  1.3 Hồ sơ: 4.000000 points, appraised\n"
    "    points given 3, evidence: QĐ 12, by hội đồng\n"
    "    theta = 100 given / points (S4)  = 75 = 75.000000\n"
    "\n"
    "  Field 1 Phục vụ\n"
    "    criterion     points      theta  points x theta / 100\n"
    "    1.1         6.000000  71.153846              4.269231\n"
    "    1.2         2.000000                                   left out\n"
    "    1.3         4.000000  75.000000              3.000000\n"
    "    sum        10.000000                         7.269231  of those that count\n"
    "    points that apply: P = 12.000000, that count: 10.000000, at least 2/3 of P "
    "(S7)\n"
    "    phi = 100 sum / counting (S5)    = 945/13 = 72.692308\n"
    "\n"
    "  2 Một cửa: 8.000000 points, survey\n"
    "    does not apply to this unit: its points are taken out (S7)\n"
    "\n"
    "  Field 2 Một cửa\n"
    "    criterion    points  theta  points x theta / 100\n"
    "    2          8.000000                               does not apply\n"
    "    nothing of it applies to this unit (S7)\n"
    "\n";

static const char golden_rest[] =
    "3. From the fields to the index (S5, S7)\n"
    "  field   points P  weight P / sum P     figure  weight x figure\n"
    "  1      12.000000                 1  72.692308        72.692308\n"
    "  survey part, 8.000000 points: 925/13 = 71.153846, printed 71.15\n"
    "  appraised part, 4.000000 points: 75 = 75.000000, printed 75.00\n"
    "  sum of weight x figure (S5)        = 945/13 = 72.692308\n"
    "  bonus row: 1.500000, evidence: sáng kiến\n"
    "  bonus row: 1.500000, evidence: giải thưởng\n"
    "  bonus: 3.000000 given, at most 2.000000: + 2.000000\n"
    "  penalty: 0.000000 given, at most 0.000000: - 0.000000\n"
    "  clip to the scale: the sum lies inside, nothing is cut\n"
    "  exact index I                      = 971/13 = 74.692308\n"
    "  Rounding happens once, here (S8): to 2 decimals.\n"
    "  published figure: 74.69\n"
    "\n"
    "4. Status, rank and band (S8, S9)\n"
    "  n_u = 4 clusters scored at least half of the surveyed points that apply\n"
    "  ranked from 4, with a warning from 2; a unit with no surveyed criterion needs a "
    "figure alone\n"
    "  criteria: 2 of 3 count\n"
    "  status: ranked\n"
    "  rank in the block: 1\n"
    "  band: Khá\n"
    "\n"
    "5. Uncertainty (U1 to U3); clusters with an answer: n = 5\n"
    "  V, variance of the index (U1)      = 49/4 = 12.250000\n"
    "  standard error, root of V: 3.5\n"
    "  S, median of n V in the block (U2) = 40 = 40.000000\n"
    "  V~, stabilised by S (U2)           = "
    "123456789012345678901234567890123456789012345678901234567890... (127 digits) = "
    "12.345679\n"
    "  95 % interval (U2), n_u - 1 degrees of freedom: [63.55; 85.83]\n"
    "  places that the rank may be (U3, simultaneous 95 %): 1-2\n"
    "  band: not certain, the interval reaches out of it\n"
    "  Open survey: computed as if raters were drawn at random within their stratum. "
    "The interval covers the number of sheets, not those who did not answer, and not "
    "appraised points. (U6)\n"
    "\n"
    "6. Beside the score, never part of it (O2 to O5, U5)\n"
    "  association (O2)  raters  share of the weight\n"
    "  Hội Doanh nghiệp       4               0.7692\n"
    "  largest change when one association is left out (O2): -1.25, without Hội Doanh "
    "nghiệp\n"
    "  effective number of raters (O2): 4.9\n"
    "  rank under 10,000 other weightings (O4): median 1, 5 to 95 % from 1 to 2\n"
    "  reliability (U5): none\n"
    "  sheets (O5): 5\n"
    "  contact rate (O5): 1.0000\n"
    "  don't-know rate (O5): 0.1000\n";

static char *page_of(const struct inspected *i)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	assert_int_equal(explain_out_table(i, out), 0);
	fclose(out);
	return text;
}

static void page_is_golden(void **state)
{
	(void)state;
	struct made m = made_result();
	char *text = page_of(&m.result);
	assert_true(strlen(text) > strlen(golden));
	assert_string_equal(text + strlen(golden), golden_rest);
	text[strlen(golden)] = '\0';
	assert_string_equal(text, golden);
	free(text);
}

static void page_of_a_composite(void **state)
{
	(void)state;
	struct made m = made_result();
	Par__V1__UnitDetail *d = m.result.unit;
	d->mode = PAR__V1__MODE__MODE_COMPOSITE;
	d->minmax = true;
	d->lo = ask_text("1");
	d->hi = ask_text("10");
	d->factor = ask_text("10");
	d->leaves[0]->min = ask_text("50");
	d->leaves[0]->max = ask_text("90");
	d->leaves[0]->scaled = ask_text("11/2");
	char *text = page_of(&m.result);
	assert_non_null(strstr(text,
			       "scale lo = 1 to hi = 10, factor 10, each criterion "
			       "by the least and the greatest of its block\n"));
	assert_non_null(
	    strstr(text, "max of theta in the block        = 90 = 90.000000"));
	assert_non_null(strstr(text, "= 11/2 = 5.500000"));
	/* 6 x 11/2 */
	assert_non_null(strstr(text, "1.1        6.000000  5.500000   33.000000"));
	free(text);
}

static void page_without_a_figure(void **state)
{
	(void)state;
	struct made m = made_result();
	Par__V1__UnitDetail *d = m.result.unit;
	d->exact = d->weighed = d->variance = d->stabilised = ask_text("");
	d->fields[0]->enough = false;
	d->unit->score = d->unit->ci_low = d->unit->se = ask_text("");
	d->unit->rank = d->unit->rank_low = d->unit->leave_out_association = 0;
	d->unit->status = PAR__V1__UNIT_STATUS__UNIT_STATUS_INSUFFICIENT;
	m.result.scores->number = 0;
	m.result.scores->trial = true;
	char *text = page_of(&m.result);
	assert_int_equal(strncmp(text, "TRIAL: ", 7), 0);
	assert_non_null(strstr(text, "release        draft\n"));
	assert_non_null(strstr(text, "less than 2/3 of P: no figure (S7)\n"));
	assert_non_null(strstr(text, "no figure: the index needs 2/3"));
	assert_non_null(strstr(text, "status: insufficient\n"));
	assert_non_null(strstr(text, "V, variance of the index (U1)      none\n"));
	assert_null(strstr(text, "published figure"));
	free(text);
}

static const char *text_at(json_t *o, const char *list, size_t place, const char *key)
{
	json_t *of = list ? json_array_get(json_object_get(o, list), place) : o;
	return json_string_value(json_object_get(of, key));
}

static void json_has_every_digit(void **state)
{
	(void)state;
	struct made m = made_result();
	struct buf out;
	buf_init(&out, EXPLAIN_TEXT_MAX);
	assert_int_equal(explain_out_json(&m.result, &out), 0);
	json_t *o = json_loadb((const char *)out.data, out.len, 0, NULL);
	buf_free(&out);
	assert_non_null(o);
	json_t *leaf = json_array_get(json_object_get(o, "leaves"), 0);
	json_t *counts = json_array_get(json_object_get(leaf, "answers"), 0);
	json_t *index = json_object_get(o, "index");
	json_t *spread = json_object_get(o, "uncertainty");
	assert_string_equal(text_at(o, NULL, 0, "seed"), "00123456789abcde");
	assert_string_equal(text_at(o, "groups", 0, "weight"), "5/2");
	assert_string_equal(text_at(o, "leaves", 0, "theta"), "925/13");
	assert_string_equal(text_at(o, "leaves", 2, "by"), "hội đồng");
	assert_string_equal(text_at(o, "fields", 0, "figure"), "945/13");
	assert_null(text_at(o, "fields", 1, "figure"));
	assert_int_equal(
	    json_integer_value(json_array_get(json_object_get(counts, "scores"), 2)),
	    2);
	assert_string_equal(text_at(index, NULL, 0, "exact"), "971/13");
	assert_string_equal(text_at(index, "evidence", 1, "kind"), "bonus");
	/* whole, where the page cuts it */
	assert_int_equal(strlen(text_at(spread, NULL, 0, "stabilised")), 128);
	assert_true(json_is_null(json_object_get(o, "composite")));
	assert_true(json_is_true(json_object_get(
	    json_array_get(json_object_get(o, "leaves"), 0), "counts")));
	json_decref(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(page_is_golden),
	    cmocka_unit_test(page_of_a_composite),
	    cmocka_unit_test(page_without_a_figure),
	    cmocka_unit_test(json_has_every_digit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
