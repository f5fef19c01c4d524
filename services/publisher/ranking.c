#include "services/publisher/ranking.h"

#include <errno.h>
#include <stdlib.h>

#include "services/publisher/parts.h"

/* Columns of a table; `more` are left out on a telephone, the unit's page has them. */
struct layout {
	bool detailed;
	bool chart; /* scores are on 0..100 */
};

static struct layout layout_of(const struct item *r)
{
	return (struct layout){
	    .detailed = item_is_detailed(r),
	    .chart = r->mode == MODE_POINTS,
	};
}

static const char *say(const struct html *h, enum word w)
{
	return word(h->language, w);
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

/* The score as a bar and its interval as a line; nothing of a bound. */
static void bar(struct html *h, const struct item_unit *u)
{
	bool shown = u->index.state == CELL_SHOWN || u->index.state == CELL_NO_SE;
	unsigned low = place(u->ci_low);
	unsigned high = place(u->ci_high);

	html_raw(h, "<td class=\"bar\">");
	if (shown)
		html_format(h,
			    "<svg viewBox=\"0 0 10000 10\" "
			    "preserveAspectRatio=\"none\" aria-hidden=\"true\">"
			    "<rect class=\"track\" width=\"10000\" height=\"10\"/>"
			    "<rect class=\"value\" width=\"%u\" height=\"10\"/>",
			    place(u->index.text));
	if (shown && u->ci_low[0] != '\0' && u->ci_high[0] != '\0')
		html_format(h,
			    "<path class=\"interval\" "
			    "d=\"M%u 5H%uM%u 2V8M%u 2V8\"/>",
			    low, high, low, high);
	html_raw(h, shown ? "</svg></td>" : "</td>");
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

static void unit_notes(struct html *h, const struct item_unit *u)
{
	if (u->status != STATUS_RANKED) {
		html_raw(h, "<small class=\"few\">");
		rule_link(h, RULE_S9, word_status(h->language, u->status));
		html_raw(h, "</small>");
	}
	parts_held(h, u);
}

static void unit_cell(struct html *h, const struct item_unit *u, bool has_page)
{
	html_raw(h, "<th scope=\"row\">");
	if (has_page) {
		html_raw(h, "<a href=\"");
		html_segment(h, u->code);
		html_format(h, "/%s\">", h->language == LANGUAGE_VI ? "" : "en.html");
	}
	html_text(h, word_pick(h->language, &u->name));
	html_raw(h, has_page ? "</a>" : "");
	unit_notes(h, u);
	html_raw(h, "</th>");
}

static void unit_row(struct html *h, const struct item *r, const struct item_unit *u)
{
	const struct layout layout = layout_of(r);
	bool shown = u->status != STATUS_INSUFFICIENT;

	html_raw(h, shown ? "<tr>" : "<tr class=\"insufficient\">");
	count_cell(h, "n rank", shown ? u->rank : 0);
	if (layout.detailed) {
		html_raw(h, "<td class=\"n set\">");
		parts_rank_range(h, u);
		html_raw(h, "</td>");
	}
	unit_cell(h, u, layout.detailed);
	html_raw(h, "<td class=\"n score\">");
	parts_cell(h, &u->index);
	html_raw(h, "</td>");
	if (layout.chart)
		bar(h, u);
	html_raw(h, "<td class=\"band\">");
	parts_band(h, r, u);
	html_raw(h, "</td><td class=\"n more\">");
	parts_interval(h, u);
	html_raw(h, "</td><td class=\"n more\">");
	parts_figure(h, u->se);
	html_raw(h, "</td>");
	count_cell(h, "n more", u->raters);
	if (u->criteria_applicable == 0)
		html_raw(h, "<td class=\"n more\">–</td></tr>\n");
	else
		html_format(h, "<td class=\"n more\">%u/%u</td></tr>\n",
			    u->criteria_counted, u->criteria_applicable);
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

static void unit_rows(struct html *h, const struct item *r, const struct item_block *b)
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
		unit_row(h, r, sorted[i]);
	free(sorted);
}

static void column(struct html *h, const char *class_name, enum rule rule,
		   enum word name)
{
	html_format(h, "<th scope=\"col\" class=\"%s\">", class_name);
	rule_link(h, rule, say(h, name));
	html_raw(h, "</th>");
}

static void column_heads(struct html *h, const struct item *r)
{
	const struct layout layout = layout_of(r);

	html_raw(h, "<thead><tr>");
	column(h, "n rank", RULE_S8, WORD_RANK);
	if (layout.detailed)
		column(h, "n set", RULE_U3, WORD_RANK_RANGE);
	html_format(h, "<th scope=\"col\" class=\"unit\">%s</th>", say(h, WORD_UNIT));
	column(h, "n score", rule_of_index(r), WORD_SCORE);
	if (layout.chart)
		html_format(h,
			    "<th scope=\"col\" class=\"bar\"><span class=\"hidden\">%s"
			    "</span><span class=\"ticks\" aria-hidden=\"true\">"
			    "<span>0</span><span>50</span><span>100</span></span></th>",
			    say(h, WORD_CHART));
	column(h, "band", RULE_S8, WORD_BAND);
	column(h, "n wide more", RULE_U2, WORD_INTERVAL);
	column(h, "n more", RULE_U1, WORD_SE);
	column(h, "n more", RULE_P1, WORD_RATERS);
	column(h, "n more", RULE_S7, WORD_CRITERIA);
	html_raw(h, "</tr></thead>\n<tbody>\n");
}

void ranking_table(struct html *h, const struct item *release, size_t block)
{
	const struct item_block *b = &release->blocks[block];
	unsigned number = (unsigned)block + 1;

	html_format(h,
		    "<section class=\"block\">\n<div class=\"scroll\" role=\"region\" "
		    "tabindex=\"0\" aria-labelledby=\"b%u\">\n"
		    "<table class=\"%s\">\n<caption id=\"b%u\">",
		    number, item_is_detailed(release) ? "ranking short" : "ranking",
		    number);
	html_text(h, b->name);
	if (release->trial)
		html_format(h, " <span class=\"mark\">%s</span>", say(h, WORD_TRIAL));
	html_raw(h, "</caption>\n");
	column_heads(h, release);
	unit_rows(h, release, b);
	html_raw(h, "</tbody>\n</table>\n</div>\n");
	html_format(h, "<p class=\"minimum\">%s %u; %s %u.</p>\n</section>\n",
		    say(h, WORD_MINIMUM_RANK), b->rank, say(h, WORD_MINIMUM_FULL),
		    b->full_rank);
}

size_t ranking_count(const struct item_block *b)
{
	size_t count = 0;

	for (size_t i = 0; i < b->unit_count; i++)
		count += b->units[i].status != STATUS_INSUFFICIENT;
	return count;
}
