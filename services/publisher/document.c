#include "services/publisher/document.h"

#include "services/publisher/words.h"

static const char *say(const struct html *h, enum word w)
{
	return word(h->language, w);
}

static void head(struct html *h, const struct document *f)
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
	html_raw(h, "style.css\">\n</head>\n");
}

void document_begin(struct html *h, const struct document *f)
{
	enum language other = h->language == LANGUAGE_VI ? LANGUAGE_EN : LANGUAGE_VI;

	head(h, f);
	html_raw(h, "<body>\n");
	if (f->trial)
		html_format(h, "<p class=\"watermark\" aria-hidden=\"true\">%s</p>\n",
			    say(h, WORD_TRIAL));
	html_format(h, "<a class=\"skip\" href=\"#main\">%s</a>\n", say(h, WORD_SKIP));
	html_raw(h, "<header class=\"site\">\n<a class=\"name\" href=\"");
	html_text(h, f->root[0] == '\0' ? "./" : f->root);
	html_format(h, "\">%s</a>\n<nav>", say(h, WORD_SITE));
	html_format(h, "<a hreflang=\"%s\" lang=\"%s\" href=\"", word(other, WORD_LANG),
		    word(other, WORD_LANG));
	html_text(h, f->other);
	html_format(h, "\">%s</a></nav>\n</header>\n<main id=\"main\">\n",
		    say(h, WORD_OTHER_LANGUAGE));
}

void document_end(struct html *h)
{
	html_raw(h, "</main>\n</body>\n</html>\n");
}
