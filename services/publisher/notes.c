#include "services/publisher/notes.h"

#include <inttypes.h>

#include "services/publisher/rules.h"
#include "services/publisher/words.h"

static const char *say(const struct html *h, enum word w)
{
	return word(h->language, w);
}

static void line(struct html *h, enum word text)
{
	html_format(h, "<li>%s</li>\n", say(h, text));
}

static void groups(struct html *h, enum word intro, const struct item_texts *names)
{
	if (names->count == 0)
		return;
	html_raw(h, "<li>");
	rule_link(h, RULE_S2, say(h, intro));
	for (size_t i = 0; i < names->count; i++) {
		html_raw(h, i == 0 ? " " : "; ");
		html_text(h, names->list[i]);
	}
	html_raw(h, ".</li>\n");
}

/* METHOD S5: a cap of 0 is none that anyone could reach. */
static void cap(struct html *h, const struct item *r, enum word intro,
		const char *figure)
{
	struct decimal d;

	if (text_decimal(figure, &d) != 0 || d.micro == 0)
		return;
	html_raw(h, "<li>");
	rule_link(h, rule_of_index(r), say(h, intro));
	html_raw(h, " ");
	html_figure(h, figure);
	html_raw(h, ".</li>\n");
}

static void annulment(struct html *h, const struct item_annulment *a)
{
	html_text(h, a->reason);
	html_raw(h, a->reason[0] == '\0' ? "" : " (");
	if (a->sheets == 0)
		html_raw(h, say(h, WORD_TOO_FEW_TO_TELL));
	else
		html_number(h, a->sheets);
	html_raw(h, a->reason[0] == '\0' ? "" : ")");
}

static void annulments(struct html *h, const struct item *r)
{
	if (r->annulment_count == 0)
		return;
	html_raw(h, "<li>");
	rule_link(h, RULE_O3, say(h, WORD_ANNULLED));
	for (size_t i = 0; i < r->annulment_count; i++) {
		html_raw(h, i == 0 ? " " : "; ");
		annulment(h, &r->annulments[i]);
	}
	html_raw(h, ".</li>\n");
}

void notes_section(struct html *h, const struct item *r)
{
	html_format(h, "<section class=\"notes\">\n<h2>%s</h2>\n<ul>\n",
		    say(h, WORD_NOTES));
	html_format(h, "<li id=\"U6\">%s %s</li>\n",
		    word_design(h->language, r->design), say(h, WORD_INTERVAL_COVERS));
	line(h, r->unweighted ? WORD_UNWEIGHTED : WORD_WEIGHTED);
	groups(h, WORD_MERGED, &r->merged);
	groups(h, WORD_THIN, &r->thin);
	groups(h, WORD_NOT_REPRESENTED, &r->not_represented);
	if (r->minmax)
		line(h, WORD_MINMAX);
	cap(h, r, WORD_BONUS_MAX, r->bonus_max);
	cap(h, r, WORD_PENALTY_MAX, r->penalty_max);
	annulments(h, r);
	line(h, WORD_NO_FIGURE);
	html_raw(h, "</ul>\n</section>\n");
}

static void digest(struct html *h, enum word name, const uint8_t bytes[ITEM_DIGEST])
{
	char hex[2 * ITEM_DIGEST + 1];

	hex_encode(bytes_of(bytes, ITEM_DIGEST), hex);
	html_format(h, "<dt>%s</dt><dd><code>%s</code></dd>\n", say(h, name), hex);
}

void notes_digests(struct html *h, const struct item *r)
{
	html_format(h, "<section class=\"checking\">\n<h2>%s</h2>\n<dl>\n",
		    say(h, WORD_CHECKING));
	digest(h, WORD_HASH, r->result_hash);
	if (item_is_detailed(r)) {
		digest(h, WORD_RULES_DIGEST, r->rules_digest);
		digest(h, WORD_METHOD_DIGEST, r->method_digest);
		html_format(h, "<dt>%s</dt><dd><code>%016" PRIx64 "</code></dd>\n",
			    say(h, WORD_SEED), r->seed);
	}
	html_raw(h, "</dl>\n</section>\n");
}
