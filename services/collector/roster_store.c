#include "services/collector/roster_store.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/err.h"
#include "services/collector/roster_files.h"

enum {
	TABLE_ROWS = 0,
	TABLE_CODES = 1,
	TABLE_COUNT = 2,
	MAP_BYTES = 1 << 30,
	ROWS_A_RECORD = 1000,
	RECORD_MAX = 1 << 20,
	NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	DOMAIN = 12,
};

static const char *const tables[TABLE_COUNT] = {"rows", "codes"};
static const char domains[TABLE_COUNT][DOMAIN + 1] = {"par-roster/1", "par-rcodes/1"};

/* What a record is bound to: table and layout, the round, its first row. */
struct place {
	uint8_t bytes[DOMAIN + 4 + 8];
};

static struct place place_of(int table, uint32_t number, uint64_t first)
{
	struct place p;

	memcpy(p.bytes, domains[table], DOMAIN);
	be32_put(p.bytes + DOMAIN, number);
	be64_put(p.bytes + DOMAIN + 4, first);
	return p;
}

static struct bytes place_key(const struct place *p)
{
	return bytes_of(p->bytes + DOMAIN + 4, 8);
}

static int environment_open(const char *dir, uint32_t number, struct store **out)
{
	char path[PATH_MAX];
	int err = roster_files_path(dir, number, "", path);

	return err ? err : store_open(path, MAP_BYTES, tables, TABLE_COUNT, NULL, out);
}

/* ---- sealing ---- */

/* *sealed is emptied before. */
static int seal(const struct roster *r, const struct place *place, struct bytes plain,
		struct buf *sealed)
{
	unsigned long long len;
	int err;

	buf_reset(sealed);
	err = buf_reserve(sealed, NONCE + plain.len + TAG);
	if (err)
		return err;
	randombytes_buf(sealed->data, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(
	    sealed->data + NONCE, &len, plain.data, plain.len, place->bytes,
	    sizeof place->bytes, NULL, sealed->data, roster_sealing_key(r));
	sealed->len = NONCE + (size_t)len;
	return 0;
}

/* `plain` has room for all of a record. */
static int unseal(const struct roster *r, const struct place *place, struct bytes value,
		  uint8_t *plain, size_t *plain_len)
{
	unsigned long long len;

	if (value.len < NONCE + TAG || value.len > RECORD_MAX ||
	    crypto_aead_xchacha20poly1305_ietf_decrypt(
		plain, &len, NULL, value.data + NONCE, value.len - NONCE, place->bytes,
		sizeof place->bytes, value.data, roster_sealing_key(r)))
		return ERR_CORRUPT;
	*plain_len = (size_t)len;
	return 0;
}

/* ---- reading ---- */

struct loading {
	struct roster *roster;
	uint32_t number;
	uint64_t rows; /* that the journal tells of */
	uint8_t *plain;
};

static int on_rows(void *ctx, struct bytes key, struct bytes value)
{
	struct loading *l = ctx;
	struct place place = place_of(TABLE_ROWS, l->number, roster_count(l->roster));
	size_t len;
	int err;

	if (!bytes_equal(key, place_key(&place)))
		return ERR_CORRUPT;
	err = unseal(l->roster, &place, value, l->plain, &len);
	return err ? err : roster_decode(l->roster, bytes_of(l->plain, len));
}

static int on_code(void *ctx, struct bytes key, struct bytes value)
{
	struct loading *l = ctx;
	struct roster_code code;
	struct place place;
	size_t len;
	int err;

	if (key.len != 8 || be64_get(key.data) >= l->rows)
		return ERR_CORRUPT;
	code.place = (uint32_t)be64_get(key.data);
	place = place_of(TABLE_CODES, l->number, code.place);
	err = unseal(l->roster, &place, value, l->plain, &len);
	if (err || len != sizeof code.hash)
		return err ? err : ERR_CORRUPT;
	memcpy(code.hash, l->plain, sizeof code.hash);
	return roster_put_code(l->roster, &code);
}

static int read_all(struct store *store, struct loading *l)
{
	struct store_txn t;
	int err;

	store_begin(store, false, &t);
	err = store_scan(&t, TABLE_ROWS, bytes_of(NULL, 0), on_rows, l);
	if (!err && roster_count(l->roster) != l->rows)
		err = ERR_CORRUPT;
	if (!err)
		err = store_scan(&t, TABLE_CODES, bytes_of(NULL, 0), on_code, l);
	store_abort(&t);
	return err;
}

/* Deletes the records of a table from row `first` on. */
static void cut(struct store_txn *t, size_t table, uint64_t first)
{
	struct bytes key, value;

	while (!t->err && store_last(t, table, &key, &value) == 0) {
		uint8_t copy[8];

		if (key.len != sizeof copy || be64_get(key.data) < first)
			return;
		memcpy(copy, key.data, sizeof copy);
		store_del(t, table, bytes_of(copy, sizeof copy));
	}
}

static int cut_all(struct store *store, uint64_t first)
{
	struct store_txn t;

	store_begin(store, true, &t);
	cut(&t, TABLE_ROWS, first);
	cut(&t, TABLE_CODES, first);
	return store_commit(&t);
}

static int check_digest(const struct roster *r, uint64_t rows, const uint8_t digest[32])
{
	uint8_t own[32];
	int err = roster_digest(r, (uint32_t)rows, own);

	if (err)
		return err;
	return memcmp(own, digest, sizeof own) == 0 ? 0 : ERR_CORRUPT;
}

/* It must be there: opening would make one. */
static int load(const char *dir, struct loading *l)
{
	char path[PATH_MAX];
	struct store *store;
	int err = roster_files_path(dir, l->number, "", path);

	if (!err && access(path, F_OK))
		err = errno == ENOENT ? ERR_NOT_FOUND : err_errno(-EIO);
	if (!err)
		err = environment_open(dir, l->number, &store);
	if (err)
		return err;
	err = cut_all(store, l->rows);
	if (!err)
		err = read_all(store, l);
	store_close(store);
	return err;
}

int roster_store_load(const char *dir, uint32_t number, uint64_t rows,
		      uint64_t digest_rows, const uint8_t digest[32],
		      struct roster **out, struct faults *faults)
{
	struct loading l = {.number = number, .rows = rows};
	uint8_t key[ROSTER_KEY];
	int err = roster_files_get_key(dir, number, key, faults);

	if (err)
		return err;
	l.roster = roster_new(key);
	l.plain = malloc(RECORD_MAX);
	sodium_memzero(key, sizeof key);
	err = l.roster && l.plain ? load(dir, &l) : -ENOMEM;
	if (l.plain)
		sodium_memzero(l.plain, RECORD_MAX);
	free(l.plain);
	if (!err)
		err = check_digest(l.roster, digest_rows, digest);
	if (err) {
		faults_add(faults, dir, 0,
			   "roster %u does not hold the %llu rows of the journal: %s",
			   number, (unsigned long long)rows, err_str(err));
		roster_free(l.roster);
		return err;
	}
	*out = l.roster;
	return 0;
}

/* ---- writing ---- */

/* What is sealed, and what comes of it; room for any record, so nothing is moved. */
struct sealing {
	struct buf plain, sealed;
};

static int sealing_init(struct sealing *s)
{
	int err;

	buf_init(&s->plain, RECORD_MAX);
	buf_init(&s->sealed, RECORD_MAX);
	err = buf_reserve(&s->plain, RECORD_MAX);
	return err ? err : buf_reserve(&s->sealed, RECORD_MAX);
}

static void sealing_free(struct sealing *s)
{
	if (s->plain.data)
		sodium_memzero(s->plain.data, s->plain.cap);
	buf_free(&s->plain);
	buf_free(&s->sealed);
}

static int put_record(struct store_txn *t, uint32_t number, const struct roster *r,
		      uint32_t first, uint32_t end, struct sealing *s)
{
	struct place place = place_of(TABLE_ROWS, number, first);
	int err;

	buf_reset(&s->plain);
	err = roster_encode(r, first, end, &s->plain);
	if (!err)
		err = seal(r, &place, buf_bytes(&s->plain), &s->sealed);
	if (!err)
		store_append(t, TABLE_ROWS, place_key(&place), buf_bytes(&s->sealed));
	return err;
}

static int put_rows(struct store_txn *t, uint32_t number, const struct roster *r,
		    uint32_t first)
{
	struct sealing s;
	int err = sealing_init(&s);

	for (uint32_t i = first; i < roster_count(r) && !err; i += ROWS_A_RECORD) {
		uint32_t left = roster_count(r) - i;
		uint32_t take = left < ROWS_A_RECORD ? left : ROWS_A_RECORD;

		err = put_record(t, number, r, i, i + take, &s);
	}
	sealing_free(&s);
	return err;
}

static int finish(struct store *store, struct store_txn *t, int err)
{
	if (err)
		store_abort(t);
	else
		err = store_commit(t);
	store_close(store);
	return err;
}

int roster_store_write(const char *dir, uint32_t number, const struct roster *r,
		       uint32_t first)
{
	struct store *store;
	struct store_txn t;
	int err = environment_open(dir, number, &store);

	if (err)
		return err;
	store_begin(store, true, &t);
	cut(&t, TABLE_ROWS, first);
	cut(&t, TABLE_CODES, first);
	return finish(store, &t, put_rows(&t, number, r, first));
}

static int put_codes(struct store_txn *t, uint32_t number, const struct roster *r,
		     const struct roster_code list[], size_t count)
{
	struct buf sealed;
	int err = 0;

	buf_init(&sealed, RECORD_MAX);
	for (size_t i = 0; i < count && !err; i++) {
		struct place place = place_of(TABLE_CODES, number, list[i].place);

		err = seal(r, &place, bytes_of(list[i].hash, sizeof list[i].hash),
			   &sealed);
		if (!err)
			store_put(t, TABLE_CODES, place_key(&place),
				  buf_bytes(&sealed));
	}
	buf_free(&sealed);
	return err;
}

int roster_store_write_codes(const char *dir, uint32_t number, const struct roster *r,
			     const struct roster_code list[], size_t count)
{
	struct store *store;
	struct store_txn t;
	int err = environment_open(dir, number, &store);

	if (err)
		return err;
	store_begin(store, true, &t);
	return finish(store, &t, put_codes(&t, number, r, list, count));
}

/* ---- copying ---- */

struct scanning {
	roster_record_fn *visit;
	void *ctx;
	const char *table;
};

static int on_record(void *ctx, struct bytes key, struct bytes value)
{
	const struct scanning *s = ctx;

	return s->visit(s->ctx, s->table, key, value);
}

int roster_store_scan(const char *dir, uint32_t number, roster_record_fn *visit,
		      void *ctx)
{
	struct scanning s = {.visit = visit, .ctx = ctx};
	struct store *store;
	struct store_txn t;
	int err = environment_open(dir, number, &store);

	if (err)
		return err;
	store_begin(store, false, &t);
	for (size_t i = 0; i < TABLE_COUNT && !err; i++) {
		s.table = tables[i];
		err = store_scan(&t, i, bytes_of(NULL, 0), on_record, &s);
	}
	store_abort(&t);
	store_close(store);
	return err;
}
