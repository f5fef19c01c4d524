#include "services/publisher/page.h"

#include <errno.h>
#include <stdlib.h>

#include "services/publisher/words.h"

static const char *say(const struct html *h, enum word w)
{
	return word(h->language, w);
}

void page_begin(struct html *h, const struct page_frame *f)
{
	html_format(h, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n",
		    say(h, WORD_LANG));
	html_raw(h, "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
		    "content=\"width=device-width, initial-scale=1\">\n<title>");
	if (f->trial)
		html_format(h, "%s – ", say(h, WORD_TRIAL));
	html_text(h, f->title);
	html_raw(h, "</title>\n<link rel=\"stylesheet\" href=\"");
	html_text(h, f->root);
	html_raw(h, "style.css\">\n</head>\n<body>\n");
	if (f->trial)
		html_format(h, "<p class=\"watermark\" aria-hidden=\"true\">%s</p>\n",
			    say(h, WORD_TRIAL));
	html_format(h, "<a class=\"skip\" href=\"#main\">%s</a>\n", say(h, WORD_SKIP));
	html_raw(h, "<header class=\"site\">\n<a class=\"name\" href=\"");
	html_text(h, f->root[0] == '\0' ? "./" : f->root);
	html_format(h, "\">%s</a>\n<nav>", say(h, WORD_SITE));
	html_format(
	    h, "<a hreflang=\"%s\" lang=\"%s\" href=\"",
	    word(h->language == LANGUAGE_VI ? LANGUAGE_EN : LANGUAGE_VI, WORD_LANG),
	    word(h->language == LANGUAGE_VI ? LANGUAGE_EN : LANGUAGE_VI, WORD_LANG));
	html_text(h, f->other);
	html_format(h, "\">%s</a></nav>\n</header>\n<main id=\"main\">\n",
		    say(h, WORD_OTHER_LANGUAGE));
}

void page_end(struct html *h)
{
	html_raw(h, "</main>\n</body>\n</html>\n");
}

static void fact_begin(struct html *h, const char *name)
{
	html_raw(h, "<div>");
	html_element(h, "dt", NULL, name);
	html_raw(h, "<dd>");
}

static void fact_end(struct html *h)
{
	html_raw(h, "</dd></div>\n");
}

static void fact_text(struct html *h, enum word name, const char *text)
{
	if (text[0] == '\0')
		return;
	fact_begin(h, say(h, name));
	html_text(h, text);
	fact_end(h);
}

static void respondents(struct html *h, const struct item *r)
{
	fact_begin(h, say(h, WORD_RESPONDENTS));
	if (r->respondents == 0) {
		html_raw(h, say(h, WORD_FEWER_THAN_TEN));
	} else {
		html_format(h, "%s ", say(h, WORD_ABOUT));
		html_number(h, r->respondents);
	}
	html_raw(h, " / ");
	html_number(h, r->invited);
	html_format(h, " %s", say(h, WORD_OF_INVITED));
	fact_end(h);
}

static void facts(struct html *h, const struct item *r)
{
	html_raw(h, "<dl class=\"facts\">\n");
	fact_text(h, WORD_ROUND, r->round);
	fact_begin(h, say(h, WORD_RELEASE));
	html_number(h, r->number);
	html_format(h, " · %s", word_kind(h->language, r->kind));
	fact_end(h);
	fact_text(h, WORD_DECISION, r->decision);
	fact_begin(h, say(h, WORD_DATE));
	html_day(h, r->time);
	html_format(h, " <small>(%s)</small>", say(h, WORD_UTC7));
	fact_end(h);
	respondents(h, r);
	fact_text(h, WORD_NOTE, r->note);
	fact_begin(h, say(h, WORD_FILES));
	html_raw(h,
		 "<a href=\"scores.csv\">CSV</a> · <a href=\"scores.json\">JSON</a>");
	fact_end(h);
	html_raw(h, "</dl>\n");
}

static void banners(struct html *h, const struct publication *p)
{
	if (p->retraction != NULL) {
		html_format(h,
			    "<div class=\"banner retracted\" role=\"note\"><p><strong>"
			    "%s.</strong> %s ",
			    say(h, WORD_RETRACTED), say(h, WORD_RETRACTED_ON));
		html_day(h, p->retraction->time);
		html_format(h, ". %s ", say(h, WORD_REASON));
		html_element(h, "q", NULL, p->retraction->reason);
		html_format(h, ". %s</p></div>\n", say(h, WORD_KEPT));
	}
	if (p->release->trial)
		html_format(h,
			    "<div class=\"banner trial\" role=\"note\"><p><strong>%s."
			    "</strong> %s</p></div>\n",
			    say(h, WORD_TRIAL), say(h, WORD_TRIAL_BANNER));
}

/* Hundredths of a point, 0..10000: the places of the chart. */
static unsigned place(const char *figure)
{
	struct decimal d;

	if (text_decimal(figure, &d) != 0 || d.micro < 0)
		return 0;
	if (d.micro > (int64_t)100 * DECIMAL_ONE)
		return 10000;
	return (unsigned)(d.micro / (DECIMAL_ONE / 100));
}

/* The score as a bar and its interval as a line. */
static void bar(struct html *h, const struct item_unit *u)
{
	unsigned low = place(u->ci_low);
	unsigned high = place(u->ci_high);

	html_raw(h, "<td class=\"bar\">");
	if (u->score[0] != '\0')
		html_format(h,
			    "<svg viewBox=\"0 0 10000 10\" "
			    "preserveAspectRatio=\"none\" aria-hidden=\"true\">"
			    "<rect class=\"track\" width=\"10000\" height=\"10\"/>"
			    "<rect class=\"value\" width=\"%u\" height=\"10\"/>",
			    place(u->score));
	if (u->score[0] != '\0' && u->ci_low[0] != '\0' && u->ci_high[0] != '\0')
		html_format(h,
			    "<path class=\"interval\" "
			    "d=\"M%u 5H%uM%u 2V8M%u 2V8\"/>",
			    low, high, low, high);
	html_raw(h, u->score[0] != '\0' ? "</svg></td>" : "</td>");
}

static void figure_cell(struct html *h, const char *class_name, const char *figure)
{
	html_format(h, "<td class=\"%s\">", class_name);
	if (figure[0] == '\0')
		html_raw(h, "–");
	else
		html_decimal(h, figure);
	html_raw(h, "</td>");
}

static void count_cell(struct html *h, const char *class_name, uint64_t count)
{
	html_format(h, "<td class=\"%s\">", class_name);
	if (count == 0)
		html_raw(h, "–");
	else
		html_number(h, count);
	html_raw(h, "</td>");
}

static void interval_cell(struct html *h, const struct item_unit *u)
{
	html_raw(h, "<td class=\"n\">");
	if (u->ci_low[0] == '\0' || u->ci_high[0] == '\0') {
		html_raw(h, "–");
	} else {
		html_decimal(h, u->ci_low);
		html_raw(h, " – ");
		html_decimal(h, u->ci_high);
	}
	html_raw(h, "</td>");
}

static void status_cell(struct html *h, enum status status)
{
	const char *text = word_status(h->language, status);

	if (status == STATUS_RANKED)
		html_format(h, "<td class=\"status\">%s</td>", text);
	else if (status == STATUS_RANKED_WARNING)
		html_format(
		    h,
		    "<td class=\"status\"><a class=\"few\" href=\"#few\">%s</a></td>",
		    text);
	else
		html_format(
		    h, "<td class=\"status\"><a href=\"#insufficient\">%s</a></td>",
		    text);
}

static void unit_row(struct html *h, const struct item_unit *u)
{
	bool shown = u->status != STATUS_INSUFFICIENT;

	html_raw(h, shown ? "<tr>" : "<tr class=\"insufficient\">");
	count_cell(h, "n rank", shown ? u->rank : 0);
	html_raw(h, "<th scope=\"row\">");
	html_text(h, word_pick(h->language, &u->name));
	html_raw(h, "</th>");
	figure_cell(h, "n score", u->score);
	bar(h, u);
	html_element(h, "td", "band", word_pick(h->language, &u->band));
	interval_cell(h, u);
	figure_cell(h, "n", u->se);
	count_cell(h, "n", u->raters);
	html_format(h, "<td class=\"n\">%u/%u</td>", u->criteria_counted,
		    u->criteria_applicable);
	status_cell(h, u->status);
	html_raw(h, "</tr>\n");
}

/* Ranked units by rank, ties as in units.csv; then those that are not ranked. */
static int by_rank(const void *a, const void *b)
{
	const struct item_unit *x = *(const struct item_unit *const *)a;
	const struct item_unit *y = *(const struct item_unit *const *)b;
	bool x_last = x->status == STATUS_INSUFFICIENT;
	bool y_last = y->status == STATUS_INSUFFICIENT;

	if (x_last != y_last)
		return x_last ? 1 : -1;
	if (!x_last && x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return x < y ? -1 : x > y;
}

static void unit_rows(struct html *h, const struct item_block *b)
{
	const struct item_unit **sorted = calloc(b->unit_count + 1, sizeof(sorted[0]));

	if (sorted == NULL) {
		h->err = -ENOMEM;
		return;
	}
	for (size_t i = 0; i < b->unit_count; i++)
		sorted[i] = &b->units[i];
	qsort(sorted, b->unit_count, sizeof(sorted[0]), by_rank);
	for (size_t i = 0; i < b->unit_count; i++)
		unit_row(h, sorted[i]);
	free(sorted);
}

static void column(struct html *h, const char *class_name, enum word name)
{
	html_format(h, "<th scope=\"col\"%s>%s</th>", class_name, say(h, name));
}

static void column_heads(struct html *h)
{
	html_raw(h, "<thead><tr>");
	column(h, " class=\"n rank\"", WORD_RANK);
	column(h, " class=\"unit\"", WORD_UNIT);
	column(h, " class=\"n score\"", WORD_SCORE);
	html_format(h,
		    "<th scope=\"col\" class=\"bar\"><span class=\"hidden\">%s</span>"
		    "<span class=\"ticks\" aria-hidden=\"true\"><span>0</span>"
		    "<span>50</span><span>100</span></span></th>",
		    say(h, WORD_CHART));
	column(h, " class=\"band\"", WORD_BAND);
	column(h, " class=\"n wide\"", WORD_INTERVAL);
	column(h, " class=\"n\"", WORD_SE);
	column(h, " class=\"n\"", WORD_RATERS);
	column(h, " class=\"n\"", WORD_CRITERIA);
	column(h, " class=\"status\"", WORD_STATUS);
	html_raw(h, "</tr></thead>\n<tbody>\n");
}

static void block_table(struct html *h, const struct item *r, size_t place_of)
{
	const struct item_block *b = &r->blocks[place_of];
	unsigned number = (unsigned)place_of + 1;

	html_format(h,
		    "<section class=\"block\">\n<div class=\"scroll\" role=\"region\" "
		    "tabindex=\"0\" aria-labelledby=\"b%u\">\n"
		    "<table>\n<caption id=\"b%u\">",
		    number, number);
	html_text(h, b->name);
	if (r->trial)
		html_format(h, " <span class=\"mark\">%s</span>", say(h, WORD_TRIAL));
	html_raw(h, "</caption>\n");
	column_heads(h);
	unit_rows(h, b);
	html_raw(h, "</tbody>\n</table>\n</div>\n");
	html_format(h, "<p class=\"minimum\">%s %u; %s %u.</p>\n</section>\n",
		    say(h, WORD_MINIMUM_RANK), b->rank, say(h, WORD_MINIMUM_FULL),
		    b->full_rank);
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

static void group_list(struct html *h, enum word intro, const char *const list[],
		       size_t count)
{
	if (count == 0)
		return;
	html_format(h, "<li>%s ", say(h, intro));
	for (size_t i = 0; i < count; i++) {
		html_raw(h, i == 0 ? "" : "; ");
		html_text(h, list[i]);
	}
	html_raw(h, ".</li>\n");
}

static void notes(struct html *h, const struct item *r)
{
	char hash[2 * RESULT_HASH + 1];

	html_format(h, "<section class=\"notes\">\n<h2>%s</h2>\n<ul>\n",
		    say(h, WORD_HOW_TO_READ));
	html_format(h, "<li>%s</li>\n<li>%s</li>\n",
		    word_design(h->language, r->design), say(h, WORD_INTERVAL_COVERS));
	html_format(h, "<li>%s</li>\n",
		    say(h, r->unweighted ? WORD_UNWEIGHTED : WORD_WEIGHTED));
	group_list(h, WORD_THIN, r->thin, r->thin_count);
	group_list(h, WORD_NOT_REPRESENTED, r->not_represented,
		   r->not_represented_count);
	html_format(h, "<li id=\"few\"><strong>%s</strong>: %s</li>\n",
		    word_status(h->language, STATUS_RANKED_WARNING), say(h, WORD_FEW));
	html_format(h, "<li id=\"insufficient\"><strong>%s</strong>: %s</li>\n",
		    word_status(h->language, STATUS_INSUFFICIENT),
		    say(h, WORD_INSUFFICIENT));
	html_format(h, "<li>%s</li>\n</ul>\n", say(h, WORD_NO_FIGURE));
	hex_encode(bytes_of(r->hash, RESULT_HASH), hash);
	html_format(h, "<p class=\"hash\">%s: <code>%s</code></p>\n</section>\n",
		    say(h, WORD_HASH), hash);
}

int page_release(const struct publication *p, enum language language, struct buf *out)
{
	struct html h = {.out = out, .language = language};
	const struct item *r = p->release;
	const struct page_frame frame = {
	    .title = word_pick(language, &r->title),
	    .root = "../../",
	    .other = language == LANGUAGE_VI ? "en.html" : "./",
	    .trial = r->trial,
	};

	page_begin(&h, &frame);
	html_element(&h, "h1", NULL, frame.title);
	banners(&h, p);
	facts(&h, r);
	block_list(&h, r);
	for (size_t i = 0; i < r->block_count; i++)
		block_table(&h, r, i);
	notes(&h, r);
	page_end(&h);
	return h.err;
}
