#include "services/par/copy.h"

#include "common/base/err.h"
#include "common/store/store.h"
#include "services/par/show.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BATCH_RECORDS = 4096, BATCH_BYTES = 4 << 20, RECORD_MAX = 32 << 20 };

int copy_path(char out[PATH_MAX], const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int len = vsnprintf(out, PATH_MAX, format, args);
	va_end(args);
	return len >= 0 && len < PATH_MAX ? 0 : -ENAMETOOLONG;
}

static int tell_locked(const char *dir, int err)
{
	if (err == ERR_LOCKED)
		show_say(
		    "%s: another process works on it (a collector, a backup); stop "
		    "it first",
		    dir);
	else if (err != 0)
		show_say("%s: %s", dir, err_str(err));
	return err;
}

int copy_open(const char *dir, struct copy *out)
{
	struct copy c = {.dir = dir};
	int err = store_lock(dir, &c.lock);
	if (err == 0)
		*out = c;
	return tell_locked(dir, err);
}

int copy_open_reading(const char *dir, struct copy *out)
{
	struct copy c = {.dir = dir};
	struct stat st;
	if (stat(dir, &st) != 0 || !S_ISDIR(st.st_mode)) {
		show_say("%s: there is no such directory", dir);
		return ERR_CONFIG;
	}
	int err = store_lock_reading(dir, &c.lock);
	if (err == 0)
		*out = c;
	return tell_locked(dir, err);
}

void copy_close(struct copy *c)
{
	if (c->lock >= 0)
		close(c->lock);
	c->lock = -1;
}

bool copy_has_journal(const struct copy *c)
{
	char path[PATH_MAX];
	return copy_path(path, "%s/journal", c->dir) == 0 && store_exists(path);
}

static void tell_journal(const struct copy *c, int err)
{
	if (err == ERR_CORRUPT)
		show_say("%s/journal is damaged (a checksum, a chain or the number of "
			 "entries does not hold); `par doctor --data` says where; use "
			 "another copy",
			 c->dir);
	else
		show_say("%s/journal cannot be opened: %s", c->dir, err_str(err));
}

static int check_there(const struct copy *c)
{
	if (copy_has_journal(c))
		return 0;
	show_say("%s: there is no journal in it", c->dir);
	return ERR_CONFIG;
}

int copy_journal_reading(const struct copy *c, struct journal **out)
{
	char uri[PATH_MAX];
	int err = check_there(c);
	if (err != 0)
		return err;
	err = copy_path(uri, "lmdb:%s/journal", c->dir);
	if (err == 0)
		err = journal_open_reading(uri, out);
	if (err != 0)
		tell_journal(c, err);
	return err;
}

int copy_journal(const struct copy *c, const uint8_t *id, struct journal **out)
{
	char uri[PATH_MAX];
	int err = id ? 0 : check_there(c);
	if (err != 0)
		return err;
	err = copy_path(uri, "lmdb:%s/journal", c->dir);
	if (err == 0)
		err = id ? journal_open_copy(uri, COPY_JOURNAL_BYTES, id, out)
			 : journal_open(uri, COPY_JOURNAL_BYTES, out);
	if (err != 0)
		tell_journal(c, err);
	return err;
}

/* ---- putting records ---- */

int copy_batch_init(struct copy_batch *b, struct journal *to)
{
	*b = (struct copy_batch){.to = to};
	buf_init(&b->bytes, BATCH_BYTES + RECORD_MAX);
	b->ends = calloc(BATCH_RECORDS, sizeof *b->ends);
	b->records = calloc(BATCH_RECORDS, sizeof *b->records);
	if (b->ends && b->records)
		return 0;
	copy_batch_free(b);
	return -ENOMEM;
}

void copy_batch_free(struct copy_batch *b)
{
	buf_free(&b->bytes);
	free(b->ends);
	free(b->records);
	b->ends = NULL;
	b->records = NULL;
}

static void on_done(void *ctx, int err, uint64_t first)
{
	struct copy_batch *b = ctx;
	(void)first;
	b->err = err;
}

int copy_flush(struct copy_batch *b)
{
	size_t start = 0;
	if (b->count == 0)
		return 0;
	for (size_t i = 0; i < b->count; i++) {
		b->records[i] = bytes_of(b->bytes.data + start, b->ends[i] - start);
		start = b->ends[i];
	}
	journal_append(b->to, 0, b->records, b->count, on_done, b);
	buf_reset(&b->bytes);
	b->count = 0;
	return b->err;
}

int copy_put(struct copy_batch *b, struct bytes record)
{
	int err = buf_put(&b->bytes, record.data, record.len);
	if (err != 0)
		return err;
	b->ends[b->count++] = b->bytes.len;
	if (b->count < BATCH_RECORDS && b->bytes.len < BATCH_BYTES)
		return 0;
	return copy_flush(b);
}
