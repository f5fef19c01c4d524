/* roster.csv: who is asked, and in which stratum. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "common/round/code.h"
#include "common/round/folder_internal.h"
#include "common/round/list.h"

enum { LABELS_TEXT = 512, R_RESPONDENT = 0, R_CODE = 1, R_CLUSTER = 2, R_STRATA = 3 };

struct roster {
	const char *name;
	const char *const *columns;
	uint32_t column_count;
	bool fixed;
	struct faults *faults;
	struct stratum *strata;
	uint32_t stratum_count;
	struct roster_rows rows;
	struct index by_respondent;
	struct index by_code;
};

void roster_rows_free(struct roster_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++) {
		free(rows->list[i].respondent);
		free(rows->list[i].code);
		free(rows->list[i].cluster);
	}
	free(rows->list);
	*rows = (struct roster_rows){0};
}

/* The line of the row that has this text already; 0: none. */
static unsigned line_of(const struct roster *o, const struct index *ix,
			const char *text)
{
	struct index_cursor at = index_seek(ix, hash_bytes(bytes_str(text)));

	while (index_next(ix, &at)) {
		const struct roster_row *row = &o->rows.list[at.place];

		if (strcmp(ix == &o->by_code ? row->code : row->respondent, text) == 0)
			return row->line;
	}
	return 0;
}

static void check_once(struct roster *o, unsigned line, const struct index *ix,
		       const char *what, const char *text)
{
	unsigned before = line_of(o, ix, text);

	if (strlen(text) > MODEL_CODE_MAX)
		faults_add(o->faults, o->name, line,
			   "%s is longer than %d bytes: shorten it", what,
			   MODEL_CODE_MAX);
	if (before != 0)
		faults_add(o->faults, o->name, line,
			   "%s \"%s\" stands already in line %u", what, text, before);
}

static void check_row(struct roster *o, unsigned line, const char *const cells[])
{
	if (cells[R_RESPONDENT][0] == '\0')
		faults_add(o->faults, o->name, line, "respondent is empty: fill it in");
	else
		check_once(o, line, &o->by_respondent, "respondent",
			   cells[R_RESPONDENT]);
	if (cells[R_CODE][0] != '\0')
		check_once(o, line, &o->by_code, "code", cells[R_CODE]);
	if (code_is_mistyped(bytes_str(cells[R_CODE])))
		faults_add(o->faults, o->name, line,
			   "code has the form of those that the system makes, and a "
			   "character of it is wrong");
	if (strlen(cells[R_CLUSTER]) > MODEL_CODE_MAX)
		faults_add(o->faults, o->name, line,
			   "cluster is longer than %d bytes: shorten it",
			   MODEL_CODE_MAX);
}

/* "a, b" for a fault. */
static const char *join(const struct roster *o, const char *const labels[],
			char out[LABELS_TEXT])
{
	size_t at = 0;

	out[0] = '\0';
	for (uint32_t i = 0; i < o->column_count && at < LABELS_TEXT; i++) {
		int len = snprintf(out + at, LABELS_TEXT - at, "%s%s",
				   i == 0 ? "" : ", ", labels[i]);

		at += len < 0 ? 0 : (size_t)len;
	}
	return out;
}

static int add_stratum(struct roster *o, const char *const labels[])
{
	struct stratum *list =
	    realloc(o->strata, (o->stratum_count + (size_t)1) * sizeof *list);
	struct stratum s = {0};

	if (list == NULL)
		return -ENOMEM;
	o->strata = list;
	s.labels = calloc(o->column_count + (size_t)1, sizeof *s.labels);
	if (s.labels == NULL)
		return -ENOMEM;
	list[o->stratum_count++] = s;
	for (uint32_t i = 0; i < o->column_count; i++) {
		s.labels[i] = strdup(labels[i]);
		if (s.labels[i] == NULL)
			return -ENOMEM;
	}
	return 0;
}

/* Leaves *out as it is when the row has a fault. */
static int find_stratum(struct roster *o, unsigned line, const char *const labels[],
			uint32_t *out)
{
	int32_t place =
	    model_stratum(o->strata, o->stratum_count, labels, o->column_count);
	char text[LABELS_TEXT];
	bool empty = false;

	if (place >= 0) {
		*out = (uint32_t)place;
		return 0;
	}
	for (uint32_t i = 0; i < o->column_count; i++) {
		if (labels[i][0] != '\0')
			continue;
		faults_add(o->faults, o->name, line, "%s is empty: fill it in",
			   o->columns[i]);
		empty = true;
	}
	if (empty)
		return 0;
	if (o->stratum_count >= MODEL_STRATA_MAX) {
		faults_add(o->faults, o->name, line, "more than %d strata",
			   MODEL_STRATA_MAX);
		return 0;
	}
	if (o->fixed) {
		faults_add(
		    o->faults, o->name, line,
		    "stratum \"%s\" is not among those of the round: correct it, "
		    "or add it to strata.csv before opening",
		    join(o, labels, text));
		return 0;
	}
	*out = o->stratum_count;
	return add_stratum(o, labels);
}

static int on_row(void *ctx, unsigned line, const char *const cells[])
{
	struct roster *o = ctx;
	struct roster_row row = {.stratum = FOLDER_NO_STRATUM, .line = line}, *list;
	uint32_t place = (uint32_t)o->rows.count;
	int err;

	check_row(o, line, cells);
	err = find_stratum(o, line, cells + R_STRATA, &row.stratum);
	if (err != 0)
		return err;
	list = list_room(o->rows.list, o->rows.count, sizeof *list);
	if (list == NULL)
		return -ENOMEM;
	o->rows.list = list;
	row.respondent = strdup(cells[R_RESPONDENT]);
	row.code = strdup(cells[R_CODE]);
	row.cluster = strdup(cells[R_CLUSTER]);
	list[o->rows.count++] = row;
	if (row.respondent == NULL || row.code == NULL || row.cluster == NULL)
		return -ENOMEM;
	err =
	    index_add(&o->by_respondent, hash_bytes(bytes_str(row.respondent)), place);
	if (err == 0 && row.code[0] != '\0')
		err = index_add(&o->by_code, hash_bytes(bytes_str(row.code)), place);
	return err;
}

static int read_rows(struct roster *o, const char *path)
{
	struct csv_column columns[R_STRATA + MODEL_STRATA_COLUMNS_MAX] = {
	    [R_RESPONDENT] = {"respondent", true},
	    [R_CODE] = {"code", false},
	    [R_CLUSTER] = {"cluster", false},
	};
	struct csv_source source = {.path = path,
				    .name = o->name,
				    .columns = columns,
				    .column_count = R_STRATA + o->column_count};
	size_t before = o->faults->count;
	int err;

	for (uint32_t i = 0; i < o->column_count; i++)
		columns[R_STRATA + i] = (struct csv_column){o->columns[i], true};
	err = csv_read(&source, on_row, o, o->faults);
	if (err == 0 && o->rows.count == 0 && o->faults->count == before)
		faults_add(o->faults, o->name, 0, "there is no row: who is asked?");
	return err;
}

int folder_collect_roster(const char *path, const char *const columns[],
			  uint32_t column_count, bool fixed, struct stratum **strata,
			  uint32_t *stratum_count, struct roster_rows *rows,
			  struct faults *faults)
{
	struct roster o = {.name = folder_name(path),
			   .columns = columns,
			   .column_count = column_count,
			   .fixed = fixed,
			   .faults = faults};
	int err;

	o.strata = *strata;
	o.stratum_count = *stratum_count;
	index_init(&o.by_respondent);
	index_init(&o.by_code);
	err = read_rows(&o, path);
	index_free(&o.by_respondent);
	index_free(&o.by_code);
	*strata = o.strata;
	*stratum_count = o.stratum_count;
	*rows = o.rows;
	return err;
}

int folder_read_roster(const char *path, const char *const columns[],
		       uint32_t column_count, bool fixed, struct stratum **strata,
		       uint32_t *stratum_count, struct roster_rows *rows,
		       struct faults *faults)
{
	struct roster_rows read = {0};
	struct stratum *frame;
	uint32_t count = *stratum_count;
	size_t before = faults->count;
	int err = model_strata_copy(*strata, count, column_count, &frame);

	if (err != 0)
		return err;
	err = folder_collect_roster(path, columns, column_count, fixed, &frame, &count,
				    &read, faults);
	if (err == 0 && faults->count != before)
		err = ERR_REFUSED;
	if (err != 0) {
		model_strata_free(frame, count, column_count);
		roster_rows_free(&read);
		return err;
	}
	model_strata_free(*strata, *stratum_count, column_count);
	*strata = frame;
	*stratum_count = count;
	*rows = read;
	return 0;
}
