/*
 * The files that are imported into an open round and are no ballots. The first byte
 * says which: a appraisals.csv, m measured.csv, f roster.csv of a fixed frame, else
 * roster.csv of one that grows.
 */

#include <assert.h>

#include "common/base/err.h"
#include "common/round/folder.h"
#include "tests/fuzz/example.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/target.h"

static int read_appraisals(const char *path, struct faults *faults)
{
	const struct round *r = example_round();
	struct appraisal *list;
	size_t count;
	int err = folder_read_appraisals(path, r, &list, &count, faults);

	if (err != 0)
		return err;
	for (size_t i = 0; i < count; i++)
		assert(appraisal_fault(r, &list[i]) == NULL);
	appraisals_free(list, count);
	return 0;
}

static int read_measured(const char *path, struct faults *faults)
{
	const struct round *r = example_round();
	struct measured *list;
	size_t count;
	int err = folder_read_measured(path, r, &list, &count, faults);

	if (err != 0)
		return err;
	for (size_t i = 0; i < count; i++)
		assert(measured_fault(r, &list[i]) == NULL);
	measured_free(list, count);
	return 0;
}

static int read_roster(const char *path, bool fixed, struct faults *faults)
{
	const struct round *r = example_round();
	const char *columns[MODEL_STRATA_COLUMNS_MAX];
	uint32_t width = r->strata_column_count, count = r->stratum_count;
	struct roster_rows rows;
	struct stratum *strata;
	int err = model_strata_copy(r->strata, count, width, &strata);

	assert(err == 0);
	for (uint32_t i = 0; i < width; i++)
		columns[i] = r->strata_columns[i];
	err = folder_read_roster(path, columns, width, fixed, &strata, &count, &rows,
				 faults);
	if (err == 0) {
		for (size_t i = 0; i < rows.count; i++)
			assert(rows.list[i].stratum < count);
		roster_rows_free(&rows);
	}
	assert(!fixed || count == r->stratum_count);
	model_strata_free(strata, count, width);
	return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct faults faults;
	const char *path;
	int err;

	if (size == 0)
		return 0;
	(void)example_round();
	path = scratch_file("import.csv", bytes_of(data + 1, size - 1));
	faults_init(&faults);
	if (data[0] == 'a')
		err = read_appraisals(path, &faults);
	else if (data[0] == 'm')
		err = read_measured(path, &faults);
	else
		err = read_roster(path, data[0] == 'f', &faults);
	assert(err == 0 || err == ERR_REFUSED);
	assert((err == 0) == (faults.count == 0));
	faults_free(&faults);
	return 0;
}
