#include "services/publisher/html.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/base/err.h"

enum { UTC_PLUS_7 = 7 * 3600, FORMAT_MAX = 501 };

void html_raw(struct html *h, const char *markup)
{
	if (h->err == 0)
		h->err = buf_put_str(h->out, markup);
}

void html_format(struct html *h, const char *format, ...)
{
	char text[FORMAT_MAX];
	va_list arguments;
	int len;

	va_start(arguments, format);
	len = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (len < 0 || (size_t)len >= sizeof(text))
		h->err = ERR_LIMIT;
	html_raw(h, text);
}

static const char *entity(char c)
{
	if (c == '<')
		return "&lt;";
	if (c == '>')
		return "&gt;";
	if (c == '&')
		return "&amp;";
	if (c == '"')
		return "&quot;";
	return c == '\'' ? "&#39;" : NULL;
}

void html_text(struct html *h, const char *text)
{
	while (*text != '\0' && h->err == 0) {
		size_t plain = strcspn(text, "<>&\"'");

		h->err = buf_put(h->out, text, plain);
		text += plain;
		if (*text != '\0')
			html_raw(h, entity(*text++));
	}
}

void html_element(struct html *h, const char *tag, const char *class_name,
		  const char *text)
{
	html_format(h, "<%s", tag);
	if (class_name != NULL)
		html_format(h, " class=\"%s\"", class_name);
	html_raw(h, ">");
	html_text(h, text);
	html_format(h, "</%s>", tag);
}

void html_number(struct html *h, uint64_t value)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)value);

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			html_raw(h, h->language == LANGUAGE_VI ? "." : ",");
		html_format(h, "%c", digits[i]);
	}
}

void html_figure(struct html *h, const char *figure)
{
	size_t whole;

	if (strncmp(figure, ">= ", 3) == 0 || strncmp(figure, "<= ", 3) == 0) {
		html_raw(h, figure[0] == '>' ? "≥&nbsp;" : "≤&nbsp;");
		figure += 3;
	}
	whole = strcspn(figure, ".");
	html_format(h, "%.*s", (int)whole, figure);
	if (figure[whole] == '.')
		html_format(h, "%s%s", h->language == LANGUAGE_VI ? "," : ".",
			    figure + whole + 1);
}

void html_day(struct html *h, int64_t seconds)
{
	static const char *const months[] = {
	    "January", "February", "March",     "April",   "May",      "June",
	    "July",    "August",   "September", "October", "November", "December",
	};
	time_t local = (time_t)(seconds + UTC_PLUS_7);
	struct tm day;

	if (gmtime_r(&local, &day) == NULL) {
		h->err = ERR_FORMAT;
		return;
	}
	html_format(h, "<time datetime=\"%04d-%02d-%02d\">", day.tm_year + 1900,
		    day.tm_mon + 1, day.tm_mday);
	if (h->language == LANGUAGE_VI)
		html_format(h, "%02d/%02d/%d</time>", day.tm_mday, day.tm_mon + 1,
			    day.tm_year + 1900);
	else
		html_format(h, "%d %s %d</time>", day.tm_mday, months[day.tm_mon],
			    day.tm_year + 1900);
}

void html_segment(struct html *h, const char *text)
{
	static const char plain[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789-_.~";

	for (; *text != '\0'; text++) {
		if (strchr(plain, *text) != NULL)
			html_format(h, "%c", *text);
		else
			html_format(h, "%%%02X", (unsigned)(unsigned char)*text);
	}
}
