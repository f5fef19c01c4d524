#include "services/par/commands.h"

#include "common/base/err.h"
#include "common/round/folder.h"
#include "services/par/intake.h"
#include "services/par/show.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

/* One command with all rows of the file. */
static int send_rows(const struct options *o, const Par__V1__Command *command)
{
	struct intake_done done;
	int err = intake_command(o, ROLE_OPERATOR, command, &done);
	if (err == 0)
		printf("rows %" PRIu64 "\n", done.rows);
	return err;
}

/* A file with a fault gives no row at all. */
static int tell_faults(int err, struct faults *faults)
{
	faults_print(faults, "", stderr);
	faults_free(faults);
	return err;
}

/* ---- appraisals ---- */

static Par__V1__AppraisalTarget wire_target(enum appraisal_target target)
{
	if (target == TARGET_BONUS)
		return PAR__V1__APPRAISAL_TARGET__APPRAISAL_TARGET_BONUS;
	if (target == TARGET_PENALTY)
		return PAR__V1__APPRAISAL_TARGET__APPRAISAL_TARGET_PENALTY;
	return PAR__V1__APPRAISAL_TARGET__APPRAISAL_TARGET_CRITERION;
}

static void fill_appraisal(const struct appraisal *from, Par__V1__Appraisal *row)
{
	par__v1__appraisal__init(row);
	row->unit = from->unit + 1;
	row->target = wire_target(from->target);
	row->criterion = from->target == TARGET_CRITERION ? from->criterion + 1 : 0;
	row->points = from->points.micro;
	row->evidence = ask_text(from->evidence);
	row->by = ask_text(from->by);
}

static int send_appraisals(const struct options *o, const struct appraisal *list,
			   size_t count)
{
	Par__V1__Appraisal *rows = calloc(count + 1, sizeof *rows);
	Par__V1__Appraisal **pointers = calloc(count + 1, sizeof(Par__V1__Appraisal *));
	int err = rows && pointers ? 0 : -ENOMEM;
	for (size_t i = 0; err == 0 && i < count; i++) {
		fill_appraisal(&list[i], &rows[i]);
		pointers[i] = &rows[i];
	}
	Par__V1__AddAppraisals add = PAR__V1__ADD_APPRAISALS__INIT;
	add.round = ask_text(o->round);
	add.n_rows = count;
	add.rows = pointers;
	Par__V1__Command command = PAR__V1__COMMAND__INIT;
	command.what_case = PAR__V1__COMMAND__WHAT_APPRAISALS;
	command.appraisals = &add;
	if (err == 0)
		err = send_rows(o, &command);
	free(pointers);
	free(rows);
	return err;
}

static int import_appraisals(const struct options *o, const char *path,
			     const struct round *r)
{
	struct appraisal *list = NULL;
	size_t count = 0;
	struct faults faults;
	faults_init(&faults);
	int err = folder_read_appraisals(path, r, &list, &count, &faults);
	err = tell_faults(err, &faults);
	if (err != 0)
		return err;
	err = send_appraisals(o, list, count);
	appraisals_free(list, count);
	return err;
}

int appraisals_import(const struct options *o, char *const words[])
{
	struct round r;
	int err = show_readable(words[0]);
	if (err == 0)
		err = intake_manifest(o, ROLE_OPERATOR, o->round, &r);
	if (err != 0)
		return err;
	err = import_appraisals(o, words[0], &r);
	model_free(&r);
	return err;
}

/* ---- measured values ---- */

static void fill_measured(const struct measured *from, Par__V1__Measured *row)
{
	par__v1__measured__init(row);
	row->unit = from->unit + 1;
	row->criterion = from->criterion + 1;
	row->value = from->value.micro;
	row->evidence = ask_text(from->evidence);
}

static int send_measured(const struct options *o, const struct measured *list,
			 size_t count)
{
	Par__V1__Measured *rows = calloc(count + 1, sizeof *rows);
	Par__V1__Measured **pointers = calloc(count + 1, sizeof(Par__V1__Measured *));
	int err = rows && pointers ? 0 : -ENOMEM;
	for (size_t i = 0; err == 0 && i < count; i++) {
		fill_measured(&list[i], &rows[i]);
		pointers[i] = &rows[i];
	}
	Par__V1__AddMeasured add = PAR__V1__ADD_MEASURED__INIT;
	add.round = ask_text(o->round);
	add.n_rows = count;
	add.rows = pointers;
	Par__V1__Command command = PAR__V1__COMMAND__INIT;
	command.what_case = PAR__V1__COMMAND__WHAT_MEASURED;
	command.measured = &add;
	if (err == 0)
		err = send_rows(o, &command);
	free(pointers);
	free(rows);
	return err;
}

static int import_measured(const struct options *o, const char *path,
			   const struct round *r)
{
	struct measured *list = NULL;
	size_t count = 0;
	struct faults faults;
	faults_init(&faults);
	int err = folder_read_measured(path, r, &list, &count, &faults);
	err = tell_faults(err, &faults);
	if (err != 0)
		return err;
	err = send_measured(o, list, count);
	measured_free(list, count);
	return err;
}

int measured_import(const struct options *o, char *const words[])
{
	struct round r;
	int err = show_readable(words[0]);
	if (err == 0)
		err = intake_manifest(o, ROLE_OPERATOR, o->round, &r);
	if (err != 0)
		return err;
	err = import_measured(o, words[0], &r);
	model_free(&r);
	return err;
}
