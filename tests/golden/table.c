#include "tests/golden/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *whole_file(const char *path)
{
	char full[4096];
	char *text;
	long size;
	FILE *f;

	snprintf(full, sizeof full, "%s/%s", SOURCE_DIR, path);
	f = fopen(full, "rb");
	assert_non_null(f);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	size = ftell(f);
	assert_true(size >= 0);
	rewind(f);
	text = calloc((size_t)size + 1, 1);
	assert_non_null(text);
	assert_int_equal(fread(text, 1, (size_t)size, f), size);
	fclose(f);
	return text;
}

struct table table_read(const char *path)
{
	struct table t = {.text = whole_file(path)};
	char *rest = t.text;
	size_t lines = 0;

	for (const char *p = t.text; *p; p++)
		lines += *p == '\n';
	t.rows = calloc(lines + 1, sizeof *t.rows);
	assert_non_null(t.rows);
	strsep(&rest, "\n");
	while (rest && *rest) {
		char *line = strsep(&rest, "\n");

		for (int i = 0; line; i++) {
			assert_true(i < TABLE_CELLS);
			t.rows[t.count].cells[i] = strsep(&line, ",");
		}
		t.count++;
	}
	return t;
}

void table_free(struct table *t)
{
	free(t->rows);
	free(t->text);
}
