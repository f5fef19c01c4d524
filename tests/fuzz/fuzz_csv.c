/* A CSV file: what is handed on is clean text, and written out it reads the same. */

#include <assert.h>
#include <string.h>

#include "common/base/csv.h"
#include "common/base/text.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/target.h"

enum { COLUMNS = 3, WRITTEN_MAX = 1 << 24 };

static const struct csv_column columns[COLUMNS] = {
    {"name", true}, {"value", true}, {"note", false}};

struct rows {
	struct buf text; /* all rows as CSV again */
	size_t count;
};

static void put(struct buf *out, const char *cell, char mark)
{
	int err = csv_put_cell(out, cell);

	assert(err == 0);
	err = buf_put(out, &mark, 1);
	assert(err == 0);
}

/* What it had may all be under a column that is not known. */
static bool is_empty(const char *const cells[])
{
	for (size_t i = 0; i < COLUMNS; i++) {
		if (cells[i][0] != '\0')
			return false;
	}
	return true;
}

/* The apostrophe that csv_put_cell() adds is no part of the cell. */
static int on_row(void *ctx, unsigned line, const char *const cells[])
{
	struct rows *rows = ctx;

	assert(line > 1);
	if (is_empty(cells))
		return 0;
	for (size_t i = 0; i < COLUMNS; i++) {
		bool marked = cells[i][0] == '\'' && strchr("=+-@", cells[i][1]);

		assert(text_is_nfc(bytes_str(cells[i])));
		put(&rows->text,
		    marked && cells[i][1] != '\0' ? cells[i] + 1 : cells[i],
		    i == COLUMNS - 1 ? '\n' : ',');
	}
	rows->count++;
	return 0;
}

static void read_rows(struct bytes in, struct rows *rows, struct faults *faults)
{
	static const char header[] = "name,value,note\n";
	struct csv_source source = {.path = scratch_file("input.csv", in),
				    .name = "input.csv",
				    .columns = columns,
				    .column_count = COLUMNS};
	int err;

	buf_init(&rows->text, WRITTEN_MAX);
	rows->count = 0;
	err = buf_put_str(&rows->text, header);
	assert(err == 0);
	err = csv_read(&source, on_row, rows, faults);
	assert(err == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rows first, again;
	struct faults faults;

	faults_init(&faults);
	read_rows(bytes_of(data, size), &first, &faults);
	faults_free(&faults);
	read_rows(buf_bytes(&first.text), &again, &faults);
	assert(faults.count == 0);
	assert(again.count == first.count);
	assert(bytes_equal(buf_bytes(&first.text), buf_bytes(&again.text)));
	faults_free(&faults);
	buf_free(&first.text);
	buf_free(&again.text);
	return 0;
}
