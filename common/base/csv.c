#include "common/base/csv.h"

#include <csv.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "common/base/text.h"

enum { NO_COLUMN = -1 };

/* The state of one csv_read(). A row may span lines: line breaks in quotes. */
struct reader {
	const struct csv_source *source;
	struct faults *faults;
	csv_row_fn *on_row;
	void *ctx;
	int err; /* the first; ends the reading */

	unsigned line;     /* the one being parsed */
	unsigned row_line; /* where the row began */
	bool row_open;
	bool row_bad; /* a fault was told; not to be handed on */
	char *row[CSV_COLUMNS_MAX];
	size_t row_len;

	bool header_seen;
	bool usable;                    /* the header has all that is required */
	int column_of[CSV_COLUMNS_MAX]; /* by place in the file */
	size_t width;
};

static void row_fault(struct reader *r, const char *what, const char *name,
		      const char *cure)
{
	faults_add(r->faults, r->source->name, r->row_line, "%s \"%s\": %s", what, name,
		   cure);
	r->row_bad = true;
}

static void on_cell(void *data, size_t len, void *ctx)
{
	struct reader *r = ctx;
	char *text;
	int err;

	if (r->err < 0)
		return;
	if (len > CSV_CELL_MAX) {
		faults_add(r->faults, r->source->name, r->row_line,
			   "a cell is longer than %d bytes; shorten it", CSV_CELL_MAX);
		r->row_bad = true;
		len = 0;
	}
	err = text_clean(bytes_of(data, len), &text);
	if (err == ERR_FORMAT) { /* told with its line */
		r->row_bad = true;
		err = text_clean(bytes_str(""), &text);
	}
	if (err < 0) {
		r->err = err;
		return;
	}
	if (r->row_len < CSV_COLUMNS_MAX) {
		r->row[r->row_len++] = text;
		return;
	}
	if (*text != '\0' && !r->row_bad)
		row_fault(r, "too many cells, no column for", text, "remove it");
	free(text);
}

static int find_column(const struct csv_source *source, const char *name)
{
	for (size_t i = 0; i < source->column_count; i++) {
		if (strcmp(source->columns[i].name, name) == 0)
			return (int)i;
	}
	return NO_COLUMN;
}

static int header_column(struct reader *r, const char *name,
			 const bool seen[CSV_COLUMNS_MAX])
{
	int column = find_column(r->source, name);

	if (*name == '\0')
		return NO_COLUMN;
	if (column == NO_COLUMN) {
		row_fault(r, "unknown column", name, "remove it or correct its name");
		return NO_COLUMN;
	}
	if (seen[column]) {
		row_fault(r, "repeated column", name, "remove one");
		return NO_COLUMN;
	}
	return column;
}

static void take_header(struct reader *r)
{
	const struct csv_source *source = r->source;
	bool seen[CSV_COLUMNS_MAX] = {false};

	r->header_seen = true;
	if (r->row_bad)
		return;
	r->usable = true;
	for (size_t i = 0; i < r->row_len; i++) {
		r->column_of[i] = header_column(r, r->row[i], seen);
		if (r->column_of[i] != NO_COLUMN)
			seen[r->column_of[i]] = true;
	}
	r->width = r->row_len;
	for (size_t i = 0; i < source->column_count; i++) {
		if (source->present)
			source->present[i] = seen[i];
		if (seen[i] || !source->columns[i].required)
			continue;
		row_fault(r, "missing column", source->columns[i].name, "add it");
		r->usable = false;
	}
}

/* A cell under a column that the header told as unknown is passed over. */
static void check_width(struct reader *r)
{
	for (size_t i = r->width; i < r->row_len && !r->row_bad; i++) {
		if (*r->row[i] != '\0')
			row_fault(r, "too many cells, no column for", r->row[i],
				  "remove it");
	}
}

static void take_row(struct reader *r)
{
	const char *cells[CSV_COLUMNS_MAX];
	int err;

	if (!r->usable)
		return;
	check_width(r);
	if (r->row_bad)
		return;
	for (size_t i = 0; i < r->source->column_count; i++)
		cells[i] = "";
	for (size_t i = 0; i < r->row_len && i < r->width; i++) {
		if (r->column_of[i] != NO_COLUMN)
			cells[r->column_of[i]] = r->row[i];
	}
	err = r->on_row(r->ctx, r->row_line, cells);
	r->err = err < 0 ? err : 0;
}

static bool row_is_empty(const struct reader *r)
{
	for (size_t i = 0; i < r->row_len; i++) {
		if (*r->row[i] != '\0')
			return false;
	}
	return !r->row_bad;
}

static void forget_row(struct reader *r)
{
	for (size_t i = 0; i < r->row_len; i++)
		free(r->row[i]);
	r->row_len = 0;
}

static void on_row_end(int c, void *ctx)
{
	struct reader *r = ctx;

	(void)c;
	if (r->err == 0 && !row_is_empty(r)) {
		if (r->header_seen)
			take_row(r);
		else
			take_header(r);
	}
	forget_row(r);
	r->row_open = false;
}

/* The mark that the header has most of, quotes aside; comma when none. */
static unsigned char delimiter(struct bytes header)
{
	static const char marks[] = {',', ';', '\t'};
	size_t count[3] = {0}, best = 0;
	bool quoted = false;

	for (size_t i = 0; i < header.len; i++) {
		if (header.data[i] == '"')
			quoted = !quoted;
		for (size_t m = 0; m < 3 && !quoted; m++)
			count[m] += header.data[i] == (uint8_t)marks[m];
	}
	for (size_t m = 1; m < 3; m++) {
		if (count[m] > count[best])
			best = m;
	}
	return (unsigned char)marks[best];
}

/* One line, without its end. */
static void take_line(struct reader *r, struct csv_parser *parser, struct bytes line)
{
	if (!r->row_open) {
		r->row_open = true;
		r->row_bad = false;
		r->row_line = r->line;
	}
	if (!r->header_seen)
		csv_set_delim(parser, delimiter(line));
	if (!text_is_utf8(line)) {
		faults_add(r->faults, r->source->name, r->line,
			   "not UTF-8 text, or a control character, or over %d marks "
			   "on one letter; save the file as \"CSV UTF-8\"",
			   TEXT_MARKS_MAX);
		r->row_bad = true;
	}
	if (csv_parse(parser, line.data, line.len, on_cell, on_row_end, r) < line.len ||
	    csv_parse(parser, "\n", 1, on_cell, on_row_end, r) < 1)
		r->err = -ENOMEM;
}

static struct bytes without_marks(const char *text, size_t len, bool first)
{
	struct bytes line = bytes_of(text, len);

	if (first && line.len >= 3 && memcmp(line.data, "\xef\xbb\xbf", 3) == 0)
		line = bytes_of(line.data + 3, line.len - 3);
	if (line.len > 0 && line.data[line.len - 1] == '\n')
		line.len--;
	while (line.len > 0 && line.data[line.len - 1] == '\r')
		line.len--;
	return line;
}

/* 0: all lines are parsed. */
static int take_lines(struct reader *r, struct csv_parser *parser, FILE *file)
{
	char *text = NULL;
	size_t size = 0;
	ssize_t len = getline(&text, &size, file);

	while (len >= 0 && r->err == 0) {
		r->line++;
		take_line(r, parser, without_marks(text, (size_t)len, r->line == 1));
		len = getline(&text, &size, file);
	}
	free(text);
	if (r->err == 0 && ferror(file))
		r->err = -EIO;
	else if (r->err == 0 && !feof(file))
		r->err = -ENOMEM;
	return r->err;
}

static void check_end(struct reader *r)
{
	if (r->row_open)
		faults_add(r->faults, r->source->name, r->row_line,
			   "a quotation mark is opened here and never closed");
	else if (!r->header_seen)
		faults_add(r->faults, r->source->name, 0,
			   "the file is empty; its first line must name the columns");
}

static int read_file(struct reader *r, FILE *file)
{
	struct csv_parser parser;
	int err;

	/* Empty lines too are reported, so an unreported line end is in quotes. */
	if (csv_init(&parser, CSV_REPALL_NL) != 0)
		return -ENOMEM;
	err = take_lines(r, &parser, file);
	if (err == 0)
		check_end(r);
	forget_row(r);
	csv_free(&parser);
	return err;
}

int csv_read(const struct csv_source *source, csv_row_fn *on_row, void *ctx,
	     struct faults *faults)
{
	struct reader r = {
	    .source = source, .faults = faults, .on_row = on_row, .ctx = ctx};
	FILE *file = fopen(source->path, "re");
	int err;

	if (!file) {
		faults_add(faults, source->name, 0, "cannot be opened: %s",
			   err_str(err_errno(-EIO)));
		return 0;
	}
	err = read_file(&r, file);
	fclose(file);
	return err;
}
