#include "common/base/config_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "common/base/text.h"

/* Values are handed out as const char * for good, so the lines are never freed. */
struct kept {
	struct kept *next;
	char *text;
};

static struct kept *kept_lines;

static bool keep(char *text)
{
	struct kept *k = malloc(sizeof(*k));

	if (!k)
		return false;
	*k = (struct kept){kept_lines, text};
	kept_lines = k;
	return true;
}

static char *cut_name(char *name, char *equals)
{
	char *end = equals;

	while (end > name && strchr(" \t", end[-1]))
		end--;
	*end = '\0';
	return equals + 1 + strspn(equals + 1, " \t");
}

/* -ENOMEM or 0. */
static int take_line(const char *path, unsigned line, struct bytes raw,
		     config_line_fn *on_line, void *ctx, struct faults *faults)
{
	char *text, *equals;
	int err = text_clean(raw, &text);

	if (err == ERR_FORMAT)
		faults_add(faults, path, line, "not UTF-8 text");
	if (err < 0)
		return err == ERR_FORMAT ? 0 : err;
	equals = strchr(text, '=');
	if (*text == '\0' || *text == '#' || !equals) {
		if (*text != '\0' && *text != '#')
			faults_add(faults, path, line,
				   "\"%s\" is not of the form name = value", text);
		free(text);
		return 0;
	}
	if (!keep(text)) {
		free(text);
		return -ENOMEM;
	}
	on_line(ctx, line, text, cut_name(text, equals));
	return 0;
}

static int take_lines(const char *path, FILE *file, config_line_fn *on_line, void *ctx,
		      struct faults *faults)
{
	unsigned line = 0;
	char *text = NULL;
	size_t size = 0;
	ssize_t len = getline(&text, &size, file);
	int err = 0;

	while (len >= 0 && err == 0) {
		err = take_line(path, ++line, bytes_of(text, (size_t)len), on_line, ctx,
				faults);
		len = getline(&text, &size, file);
	}
	free(text);
	if (err == 0 && !feof(file))
		return err_errno(-EIO);
	return err;
}

void config_file_read(const char *path, config_line_fn *on_line, void *ctx,
		      struct faults *faults)
{
	FILE *file = fopen(path, "re");
	int err;

	if (!file) {
		faults_add(faults, path, 0, "cannot be opened: %s",
			   err_str(err_errno(-EIO)));
		return;
	}
	err = take_lines(path, file, on_line, ctx, faults);
	if (err < 0)
		faults_add(faults, path, 0, "cannot be read: %s", err_str(err));
	fclose(file);
}
