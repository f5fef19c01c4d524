/* The page of a release: what it must say, and what it must never. */

#include <stdio.h>
#include <string.h>

#include "common/base/err.h"
#include "services/publisher/page.h"
#include "tests/unit/publisher/shown.h"

static size_t at(const struct buf *page, const char *needle)
{
	const void *found = memmem(page->data, page->len, needle, strlen(needle));

	assert_non_null(found);
	return (size_t)((const uint8_t *)found - page->data);
}

static const struct example plain = {.round = "mau-2024", .number = 1};

static void text_is_escaped_and_intact(void **state)
{
	struct shown s;

	(void)state;
	show(&s, &plain, LANGUAGE_VI, NULL);
	HAS("Sở &quot;KH&amp;ĐT&quot; &lt;b&gt;&#39;tỉnh&#39;");
	HAS("Sở, ban &amp; ngành</caption>");
	HAS("Hội A &lt;nhỏ&gt;");
	HAS("<h1>Khảo sát 2024 – dữ liệu sinh ngẫu nhiên</h1>");
	LACKS("<b>");
	LACKS("<nhỏ>");
	LACKS("style=");
	LACKS("<script");
	assert_true(text_is_utf8(buf_bytes(&s.page)));
	hide(&s);
}

static void figures_are_in_the_form_of_the_language(void **state)
{
	struct shown s;

	(void)state;
	show(&s, &plain, LANGUAGE_VI, NULL);
	HAS("<html lang=\"vi\">");
	HAS("<td class=\"n score\">72,35</td>");
	HAS("<td class=\"n more\">70,1 – 74,6</td><td class=\"n more\">1,1</td>"
	    "<td class=\"n more\">1.234</td><td class=\"n more\">3/4</td>");
	HAS("<td class=\"n score\"><a class=\"rule\" "
	    "href=\"#P2\">≥&nbsp;95,00</a></td>");
	HAS("khoảng 1.790 / 4.000 được mời");
	HAS("<time datetime=\"2024-11-24\">24/11/2024</time>");
	LACKS(">72.35<");
	hide(&s);
	show(&s, &plain, LANGUAGE_EN, NULL);
	HAS("<html lang=\"en\">");
	HAS("<td class=\"n score\">72.35</td>");
	HAS("<td class=\"n more\">1,234</td>");
	HAS("≥&nbsp;95.00");
	HAS("about 1,790 / 4,000 invited");
	HAS(">24 November 2024</time>");
	HAS("Planning &lt;&amp;&quot;");
	HAS("Sở Du lịch"); /* has no English name */
	hide(&s);
}

static void units_stand_by_rank_then_in_order(void **state)
{
	struct shown s;

	(void)state;
	show(&s, &plain, LANGUAGE_VI, NULL);
	assert_true(at(&s.page, "Sở Y tế") < at(&s.page, "KH&amp;ĐT"));
	assert_true(at(&s.page, "KH&amp;ĐT") < at(&s.page, "Sở Tài chính"));
	assert_true(at(&s.page, "Sở Tài chính") < at(&s.page, "Sở Du lịch"));
	assert_int_equal(example_count(&s.page, "<td class=\"n rank\">2</td>"), 3);
	assert_int_equal(example_count(&s.page, "<caption"), 2);
	hide(&s);
}

static void few_and_too_few_are_marked(void **state)
{
	struct shown s;

	(void)state;
	show(&s, &plain, LANGUAGE_VI, NULL);
	HAS("<tr class=\"insufficient\"><td class=\"n rank\">–</td>"
	    "<td class=\"n set\">–</td><th scope=\"row\"><a href=\"S-DL/\">Sở Du "
	    "lịch</a>"
	    "<small class=\"few\"><a class=\"rule\" href=\"#S9\">chưa đủ "
	    "phiếu</a></small>"
	    "</th><td class=\"n score\">–</td><td class=\"bar\"></td>"
	    "<td class=\"band\"></td><td class=\"n more\">–</td>"
	    "<td class=\"n more\">–</td><td class=\"n more\">–</td>"
	    "<td class=\"n more\">–</td></tr>");
	assert_int_equal(example_count(&s.page, "href=\"#S9\">ít phiếu</a>"), 1);
	assert_int_equal(example_count(&s.page, "<svg"), 4); /* none of a bound */
	assert_int_equal(example_count(&s.page, "class=\"interval\""), 3);
	HAS("<rect class=\"value\" width=\"7235\"");
	HAS("d=\"M7010 5H7460M7010 2V8M7460 2V8\"");
	hide(&s);
}

static void ranks_and_bands_tell_how_certain_they_are(void **state)
{
	struct shown s;

	(void)state;
	show(&s, &plain, LANGUAGE_VI, NULL);
	HAS("<td class=\"n rank\">2</td><td class=\"n set\">1–3</td>");
	HAS("<td class=\"n rank\">1</td><td class=\"n set\">1</td>");
	HAS("<td class=\"n rank\">1</td><td class=\"n set\">–</td>");
	HAS("<td class=\"band\">Khá <small>chưa chắc chắn</small></td>");
	HAS("<td class=\"band\">Tốt <small>chắc chắn</small></td>");
	HAS("<td class=\"band\"></td>");
	hide(&s);
	show(&s, &plain, LANGUAGE_EN, NULL);
	HAS("<td class=\"band\">Khá <small>not certain</small></td>");
	hide(&s);
}

static void held_units_are_marked(void **state)
{
	struct example held = plain;
	struct shown s;

	(void)state;
	held.number = 3;
	held.held_from = 2;
	show(&s, &held, LANGUAGE_VI, NULL);
	HAS("<small class=\"held\"><a class=\"rule\" href=\"#P6\">số liệu khảo sát giữ "
	    "theo "
	    "lần công bố</a> 2</small></th>");
	hide(&s);
	show(&s, &held, LANGUAGE_EN, NULL);
	HAS(">survey data kept from release</a> 2</small>");
	hide(&s);
	show_unit(&s, &held, LANGUAGE_VI, "S-YT");
	HAS("href=\"../#P6\">số liệu khảo sát giữ theo lần công bố</a> 2</small>. Từ "
	    "đó đến "
	    "nay quá ít phiếu thay đổi");
	hide(&s);
	show(&s, &plain, LANGUAGE_VI, NULL);
	LACKS("class=\"held\"");
	hide(&s);
}

static void what_the_method_wants_is_said(void **state)
{
	struct example unweighted = plain;
	struct shown s;

	(void)state;
	show(&s, &plain, LANGUAGE_EN, NULL);
	HAS("as if raters were drawn at random within their stratum");
	HAS("The interval covers the number of sheets, not those who did not answer");
	HAS("Weighted: ");
	HAS("12/QĐ-UBND");
	HAS("href=\"scores.csv\"");
	HAS("href=\"criteria.csv\"");
	HAS("href=\"scores.json\"");
	LACKS("not represented");
	hide(&s);
	unweighted.unweighted = true;
	unweighted.note = "ghi <chú>";
	show(&s, &unweighted, LANGUAGE_VI, NULL);
	HAS("Không có trọng số");
	HAS("ghi &lt;chú&gt;");
	LACKS("id=\"S2\"");
	hide(&s);
}

static void notes_name_what_was_done(void **state)
{
	struct shown s;

	(void)state;
	show(&s, &plain, LANGUAGE_VI, NULL);
	HAS(">Nhóm được gộp vì có ít doanh nghiệp trả lời:</a> Hội B / nhỏ + Hội B / "
	    "&lt;vừa&gt;.</li>");
	HAS("giữ nguyên trọng số:</a> Hội A &lt;nhỏ&gt;.</li>");
	HAS(">Điểm thưởng tối đa cho một đơn vị:</a> 2,5.</li>");
	LACKS("Điểm phạt tối đa");
	HAS(">Phiếu bị loại:</a> trùng &lt;phiếu&gt; (1.012); không phải hội viên (có, "
	    "nhưng "
	    "quá ít để nêu số).</li>");
	HAS("<dd><code>ab01000000");
	HAS("<dd><code>cd02000000");
	HAS("<dd><code>ef03000000");
	HAS("<code>00f1e2d3c4b5a697</code>");
	hide(&s);
	show(&s, &plain, LANGUAGE_EN, NULL);
	HAS("Sheets annulled:</a> trùng &lt;phiếu&gt; (1,012); không phải hội viên "
	    "(some, too "
	    "few for a number).</li>");
	HAS("Bonus points, at most:</a> 2.5.</li>");
	hide(&s);
}

/* Whether each link within the page leads somewhere. */
static void anchors_exist(const struct buf *page)
{
	static const char *const names[] = {"S2", "S3", "S4", "S5", "S6", "S7",
					    "S8", "S9", "U1", "U2", "U3", "U6",
					    "P1", "P2", "P6", "O2", "O3"};
	char link[32], anchor[32];
	size_t links = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(link, sizeof(link), "href=\"#%s\"", names[i]);
		snprintf(anchor, sizeof(anchor), "id=\"%s\"", names[i]);
		assert_true(example_count(page, anchor) <= 1);
		if (example_count(page, link) > 0)
			assert_int_equal(example_count(page, anchor), 1);
		links += example_count(page, link);
	}
	/* the others lead to main and to the two blocks */
	assert_int_equal(links + 3, example_count(page, "href=\"#"));
}

static void each_figure_leads_to_its_rule(void **state)
{
	static const char *const wanted[] = {"S3", "S5", "S7", "S8", "S9", "U2",
					     "U3", "U6", "P1", "P2", "P6"};
	struct example composite = plain;
	struct shown s;
	char anchor[32];

	(void)state;
	for (int language = 0; language < LANGUAGE_COUNT; language++) {
		show(&s, &plain, (enum language)language, NULL);
		for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
			snprintf(anchor, sizeof(anchor), "<li id=\"%s\">", wanted[i]);
			HAS(anchor);
		}
		LACKS("{");
		anchors_exist(&s.page);
		hide(&s);
	}
	composite.composite = true;
	show(&s, &composite, LANGUAGE_VI, NULL);
	HAS("<th scope=\"col\" class=\"n score\"><a class=\"rule\" "
	    "href=\"#S6\">Điểm</a>");
	HAS("<li id=\"S6\">");
	HAS("khoảng tin cậy coi hai mốc này là cố định");
	LACKS("<li id=\"S5\">");
	LACKS("<svg"); /* the scale is not told */
	anchors_exist(&s.page);
	hide(&s);
	show(&s, &plain, LANGUAGE_VI, NULL);
	HAS("đến 2 chữ số thập phân");
	HAS("Số liệu của dưới 10 doanh nghiệp");
	hide(&s);
}

static void old_releases_still_render(void **state)
{
	struct example old = plain;
	struct shown s;

	(void)state;
	old.old = true;
	show(&s, &old, LANGUAGE_VI, NULL);
	HAS("<td class=\"n score\">72,35</td>");
	HAS("<th scope=\"row\">Sở Y tế<small class=\"few\">");
	HAS("<td class=\"band\">Tốt</td>");
	HAS("<td class=\"bar\"><svg");
	HAS("<table class=\"ranking\">"); /* all columns on a telephone too */
	HAS("Số liệu của quá ít doanh nghiệp");
	LACKS("Khoảng hạng");
	LACKS("criteria.csv");
	LACKS("href=\"S-YT/\"");
	LACKS("Số khởi tạo");
	LACKS("id=\"P6\"");
	anchors_exist(&s.page);
	hide(&s);
}

static void a_correction_says_so(void **state)
{
	struct example correction = plain;
	struct shown s;

	(void)state;
	correction.correction = true;
	correction.note = "Đính chính lần công bố 1: <sai> điểm thẩm định.";
	show(&s, &correction, LANGUAGE_VI, NULL);
	HAS("<strong>BẢN ĐÍNH CHÍNH.</strong> Đính chính lần công bố 1: &lt;sai&gt; "
	    "điểm thẩm "
	    "định.</p>");
	assert_int_equal(example_count(&s.page, "&lt;sai&gt;"), 1);
	hide(&s);
	show_unit(&s, &correction, LANGUAGE_EN, "S-KH");
	HAS("<strong>CORRECTION.</strong> Đính chính lần công bố 1");
	hide(&s);
}

static void trial_is_on_everything(void **state)
{
	struct example trial = plain;
	struct shown s;

	(void)state;
	trial.trial = true;
	show(&s, &trial, LANGUAGE_VI, NULL);
	HAS("<title>THỬ NGHIỆM – ");
	HAS("class=\"watermark\" aria-hidden=\"true\">THỬ NGHIỆM<");
	HAS("<strong>THỬ NGHIỆM.</strong>");
	assert_int_equal(
	    example_count(&s.page, "<span class=\"mark\">THỬ NGHIỆM</span></caption>"),
	    2);
	hide(&s);
	show(&s, &trial, LANGUAGE_EN, NULL);
	HAS("<title>TRIAL – ");
	hide(&s);
	show_unit(&s, &trial, LANGUAGE_VI, "S-KH");
	HAS("<title>THỬ NGHIỆM – ");
	HAS("<strong>THỬ NGHIỆM.</strong>");
	hide(&s);
	show(&s, &plain, LANGUAGE_VI, NULL);
	LACKS("THỬ NGHIỆM");
	hide(&s);
}

static void a_retraction_is_told(void **state)
{
	struct shown s;

	(void)state;
	show(&s, &plain, LANGUAGE_VI, "sai <mẫu>");
	HAS("ĐÃ THU HỒI");
	HAS(">25/11/2024</time>. Lý do: <q>sai &lt;mẫu&gt;</q>");
	hide(&s);
	show(&s, &plain, LANGUAGE_VI, NULL);
	LACKS("THU HỒI");
	hide(&s);
}

static void a_page_that_does_not_fit_is_an_error(void **state)
{
	struct shown s;
	struct buf small;

	(void)state;
	show(&s, &plain, LANGUAGE_VI, NULL);
	buf_init(&small, 1000);
	assert_int_equal(page_release(&s.publication, LANGUAGE_VI, &small), ERR_LIMIT);
	buf_free(&small);
	hide(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_is_escaped_and_intact),
	    cmocka_unit_test(figures_are_in_the_form_of_the_language),
	    cmocka_unit_test(units_stand_by_rank_then_in_order),
	    cmocka_unit_test(few_and_too_few_are_marked),
	    cmocka_unit_test(ranks_and_bands_tell_how_certain_they_are),
	    cmocka_unit_test(held_units_are_marked),
	    cmocka_unit_test(what_the_method_wants_is_said),
	    cmocka_unit_test(notes_name_what_was_done),
	    cmocka_unit_test(each_figure_leads_to_its_rule),
	    cmocka_unit_test(old_releases_still_render),
	    cmocka_unit_test(a_correction_says_so),
	    cmocka_unit_test(trial_is_on_everything),
	    cmocka_unit_test(a_retraction_is_told),
	    cmocka_unit_test(a_page_that_does_not_fit_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
