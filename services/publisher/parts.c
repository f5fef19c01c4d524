#include "services/publisher/parts.h"

static const char *say(const struct html *h, enum word w)
{
	return word(h->language, w);
}

static void retraction(struct html *h, const struct item *retraction)
{
	html_format(h,
		    "<div class=\"banner retracted\" role=\"note\"><p><strong>"
		    "%s.</strong> %s ",
		    say(h, WORD_RETRACTED), say(h, WORD_RETRACTED_ON));
	html_day(h, retraction->time);
	html_format(h, ". %s ", say(h, WORD_REASON));
	html_element(h, "q", NULL, retraction->reason);
	html_format(h, ". %s</p></div>\n", say(h, WORD_KEPT));
}

static void banner(struct html *h, const char *class_name, enum word mark,
		   const char *text)
{
	html_format(h,
		    "<div class=\"banner %s\" role=\"note\"><p><strong>%s.</strong> ",
		    class_name, say(h, mark));
	html_text(h, text);
	html_raw(h, "</p></div>\n");
}

void parts_banners(struct html *h, const struct publication *p)
{
	const struct item *r = p->release;

	if (p->retraction != NULL)
		retraction(h, p->retraction);
	if (r->trial)
		banner(h, "trial", WORD_TRIAL, say(h, WORD_TRIAL_BANNER));
	if (r->kind == RELEASE_CORRECTION)
		banner(h, "correction", WORD_CORRECTION, r->note);
}

void parts_fact_begin(struct html *h, enum word name)
{
	html_format(h, "<div><dt>%s</dt><dd>", say(h, name));
}

void parts_fact_of_rule(struct html *h, enum rule rule, enum word name)
{
	html_raw(h, "<div><dt>");
	rule_link(h, rule, say(h, name));
	html_raw(h, "</dt><dd>");
}

void parts_fact_end(struct html *h)
{
	html_raw(h, "</dd></div>\n");
}

void parts_fact_text(struct html *h, enum word name, const char *text)
{
	if (text[0] == '\0')
		return;
	parts_fact_begin(h, name);
	html_text(h, text);
	parts_fact_end(h);
}

void parts_cell(struct html *h, const struct item_cell *cell)
{
	bool bound = cell->state == CELL_HIGH || cell->state == CELL_LOW;

	if (cell->state == CELL_HIDDEN) {
		rule_link(h, RULE_P1, say(h, WORD_HIDDEN));
		return;
	}
	if (bound)
		rule_begin(h, RULE_P2);
	parts_figure(h, cell->text);
	if (bound)
		rule_end(h);
}

void parts_figure(struct html *h, const char *figure)
{
	if (figure[0] == '\0')
		html_raw(h, "–");
	else
		html_figure(h, figure);
}

void parts_interval(struct html *h, const struct item_unit *u)
{
	if (u->ci_low[0] == '\0' || u->ci_high[0] == '\0') {
		html_raw(h, "–");
		return;
	}
	html_figure(h, u->ci_low);
	html_raw(h, " – ");
	html_figure(h, u->ci_high);
}

void parts_rank_range(struct html *h, const struct item_unit *u)
{
	if (u->rank_low == 0)
		html_raw(h, "–");
	else if (u->rank_low == u->rank_high)
		html_format(h, "%u", u->rank_low);
	else
		html_format(h, "%u–%u", u->rank_low, u->rank_high);
}

void parts_band(struct html *h, const struct item *r, const struct item_unit *u)
{
	const char *name = word_pick(h->language, &u->band);

	html_text(h, name);
	if (name[0] != '\0' && item_is_detailed(r))
		html_format(h, " <small>%s</small>",
			    say(h, u->band_certain ? WORD_CERTAIN : WORD_UNCERTAIN));
}

void parts_held(struct html *h, const struct item_unit *u)
{
	if (u->held_from == 0)
		return;
	html_raw(h, "<small class=\"held\">");
	rule_link(h, RULE_P6, say(h, WORD_HELD));
	html_format(h, " %u</small>", u->held_from);
}
