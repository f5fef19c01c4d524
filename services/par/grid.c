#include "services/par/grid.h"

#include "services/par/show.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { GRID_FIRST = 64, GRID_NUMBER = 24 };

void grid_init(struct grid *g, size_t columns, size_t indent)
{
	*g = (struct grid){.columns = columns, .indent = indent};
}

static int grow(struct grid *g)
{
	size_t cap = g->cap > 0 ? 2 * g->cap : GRID_FIRST;
	char **cells = realloc(g->cells, cap * sizeof(char *));
	if (!cells)
		return -ENOMEM;
	g->cells = cells;
	g->cap = cap;
	return 0;
}

void grid_put(struct grid *g, const char *text)
{
	if (g->err == 0 && g->count == g->cap)
		g->err = grow(g);
	if (g->err != 0)
		return;
	size_t spaces = g->count % g->columns == 0 ? g->indent : 0;
	size_t len = text ? strlen(text) : 0;
	char *copy = malloc(spaces + len + 1);
	if (!copy) {
		g->err = -ENOMEM;
		return;
	}
	memset(copy, ' ', spaces);
	if (len > 0)
		memcpy(copy + spaces, text, len);
	copy[spaces + len] = '\0';
	g->cells[g->count++] = copy;
}

void grid_put_number(struct grid *g, unsigned long long number)
{
	char text[GRID_NUMBER];
	snprintf(text, sizeof text, "%llu", number);
	grid_put(g, text);
}

int grid_print(struct grid *g, unsigned right, FILE *out)
{
	int err = g->err;
	if (err == 0)
		show_table(out, (const char *const *)g->cells, g->count / g->columns,
			   g->columns, right);
	for (size_t i = 0; i < g->count; i++)
		free(g->cells[i]);
	free(g->cells);
	grid_init(g, g->columns, g->indent);
	return err;
}
