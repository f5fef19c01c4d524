#include "services/publisher/front.h"

#include <string.h>

#include "services/publisher/page.h"
#include "services/publisher/words.h"

static const char *say(const struct html *h, enum word w)
{
	return word(h->language, w);
}

static void trial_mark(struct html *h, bool trial)
{
	if (trial)
		html_format(h, " <span class=\"mark\">%s</span>", say(h, WORD_TRIAL));
}

static bool has_release(const struct publication *list, size_t count, const char *round)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(list[i].release->round, round) == 0)
			return true;
	}
	return false;
}

static void head_line(struct html *h, const struct head *round, bool released)
{
	const char *title = word_pick(h->language, &round->title);

	html_raw(h, "<li>");
	html_element(h, "strong", NULL, title[0] == '\0' ? round->round : title);
	trial_mark(h, round->trial);
	html_raw(h, "<br><small>");
	html_text(h, round->round);
	html_format(h, " · %s · ", word_state(h->language, round->state));
	if (round->respondents == 0) {
		html_raw(h, say(h, WORD_FEWER_THAN_TEN));
	} else {
		html_format(h, "%s ", say(h, WORD_ABOUT));
		html_number(h, round->respondents);
	}
	html_format(h, " %s", say(h, WORD_ANSWERED));
	if (!released)
		html_format(h, " · %s", say(h, WORD_NOT_RELEASED));
	html_raw(h, "</small></li>\n");
}

static void under_way(struct html *h, const struct heads *heads,
		      const struct publication *list, size_t count)
{
	bool begun = false;

	for (size_t i = 0; i < heads->count; i++) {
		const struct head *round = &heads->list[i];
		bool released = has_release(list, count, round->round);

		if (round->state == ROUND_VOID ||
		    (round->state == ROUND_CLOSED && released))
			continue;
		if (!begun)
			html_format(h, "<section>\n<h2>%s</h2>\n<ul class=\"list\">\n",
				    say(h, WORD_IN_PROGRESS));
		begun = true;
		head_line(h, round, released);
	}
	if (begun)
		html_raw(h, "</ul>\n</section>\n");
}

static void release_line(struct html *h, const struct publication *p)
{
	const struct item *r = p->release;

	html_raw(h, p->retraction == NULL ? "<li>" : "<li class=\"gone\">");
	html_raw(h, "<a href=\"");
	html_segment(h, r->round);
	html_format(h, "/%u/%s\">%s %u</a> · ", r->number,
		    h->language == LANGUAGE_VI ? "" : "en.html", say(h, WORD_RELEASE),
		    r->number);
	html_day(h, r->time);
	html_format(h, " · %s", word_kind(h->language, r->kind));
	if (r->decision[0] != '\0') {
		html_format(h, " · %s ", say(h, WORD_DECISION));
		html_text(h, r->decision);
	}
	if (p->retraction != NULL) {
		html_format(h, "<br><small><strong>%s</strong> ",
			    say(h, WORD_RETRACTED));
		html_day(h, p->retraction->time);
		html_format(h, ". %s ", say(h, WORD_REASON));
		html_text(h, p->retraction->reason);
		html_raw(h, "</small>");
	}
	html_raw(h, "</li>\n");
}

/* All releases of the round of list[newest], newest first. */
static void round_section(struct html *h, const struct publication *list, size_t newest)
{
	const struct item *r = list[newest].release;

	html_raw(h, "<section class=\"round\">\n<h3>");
	html_text(h, word_pick(h->language, &r->title));
	trial_mark(h, r->trial);
	html_raw(h, "</h3>\n<ul class=\"list\">\n");
	for (size_t i = newest + 1; i-- > 0;) {
		if (strcmp(list[i].release->round, r->round) == 0)
			release_line(h, &list[i]);
	}
	html_raw(h, "</ul>\n</section>\n");
}

int front_page(const struct heads *heads, const struct publication *list, size_t count,
	       enum language language, struct buf *out)
{
	struct html h = {.out = out, .language = language};
	const struct page_frame frame = {
	    .title = word(language, WORD_SITE),
	    .root = "",
	    .other = language == LANGUAGE_VI ? "en.html" : "./",
	};

	page_begin(&h, &frame);
	html_element(&h, "h1", NULL, say(&h, WORD_ALL_ROUNDS));
	under_way(&h, heads, list, count);
	html_format(&h, "<section>\n<h2>%s</h2>\n", say(&h, WORD_PUBLISHED));
	if (count == 0)
		html_element(&h, "p", NULL, say(&h, WORD_NOTHING_PUBLISHED));
	for (size_t i = count; i-- > 0;) {
		if (!has_release(list + i + 1, count - i - 1, list[i].release->round))
			round_section(&h, list, i);
	}
	html_raw(&h, "</section>\n");
	page_end(&h);
	return h.err;
}

int front_not_found(const char *site, struct buf *out)
{
	struct html h = {.out = out, .language = LANGUAGE_VI};

	html_raw(&h, "<!DOCTYPE html>\n<html lang=\"vi\">\n<head>\n"
		     "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
		     "content=\"width=device-width, initial-scale=1\">\n"
		     "<title>Không có trang này – Not found</title>\n"
		     "<link rel=\"stylesheet\" href=\"");
	html_text(&h, site);
	html_raw(&h,
		 "/style.css\">\n</head>\n<body>\n<main id=\"main\">\n"
		 "<h1>Không có trang này</h1>\n"
		 "<p>Địa chỉ sai, hoặc kỳ đánh giá này chưa công bố kết quả.</p>\n"
		 "<p lang=\"en\">There is no such page: the address is wrong, or this "
		 "round has no release yet.</p>\n<p><a href=\"");
	html_text(&h, site);
	html_format(&h, "/\">%s – %s</a></p>\n", word(LANGUAGE_VI, WORD_ALL_ROUNDS),
		    word(LANGUAGE_EN, WORD_ALL_ROUNDS));
	page_end(&h);
	return h.err;
}
