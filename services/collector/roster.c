#include "services/collector/roster_internal.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"

enum { KEY_SEALING = 1, KEY_CODES = 2, KEY_SALT = 3, KEY_MADE_CODES = 4 };

static void derive(uint8_t out[ROSTER_KEY], uint64_t which,
		   const uint8_t key[ROSTER_KEY])
{
	crypto_kdf_derive_from_key(out, ROSTER_KEY, which, "parrostr", key);
}

struct roster *roster_new(const uint8_t key[ROSTER_KEY])
{
	struct roster *r = calloc(1, sizeof *r);

	if (!r)
		return NULL;
	derive(r->sealing, KEY_SEALING, key);
	derive(r->codes, KEY_CODES, key);
	derive(r->salt, KEY_SALT, key);
	derive(r->made_codes, KEY_MADE_CODES, key);
	return r;
}

static void wipe_text(char *text)
{
	if (text)
		sodium_memzero(text, strlen(text));
	free(text);
}

static void row_free(struct row *row)
{
	wipe_text(row->respondent);
	wipe_text(row->cluster);
	sodium_memzero(row, sizeof *row);
}

/* What it holds are hashes of names, which can be guessed. */
static void wipe_index(struct index *ix)
{
	if (ix->slots)
		sodium_memzero(ix->slots, ix->cap * sizeof *ix->slots);
	index_free(ix);
}

static void indexes_free(struct roster *r)
{
	wipe_index(&r->by_name);
	wipe_index(&r->by_code);
	wipe_index(&r->by_cluster);
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

const struct row *roster_find_name(const struct roster *r, struct bytes name)
{
	struct index_cursor at = index_seek(&r->by_name, hash_bytes(name));

	while (index_next(&r->by_name, &at))
		if (bytes_equal(bytes_str(r->rows[at.place].respondent), name))
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
	const struct row *row = roster_find_name(r, name);

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
	if (!err)
		err = roster_index_codes(r, place);
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
	/* Not realloc: nothing of it may stay behind. */
	rows = calloc(room, sizeof *rows);
	if (!rows)
		return -ENOMEM;
	if (r->rows) {
		memcpy(rows, r->rows, r->count * sizeof *rows);
		sodium_memzero(r->rows, r->count * sizeof *rows);
	}
	free(r->rows);
	r->rows = rows;
	r->room = room;
	return 0;
}

int roster_append(struct roster *r, struct row row)
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

uint32_t roster_cluster_number(const struct roster *r, struct bytes label)
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
	row.rater.cluster = roster_cluster_number(r, in->cluster);
	if (row.has_code)
		roster_code_hash(r, in->code, row.code);
	return row;
}

static bool rows_equal(const struct row *a, const struct row *b)
{
	return a->rater.stratum == b->rater.stratum &&
	       a->rater.cluster == b->rater.cluster && a->has_code == b->has_code &&
	       sodium_memcmp(a->code, b->code, ROSTER_CODE_HASH) == 0;
}

int roster_add(struct roster *r, const struct roster_input *in, struct faults *faults,
	       bool *added)
{
	struct row row = row_of(r, in);
	const struct row *known = roster_find_name(r, in->respondent);
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
	if (row.has_code && roster_find_code(r, row.code)) {
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
	return roster_append(r, row);
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
