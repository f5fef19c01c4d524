/* Codes: those that came with the roster, and those that were made for it later. */

#include "services/collector/roster_internal.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "common/base/err.h"
#include "common/round/code.h"

static void made_hash(const struct roster *r, const uint8_t code[CODE_BYTES],
		      uint8_t out[ROSTER_CODE_HASH])
{
	crypto_generichash(out, ROSTER_CODE_HASH, code, CODE_BYTES, r->made_codes,
			   ROSTER_KEY);
}

void roster_code_hash(const struct roster *r, struct bytes code,
		      uint8_t out[ROSTER_CODE_HASH])
{
	uint8_t bytes[CODE_BYTES];

	if (code_parse(code, bytes) == 0)
		made_hash(r, bytes, out);
	else
		crypto_generichash(out, ROSTER_CODE_HASH, code.data, code.len, r->codes,
				   ROSTER_KEY);
	sodium_memzero(bytes, sizeof bytes);
}

static bool row_has(const struct row *row, const uint8_t hash[ROSTER_CODE_HASH])
{
	if (row->has_code && sodium_memcmp(row->code, hash, ROSTER_CODE_HASH) == 0)
		return true;
	return row->has_made && sodium_memcmp(row->made, hash, ROSTER_CODE_HASH) == 0;
}

const struct row *roster_find_code(const struct roster *r,
				   const uint8_t hash[ROSTER_CODE_HASH])
{
	struct index_cursor at = index_seek(&r->by_code, be64_get(hash));

	while (index_next(&r->by_code, &at))
		if (row_has(&r->rows[at.place], hash))
			return &r->rows[at.place];
	return NULL;
}

const struct rater *roster_by_code(const struct roster *r, struct bytes code)
{
	const struct row *row;
	uint8_t hash[ROSTER_CODE_HASH];

	if (!code.len || code.len > MODEL_CODE_MAX)
		return NULL;
	roster_code_hash(r, code, hash);
	row = roster_find_code(r, hash);
	return row ? &row->rater : NULL;
}

int roster_index_codes(struct roster *r, uint32_t place)
{
	const struct row *row = &r->rows[place];
	int err = 0;

	if (row->has_code)
		err = index_add(&r->by_code, be64_get(row->code), place);
	if (row->has_made && !err)
		err = index_add(&r->by_code, be64_get(row->made), place);
	return err;
}

/* ---- codes made later ---- */

struct bytes roster_respondent(const struct roster *r, uint32_t place)
{
	return bytes_str(r->rows[place].respondent);
}

enum code_origin roster_code_origin(const struct roster *r, uint32_t place)
{
	if (r->rows[place].has_code)
		return CODE_OF_ROSTER;
	return r->rows[place].has_made ? CODE_MADE : CODE_NONE;
}

int roster_new_code(const struct roster *r, struct bytes name, struct bytes code,
		    struct roster_code *out, struct faults *faults)
{
	const struct row *row = roster_find_name(r, name), *other;
	struct roster_code new;
	const char *why = NULL;

	if (!row || code.len != CODE_BYTES) {
		faults_add(faults, NULL, 0,
			   row ? "the code of respondent %.*s has not 16 bytes"
			       : "respondent %.*s is not in the roster",
			   (int)name.len, (const char *)name.data);
		return ERR_REFUSED;
	}
	new.place = (uint32_t)(row - r->rows);
	made_hash(r, code.data, new.hash);
	other = roster_find_code(r, new.hash);
	if (row->has_code)
		why = "has a code that came with the roster, and that one stays";
	else if (other && other != row)
		why = "gets the code of another respondent";
	if (why) {
		faults_add(faults, NULL, 0, "respondent %.*s %s", (int)name.len,
			   (const char *)name.data, why);
		return ERR_REFUSED;
	}
	*out = new;
	return 0;
}

bool roster_has_new_code(const struct roster *r, const struct roster_code *c)
{
	const struct row *row = &r->rows[c->place];

	return row->has_made && sodium_memcmp(row->made, c->hash, sizeof c->hash) == 0;
}

/* Without the codes that were replaced. */
static int index_anew(struct roster *r)
{
	int err = 0;

	index_free(&r->by_code);
	for (uint32_t i = 0; i < r->count && !err; i++)
		err = roster_index_codes(r, i);
	return err;
}

int roster_put_code(struct roster *r, const struct roster_code *c)
{
	struct row *row = &r->rows[c->place];

	row->has_made = true;
	memcpy(row->made, c->hash, sizeof row->made);
	if (r->by_code.count > 2 * (size_t)r->count)
		return index_anew(r);
	return index_add(&r->by_code, be64_get(row->made), c->place);
}
