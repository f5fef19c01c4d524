#ifndef PAR_PAR_GRID_H
#define PAR_PAR_GRID_H

/*
 * A table for people that is made cell by cell, row by row, the first row its head.
 * Texts are copied. The first error is kept and told at the end.
 */

#include <stddef.h>
#include <stdio.h>

struct grid {
	char **cells;
	size_t count, cap;
	size_t columns;
	size_t indent; /* spaces before each row */
	int err;
};

void grid_init(struct grid *g, size_t columns, size_t indent);
/* The next cell; NULL is an empty one. */
void grid_put(struct grid *g, const char *text);
void grid_put_number(struct grid *g, unsigned long long number);
/*
 * As show_table(); the first column is not to be flush right where there is an indent.
 * Frees the grid. -ENOMEM: nothing was printed.
 */
int grid_print(struct grid *g, unsigned right, FILE *out)
    __attribute__((warn_unused_result));

#endif
