/* Reading a round folder: which file after which, and one check over all. */

#include "common/round/folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/err.h"
#include "common/round/folder_internal.h"

const char *folder_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

bool folder_decimal(struct faults *faults, const char *file, unsigned line,
		    const char *what, const char *cell, struct decimal *out)
{
	if (text_decimal(cell, out) == 0)
		return true;
	faults_add(faults, file, line,
		   "%s \"%s\" is not a number: digits with at most six after the mark",
		   what, cell);
	return false;
}

char *folder_path(const char *dir, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", dir, name) < 0 ? NULL : path;
}

static int has_frame(const struct folder *f, bool *out)
{
	char *path = folder_path(f->dir, "strata.csv");

	if (path == NULL)
		return -ENOMEM;
	*out = access(path, F_OK) == 0;
	free(path);
	return 0;
}

static int read_roster(struct folder *f, struct roster_rows *rows)
{
	struct round *r = f->r;
	char *path = folder_path(f->dir, "roster.csv");
	int err;

	if (path == NULL)
		return -ENOMEM;
	err = folder_collect_roster(path, (const char *const *)r->strata_columns,
				    r->strata_column_count, r->has_frame, &r->strata,
				    &r->stratum_count, rows, f->faults);
	free(path);
	return err;
}

static void count_rows(struct round *r, const struct roster_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++) {
		if (rows->list[i].stratum < r->stratum_count)
			r->strata[rows->list[i].stratum].rows++;
	}
	for (uint32_t i = 0; i < r->stratum_count && !r->has_frame; i++)
		r->strata[i].members = r->strata[i].rows;
	r->roster_rows = rows->count;
}

/* Who is asked. Without the names of the columns nothing can be said of it. */
static int read_frame(struct folder *f, struct roster_rows *rows)
{
	int err;

	if (!f->rules_known || f->r->strata_column_count > MODEL_STRATA_COLUMNS_MAX)
		return 0;
	err = has_frame(f, &f->r->has_frame);
	if (err == 0 && f->r->has_frame)
		err = folder_strata(f);
	if (err == 0)
		err = read_roster(f, rows);
	if (err == 0)
		count_rows(f->r, rows);
	return err;
}

static int read_files(struct folder *f, struct roster_rows *rows)
{
	int err;

	folder_rules(f);
	if (f->err != 0)
		return f->err;
	err = folder_criteria(f);
	if (err == 0)
		err = folder_units(f);
	if (err != 0)
		return err;
	folder_block_minimums(f);
	err = read_frame(f, rows);
	if (err == 0)
		err = model_finish(f->r);
	if (err == 0)
		model_check_lines(f->r, jsonfile_model_line, &f->json, f->faults);
	return err;
}

static void free_cells(struct folder *f)
{
	for (uint32_t i = 0; f->blocks != NULL && i < f->r->criterion_count; i++)
		free(f->blocks[i]);
	free(f->blocks);
	index_free(&f->by_criterion);
	index_free(&f->by_block);
	jsonfile_close(&f->json);
}

int folder_read(const char *dir, struct round *r, struct roster_rows *rows,
		struct faults *faults)
{
	struct roster_rows read = {0};
	struct round built;
	struct folder f = {.dir = dir, .r = &built, .faults = faults};
	size_t before = faults->count;
	int err;

	model_init(&built);
	index_init(&f.by_criterion);
	index_init(&f.by_block);
	err = read_files(&f, &read);
	free_cells(&f);
	if (err == 0 && faults->count != before)
		err = ERR_REFUSED;
	if (err != 0) {
		model_free(&built);
		roster_rows_free(&read);
		return err;
	}
	*r = built;
	*rows = read;
	return 0;
}
