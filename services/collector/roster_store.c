#include "services/collector/roster_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/err.h"
#include "common/store/store.h"

enum {
	TABLE_ROWS = 0,
	MAP_BYTES = 1 << 30,
	ROWS_A_RECORD = 1000,
	RECORD_MAX = 1 << 20,
	NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
};

/* What a record is bound to: the version of its layout, the round, its first row. */
struct place {
	uint8_t bytes[12 + 4 + 8];
};

static struct place place_of(uint32_t number, uint64_t first)
{
	struct place p;

	memcpy(p.bytes, "par-roster/1", 12);
	be32_put(p.bytes + 12, number);
	be64_put(p.bytes + 16, first);
	return p;
}

static int path_of(const char *dir, uint32_t number, const char *end,
		   char out[PATH_MAX])
{
	int len = snprintf(out, PATH_MAX, "%s/%u%s", dir, number, end);

	return len < 0 || len >= PATH_MAX ? -ENAMETOOLONG : 0;
}

static int environment_open(const char *dir, uint32_t number, struct store **out)
{
	static const char *const tables[] = {"rows"};
	char path[PATH_MAX];
	int err = path_of(dir, number, "", path);

	return err ? err : store_open(path, MAP_BYTES, tables, 1, NULL, out);
}

/* ---- the key file ---- */

static int write_key(int fd, const uint8_t key[ROSTER_KEY])
{
	ssize_t put = write(fd, key, ROSTER_KEY);

	if (put < 0)
		return err_errno(-EIO);
	if (put != ROSTER_KEY)
		return -EIO;
	return fsync(fd) ? err_errno(-EIO) : 0;
}

int roster_store_key(const char *dir, uint32_t number, const uint8_t key[ROSTER_KEY])
{
	char path[PATH_MAX];
	int err = path_of(dir, number, ".key", path);
	int fd;

	if (err)
		return err;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_errno(-EIO);
	err = write_key(fd, key);
	if (close(fd) && !err)
		err = err_errno(-EIO);
	return err ? err : store_sync_dir(dir);
}

static int read_key(const char *dir, uint32_t number, uint8_t key[ROSTER_KEY],
		    struct faults *faults)
{
	char path[PATH_MAX];
	uint8_t in[ROSTER_KEY + 1];
	int err = path_of(dir, number, ".key", path);
	int fd;
	ssize_t got;

	if (err)
		return err;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		err = errno == ENOENT ? ERR_NOT_FOUND : err_errno(-EIO);
		faults_add(faults, path, 0, "the key of this roster cannot be read: %s",
			   err_str(err));
		return err;
	}
	got = read(fd, in, sizeof in);
	(void)close(fd);
	if (got != ROSTER_KEY) {
		faults_add(faults, path, 0, "the key of a roster has %d bytes",
			   ROSTER_KEY);
		return ERR_CORRUPT;
	}
	memcpy(key, in, ROSTER_KEY);
	sodium_memzero(in, sizeof in);
	return 0;
}

/* ---- records ---- */

struct loading {
	struct roster *roster;
	uint32_t number;
	uint64_t rows; /* that the journal tells of */
	uint8_t *plain;
};

static int on_record(void *ctx, struct bytes key, struct bytes value)
{
	struct loading *l = ctx;
	struct place place = place_of(l->number, roster_count(l->roster));
	unsigned long long len;

	if (key.len != 8 || value.len < NONCE + TAG || value.len > RECORD_MAX)
		return ERR_CORRUPT;
	if (be64_get(key.data) >= l->rows)
		return 1;
	if (be64_get(key.data) != roster_count(l->roster))
		return ERR_CORRUPT;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(
		l->plain, &len, NULL, value.data + NONCE, value.len - NONCE,
		place.bytes, sizeof place.bytes, value.data,
		roster_sealing_key(l->roster)))
		return ERR_CORRUPT;
	return roster_decode(l->roster, bytes_of(l->plain, (size_t)len));
}

static int read_rows(struct store *store, struct loading *l)
{
	struct store_txn t;
	uint8_t first[8] = {0};
	int err;

	store_begin(store, false, &t);
	err = store_scan(&t, TABLE_ROWS, bytes_of(first, sizeof first), on_record, l);
	store_abort(&t);
	if (err < 0)
		return err;
	return roster_count(l->roster) == l->rows ? 0 : ERR_CORRUPT;
}

/* Deletes the records from row `first` on. */
static void cut(struct store_txn *t, uint64_t first)
{
	struct bytes key, value;

	while (!t->err && store_last(t, TABLE_ROWS, &key, &value) == 0) {
		uint8_t copy[8];

		if (key.len != sizeof copy || be64_get(key.data) < first)
			return;
		memcpy(copy, key.data, sizeof copy);
		store_del(t, TABLE_ROWS, bytes_of(copy, sizeof copy));
	}
}

static int cut_rows(struct store *store, uint64_t first)
{
	struct store_txn t;

	store_begin(store, true, &t);
	cut(&t, first);
	return store_commit(&t);
}

static int put_record(struct store_txn *t, uint32_t number, const struct roster *r,
		      uint32_t first, uint32_t end, struct buf *plain,
		      struct buf *sealed)
{
	struct place place = place_of(number, first);
	unsigned long long len;
	int err;

	buf_reset(plain);
	buf_reset(sealed);
	err = roster_encode(r, first, end, plain);
	if (!err)
		err = buf_reserve(sealed, NONCE + plain->len + TAG);
	if (err)
		return err;
	randombytes_buf(sealed->data, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(
	    sealed->data + NONCE, &len, plain->data, plain->len, place.bytes,
	    sizeof place.bytes, NULL, sealed->data, roster_sealing_key(r));
	sealed->len = NONCE + (size_t)len;
	store_append(t, TABLE_ROWS, bytes_of(place.bytes + 16, 8), buf_bytes(sealed));
	return 0;
}

static int put_rows(struct store_txn *t, uint32_t number, const struct roster *r,
		    uint32_t first)
{
	struct buf plain, sealed;
	int err = 0;

	buf_init(&plain, RECORD_MAX);
	buf_init(&sealed, RECORD_MAX);
	for (uint32_t i = first; i < roster_count(r) && !err; i += ROWS_A_RECORD) {
		uint32_t left = roster_count(r) - i;
		uint32_t take = left < ROWS_A_RECORD ? left : ROWS_A_RECORD;

		err = put_record(t, number, r, i, i + take, &plain, &sealed);
	}
	if (plain.data)
		sodium_memzero(plain.data, plain.cap);
	buf_free(&plain);
	buf_free(&sealed);
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
	cut(&t, first);
	err = put_rows(&t, number, r, first);
	if (err)
		store_abort(&t);
	else
		err = store_commit(&t);
	store_close(store);
	return err;
}

static int check_digest(const struct roster *r, uint64_t rows, const uint8_t digest[32])
{
	uint8_t own[32];
	int err = roster_digest(r, (uint32_t)rows, own);

	if (err)
		return err;
	return memcmp(own, digest, sizeof own) == 0 ? 0 : ERR_CORRUPT;
}

static int load(const char *dir, struct loading *l)
{
	struct store *store;
	int err = environment_open(dir, l->number, &store);

	if (err)
		return err;
	err = cut_rows(store, l->rows);
	if (!err)
		err = read_rows(store, l);
	store_close(store);
	return err;
}

int roster_store_load(const char *dir, uint32_t number, uint64_t rows,
		      uint64_t digest_rows, const uint8_t digest[32],
		      struct roster **out, struct faults *faults)
{
	struct loading l = {.number = number, .rows = rows};
	uint8_t key[ROSTER_KEY];
	int err = read_key(dir, number, key, faults);

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

/* ---- the directory ---- */

int roster_store_remove(const char *dir, uint32_t number)
{
	char path[PATH_MAX];
	int err = path_of(dir, number, ".key", path);

	if (!err && unlink(path) && errno != ENOENT)
		err = err_errno(-EIO);
	if (!err)
		err = path_of(dir, number, "", path);
	if (!err && access(path, F_OK) == 0)
		err = store_remove(path);
	return err ? err : store_sync_dir(dir);
}

/* The round a name belongs to, "12" or "12.key"; 0: none. */
static uint32_t number_of(const char *name)
{
	char *end;
	unsigned long n = strtoul(name, &end, 10);

	if (end == name || name[0] < '0' || name[0] > '9' || n > UINT32_MAX)
		return 0;
	return *end && strcmp(end, ".key") != 0 ? 0 : (uint32_t)n;
}

static int remove_orphans(const char *dir, uint32_t rounds)
{
	DIR *d = opendir(dir);
	int err = 0;

	if (!d)
		return err_errno(-EIO);
	while (!err) {
		const struct dirent *entry = readdir(d);

		if (!entry)
			break;
		if (number_of(entry->d_name) > rounds)
			err = roster_store_remove(dir, number_of(entry->d_name));
	}
	(void)closedir(d);
	return err;
}

int roster_store_prepare(const char *dir, uint32_t rounds, struct faults *faults)
{
	int err = store_make_dir(dir);

	if (!err)
		err = remove_orphans(dir, rounds);
	if (err)
		faults_add(faults, dir, 0, "rosters cannot be kept here: %s",
			   err_str(err));
	return err;
}
