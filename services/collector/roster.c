#include "services/collector/roster.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "common/round/index.h"

enum {
	CODE_HASH = 32,
	ROW_FIXED = 4 + 4 + 4 + 1 + CODE_HASH + 2 + 2,
	ROW_MAX = ROW_FIXED + 2 * MODEL_CODE_MAX,
	KEY_SEALING = 1,
	KEY_CODES = 2,
	KEY_SALT = 3,
};

struct row {
	struct rater rater;
	bool has_code;
	uint8_t code[CODE_HASH];
	char *respondent;
	char *cluster; /* "" */
};

struct roster {
	uint8_t sealing[ROSTER_KEY], codes[ROSTER_KEY], salt[ROSTER_KEY];
	struct row *rows;
	uint32_t count, room;
	uint32_t clusters; /* labels seen; the numbers are 1..clusters */
	struct index by_name, by_code, by_cluster; /* all give places of rows */
};

struct roster *roster_new(const uint8_t key[ROSTER_KEY])
{
	struct roster *r = calloc(1, sizeof *r);

	if (!r)
		return NULL;
	crypto_kdf_derive_from_key(r->sealing, ROSTER_KEY, KEY_SEALING, "parrostr",
				   key);
	crypto_kdf_derive_from_key(r->codes, ROSTER_KEY, KEY_CODES, "parrostr", key);
	crypto_kdf_derive_from_key(r->salt, ROSTER_KEY, KEY_SALT, "parrostr", key);
	return r;
}

static void row_free(struct row *row)
{
	free(row->respondent);
	free(row->cluster);
}

static void indexes_free(struct roster *r)
{
	index_free(&r->by_name);
	index_free(&r->by_code);
	index_free(&r->by_cluster);
}

void roster_free(struct roster *r)
{
	if (!r)
		return;
	for (uint32_t i = 0; i < r->count; i++)
		row_free(&r->rows[i]);
	indexes_free(r);
	free(r->rows);
	sodium_memzero(r, sizeof *r);
	free(r);
}

uint32_t roster_count(const struct roster *r)
{
	return r->count;
}

const uint8_t *roster_sealing_key(const struct roster *r)
{
	return r->sealing;
}

/* ---- look-ups ---- */

static void code_hash(const struct roster *r, struct bytes code, uint8_t out[CODE_HASH])
{
	crypto_generichash(out, CODE_HASH, code.data, code.len, r->codes, ROSTER_KEY);
}

static const struct row *find_name(const struct roster *r, struct bytes name)
{
	struct index_cursor at = index_seek(&r->by_name, hash_bytes(name));

	while (index_next(&r->by_name, &at))
		if (bytes_equal(bytes_str(r->rows[at.place].respondent), name))
			return &r->rows[at.place];
	return NULL;
}

static const struct row *find_code(const struct roster *r,
				   const uint8_t code[CODE_HASH])
{
	struct index_cursor at = index_seek(&r->by_code, be64_get(code));

	while (index_next(&r->by_code, &at))
		if (sodium_memcmp(r->rows[at.place].code, code, CODE_HASH) == 0)
			return &r->rows[at.place];
	return NULL;
}

/* 0: this label was not seen yet. */
static uint32_t find_cluster(const struct roster *r, struct bytes label)
{
	struct index_cursor at = index_seek(&r->by_cluster, hash_bytes(label));

	while (index_next(&r->by_cluster, &at))
		if (bytes_equal(bytes_str(r->rows[at.place].cluster), label))
			return r->rows[at.place].rater.cluster;
	return 0;
}

const struct rater *roster_by_respondent(const struct roster *r, struct bytes name)
{
	const struct row *row = find_name(r, name);

	return row ? &row->rater : NULL;
}

const struct rater *roster_by_code(const struct roster *r, struct bytes code)
{
	const struct row *row;
	uint8_t hash[CODE_HASH];

	code_hash(r, code, hash);
	row = find_code(r, hash);
	return row ? &row->rater : NULL;
}

/* ---- rows ---- */

/* Puts the row at `place` into the indexes; a label new to them begins its cluster. */
static int index_row(struct roster *r, uint32_t place)
{
	const struct row *row = &r->rows[place];
	struct bytes label = bytes_str(row->cluster);
	int err;

	err = index_add(&r->by_name, hash_bytes(bytes_str(row->respondent)), place);
	if (!err && row->has_code)
		err = index_add(&r->by_code, be64_get(row->code), place);
	if (!err && label.len && !find_cluster(r, label))
		err = index_add(&r->by_cluster, hash_bytes(label), place);
	return err;
}

static int make_room(struct roster *r)
{
	uint32_t room = r->room ? r->room * 2 : 256;
	struct row *rows;

	if (r->count < r->room)
		return 0;
	rows = realloc(r->rows, room * sizeof *rows);
	if (!rows)
		return -ENOMEM;
	r->rows = rows;
	r->room = room;
	return 0;
}

/* Owns what `row` points to, also on failure. */
static int append(struct roster *r, struct row row)
{
	int err = row.respondent && row.cluster ? make_room(r) : -ENOMEM;

	if (err) {
		row_free(&row);
		return err;
	}
	if (row.rater.cluster > r->clusters)
		r->clusters = row.rater.cluster;
	r->rows[r->count++] = row;
	return index_row(r, r->count - 1);
}

static uint32_t cluster_number(const struct roster *r, struct bytes label)
{
	uint32_t known;

	if (!label.len)
		return 0;
	known = find_cluster(r, label);
	return known ? known : r->clusters + 1;
}

static struct row row_of(const struct roster *r, const struct roster_input *in)
{
	struct row row = {.has_code = in->code.len > 0};

	row.rater.stratum = in->stratum;
	row.rater.cluster = cluster_number(r, in->cluster);
	if (row.has_code)
		code_hash(r, in->code, row.code);
	return row;
}

static bool rows_equal(const struct row *a, const struct row *b)
{
	return a->rater.stratum == b->rater.stratum &&
	       a->rater.cluster == b->rater.cluster && a->has_code == b->has_code &&
	       sodium_memcmp(a->code, b->code, CODE_HASH) == 0;
}

int roster_add(struct roster *r, const struct roster_input *in, struct faults *faults,
	       bool *added)
{
	struct row row = row_of(r, in);
	const struct row *known = find_name(r, in->respondent);
	int width = (int)in->respondent.len;
	const char *name = (const char *)in->respondent.data;

	if (known && rows_equal(known, &row)) {
		*added = false;
		return 0;
	}
	if (known) {
		faults_add(faults, NULL, 0,
			   "respondent %.*s is in the roster already, with another "
			   "stratum, code or cluster: rows are never changed",
			   width, name);
		return ERR_REFUSED;
	}
	if (row.has_code && find_code(r, row.code)) {
		faults_add(faults, NULL, 0, "the code of respondent %.*s is another's",
			   width, name);
		return ERR_REFUSED;
	}
	if (r->count >= ROSTER_ROWS_MAX) {
		faults_add(faults, NULL, 0, "a roster has at most %d rows",
			   ROSTER_ROWS_MAX);
		return ERR_REFUSED;
	}
	row.respondent = bytes_dup(in->respondent);
	row.cluster = bytes_dup(in->cluster);
	*added = true;
	return append(r, row);
}

int roster_number(struct roster *r, uint32_t first)
{
	uint32_t range = 2 * r->count;
	uint8_t *taken = calloc(range ? range : 1, 1);

	if (!taken)
		return -ENOMEM;
	for (uint32_t i = 0; i < first; i++)
		taken[r->rows[i].rater.number] = 1;
	for (uint32_t i = first; i < r->count; i++) {
		uint32_t number;

		do
			number = randombytes_uniform(range);
		while (taken[number]);
		taken[number] = 1;
		r->rows[i].rater.number = number;
	}
	sodium_memzero(taken, range);
	free(taken);
	return 0;
}

struct roster_mark roster_mark(const struct roster *r)
{
	return (struct roster_mark){r->count, r->clusters};
}

int roster_rollback(struct roster *r, struct roster_mark mark)
{
	int err = 0;

	while (r->count > mark.rows)
		row_free(&r->rows[--r->count]);
	r->clusters = mark.clusters;
	indexes_free(r);
	for (uint32_t i = 0; i < r->count && !err; i++)
		err = index_row(r, i);
	return err;
}

/* ---- bytes ---- */

/*
 * A row: 4 rater, 4 stratum, 4 cluster, 1 whether it has a code, 32 hash of the code,
 * 2 and the respondent, 2 and the cluster's label.
 */
static size_t encode_row(const struct row *row, uint8_t out[ROW_MAX])
{
	size_t name = strlen(row->respondent), label = strlen(row->cluster);
	uint8_t *p = out;

	be32_put(p, row->rater.number);
	be32_put(p + 4, row->rater.stratum);
	be32_put(p + 8, row->rater.cluster);
	p[12] = row->has_code;
	memcpy(p + 13, row->code, CODE_HASH);
	p += 13 + CODE_HASH;
	be16_put(p, (uint16_t)name);
	memcpy(p + 2, row->respondent, name);
	p += 2 + name;
	be16_put(p, (uint16_t)label);
	memcpy(p + 2, row->cluster, label);
	return (size_t)(p + 2 + label - out);
}

int roster_encode(const struct roster *r, uint32_t first, uint32_t end, struct buf *out)
{
	uint8_t row[ROW_MAX];

	for (uint32_t i = first; i < end; i++) {
		size_t len = encode_row(&r->rows[i], row);
		int err = buf_put(out, row, len);

		if (err)
			return err;
	}
	return 0;
}

int roster_digest(const struct roster *r, uint32_t rows, uint8_t digest[32])
{
	crypto_generichash_state state;
	uint8_t row[ROW_MAX];

	if (rows > r->count)
		return ERR_CORRUPT;
	crypto_generichash_init(&state, NULL, 0, 32);
	crypto_generichash_update(&state, r->salt, sizeof r->salt);
	for (uint32_t i = 0; i < rows; i++)
		crypto_generichash_update(&state, row, encode_row(&r->rows[i], row));
	crypto_generichash_final(&state, digest, 32);
	return 0;
}

/* Takes a counted text off the front of *in. */
static bool take_text(struct bytes *in, struct bytes *text)
{
	size_t len;

	if (in->len < 2)
		return false;
	len = be16_get(in->data);
	if (len > MODEL_CODE_MAX || in->len < 2 + len)
		return false;
	*text = bytes_of(in->data + 2, len);
	*in = bytes_of(in->data + 2 + len, in->len - 2 - len);
	return true;
}

static bool take_row(struct bytes *in, struct row *row, struct bytes *name,
		     struct bytes *label)
{
	const uint8_t *p = in->data;

	if (in->len < ROW_FIXED)
		return false;
	row->rater.number = be32_get(p);
	row->rater.stratum = be32_get(p + 4);
	row->rater.cluster = be32_get(p + 8);
	row->has_code = p[12];
	memcpy(row->code, p + 13, CODE_HASH);
	*in = bytes_of(p + 13 + CODE_HASH, in->len - 13 - CODE_HASH);
	return take_text(in, name) && take_text(in, label) && name->len;
}

int roster_decode(struct roster *r, struct bytes in)
{
	while (in.len) {
		struct row row = {0};
		struct bytes name, label;
		int err;

		if (!take_row(&in, &row, &name, &label))
			return ERR_FORMAT;
		if (row.rater.cluster != cluster_number(r, label) ||
		    find_name(r, name) || r->count >= ROSTER_ROWS_MAX)
			return ERR_CORRUPT;
		row.respondent = bytes_dup(name);
		row.cluster = bytes_dup(label);
		err = append(r, row);
		if (err)
			return err;
	}
	return 0;
}
