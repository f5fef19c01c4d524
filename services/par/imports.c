#include "services/par/commands.h"

#include "common/round/folder.h"
#include "services/par/ask.h"
#include "services/par/import_file.h"

#include <errno.h>
#include <stdlib.h>

/* Messages as protobuf-c wants a repeated field: pointers to them. */
struct messages {
	void *rows;
	void **pointers;
};

static void messages_free(struct messages *m)
{
	free(m->rows);
	free(m->pointers);
}

static int messages_make(size_t count, size_t size, struct messages *out)
{
	struct messages m = {.rows = calloc(count + 1, size),
			     .pointers = calloc(count + 1, sizeof(void *))};
	if (!m.rows || !m.pointers) {
		messages_free(&m);
		return -ENOMEM;
	}
	for (size_t i = 0; i < count; i++)
		m.pointers[i] = (char *)m.rows + i * size;
	*out = m;
	return 0;
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
	struct messages rows;
	int err = messages_make(count, sizeof(Par__V1__Appraisal), &rows);
	if (err != 0)
		return err;
	for (size_t i = 0; i < count; i++)
		fill_appraisal(&list[i], rows.pointers[i]);
	Par__V1__AddAppraisals add = PAR__V1__ADD_APPRAISALS__INIT;
	add.round = ask_text(o->round);
	add.n_rows = count;
	add.rows = (Par__V1__Appraisal **)rows.pointers;
	Par__V1__Command command = PAR__V1__COMMAND__INIT;
	command.what_case = PAR__V1__COMMAND__WHAT_APPRAISALS;
	command.appraisals = &add;
	err = import_file_send(o, &command, "rows");
	messages_free(&rows);
	return err;
}

static int import_appraisals(const struct options *o, const char *path,
			     const struct round *r, struct faults *faults)
{
	struct appraisal *list = NULL;
	size_t count = 0;
	int err = folder_read_appraisals(path, r, &list, &count, faults);
	if (err != 0)
		return err;
	err = send_appraisals(o, list, count);
	appraisals_free(list, count);
	return err;
}

int appraisals_import(const struct options *o, char *const words[])
{
	return import_file(o, words[0], import_appraisals);
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
	struct messages rows;
	int err = messages_make(count, sizeof(Par__V1__Measured), &rows);
	if (err != 0)
		return err;
	for (size_t i = 0; i < count; i++)
		fill_measured(&list[i], rows.pointers[i]);
	Par__V1__AddMeasured add = PAR__V1__ADD_MEASURED__INIT;
	add.round = ask_text(o->round);
	add.n_rows = count;
	add.rows = (Par__V1__Measured **)rows.pointers;
	Par__V1__Command command = PAR__V1__COMMAND__INIT;
	command.what_case = PAR__V1__COMMAND__WHAT_MEASURED;
	command.measured = &add;
	err = import_file_send(o, &command, "rows");
	messages_free(&rows);
	return err;
}

static int import_measured(const struct options *o, const char *path,
			   const struct round *r, struct faults *faults)
{
	struct measured *list = NULL;
	size_t count = 0;
	int err = folder_read_measured(path, r, &list, &count, faults);
	if (err != 0)
		return err;
	err = send_measured(o, list, count);
	measured_free(list, count);
	return err;
}

int measured_import(const struct options *o, char *const words[])
{
	return import_file(o, words[0], import_measured);
}
