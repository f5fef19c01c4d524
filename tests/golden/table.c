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

static size_t count(const char *text, char wanted)
{
	size_t found = 0;

	for (; *text; text++)
		found += *text == wanted;
	return found;
}

/* Takes the next line off the text. */
static char *next_line(char **text)
{
	char *line = strsep(text, "\n");
	size_t length = line ? strlen(line) : 0;

	if (length > 0 && line[length - 1] == '\r')
		line[length - 1] = '\0';
	return line;
}

/* Takes the next cell off the line; NULL: there is none. */
static char *next_cell(char **line)
{
	char *cell, *end;

	if (*line == NULL || **line != '"')
		return strsep(line, ",");
	cell = *line + 1;
	end = strchr(cell, '"');
	assert_non_null(end);
	assert_true(end[1] == ',' || end[1] == '\0');
	*line = end[1] == ',' ? end + 2 : NULL;
	*end = '\0';
	return cell;
}

static void split(char *line, char **cells, size_t columns)
{
	static char empty[] = "";

	for (size_t i = 0; i < columns; i++) {
		char *cell = next_cell(&line);

		cells[i] = cell ? cell : empty;
	}
	assert_null(line);
}

static char **room(size_t cells)
{
	char **made = calloc(cells + 1, sizeof *made);

	assert_non_null(made);
	return made;
}

struct table table_read(const char *path)
{
	struct table t = {.text = whole_file(path)};
	size_t lines = count(t.text, '\n');
	char *rest = t.text;
	char *header = next_line(&rest);
	char **cells;

	while (header && *header == '#')
		header = next_line(&rest);
	assert_non_null(header);
	t.columns = count(header, ',') + 1;
	t.names = room(t.columns);
	split(header, t.names, t.columns);
	t.rows = calloc(lines + 1, sizeof *t.rows);
	assert_non_null(t.rows);
	cells = room(lines * t.columns);
	t.rows[0].cells = cells;
	for (; rest && *rest; cells += t.columns) {
		t.rows[t.count].cells = cells;
		split(next_line(&rest), t.rows[t.count++].cells, t.columns);
	}
	return t;
}

void table_free(struct table *t)
{
	free(t->rows[0].cells);
	free(t->rows);
	free(t->names);
	free(t->text);
}

size_t table_column(const struct table *t, const char *name)
{
	size_t found = 0;

	while (found < t->columns && strcmp(t->names[found], name) != 0)
		found++;
	assert_true(found < t->columns);
	return found;
}

const char *table_cell(const struct table *t, size_t row, const char *column)
{
	assert_true(row < t->count);
	return t->rows[row].cells[table_column(t, column)];
}

size_t table_find(const struct table *t, const char *column, const char *cell)
{
	size_t place = table_column(t, column);
	size_t found = t->count;

	for (size_t i = 0; i < t->count; i++) {
		if (strcmp(t->rows[i].cells[place], cell) != 0)
			continue;
		assert_int_equal(found, t->count);
		found = i;
	}
	assert_true(found < t->count);
	return found;
}
