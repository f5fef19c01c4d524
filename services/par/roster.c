#include "services/par/commands.h"

#include "services/par/ask.h"
#include "services/par/import_file.h"
#include "services/par/wire_rows.h"

/* The strata that the file names; whether they are of the frame the collector judges.
 */
struct roster_file {
	struct roster_rows rows;
	struct stratum *strata;
	uint32_t stratum_count;
	uint32_t columns;
};

static void file_free(struct roster_file *f)
{
	model_strata_free(f->strata, f->stratum_count, f->columns);
	roster_rows_free(&f->rows);
}

static int file_read(const char *path, const struct round *r, struct roster_file *out,
		     struct faults *faults)
{
	const char *columns[MODEL_STRATA_COLUMNS_MAX];
	for (uint32_t i = 0; i < r->strata_column_count; i++)
		columns[i] = r->strata_columns[i];
	return folder_read_roster(path, columns, r->strata_column_count, false,
				  &out->strata, &out->stratum_count, &out->rows,
				  faults);
}

static int add_rows(const struct options *o, const struct roster_file *f)
{
	struct wire_rows rows;
	int err = wire_rows_make(&f->rows, f->strata, f->columns, &rows);
	if (err != 0)
		return err;
	Par__V1__AddRoster add = PAR__V1__ADD_ROSTER__INIT;
	add.round = ask_text(o->round);
	add.n_rows = rows.count;
	add.rows = rows.list;
	Par__V1__Command command = PAR__V1__COMMAND__INIT;
	command.what_case = PAR__V1__COMMAND__WHAT_ROSTER;
	command.roster = &add;
	err = import_file_send(o, &command, "enterprises");
	wire_rows_free(&rows);
	return err;
}

static int import_roster(const struct options *o, const char *path,
			 const struct round *r, struct faults *faults)
{
	struct roster_file file = {.columns = r->strata_column_count};
	int err = file_read(path, r, &file, faults);
	if (err == 0)
		err = add_rows(o, &file);
	file_free(&file);
	return err;
}

int roster_import(const struct options *o, char *const words[])
{
	return import_file(o, words[0], import_roster);
}
