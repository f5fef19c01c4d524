#include "services/publisher/page.h"

#include "services/publisher/document.h"
#include "services/publisher/notes.h"
#include "services/publisher/parts.h"
#include "services/publisher/ranking.h"

static const char *say(const struct html *h, enum word w)
{
	return word(h->language, w);
}

static void respondents(struct html *h, const struct item *r)
{
	parts_fact_begin(h, WORD_RESPONDENTS);
	if (r->respondents == 0) {
		html_raw(h, say(h, WORD_FEWER_THAN_TEN));
	} else {
		html_format(h, "%s ", say(h, WORD_ABOUT));
		html_number(h, r->respondents);
	}
	html_raw(h, " / ");
	html_number(h, r->invited);
	html_format(h, " %s", say(h, WORD_OF_INVITED));
	parts_fact_end(h);
}

static void file_link(struct html *h, const char *before, const char *address,
		      enum word name)
{
	html_format(h, "%s<a href=\"%s\">%s</a>", before, address, say(h, name));
}

static void files(struct html *h, const struct item *r)
{
	parts_fact_begin(h, WORD_FILES);
	file_link(h, "", "scores.csv", WORD_FILE_SCORES);
	if (item_is_detailed(r))
		file_link(h, " · ", "criteria.csv", WORD_FILE_CRITERIA);
	file_link(h, " · ", "scores.json", WORD_FILE_ALL);
	parts_fact_end(h);
}

static void facts(struct html *h, const struct item *r)
{
	html_raw(h, "<dl class=\"facts\">\n");
	parts_fact_text(h, WORD_ROUND, r->round);
	parts_fact_begin(h, WORD_RELEASE);
	html_number(h, r->number);
	html_format(h, " · %s", word_kind(h->language, r->kind));
	parts_fact_end(h);
	parts_fact_text(h, WORD_DECISION, r->decision);
	parts_fact_begin(h, WORD_DATE);
	html_day(h, r->time);
	html_format(h, " <small>(%s)</small>", say(h, WORD_UTC7));
	parts_fact_end(h);
	respondents(h, r);
	if (r->kind != RELEASE_CORRECTION)
		parts_fact_text(h, WORD_NOTE, r->note);
	files(h, r);
	html_raw(h, "</dl>\n");
}

static void block_list(struct html *h, const struct item *r)
{
	if (r->block_count < 2)
		return;
	html_format(h, "<nav class=\"blocks\" aria-label=\"%s\"><ul>\n",
		    say(h, WORD_BLOCKS));
	for (size_t i = 0; i < r->block_count; i++) {
		html_format(h, "<li><a href=\"#b%u\">", (unsigned)i + 1);
		html_text(h, r->blocks[i].name);
		html_raw(h, "</a></li>\n");
	}
	html_raw(h, "</ul></nav>\n");
}

int page_release(const struct publication *p, enum language language, struct buf *out)
{
	struct html h = {.out = out, .language = language};
	const struct item *r = p->release;
	const struct document document = {
	    .title = word_pick(language, &r->title),
	    .root = "../../",
	    .other = language == LANGUAGE_VI ? "en.html" : "./",
	    .trial = r->trial,
	};

	document_begin(&h, &document);
	html_element(&h, "h1", NULL, document.title);
	parts_banners(&h, p);
	facts(&h, r);
	block_list(&h, r);
	if (item_is_detailed(r))
		html_element(&h, "p", "hint", say(&h, WORD_HINT));
	for (size_t i = 0; i < r->block_count; i++)
		ranking_table(&h, r, i);
	notes_section(&h, r);
	rules_section(&h, r);
	notes_digests(&h, r);
	document_end(&h);
	return h.err;
}
