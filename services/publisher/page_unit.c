/* The page of one unit: its figures, then the scores of its criteria. */

#include "services/publisher/document.h"
#include "services/publisher/page.h"
#include "services/publisher/parts.h"
#include "services/publisher/ranking.h"

static const char *say(const struct html *h, enum word w)
{
	return word(h->language, w);
}

/* ---- what the unit has ---- */

static void fact_cell(struct html *h, enum rule rule, enum word name,
		      const struct item_cell *cell)
{
	if (cell->state == CELL_NONE)
		return;
	parts_fact_of_rule(h, rule, name);
	parts_cell(h, cell);
	parts_fact_end(h);
}

static void rank(struct html *h, const struct item_block *b, const struct item_unit *u)
{
	parts_fact_of_rule(h, RULE_S8, WORD_RANK);
	html_format(h, "%u / ", u->rank);
	html_number(h, ranking_count(b));
	html_format(h, " %s", say(h, WORD_RANK_OF));
	if (u->status == STATUS_RANKED_WARNING) {
		html_raw(h, " · <small class=\"few\">");
		rule_link(h, RULE_S9, word_status(h->language, u->status));
		html_raw(h, "</small>");
	}
	parts_fact_end(h);
	parts_fact_of_rule(h, RULE_U3, WORD_RANK_RANGE);
	parts_rank_range(h, u);
	parts_fact_end(h);
}

static void band(struct html *h, const struct item *r, const struct item_unit *u)
{
	if (word_pick(h->language, &u->band)[0] == '\0')
		return;
	parts_fact_of_rule(h, RULE_S8, WORD_BAND);
	parts_band(h, r, u);
	parts_fact_end(h);
}

static void certainty(struct html *h, const struct item_unit *u)
{
	parts_fact_of_rule(h, RULE_U2, WORD_INTERVAL);
	parts_interval(h, u);
	parts_fact_end(h);
	parts_fact_of_rule(h, RULE_U1, WORD_SE);
	parts_figure(h, u->se);
	parts_fact_end(h);
	parts_fact_of_rule(h, RULE_P1, WORD_RATERS);
	if (u->raters == 0)
		html_raw(h, "–");
	else
		html_number(h, u->raters);
	parts_fact_end(h);
}

static void facts(struct html *h, const struct item *r, const struct item_block *b,
		  const struct item_unit *u)
{
	html_raw(h, "<dl class=\"facts unit\">\n");
	parts_fact_text(h, WORD_BLOCK, b->name);
	fact_cell(h, rule_of_index(r), WORD_SCORE, &u->index);
	rank(h, b, u);
	band(h, r, u);
	certainty(h, u);
	parts_fact_of_rule(h, RULE_S7, WORD_CRITERIA);
	html_format(h, "%u/%u", u->criteria_counted, u->criteria_applicable);
	parts_fact_end(h);
	fact_cell(h, rule_of_index(r), WORD_SURVEY_PART, &u->survey_part);
	fact_cell(h, rule_of_index(r), WORD_APPRAISED_PART, &u->appraised_part);
	html_raw(h, "</dl>\n");
}

static void held(struct html *h, const struct item_unit *u)
{
	if (u->held_from == 0)
		return;
	html_raw(h, "<p class=\"banner held\">");
	parts_held(h, u);
	html_format(h, ". %s</p>\n", say(h, WORD_HELD_WHY));
}

/* ---- its criteria ---- */

/*
 * CELL_NONE says that a criterion does not apply or does not count. Where the counts
 * leave only one of these, that one is told.
 */
struct absence {
	bool foreign; /* some leaf does not apply */
	bool missing; /* some leaf applies and does not count */
};

static struct absence absence_of(const struct item *r, const struct item_unit *u)
{
	return (struct absence){
	    .foreign = u->criteria_applicable < r->leaf_count,
	    .missing = u->criteria_counted < u->criteria_applicable,
	};
}

static void absent(struct html *h, const struct item_criterion *c,
		   const struct absence *a)
{
	bool missing = c->leaf && (a->missing || !a->foreign);
	bool foreign = !c->leaf || a->foreign || !a->missing;

	rule_begin(h, RULE_S7);
	if (foreign)
		html_raw(h, say(h, WORD_NOT_APPLICABLE));
	if (foreign && missing)
		html_format(h, " %s ", say(h, WORD_OR));
	if (missing)
		html_raw(h, word_missing(h->language, c->source));
	rule_end(h);
}

static void score_cell(struct html *h, const struct item_criterion *c,
		       const struct item_cell *cell, const struct absence *a)
{
	bool words = cell->state == CELL_NONE || cell->state == CELL_HIDDEN;

	html_raw(h, words ? "<td class=\"words\">" : "<td class=\"n score\">");
	if (cell->state == CELL_NONE)
		absent(h, c, a);
	else
		parts_cell(h, cell);
	html_raw(h, "</td>");
}

static void source(struct html *h, enum source from)
{
	if (from == SOURCE_NONE)
		return;
	html_raw(h, " <small>");
	rule_link(h, from == SOURCE_SURVEY ? RULE_S3 : RULE_S4,
		  word_source(h->language, from));
	html_raw(h, "</small>");
}

static void criterion_row(struct html *h, const struct item_criterion *c,
			  const struct item_cell *cell, const struct absence *a)
{
	html_raw(h, c->field < 0 ? "<tr class=\"field\"><th scope=\"row\"><span>"
				 : "<tr><th scope=\"row\"><span>");
	html_text(h, c->code);
	html_raw(h, "</span> ");
	html_text(h, word_pick(h->language, &c->name));
	source(h, c->source);
	html_raw(h, "</th><td class=\"n\">");
	html_figure(h, c->points);
	html_raw(h, "</td>");
	score_cell(h, c, cell, a);
	html_raw(h, "</tr>\n");
}

static void head(struct html *h, const char *class_name, enum rule rule, enum word name)
{
	html_format(h, "<th scope=\"col\" class=\"%s\">", class_name);
	rule_link(h, rule, say(h, name));
	html_raw(h, "</th>");
}

static void criteria(struct html *h, const struct item *r, const struct item_unit *u)
{
	const struct absence a = absence_of(r, u);

	html_format(h,
		    "<table class=\"criteria\">\n<caption>%s</caption>\n"
		    "<thead><tr><th scope=\"col\">%s</th>",
		    say(h, WORD_CRITERION_SCORES), say(h, WORD_CRITERION));
	head(h, "n points", RULE_S7, WORD_POINTS);
	head(h, "n figure", rule_of_index(r),
	     r->mode == MODE_POINTS ? WORD_SCORE_100 : WORD_SCORE);
	html_raw(h, "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < r->criterion_count; i++)
		criterion_row(h, &r->criteria[i], &u->cells[i], &a);
	html_raw(h, "</tbody>\n</table>\n");
}

/* ---- the page ---- */

static void way_back(struct html *h, const struct item *r)
{
	html_format(h, "<p class=\"back\"><a href=\"../%s\">← %s %u</a> <small>",
		    h->language == LANGUAGE_VI ? "" : "en.html", say(h, WORD_RANKINGS),
		    r->number);
	html_text(h, word_pick(h->language, &r->title));
	html_raw(h, " · ");
	html_day(h, r->time);
	html_raw(h, "</small></p>\n");
}

static void insufficient(struct html *h)
{
	html_raw(h, "<p><strong>");
	rule_link(h, RULE_S9, word_status(h->language, STATUS_INSUFFICIENT));
	html_format(h, "</strong>: %s</p>\n", say(h, WORD_INSUFFICIENT));
}

static void covers(struct html *h, const struct item *r)
{
	html_format(h, "<p class=\"covers\"><small>%s %s</small></p>\n",
		    word_design(h->language, r->design), say(h, WORD_INTERVAL_COVERS));
}

int page_unit(const struct publication *p, const struct item_block *block,
	      const struct item_unit *unit, enum language language, struct buf *out)
{
	struct html h = {
	    .out = out,
	    .language = language,
	    .rules = language == LANGUAGE_VI ? "../" : "../en.html",
	};
	const struct document document = {
	    .title = word_pick(language, &unit->name),
	    .root = "../../../",
	    .other = language == LANGUAGE_VI ? "en.html" : "./",
	    .trial = p->release->trial,
	};

	document_begin(&h, &document);
	way_back(&h, p->release);
	html_element(&h, "h1", NULL, document.title);
	parts_banners(&h, p);
	if (unit->cells == NULL) {
		insufficient(&h);
	} else {
		held(&h, unit);
		facts(&h, p->release, block, unit);
		covers(&h, p->release);
		criteria(&h, p->release, unit);
	}
	document_end(&h);
	return h.err;
}
