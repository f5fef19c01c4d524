#ifndef PAR_TESTS_GOLDEN_TABLE_H
#define PAR_TESTS_GOLDEN_TABLE_H

/* Plain expected tables: commas, no quotes, a header line. Every failure ends the test.
 */

#include <stddef.h>

enum { TABLE_CELLS = 16 };

struct table_row {
	char *cells[TABLE_CELLS];
};

struct table {
	char *text;
	struct table_row *rows; /* without the header */
	size_t count;
};

/* `path` below the source directory. */
struct table table_read(const char *path);
void table_free(struct table *t);

#endif
