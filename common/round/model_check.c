/* Where faults go, what text may be, and which checks there are. */

#include "common/round/model_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LINE = 1024 };

static unsigned line_of(const struct checker *k, struct check_place at)
{
	if (at.path.keys[0] == NULL)
		return at.line;
	/* Finding a line takes a scan of the file. */
	if (k->line == NULL || k->faults->listed >= FAULTS_MAX)
		return 0;
	return k->line(k->ctx, at.path);
}

static void add(struct checker *k, struct check_place at, const char *format,
		va_list args) __attribute__((format(printf, 3, 0)));

static void add(struct checker *k, struct check_place at, const char *format,
		va_list args)
{
	char text[LINE];

	vsnprintf(text, sizeof text, format, args);
	faults_add(k->faults, at.file, line_of(k, at), "%s", text);
}

static void fault(struct checker *k, struct check_place at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void fault(struct checker *k, struct check_place at, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(k, at, format, args);
	va_end(args);
}

void check_rule(struct checker *k, struct model_path path, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(k, check_at_path(path, ""), format, args);
	va_end(args);
}

struct check_place check_at_line(const char *file, unsigned line, const char *what)
{
	return (struct check_place){.file = file, .line = line, .what = what};
}

struct check_place check_at_path(struct model_path path, const char *what)
{
	return (struct check_place){.file = "round.json", .what = what, .path = path};
}

static void check_form(struct checker *k, struct check_place at, const char *text,
		       size_t max)
{
	if (strlen(text) > max)
		fault(k, at, "%s is longer than %zu bytes: shorten it", at.what, max);
	else if (!text_is_nfc(bytes_str(text)) || strpbrk(text, "\t\n") != NULL)
		fault(k, at, "%s must be one line of UTF-8 in form NFC", at.what);
}

void check_text(struct checker *k, struct check_place at, const char *text, size_t max)
{
	if (text[0] == '\0')
		fault(k, at, "%s is empty: fill it in", at.what);
	else
		check_form(k, at, text, max);
}

void check_name(struct checker *k, struct check_place at, const char *text)
{
	check_text(k, at, text, MODEL_CODE_MAX);
	if (strchr(text, ' ') != NULL)
		fault(k, at, "%s \"%s\" has a space in it: use - or _ instead", at.what,
		      text);
}

void check_text2(struct checker *k, struct check_place at, const struct text2 *t)
{
	if (t->vi[0] == '\0' && t->en[0] == '\0')
		fault(k, at, "%s is empty: give it in Vietnamese, English or both",
		      at.what);
	check_form(k, at, t->vi, MODEL_TEXT_MAX);
	check_form(k, at, t->en, MODEL_TEXT_MAX);
}

void model_check_lines(const struct round *r, model_line_fn *line, void *ctx,
		       struct faults *faults)
{
	struct checker k = {.r = r, .line = line, .ctx = ctx, .faults = faults};

	check_rules(&k);
	check_criteria(&k);
	check_units(&k);
	check_strata(&k);
	check_composite(&k);
}

void model_check(const struct round *r, struct faults *faults)
{
	model_check_lines(r, NULL, NULL, faults);
}
