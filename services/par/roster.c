#include "services/par/commands.h"

#include "common/base/err.h"
#include "services/par/intake.h"
#include "services/par/wire_rows.h"
#include "services/par/show.h"

#include <inttypes.h>

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

static int file_read(const char *path, const struct round *r, struct roster_file *out)
{
	const char *columns[MODEL_STRATA_COLUMNS_MAX];
	struct faults faults;
	faults_init(&faults);
	for (uint32_t i = 0; i < r->strata_column_count; i++)
		columns[i] = r->strata_columns[i];
	int err =
	    folder_read_roster(path, columns, r->strata_column_count, false,
			       &out->strata, &out->stratum_count, &out->rows, &faults);
	faults_print(&faults, "", stderr);
	faults_free(&faults);
	return err;
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
	struct intake_done done;
	err = intake_command(o, ROLE_OPERATOR, &command, &done);
	if (err == 0)
		printf("enterprises %" PRIu64 "\n", done.rows);
	wire_rows_free(&rows);
	return err;
}

int roster_import(const struct options *o, char *const words[])
{
	struct round r;
	int err = show_readable(words[0]);
	if (err == 0)
		err = intake_manifest(o, ROLE_OPERATOR, o->round, &r);
	if (err != 0)
		return err;
	struct roster_file file = {.columns = r.strata_column_count};
	err = file_read(words[0], &r, &file);
	if (err == 0)
		err = add_rows(o, &file);
	file_free(&file);
	model_free(&r);
	return err;
}
