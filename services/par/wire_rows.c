#include "services/par/wire_rows.h"

#include "services/par/ask.h"

#include <errno.h>
#include <stdlib.h>

static void fill_row(const struct roster_row *from, const struct stratum *stratum,
		     uint32_t columns, ProtobufCBinaryData *labels,
		     Par__V1__RosterRow *row)
{
	for (uint32_t i = 0; i < columns; i++)
		labels[i] = ask_text(stratum->labels[i]);
	par__v1__roster_row__init(row);
	row->respondent = ask_text(from->respondent);
	row->n_strata = columns;
	row->strata = labels;
	row->code = ask_text(from->code);
	row->cluster = ask_text(from->cluster);
}

int wire_rows_make(const struct roster_rows *rows, const struct stratum *strata,
		   uint32_t columns, struct wire_rows *out)
{
	struct wire_rows w = {.count = rows->count};
	w.list = calloc(rows->count + 1, sizeof(Par__V1__RosterRow *));
	w.rows = calloc(rows->count + 1, sizeof *w.rows);
	w.labels = calloc(rows->count * columns + 1, sizeof *w.labels);
	if (!w.list || !w.rows || !w.labels) {
		wire_rows_free(&w);
		return -ENOMEM;
	}
	for (size_t i = 0; i < rows->count; i++) {
		const struct roster_row *row = &rows->list[i];
		fill_row(row, &strata[row->stratum], columns, &w.labels[i * columns],
			 &w.rows[i]);
		w.list[i] = &w.rows[i];
	}
	*out = w;
	return 0;
}

void wire_rows_free(struct wire_rows *w)
{
	free(w->list);
	free(w->rows);
	free(w->labels);
	*w = (struct wire_rows){0};
}
