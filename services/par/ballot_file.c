#include "services/par/ballot_file.h"

#include "common/base/err.h"
#include "common/round/ballot.h"
#include "services/par/intake.h"
#include "services/par/show.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>

int ballot_file_read(const struct options *o, enum role role, const char *path,
		     struct ballot_file *out)
{
	struct ballot_file f = {0};
	int err = show_readable(path);
	if (err == 0)
		err = intake_manifest(o, role, o->round, &f.round);
	if (err != 0)
		return err;
	struct faults faults;
	faults_init(&faults);
	err = folder_read_ballots(path, &f.round, &f.sheets, &faults);
	f.faulty = faults.count > 0;
	faults_print(&faults, "", stderr);
	faults_free(&faults);
	if (err != 0) {
		model_free(&f.round);
		return err;
	}
	*out = f;
	return 0;
}

void ballot_file_free(struct ballot_file *f)
{
	folder_sheets_free(&f->sheets);
	model_free(&f->round);
}

int ballot_file_encode(const struct round *r, const uint8_t rules[32],
		       const struct folder_sheet sheets[], size_t count,
		       struct buf *out)
{
	uint8_t nonce[BALLOT_NONCE];
	randombytes_buf(nonce, sizeof nonce);
	struct sheet *list = calloc(count, sizeof *list);
	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		list[i] = (struct sheet){
		    .unit = sheets[i].unit,
		    .revision = sheets[i].revision,
		    .answers = bytes_of(sheets[i].answers, r->answer_count)};
	}
	const struct ballot ballot = {.round = bytes_str(r->code),
				      .rules = bytes_of(rules, 32),
				      .nonce = bytes_of(nonce, sizeof nonce),
				      .sheets = list,
				      .sheet_count = (uint32_t)count};
	buf_reset(out);
	int err = ballot_encode(&ballot, out);
	free(list);
	return err;
}
