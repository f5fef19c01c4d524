#ifndef PAR_TESTS_GOLDEN_TABLE_H
#define PAR_TESTS_GOLDEN_TABLE_H

/*
 * Expected tables as other programs write them: commas, cells with or without quotes
 * (none within a cell), lines of # before the header, the header line. Every failure
 * ends the test.
 */

#include <stddef.h>

struct table_row {
	char **cells; /* as many as columns; "" where the row is short */
};

struct table {
	char *text;
	char **names; /* of the columns */
	size_t columns;
	struct table_row *rows; /* without the header */
	size_t count;
};

/* `path` below the source directory. */
struct table table_read(const char *path);
void table_free(struct table *t);

/* The place of a column, and a cell of it; it is there. */
size_t table_column(const struct table *t, const char *name);
const char *table_cell(const struct table *t, size_t row, const char *column);
/* The only row with this cell in a column. */
size_t table_find(const struct table *t, const char *column, const char *cell);

#endif
