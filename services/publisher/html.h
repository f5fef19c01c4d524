#ifndef PAR_PUBLISHER_HTML_H
#define PAR_PUBLISHER_HTML_H

/*
 * Writing HTML into a buffer: what is markup and what is text cannot be mixed up, and
 * numbers and dates are written as the page's language does. The first error stays;
 * check once, at the end. Pure.
 */

#include "common/base/bytes.h"

enum language { LANGUAGE_VI, LANGUAGE_EN, LANGUAGE_COUNT };

struct html {
	struct buf *out;
	enum language language;
	const char
	    *rules; /* the way to the page with the rules; NULL: it is this one */
	int err;
};

/* Markup as it is. */
void html_raw(struct html *h, const char *markup);
/* Markup with numbers or other text that needs no escape; at most 500 bytes. */
void html_format(struct html *h, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Text, escaped for an element and for an attribute in double quotes. */
void html_text(struct html *h, const char *text);
/* <tag class="class">text</tag>; class may be NULL. */
void html_element(struct html *h, const char *tag, const char *class_name,
		  const char *text);
/* 1790: "1.790" or "1,790". */
void html_number(struct html *h, uint64_t value);
/* "72.35" as the scorer printed it: "72,35" or "72.35"; ">= 95.00": "≥ 95,00". */
void html_figure(struct html *h, const char *figure);
/* <time> with the day at UTC+7: "24/11/2024" or "24 November 2024". */
void html_day(struct html *h, int64_t seconds);
/* One segment of an address, percent-encoded. */
void html_segment(struct html *h, const char *text);

#endif
