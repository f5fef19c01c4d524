/* Reads an export and believes nothing of it. */

#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base/err.h"
#include "common/base/text.h"
#include "common/round/export_internal.h"

struct export_reader {
	struct export_head head;
	char *path;
	FILE *file;
	uint64_t read, size;
	uint64_t n;
	uint8_t chain[CHAIN_SIZE];
	struct buf record;
	bool opened; /* the opening of the round came */
};

/* ---- bytes ---- */

/* 0; ERR_GONE: the file ends before; -EIO. */
static int get(struct export_reader *x, void *out, size_t len)
{
	size_t got = fread(out, 1, len, x->file);

	x->read += got;
	if (got == len)
		return 0;
	return ferror(x->file) ? err_errno(-EIO) : ERR_GONE;
}

static int broken_head(const struct export_reader *x, int err, struct faults *faults)
{
	if (err != ERR_GONE && err != ERR_CORRUPT && err != ERR_FORMAT) {
		faults_add(faults, x->path, 0, "cannot be read: %s", err_str(err));
		return err;
	}
	faults_add(faults, x->path, 0,
		   "the beginning of this export is damaged; copy it again, or export "
		   "the round again");
	return ERR_CORRUPT;
}

/* `what` is said of entry n, the one after those that are read. */
static int broken(const struct export_reader *x, const char *what,
		  struct faults *faults)
{
	faults_add(faults, x->path, 0,
		   "entry %" PRIu64 ": %s; this export is damaged: copy it again, or "
		   "export the round again",
		   x->n + 1, what);
	return ERR_CORRUPT;
}

static int get_of_entry(struct export_reader *x, void *out, size_t len,
			struct faults *faults)
{
	int err = get(x, out, len);

	if (err == ERR_GONE)
		return broken(x, "the file ends here before its end", faults);
	if (err != 0)
		faults_add(faults, x->path, 0,
			   "cannot be read at entry %" PRIu64 ": %s", x->n + 1,
			   err_str(err));
	return err;
}

/* ---- the head ---- */

static int check_magic(struct export_reader *x, uint8_t *out, struct faults *faults)
{
	size_t family = strlen(EXPORT_FAMILY);
	int err = get(x, out, EXPORT_MAGIC_SIZE);

	if (err == 0 && memcmp(out, EXPORT_MAGIC, EXPORT_MAGIC_SIZE) == 0)
		return 0;
	if (err != 0 && err != ERR_GONE)
		return broken_head(x, err, faults);
	if (err == 0 && memcmp(out, EXPORT_FAMILY, family) == 0 && out[family] >= '2' &&
	    out[family] <= '9') {
		faults_add(faults, x->path, 0,
			   "this export is of a newer version; use the program of the "
			   "same release that made it");
		return ERR_VERSION;
	}
	faults_add(faults, x->path, 0,
		   "this is not a file that `par journal export` made");
	return ERR_FORMAT;
}

static int decode_pool(struct export_head *h, const uint8_t *p)
{
	uint32_t least = 1;

	for (uint32_t i = 0; i < h->pool_count; i++, p += 4) {
		h->pool[i] = be32_get(p);
		if (h->pool[i] < least || h->pool[i] == h->round)
			return ERR_FORMAT;
		least = h->pool[i] + 1;
	}
	return 0;
}

/* The head from its magic to its digest; its lengths have been looked at. */
static int decode_head(struct export_head *h, const uint8_t *p, const uint8_t *end)
{
	size_t code;

	memcpy(h->journal, p, JOURNAL_ID_SIZE);
	p += JOURNAL_ID_SIZE;
	h->shard = be32_get(p);
	h->round = be32_get(p + 4);
	p += 10;
	if (h->round == 0 || h->shard != 0 || decode_pool(h, p) != 0)
		return ERR_FORMAT;
	p += 4 * h->pool_count + 2;
	code = (size_t)(end - p);
	if (code == 0 || memchr(p, 0, code) != NULL || !text_is_nfc(bytes_of(p, code)))
		return ERR_FORMAT;
	memcpy(h->code, p, code);
	h->code[code] = '\0';
	return 0;
}

static int read_head(struct export_reader *x, struct faults *faults)
{
	uint8_t head[EXPORT_HEAD_MAX], stored[EXPORT_DIGEST], digest[EXPORT_DIGEST];
	uint8_t *p = head + EXPORT_FIXED;
	size_t code;
	int err = check_magic(x, head, faults);

	if (err != 0)
		return err;
	err = get(x, head + EXPORT_MAGIC_SIZE, EXPORT_FIXED - EXPORT_MAGIC_SIZE);
	if (err == 0) {
		x->head.pool_count = be16_get(p - 2);
		err = x->head.pool_count > EXPORT_POOL_MAX ? ERR_FORMAT : 0;
	}
	if (err == 0)
		err = get(x, p, 4 * x->head.pool_count + 2);
	if (err != 0)
		return broken_head(x, err, faults);
	p += 4 * x->head.pool_count + 2;
	code = be16_get(p - 2);
	err = code > MODEL_CODE_MAX ? ERR_FORMAT : get(x, p, code);
	if (err == 0)
		err = get(x, stored, sizeof stored);
	if (err != 0)
		return broken_head(x, err, faults);
	crypto_hash_sha256(digest, head, (size_t)(p + code - head));
	if (memcmp(digest, stored, sizeof stored) != 0)
		return broken_head(x, ERR_CORRUPT, faults);
	err = decode_head(&x->head, head + EXPORT_MAGIC_SIZE, p + code);
	return err != 0 ? broken_head(x, err, faults) : 0;
}

static int open_file(struct export_reader *x, struct faults *faults)
{
	struct stat st;
	int err;

	x->file = fopen(x->path, "rbe");
	if (x->file == NULL || fstat(fileno(x->file), &st) != 0) {
		err = err_errno(-EIO);
		faults_add(faults, x->path, 0, "cannot be read: %s", err_str(err));
		return err;
	}
	x->size = st.st_size > 0 ? (uint64_t)st.st_size : 0;
	return 0;
}

int export_open(const char *path, struct export_reader **out, struct faults *faults)
{
	struct export_reader *x = calloc(1, sizeof *x);
	int err;

	if (x == NULL)
		return -ENOMEM;
	buf_init(&x->record, EXPORT_RECORD_MAX);
	x->path = strdup(path);
	err = x->path == NULL ? -ENOMEM : open_file(x, faults);
	if (err == 0)
		err = read_head(x, faults);
	if (err != 0) {
		export_close(x);
		return err;
	}
	entry_chain_start(x->head.journal, x->head.shard, x->chain);
	*out = x;
	return 0;
}

void export_close(struct export_reader *x)
{
	if (x == NULL)
		return;
	if (x->file != NULL)
		fclose(x->file);
	buf_free(&x->record);
	free(x->path);
	free(x);
}

const struct export_head *export_head(const struct export_reader *x)
{
	return &x->head;
}

uint64_t export_read_bytes(const struct export_reader *x)
{
	return x->read;
}

uint64_t export_size_bytes(const struct export_reader *x)
{
	return x->size;
}

/* ---- entries ---- */

static int read_end(struct export_reader *x, struct faults *faults)
{
	uint8_t end[EXPORT_END], more;
	int err = get_of_entry(x, end, sizeof end, faults);

	if (err != 0)
		return err;
	if (be64_get(end) != x->n || memcmp(end + 8, x->chain, CHAIN_SIZE) != 0)
		return broken(x, "the end of the file does not fit what is before it",
			      faults);
	if (!x->opened)
		return broken(x, "the end comes before the opening of the round",
			      faults);
	err = get(x, &more, 1);
	if (err == 0)
		return broken(x, "something follows the end of the export", faults);
	return err == ERR_GONE ? 0 : err;
}

static int read_record(struct export_reader *x, uint32_t length, struct faults *faults)
{
	uint8_t stored[CHAIN_SIZE];
	int err;

	if (length != ENTRY_HEADER &&
	    (length < EXPORT_RECORD_MIN || length > EXPORT_RECORD_MAX))
		return broken(x, "its length cannot be", faults);
	buf_reset(&x->record);
	err = buf_reserve(&x->record, length);
	if (err == 0)
		err = get_of_entry(x, stored, sizeof stored, faults);
	if (err == 0)
		err = get_of_entry(x, x->record.data, length, faults);
	if (err != 0)
		return err;
	x->record.len = length;
	entry_chain_next(x->chain, x->n + 1, bytes_of(x->record.data, ENTRY_HEADER));
	if (memcmp(x->chain, stored, CHAIN_SIZE) != 0)
		return broken(x, "its header is not the one that was chained", faults);
	return 0;
}

static int newer_entry(const struct export_reader *x, struct faults *faults)
{
	faults_add(faults, x->path, 0,
		   "entry %" PRIu64 " was made by a newer version; use the program of "
		   "the same release that made it",
		   x->n + 1);
	return ERR_VERSION;
}

static int decode_withheld(struct export_reader *x, struct export_item *item,
			   struct faults *faults)
{
	struct entry *e = &item->entry;
	int err = entry_decode_header(buf_bytes(&x->record), &e->kind, &e->round);

	if (err != 0)
		return newer_entry(x, faults);
	if (export_has_entry(&x->head, e->kind, e->round))
		return broken(x, "its seal and body are missing", faults);
	e->header = buf_bytes(&x->record);
	return 0;
}

static int decode_whole(struct export_reader *x, struct export_item *item,
			struct faults *faults)
{
	struct entry *e = &item->entry;
	int err = entry_decode(buf_bytes(&x->record), true, e);

	if (err == ERR_VERSION)
		return newer_entry(x, faults);
	if (err != 0)
		return broken(x, "its seal or body is not what its header says",
			      faults);
	if (!export_has_entry(&x->head, e->kind, e->round))
		return broken(x, "its seal and body do not belong here", faults);
	if (e->kind == ENTRY_OPEN && e->round == x->head.round)
		x->opened = true;
	return 0;
}

int export_next(struct export_reader *x, struct export_item *out, struct faults *faults)
{
	struct export_item item = {.n = x->n + 1, .chain = x->chain};
	uint8_t length[EXPORT_LENGTH];
	int err = get_of_entry(x, length, sizeof length, faults);

	if (err != 0)
		return err;
	if (be32_get(length) == 0)
		return read_end(x, faults);
	err = read_record(x, be32_get(length), faults);
	if (err != 0)
		return err;
	item.withheld = x->record.len == ENTRY_HEADER;
	err = item.withheld ? decode_withheld(x, &item, faults)
			    : decode_whole(x, &item, faults);
	if (err != 0)
		return err;
	x->n++;
	*out = item;
	return 1;
}
