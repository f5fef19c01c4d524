/* The page of a unit: every criterion with its score, or a word why not. */

#include "tests/unit/publisher/shown.h"

static const struct example plain = {.round = "mau-2024", .number = 1};

static void criteria_have_scores_or_a_word_why_not(void **state)
{
	struct shown s;

	(void)state;
	show_unit(&s, &plain, LANGUAGE_VI, "S-KH");
	HAS("<h1>Sở &quot;KH&amp;ĐT&quot; &lt;b&gt;&#39;tỉnh&#39;</h1>");
	HAS("<a href=\"../\">← Bảng xếp hạng, lần công bố 1</a>");
	HAS("href=\"../../../style.css\"");
	HAS("<tr class=\"field\"><th scope=\"row\"><span>1</span> Thủ tục &amp; hồ "
	    "sơ</th>"
	    "<td class=\"n\">60</td><td class=\"n score\">70,25</td></tr>");
	HAS("<tr><th scope=\"row\"><span>1.1</span> Đúng hạn &lt;5 ngày&gt; <small>"
	    "<a class=\"rule\" href=\"../#S3\">khảo sát</a></small></th>"
	    "<td class=\"n\">20</td><td class=\"n score\">68,00</td></tr>");
	HAS("href=\"../#S4\">thẩm định</a>");
	/* 4 of 4 leaves apply and 3 count: the one without a score has too few sheets
	 */
	HAS("<td class=\"words\"><a class=\"rule\" href=\"../#S7\">chưa đủ "
	    "phiếu</a></td>");
	HAS("<td class=\"words\"><a class=\"rule\" href=\"../#P1\">ẩn để giữ kín câu "
	    "trả "
	    "lời</a></td>");
	HAS(">Khoảng hạng</a></dt><dd>1–3</dd>");
	HAS(">Phần khảo sát</a></dt><dd>71,10</dd>");
	HAS(">Phần thẩm định</a></dt><dd>81,00</dd>");
	HAS(">Tiêu chí được tính</a></dt><dd>3/4</dd>");
	HAS("<dd>2 / 3 đơn vị được xếp hạng</dd>");
	HAS("không áp dụng cho điểm thẩm định");
	LACKS("<b>");
	hide(&s);
}

static void units_are_told_in_english_too(void **state)
{
	struct shown s;

	(void)state;
	show_unit(&s, &plain, LANGUAGE_EN, "S-KH");
	HAS("<a href=\"../en.html\">← Rankings, release 1</a>");
	HAS("hreflang=\"vi\" lang=\"vi\" href=\"./\"");
	HAS("<td class=\"n score\">70.25</td>");
	HAS("href=\"../en.html#S7\">too few sheets</a>");
	HAS("href=\"../en.html#P1\">withheld to protect respondents</a>");
	HAS("Niêm yết"); /* has no English name */
	hide(&s);
	show_unit(&s, &plain, LANGUAGE_EN, "H-01");
	hide(&s);
	show_unit(&s, &plain, LANGUAGE_EN, "S-YT");
	HAS("href=\"../en.html#P2\">≤&nbsp;5.00</a>");
	hide(&s);
}

static void bounds_and_lack_of_figures_are_told(void **state)
{
	struct shown s;

	(void)state;
	show_unit(&s, &plain, LANGUAGE_VI, "H 02/x");
	HAS(">Điểm</a></dt><dd><a class=\"rule\" "
	    "href=\"../#P2\">≥&nbsp;95,00</a></dd>");
	HAS(">Khoảng hạng</a></dt><dd>–</dd>");
	HAS(">Khoảng tin cậy 95%</a></dt><dd>–</dd>");
	assert_int_equal(example_count(&s.page, "ẩn để giữ kín câu trả lời"), 2);
	hide(&s);
	show_unit(&s, &plain, LANGUAGE_VI, "S-DL");
	HAS("href=\"../#S9\">chưa đủ phiếu</a></strong>: đơn vị không được xếp hạng");
	LACKS("<table");
	hide(&s);
}

static void apply_to_three(Par__V1__ReleaseItem *item)
{
	for (size_t u = 0; u < 4; u++)
		item->release->blocks[0]->units[u]->criteria_applicable = 3;
}

static void apply_to_two(Par__V1__ReleaseItem *item)
{
	Par__V1__PublicUnit *u = item->release->blocks[0]->units[3];

	u->criteria_applicable = 2;
	u->criteria_counted = 1;
}

static void absence_is_told_as_far_as_it_is_known(void **state)
{
	struct example e = plain;
	struct shown s;

	(void)state;
	/* all that apply count: what has no score does not apply */
	e.spoil = apply_to_three;
	show_unit(&s, &e, LANGUAGE_VI, "S-KH");
	HAS("href=\"../#S7\">không áp dụng</a>");
	LACKS("chưa đủ phiếu");
	hide(&s);
	/* both happen, and nobody is told which of the two */
	e.spoil = apply_to_two;
	show_unit(&s, &e, LANGUAGE_VI, "S-TC");
	assert_int_equal(example_count(&s.page, "không áp dụng hoặc chưa đủ phiếu"), 2);
	HAS("không áp dụng hoặc chưa có điểm thẩm định");
	HAS("Thủ tục &amp; hồ sơ</th><td class=\"n\">60</td><td class=\"words\">"
	    "<a class=\"rule\" href=\"../#S7\">không áp dụng</a></td>");
	LACKS("Phần thẩm định");
	hide(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(criteria_have_scores_or_a_word_why_not),
	    cmocka_unit_test(units_are_told_in_english_too),
	    cmocka_unit_test(bounds_and_lack_of_figures_are_told),
	    cmocka_unit_test(absence_is_told_as_far_as_it_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
