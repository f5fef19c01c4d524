/* The bytes of a ballot: decoding, encoding, and what is wrong with them. */

#include "common/round/ballot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "common/base/sha256.h"
#include "common/round/fault.h"
#include "common/round/proto.h"
#include "par/v1/intake.pb-c.h"

enum { VERSION = 1, RULES_SIZE = 32, CHUNK = 4096 };

static int compare_units(const void *a, const void *b)
{
	uint32_t x, y;

	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return (x > y) - (x < y);
}

static bool units_ascend(const struct ballot *b)
{
	for (uint32_t i = 1; i < b->sheet_count; i++) {
		if (b->sheets[i].unit <= b->sheets[i - 1].unit)
			return false;
	}
	return true;
}

/* Clients send units in order, so the sorting is for strangers only. */
static int check_units(struct arena *a, const struct ballot *b, struct faults *faults)
{
	uint32_t *units;

	if (units_ascend(b))
		return 0;
	units = arena_get(a, b->sheet_count * sizeof *units);
	if (units == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < b->sheet_count; i++)
		units[i] = b->sheets[i].unit;
	qsort(units, b->sheet_count, sizeof *units, compare_units);
	for (uint32_t i = 1; i < b->sheet_count; i++) {
		if (units[i] != units[i - 1])
			continue;
		fault_add(faults,
			  "unit %lu stands twice in the ballot: send one revision "
			  "of a unit in one ballot",
			  (unsigned long)units[i] + 1);
		return ERR_FORMAT;
	}
	return 0;
}

/* Everything that can be said without the round. */
static int check_fields(struct arena *a, const struct ballot *b, struct faults *faults)
{
	int err = 0, units_err;

	if (b->round.len == 0 || b->round.len > MODEL_CODE_MAX ||
	    !text_is_utf8(b->round))
		err =
		    fault_add(faults, "the round's code must be 1 to %d bytes of UTF-8",
			      MODEL_CODE_MAX);
	if (b->rules.len != RULES_SIZE)
		err = fault_add(faults, "the digest of the rules has %zu bytes, not %d",
				b->rules.len, RULES_SIZE);
	if (b->nonce.len != BALLOT_NONCE)
		err = fault_add(faults, "the random bytes are %zu, not %d",
				b->nonce.len, BALLOT_NONCE);
	if (b->sheet_count == 0)
		err = fault_add(faults, "the ballot holds no sheet");
	if (b->sheet_count > BALLOT_SHEETS_MAX)
		return fault_add(faults,
				 "the ballot holds %lu sheets: send at most %d in "
				 "one ballot",
				 (unsigned long)b->sheet_count, BALLOT_SHEETS_MAX);
	units_err = check_units(a, b, faults);
	return units_err != 0 ? units_err : err;
}

static int take_sheets(struct arena *a, const Par__V1__Ballot *m, struct ballot *b)
{
	b->sheet_count = (uint32_t)m->n_sheets;
	b->sheets = arena_get(a, m->n_sheets * sizeof *b->sheets);
	if (b->sheets == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < m->n_sheets; i++) {
		const Par__V1__Sheet *s = m->sheets[i];

		b->sheets[i] = (struct sheet){
		    .unit = s->unit - 1, /* a 0 becomes a place no unit has */
		    .revision = s->revision,
		    .answers = proto_bytes(s->answers),
		};
	}
	return 0;
}

static int check_encoding(const Par__V1__Ballot *m, struct bytes in,
			  struct faults *faults)
{
	if (m->version > VERSION) {
		fault_add(faults,
			  "the ballot has version %lu, and this software knows %d: "
			  "it needs a newer version of this software",
			  (unsigned long)m->version, VERSION);
		return ERR_VERSION;
	}
	if (m->version == 0)
		return fault_add(faults, "the ballot names no version");
	if (proto_has_unknown(&m->base))
		return fault_add(faults,
				 "the ballot has a field that version %d does not "
				 "know",
				 VERSION);
	if (!proto_is_canonical(&m->base, in))
		return fault_add(faults,
				 "the ballot is not in the one encoding that is "
				 "taken: fields in order of their numbers, "
				 "numbers as short as they can be, no default "
				 "values");
	return 0;
}

int ballot_decode_in(struct arena *a, struct bytes in, struct ballot *out,
		     struct faults *faults)
{
	ProtobufCAllocator allocator = proto_allocator(a);
	struct ballot b = {0};
	Par__V1__Ballot *m;
	int err;

	if (in.len > BALLOT_BYTES_MAX)
		return fault_add(faults,
				 "the ballot has %zu bytes, more than %d: send it "
				 "in several",
				 in.len, BALLOT_BYTES_MAX);
	m = par__v1__ballot__unpack(&allocator, in.len, in.data);
	if (m == NULL && a->failed)
		return -ENOMEM;
	if (m == NULL)
		return fault_add(faults, "the ballot's bytes are not a message");
	err = check_encoding(m, in, faults);
	if (err != 0)
		return err;
	b.round = proto_bytes(m->round);
	b.rules = proto_bytes(m->rules);
	b.nonce = proto_bytes(m->nonce);
	err = take_sheets(a, m, &b);
	if (err == 0)
		err = check_fields(a, &b, faults);
	if (err != 0)
		return err;
	*out = b;
	return 0;
}

int ballot_decode(struct bytes in, struct ballot *out, struct faults *faults)
{
	struct arena *a = malloc(sizeof *a);
	struct ballot b;
	int err;

	if (a == NULL)
		return -ENOMEM;
	arena_init(a, CHUNK);
	err = ballot_decode_in(a, in, &b, faults);
	if (err != 0) {
		arena_free(a);
		free(a);
		return err;
	}
	b.message = a;
	*out = b;
	return 0;
}

void ballot_free(struct ballot *b)
{
	if (b->message != NULL)
		arena_free(b->message);
	free(b->message);
	*b = (struct ballot){0};
}

static int pack(const Par__V1__Ballot *m, struct buf *out)
{
	size_t size = par__v1__ballot__get_packed_size(m);
	int err;

	if (size > BALLOT_BYTES_MAX)
		return ERR_LIMIT;
	err = buf_reserve(out, size);
	if (err != 0)
		return err;
	out->len += par__v1__ballot__pack(m, out->data + out->len);
	return 0;
}

int ballot_encode(const struct ballot *b, struct buf *out)
{
	Par__V1__Ballot m = PAR__V1__BALLOT__INIT;
	Par__V1__Sheet *sheets = calloc(b->sheet_count + 1, sizeof *sheets);
	Par__V1__Sheet **list = calloc(b->sheet_count + 1, sizeof *list);
	int err = -ENOMEM;

	m.version = VERSION;
	m.round = proto_view(b->round);
	m.rules = proto_view(b->rules);
	m.nonce = proto_view(b->nonce);
	if (sheets != NULL && list != NULL) {
		for (uint32_t i = 0; i < b->sheet_count; i++) {
			par__v1__sheet__init(&sheets[i]);
			sheets[i].unit = b->sheets[i].unit + 1;
			sheets[i].revision = b->sheets[i].revision;
			sheets[i].answers = proto_view(b->sheets[i].answers);
			list[i] = &sheets[i];
		}
		m.n_sheets = b->sheet_count;
		m.sheets = list;
		err = pack(&m, out);
	}
	free(sheets);
	free(list);
	return err;
}

void sheet_hash(const struct sheet *s, uint8_t hash[ANSWERS_HASH])
{
	uint8_t digest[SHA256_SIZE];

	sha256(s->answers, digest);
	memcpy(hash, digest, ANSWERS_HASH);
}
