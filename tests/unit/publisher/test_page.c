/* The page of a release: what it must say, and what it must never. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/err.h"
#include "services/publisher/page.h"
#include "tests/unit/publisher/example.h"

struct shown {
	struct item release, retraction;
	struct buf page;
};

static void show(struct shown *s, const struct example *e, enum language language,
		 const char *retracted)
{
	struct publication p = {.n = 1, .release = &s->release};
	struct buf payload;

	*s = (struct shown){0};
	example_release(e, &payload);
	assert_int_equal(item_decode(buf_bytes(&payload), &s->release), 0);
	buf_free(&payload);
	if (retracted != NULL) {
		example_retraction(e->round, e->number, retracted, &payload);
		assert_int_equal(item_decode(buf_bytes(&payload), &s->retraction), 0);
		buf_free(&payload);
		p.retraction = &s->retraction;
	}
	buf_init(&s->page, 1 << 20);
	assert_int_equal(page_release(&p, language, &s->page), 0);
}

static void hide(struct shown *s)
{
	item_free(&s->release);
	item_free(&s->retraction);
	buf_free(&s->page);
}

static size_t at(const struct buf *page, const char *needle)
{
	const void *found = memmem(page->data, page->len, needle, strlen(needle));

	assert_non_null(found);
	return (size_t)((const uint8_t *)found - page->data);
}

#define HAS(needle)   assert_int_not_equal(example_count(&s.page, needle), 0)
#define LACKS(needle) assert_int_equal(example_count(&s.page, needle), 0)

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
	HAS("<td class=\"n\">70,1 – 74,6</td><td class=\"n\">1,1</td>"
	    "<td class=\"n\">1.234</td><td class=\"n\">33/35</td>");
	HAS("khoảng 1.790 / 4.000 được mời");
	HAS("<time datetime=\"2024-11-24\">24/11/2024</time>");
	LACKS(">72.35<");
	hide(&s);
	show(&s, &plain, LANGUAGE_EN, NULL);
	HAS("<html lang=\"en\">");
	HAS("<td class=\"n score\">72.35</td>");
	HAS("<td class=\"n\">1,234</td>");
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
	assert_int_equal(example_count(&s.page, "<td class=\"n rank\">2</td>"), 2);
	assert_int_equal(example_count(&s.page, "<caption"), 2);
	hide(&s);
}

static void few_and_too_few_are_marked(void **state)
{
	struct shown s;

	(void)state;
	show(&s, &plain, LANGUAGE_VI, NULL);
	assert_int_equal(example_count(&s.page, "#few\">ít phiếu</a>"), 1);
	HAS("<tr class=\"insufficient\"><td class=\"n rank\">–</td>"
	    "<th scope=\"row\">Sở Du lịch</th><td class=\"n score\">–</td>"
	    "<td class=\"bar\"></td><td class=\"band\"></td><td class=\"n\">–</td>"
	    "<td class=\"n\">–</td><td class=\"n\">–</td>");
	assert_int_equal(example_count(&s.page, "#insufficient\">chưa đủ phiếu</a>"),
			 1);
	assert_int_equal(example_count(&s.page, "<svg"), 4);
	assert_int_equal(example_count(&s.page, "class=\"interval\""), 3);
	HAS("<rect class=\"value\" width=\"7235\"");
	HAS("d=\"M7010 5H7460M7010 2V8M7460 2V8\"");
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
	HAS("ab01000000");
	HAS("12/QĐ-UBND");
	HAS("href=\"scores.csv\"");
	HAS("href=\"scores.json\"");
	LACKS("not represented");
	hide(&s);
	unweighted.unweighted = true;
	unweighted.note = "ghi <chú>";
	show(&s, &unweighted, LANGUAGE_VI, NULL);
	HAS("Không có trọng số");
	HAS("ghi &lt;chú&gt;");
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
	struct publication p = {.n = 1, .release = &s.release};
	struct buf small;

	(void)state;
	show(&s, &plain, LANGUAGE_VI, NULL);
	buf_init(&small, 1000);
	assert_int_equal(page_release(&p, LANGUAGE_VI, &small), ERR_LIMIT);
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
	    cmocka_unit_test(what_the_method_wants_is_said),
	    cmocka_unit_test(trial_is_on_everything),
	    cmocka_unit_test(a_retraction_is_told),
	    cmocka_unit_test(a_page_that_does_not_fit_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
