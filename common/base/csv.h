#ifndef PAR_BASE_CSV_H
#define PAR_BASE_CSV_H

/*
 * Reading the CSV that people make: UTF-8 with or without BOM, separated by comma,
 * semicolon or tab (the header decides), LF or CRLF, cells trimmed and in NFC,
 * columns in any order. Over libcsv. And writing one cell.
 */

#include "common/base/bytes.h"
#include "common/base/faults.h"

struct csv_column {
	const char *name;
	bool required;
};

/*
 * One row; cells[i] belongs to columns[i], "" when the column is absent or the row
 * is short; valid until the handler returns. `line` is that of the row's start.
 * A negative return ends the reading with that code.
 */
typedef int csv_row_fn(void *ctx, unsigned line, const char *const cells[]);

struct csv_source {
	const char *path;    /* the file to read */
	const char *name;    /* how faults name it */
	const struct csv_column *columns;
	size_t column_count; /* at most CSV_COLUMNS_MAX */
	bool *present;       /* if not NULL: which columns the header has */
};

enum { CSV_COLUMNS_MAX = 64, CSV_CELL_MAX = 4096 };

/*
 * Reads the whole file. What is wrong with its form (no such file, no valid text
 * with its line, a missing, unknown or repeated column, too many cells, a cell over
 * CSV_CELL_MAX, an open quote) is added to faults, and reading goes on where it can.
 * Rows with only empty cells are passed over. A row with a fault of form is not
 * handed on. 0 also when there are faults; -ENOMEM, -EIO.
 */
int csv_read(const struct csv_source *source, csv_row_fn *on_row, void *ctx,
	     struct faults *faults) __attribute__((warn_unused_result));

/*
 * Adds a cell, quoted when it must be; one that begins with = + - @ gets a leading
 * apostrophe, so that a spreadsheet takes it for text (numbers are left alone).
 */
int csv_put_cell(struct buf *out, const char *text) __attribute__((warn_unused_result));

#endif
