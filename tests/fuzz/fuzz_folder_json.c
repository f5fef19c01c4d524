/* round.json, beside the other files of the example. */

#include <assert.h>

#include "common/base/err.h"
#include "tests/fuzz/example.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/target.h"

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
	scratch_file("round.json", bytes_of(data, size));
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
