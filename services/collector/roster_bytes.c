/* A roster as bytes: for its digest and for its records on disk. */

#include "services/collector/roster_internal.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "common/base/err.h"

enum {
	ROW_FIXED = 4 + 4 + 4 + 1 + ROSTER_CODE_HASH + 2 + 2,
	ROW_MAX = ROW_FIXED + 2 * MODEL_CODE_MAX,
};

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
	memcpy(p + 13, row->code, ROSTER_CODE_HASH);
	p += 13 + ROSTER_CODE_HASH;
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
	if (len > MODEL_CODE_MAX || in->len < 2 + len || memchr(in->data + 2, 0, len))
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
	memcpy(row->code, p + 13, ROSTER_CODE_HASH);
	*in = bytes_of(p + 13 + ROSTER_CODE_HASH, in->len - 13 - ROSTER_CODE_HASH);
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
		if (row.rater.cluster != roster_cluster_number(r, label) ||
		    roster_find_name(r, name) || r->count >= ROSTER_ROWS_MAX)
			return ERR_CORRUPT;
		row.respondent = bytes_dup(name);
		row.cluster = bytes_dup(label);
		err = roster_append(r, row);
		if (err)
			return err;
	}
	return 0;
}
