/*
 * The tables of a round folder beside the example's round.json. An input is
 * criteria.csv, units.csv, roster.csv and, if there, strata.csv, with a form feed
 * (which is no text) between them.
 */

#include <assert.h>
#include <string.h>

#include "common/base/err.h"
#include "tests/fuzz/example.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/target.h"

enum { TABLES = 4 };

static const char *const names[TABLES] = {"criteria.csv", "units.csv", "roster.csv",
					  "strata.csv"};

static void write_tables(struct bytes in)
{
	for (size_t i = 0; i < TABLES; i++) {
		const uint8_t *end = in.len == 0 ? NULL : memchr(in.data, '\f', in.len);
		size_t len = end == NULL ? in.len : (size_t)(end - in.data);
		size_t used = end == NULL ? len : len + 1;

		if (len == 0)
			scratch_remove(names[i]);
		else
			scratch_file(names[i], bytes_of(in.data, len));
		in = bytes_of(in.data + used, in.len - used);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool written;
	struct roster_rows rows;
	struct faults faults;
	struct round r;
	int err;

	if (!written)
		example_folder();
	written = true;
	write_tables(bytes_of(data, size));
	faults_init(&faults);
	err = folder_read(scratch_dir(), &r, &rows, &faults);
	if (err == 0) {
		assert(faults.count == 0);
		example_check_manifest(&r, true);
		model_free(&r);
		roster_rows_free(&rows);
	} else {
		assert(err == ERR_REFUSED && faults.count > 0);
	}
	faults_free(&faults);
	return 0;
}
