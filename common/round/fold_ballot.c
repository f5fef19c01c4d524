/*
 * Of the canonical encoding of Ballot (proto/par/v1/intake.proto) the one shape that
 * our clients make: every field there, in order, its length in as few bytes as can be.
 */

#include "common/round/fold_ballot.h"

enum {
	TAG_VERSION = 0x08, /* field 1, a number */
	TAG_ROUND = 0x12,   /* 2, bytes, and so on */
	TAG_RULES = 0x1a,
	TAG_SHEET = 0x22,
	TAG_NONCE = 0x2a,
	TAG_UNIT = 0x08,
	TAG_REVISION = 0x10,
	TAG_ANSWERS = 0x1a,
	VERSION = 1,
	RULES = 32,
	NUMBER_BYTES_MAX = 4, /* more than any length or place there is */
};

/* More than 0, in as few bytes as can be. */
static bool take_number(struct bytes *in, uint8_t tag, uint32_t *out)
{
	uint32_t value = 0;

	if (in->len < 2 || in->data[0] != tag)
		return false;
	for (uint32_t i = 0; i < NUMBER_BYTES_MAX && i + 1 < in->len; i++) {
		uint8_t byte = in->data[i + 1];

		value |= (uint32_t)(byte & 0x7f) << 7 * i;
		if (byte >= 0x80)
			continue;
		*in = bytes_of(in->data + i + 2, in->len - i - 2);
		*out = value;
		return byte != 0;
	}
	return false;
}

static bool take_bytes(struct bytes *in, uint8_t tag, struct bytes *out)
{
	struct bytes rest = *in;
	uint32_t len;

	if (!take_number(&rest, tag, &len) || len > rest.len)
		return false;
	*out = bytes_of(rest.data, len);
	*in = bytes_of(rest.data + len, rest.len - len);
	return true;
}

static bool take_sheet(struct bytes in, struct sheet *out)
{
	uint32_t unit;

	if (!take_number(&in, TAG_UNIT, &unit) ||
	    !take_number(&in, TAG_REVISION, &out->revision) ||
	    !take_bytes(&in, TAG_ANSWERS, &out->answers))
		return false;
	out->unit = unit - 1;
	return in.len == 0;
}

static uint32_t count_sheets(struct bytes in)
{
	struct bytes sheet;
	uint32_t count = 0;

	while (take_bytes(&in, TAG_SHEET, &sheet))
		count++;
	return count;
}

static bool take_sheets(struct arena *a, struct bytes *in, struct ballot *b)
{
	struct bytes sheet;

	b->sheet_count = count_sheets(*in);
	if (b->sheet_count == 0 || b->sheet_count > BALLOT_SHEETS_MAX)
		return false;
	b->sheets = arena_get(a, b->sheet_count * sizeof *b->sheets);
	if (b->sheets == NULL)
		return false;
	for (uint32_t i = 0; i < b->sheet_count; i++) {
		if (!take_bytes(in, TAG_SHEET, &sheet) ||
		    !take_sheet(sheet, &b->sheets[i]) ||
		    (i > 0 && b->sheets[i].unit <= b->sheets[i - 1].unit))
			return false;
	}
	return true;
}

bool fold_ballot_read(struct arena *a, struct bytes body, struct bytes round,
		      struct ballot *out)
{
	struct ballot b = {.message = NULL};
	uint32_t version;

	if (body.len > BALLOT_BYTES_MAX || !take_number(&body, TAG_VERSION, &version) ||
	    version != VERSION || !take_bytes(&body, TAG_ROUND, &b.round) ||
	    !bytes_equal(b.round, round) || !take_bytes(&body, TAG_RULES, &b.rules) ||
	    b.rules.len != RULES || !take_sheets(a, &body, &b) ||
	    !take_bytes(&body, TAG_NONCE, &b.nonce) || b.nonce.len != BALLOT_NONCE ||
	    body.len != 0)
		return false;
	*out = b;
	return true;
}
