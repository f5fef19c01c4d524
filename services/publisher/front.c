#include "services/publisher/front.h"

#include <string.h>

#include "services/publisher/document.h"
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

static bool is_of(const struct publication *p, const char *round)
{
	return strcmp(p->release->round, round) == 0;
}

static bool is_listed(const struct publication *list, size_t count, const char *round)
{
	for (size_t i = 0; i < count; i++) {
		if (is_of(&list[i], round))
			return true;
	}
	return false;
}

/* The newest release of the round that could be computed, or NULL. */
static const struct item *computed(const struct publication *list, size_t count,
				   const char *round)
{
	for (size_t i = count; i-- > 0;) {
		if (is_of(&list[i], round) && list[i].release->what == ITEM_RELEASE)
			return list[i].release;
	}
	return NULL;
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
		bool released = computed(list, count, round->round) != NULL;

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

static void retraction(struct html *h, const struct item *retraction)
{
	html_format(h, "<br><small><strong>%s</strong> ", say(h, WORD_RETRACTED));
	html_day(h, retraction->time);
	html_format(h, ". %s ", say(h, WORD_REASON));
	html_text(h, retraction->reason);
	html_raw(h, "</small>");
}

static void lost_line(struct html *h, const struct item *r)
{
	html_format(h, "%s %u %s <small>(", say(h, WORD_RELEASE), r->number,
		    say(h, WORD_LOST));
	html_day(h, r->time);
	html_raw(h, ")</small>");
}

static void failure_line(struct html *h, const struct item *r)
{
	html_format(h, "%s %u %s <small>(", say(h, WORD_RELEASE), r->number,
		    say(h, WORD_FAILED));
	html_day(h, r->time);
	html_format(h, " · %s)</small>", word_kind(h->language, r->kind));
}

static void made_line(struct html *h, const struct item *r)
{
	html_raw(h, "<a href=\"");
	html_segment(h, r->round);
	html_format(h, "/%u/%s\">%s %u</a> · ", r->number,
		    h->language == LANGUAGE_VI ? "" : "en.html", say(h, WORD_RELEASE),
		    r->number);
	html_day(h, r->time);
	html_format(h, " · %s", word_kind(h->language, r->kind));
	if (r->decision[0] == '\0')
		return;
	html_format(h, " · %s ", say(h, WORD_DECISION));
	html_text(h, r->decision);
}

static void release_line(struct html *h, const struct publication *p)
{
	html_raw(h, p->retraction == NULL ? "<li>" : "<li class=\"gone\">");
	if (p->release->lost)
		lost_line(h, p->release);
	else if (p->release->what == ITEM_FAILURE)
		failure_line(h, p->release);
	else
		made_line(h, p->release);
	if (p->retraction != NULL)
		retraction(h, p->retraction);
	html_raw(h, "</li>\n");
}

/* A release that could not be computed tells no title. */
static const char *round_title(enum language language, const struct heads *heads,
			       const struct item *newest, const char *round)
{
	if (newest != NULL)
		return word_pick(language, &newest->title);
	for (size_t i = 0; i < heads->count; i++) {
		const char *title = word_pick(language, &heads->list[i].title);

		if (strcmp(heads->list[i].round, round) == 0 && title[0] != '\0')
			return title;
	}
	return round;
}

/* All releases of a round, newest first. */
static void round_section(struct html *h, const struct heads *heads,
			  const struct publication *list, size_t count,
			  const char *round)
{
	const struct item *newest = computed(list, count, round);

	html_raw(h, "<section class=\"round\">\n<h3>");
	html_text(h, round_title(h->language, heads, newest, round));
	trial_mark(h, newest != NULL && newest->trial);
	html_raw(h, "</h3>\n<ul class=\"list\">\n");
	for (size_t i = count; i-- > 0;) {
		if (is_of(&list[i], round))
			release_line(h, &list[i]);
	}
	html_raw(h, "</ul>\n</section>\n");
}

int front_page(const struct heads *heads, const struct publication *list, size_t count,
	       enum language language, struct buf *out)
{
	struct html h = {.out = out, .language = language};
	const struct document document = {
	    .title = word(language, WORD_SITE),
	    .root = "",
	    .other = language == LANGUAGE_VI ? "en.html" : "./",
	};

	document_begin(&h, &document);
	html_element(&h, "h1", NULL, say(&h, WORD_ALL_ROUNDS));
	under_way(&h, heads, list, count);
	html_format(&h, "<section>\n<h2>%s</h2>\n", say(&h, WORD_PUBLISHED));
	if (count == 0)
		html_element(&h, "p", NULL, say(&h, WORD_NOTHING_PUBLISHED));
	for (size_t i = count; i-- > 0;) {
		const char *round = list[i].release->round;

		if (!is_listed(list + i + 1, count - i - 1, round))
			round_section(&h, heads, list, count, round);
	}
	html_raw(&h, "</section>\n");
	document_end(&h);
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
	document_end(&h);
	return h.err;
}
