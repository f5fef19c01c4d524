/* Sheets become a ballot. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "common/base/err.h"
#include "common/base/sha256.h"
#include "common/client/round.h"
#include "common/client/words.h"
#include "common/round/ballot.h"

/* One pointer is both; the bytes follow, and `size` is not the caller's to change. */
struct held_ballot {
	struct par_ballot public;
	size_t size;
	uint8_t bytes[];
};

/* A unit by its code, where there is one. */
static void take_sheet(const struct round *r, const struct par_sheet *from,
		       struct sheet *out, struct faults *faults)
{
	int32_t unit = model_unit(r, bytes_str(from->unit));

	if (unit < 0)
		faults_add(faults, NULL, 0, "round %s has no unit %s", r->code,
			   from->unit);
	*out = (struct sheet){.unit = unit < 0 ? UINT32_MAX : (uint32_t)unit,
			      .revision = from->revision,
			      .answers = bytes_of(from->answers, from->answer_count)};
	if (unit >= 0)
		(void)sheet_check(out, r, faults);
}

/* A ballot has its units in order, each once. */
static int compare_units(const void *a, const void *b)
{
	const struct sheet *x = a, *y = b;

	return (x->unit > y->unit) - (x->unit < y->unit);
}

static void check_units(const struct round *r, const struct ballot *b,
			struct faults *faults)
{
	for (uint32_t i = 1; i < b->sheet_count; i++) {
		uint32_t unit = b->sheets[i].unit;
		if (unit == b->sheets[i - 1].unit && unit < r->unit_count)
			faults_add(faults, NULL, 0,
				   "unit %s stands twice in the ballot: send one "
				   "revision of a unit in one ballot",
				   r->units[unit].code);
	}
}

static int take_sheets(const struct round *r, const struct par_sheet sheets[],
		       struct ballot *b, char *words)
{
	struct faults faults;

	faults_init(&faults);
	if (b->sheet_count == 0)
		faults_add(&faults, NULL, 0, "a ballot has a sheet at least");
	for (uint32_t i = 0; i < b->sheet_count; i++)
		take_sheet(r, &sheets[i], &b->sheets[i], &faults);
	qsort(b->sheets, b->sheet_count, sizeof(b->sheets[0]), compare_units);
	check_units(r, b, &faults);
	int err = faults.count > 0 ? ERR_REFUSED : 0;
	words_faults(words, &faults);
	faults_free(&faults);
	return err;
}

static int hold(struct bytes encoded, struct par_ballot **out)
{
	uint8_t digest[SHA256_SIZE];
	struct held_ballot *h = calloc(1, sizeof(*h) + encoded.len);
	if (!h)
		return -ENOMEM;
	memcpy(h->bytes, encoded.data, encoded.len);
	h->public.bytes = h->bytes;
	h->public.size = h->size = encoded.len;
	sha256(encoded, digest);
	hex_encode(bytes_of(digest, sizeof(digest)), h->public.digest);
	*out = &h->public;
	return 0;
}

static int encode(const struct ballot *b, struct par_ballot **out)
{
	struct buf encoded;

	buf_init(&encoded, BALLOT_BYTES_MAX);
	int err = ballot_encode(b, &encoded);
	if (err == 0)
		err = hold(buf_bytes(&encoded), out);
	if (encoded.data)
		sodium_memzero(encoded.data, encoded.len);
	buf_free(&encoded);
	return err;
}

static int make(const struct held_round *h, const struct par_sheet sheets[],
		size_t count, struct par_ballot **out, char *words)
{
	uint8_t nonce[BALLOT_NONCE];

	if (count > BALLOT_SHEETS_MAX)
		return ERR_LIMIT;
	struct ballot b = {.round = bytes_str(h->model.code),
			   .rules = bytes_of(h->rules, sizeof(h->rules)),
			   .nonce = bytes_of(nonce, sizeof(nonce)),
			   .sheets = calloc(count + 1, sizeof(*b.sheets)),
			   .sheet_count = (uint32_t)count};
	if (!b.sheets)
		return -ENOMEM;
	randombytes_buf(nonce, sizeof(nonce));
	int err = take_sheets(&h->model, sheets, &b, words);
	if (err == 0)
		err = encode(&b, out);
	free(b.sheets);
	return err;
}

int par_ballot_make(const struct par_round *round, const struct par_sheet sheets[],
		    size_t count, struct par_ballot **out, char *words)
{
	words_clear(words);
	return words_end(words, make(round_held(round), sheets, count, out, words));
}

void par_ballot_free(struct par_ballot *ballot)
{
	struct held_ballot *h = (struct held_ballot *)(void *)ballot;

	if (!h)
		return;
	sodium_memzero(h->bytes, h->size);
	free(h);
}
