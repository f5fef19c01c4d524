/* ballots.csv for the example: what is taken passes the check at the door. */

#include <assert.h>

#include "common/round/ballot.h"
#include "common/round/folder.h"
#include "tests/fuzz/example.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/target.h"

static void check(const struct folder_sheets *sheets, const struct round *r)
{
	for (size_t i = 0; i < sheets->count; i++) {
		const struct folder_sheet *s = &sheets->list[i];
		struct sheet sheet = {s->unit, s->revision,
				      bytes_of(s->answers, r->answer_count)};

		assert(sheet_check(&sheet, r, NULL));
		assert(i == 0 || sheets->list[i - 1].revision <= s->revision);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct round *r = example_round();
	struct folder_sheets sheets;
	struct faults faults;
	int err;

	faults_init(&faults);
	err = folder_read_ballots(scratch_file("ballots.csv", bytes_of(data, size)), r,
				  &sheets, &faults);
	assert(err == 0);
	assert(sheets.refused == 0 || faults.count > 0);
	check(&sheets, r);
	folder_sheets_free(&sheets);
	faults_free(&faults);
	return 0;
}
