/*
 * Records of the journal. An input is first read as a record as it is. Then it is a
 * series of entries after the opening of the example, each a head of 8 bytes (kind,
 * round, rater, stratum, cluster, import, 2 of length) and a body; they are sealed, so
 * that digests hold, and applied.
 */

#include <assert.h>
#include <string.h>

#include "common/base/err.h"
#include "common/round/fold.h"
#include "tests/fuzz/example.h"
#include "tests/fuzz/target.h"

enum { HEAD = 8, AT_LENGTH = 6 };

static void check_record(struct bytes record)
{
	uint8_t chain[CHAIN_SIZE] = {0};
	struct entry e;
	int err = entry_decode(record, true, &e);

	assert(err == 0 || err == ERR_FORMAT || err == ERR_VERSION ||
	       err == ERR_CORRUPT);
	if (entry_decode(record, false, &e) != 0)
		return;
	assert(e.header.len == ENTRY_HEADER && strlen(e.seal.via) <= ENTRY_VIA_MAX);
	entry_chain_next(chain, 1, e.header);
}

static int apply(struct fold *f, enum entry_kind kind, uint32_t round,
		 const struct seal *seal, struct bytes body)
{
	uint64_t n = fold_n(f) + 1;
	struct buf record;
	struct entry e;
	int err;

	buf_init(&record, ENTRY_BODY_MAX);
	err = entry_encode(kind, round, seal, body, &record);
	assert(err == 0);
	err = entry_decode(buf_bytes(&record), true, &e);
	if (err == 0) {
		err = fold_apply(f, n, &e);
		assert(fold_n(f) == (err == 0 ? n : n - 1));
	}
	assert(err == 0 || err == ERR_VERSION || err == ERR_FORMAT);
	buf_free(&record);
	return err;
}

static struct fold *open_example(bool keep_answers)
{
	static const struct seal seal = {.via = "fuzz"};
	struct fold *f = fold_new(keep_answers);
	int err;

	assert(f != NULL);
	err = apply(f, ENTRY_OPEN, 1, &seal, example_manifest());
	assert(err == 0 && fold_round_count(f) == 1);
	return f;
}

/* Takes one entry off the input; false at its end. */
static bool apply_next(struct fold *f, struct bytes *in)
{
	const uint8_t *head = in->data;
	struct seal seal = {.via = "fuzz"};
	struct bytes body;
	size_t len;

	if (in->len < HEAD)
		return false;
	len = be16_get(head + AT_LENGTH);
	if (len > in->len - HEAD)
		len = in->len - HEAD;
	seal.rater = head[2];
	seal.stratum = head[3];
	seal.cluster = head[4];
	seal.import_id = head[5];
	seal.command[0] = head[5];
	body = bytes_of(head + HEAD, len);
	*in = bytes_of(head + HEAD + len, in->len - HEAD - len);
	return apply(f, head[0], head[1], &seal, body) == 0;
}

static void check_sample(const struct fold_round *r, uint64_t live)
{
	struct sample s;
	int err = fold_sample(r, &s);

	assert(err == 0 && s.sheet_count == live);
	for (size_t i = 0; i < s.sheet_count; i++)
		assert(s.sheets[i].stratum < s.stratum_count &&
		       s.sheets[i].unit < s.round->unit_count);
	for (size_t i = 0; i < s.appraisal_count; i++)
		assert(appraisal_fault(s.round, &s.appraisals[i]) == NULL);
	for (size_t i = 0; i < s.measured_count; i++)
		assert(measured_fault(s.round, &s.measured[i]) == NULL);
	sample_free(&s);
}

static void check_round(const struct fold_round *r, bool keep_answers)
{
	struct fold_counts all = fold_round_counts(r, -1);
	uint64_t by_rater = 0, bound = 2 * fold_round_roster_rows(r);
	uint32_t strata;

	assert(all.sheets_live + all.sheets_annulled <= all.sheets_taken);
	assert(all.responded <= all.sheets_live);
	(void)fold_round_strata(r, &strata);
	assert(strata >= 1);
	for (uint32_t i = 0; i < bound && i < 256; i++)
		by_rater += fold_round_live_of_rater(r, i);
	assert(by_rater == all.sheets_live);
	for (uint32_t i = 1; i <= fold_round_releases(r); i++)
		assert(fold_release_of(r, i)->number == i);
	if (keep_answers)
		check_sample(r, all.sheets_live);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = bytes_of(data, size);
	bool keep_answers = size % 2 == 0;
	struct fold *f;

	check_record(in);
	f = open_example(keep_answers);
	while (apply_next(f, &in))
		continue;
	for (uint32_t i = 1; i <= fold_round_count(f); i++)
		check_round(fold_round_by_number(f, i), keep_answers);
	fold_free(f);
	return 0;
}
