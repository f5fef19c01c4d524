#include "common/base/faults.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"

enum { FAULT_TEXT = 1024, LIST_FIRST = 16 };

void faults_init(struct faults *f)
{
	*f = (struct faults){0};
}

void faults_free(struct faults *f)
{
	for (size_t i = 0; i < f->listed; i++) {
		free(f->list[i].file);
		free(f->list[i].text);
	}
	free(f->list);
	faults_init(f);
}

static bool has_room(struct faults *f)
{
	bool power_of_two = (f->listed & (f->listed - 1)) == 0;
	struct fault *list;

	if (f->listed >= FAULTS_MAX)
		return false;
	if (f->listed != 0 && (f->listed < LIST_FIRST || !power_of_two))
		return true;
	list = realloc(f->list,
		       (f->listed == 0 ? LIST_FIRST : f->listed * 2) * sizeof(*list));
	if (!list)
		return false;
	f->list = list;
	return true;
}

static char *escaped(const char *text)
{
	char line[FAULT_TEXT];

	return strdup(text_escape(bytes_str(text), line, sizeof(line)));
}

static bool put(struct faults *f, const char *file, unsigned line, const char *text)
{
	struct fault fault = {.line = line};

	if (!has_room(f))
		return false;
	fault.file = file ? escaped(file) : NULL;
	fault.text = escaped(text);
	if (!fault.text || (file && !fault.file)) {
		free(fault.file);
		free(fault.text);
		return false;
	}
	f->list[f->listed] = fault;
	return true;
}

void faults_add(struct faults *f, const char *file, unsigned line, const char *format,
		...)
{
	va_list args;
	char *text;
	int len;

	f->count++;
	if (f->listed >= FAULTS_MAX)
		return;
	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		return;
	if (put(f, file, line, text))
		f->listed++;
	free(text);
}

char *fault_text(const struct fault *f)
{
	char *text = NULL;
	int len;

	if (!f->file)
		return strdup(f->text);
	if (f->line == 0)
		len = asprintf(&text, "%s: %s", f->file, f->text);
	else
		len = asprintf(&text, "%s:%u: %s", f->file, f->line, f->text);
	return len < 0 ? NULL : text;
}

void faults_print(const struct faults *f, const char *prefix, FILE *out)
{
	for (size_t i = 0; i < f->listed; i++) {
		char *text = fault_text(&f->list[i]);

		fprintf(out, "%s%s\n", prefix, text ? text : "out of memory");
		free(text);
	}
	if (f->count > f->listed)
		fprintf(out, "%sand %zu more faults\n", prefix, f->count - f->listed);
}
