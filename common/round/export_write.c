/* Writes an export, entry by entry. */

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/err.h"
#include "common/round/export_internal.h"

struct export_writer {
	struct export_head head;
	char *path, *temporary;
	FILE *file;
	uint64_t n;
	uint8_t chain[CHAIN_SIZE];
};

bool export_has_round(const struct export_head *h, uint32_t number)
{
	for (uint32_t i = 0; i < h->pool_count; i++) {
		if (h->pool[i] == number)
			return true;
	}
	return number == h->round;
}

bool export_has_entry(const struct export_head *h, enum entry_kind kind, uint32_t round)
{
	return kind == ENTRY_RESTORED || export_has_round(h, round);
}

static int put(struct export_writer *w, const void *data, size_t len)
{
	return fwrite(data, 1, len, w->file) == len ? 0 : err_errno(-EIO);
}

static int put_head(struct export_writer *w)
{
	uint8_t out[EXPORT_HEAD_MAX + EXPORT_DIGEST], *p = out;
	const struct export_head *h = &w->head;
	size_t code = strlen(h->code);

	memcpy(p, EXPORT_MAGIC, EXPORT_MAGIC_SIZE);
	p += EXPORT_MAGIC_SIZE;
	memcpy(p, h->journal, JOURNAL_ID_SIZE);
	p += JOURNAL_ID_SIZE;
	be32_put(p, h->shard);
	be32_put(p + 4, h->round);
	be16_put(p + 8, (uint16_t)h->pool_count);
	p += 10;
	for (uint32_t i = 0; i < h->pool_count; i++, p += 4)
		be32_put(p, h->pool[i]);
	be16_put(p, (uint16_t)code);
	memcpy(p + 2, h->code, code);
	p += 2 + code;
	crypto_hash_sha256(p, out, (size_t)(p - out));
	return put(w, out, (size_t)(p - out) + EXPORT_DIGEST);
}

static char *temporary_name(const char *path)
{
	static const char suffix[] = ".tmp";
	size_t len = strlen(path);
	char *name = malloc(len + sizeof suffix);

	if (name != NULL) {
		memcpy(name, path, len);
		memcpy(name + len, suffix, sizeof suffix);
	}
	return name;
}

/* What an interrupted run left is removed, and nothing that is there is followed. */
static int open_file(struct export_writer *w)
{
	int fd;

	if (unlink(w->temporary) != 0 && errno != ENOENT)
		return err_errno(-EIO);
	fd = open(w->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		  0600);
	if (fd < 0)
		return err_errno(-EIO);
	w->file = fdopen(fd, "wb");
	if (w->file == NULL) {
		close(fd);
		return -ENOMEM;
	}
	return 0;
}

int export_create(const char *path, const struct export_head *head,
		  struct export_writer **out)
{
	struct export_writer *w = calloc(1, sizeof *w);
	int err = -ENOMEM;

	if (w == NULL)
		return -ENOMEM;
	w->head = *head;
	w->path = strdup(path);
	w->temporary = temporary_name(path);
	if (w->path != NULL && w->temporary != NULL)
		err = open_file(w);
	if (err == 0)
		err = put_head(w);
	if (err != 0) {
		export_abort(w);
		return err;
	}
	entry_chain_start(head->journal, head->shard, w->chain);
	*out = w;
	return 0;
}

int export_put(struct export_writer *w, const uint8_t chain[CHAIN_SIZE],
	       struct bytes record)
{
	uint8_t length[EXPORT_LENGTH], next[CHAIN_SIZE];
	enum entry_kind kind;
	uint32_t round;
	int err = entry_decode_header(record, &kind, &round);

	if (err != 0)
		return err;
	memcpy(next, w->chain, CHAIN_SIZE);
	entry_chain_next(next, w->n + 1, bytes_of(record.data, ENTRY_HEADER));
	if (memcmp(next, chain, CHAIN_SIZE) != 0)
		return ERR_CORRUPT;
	if (!export_has_entry(&w->head, kind, round))
		record.len = ENTRY_HEADER;
	else if (record.len == ENTRY_HEADER)
		return ERR_REFUSED;
	be32_put(length, (uint32_t)record.len);
	err = put(w, length, sizeof length);
	if (err == 0)
		err = put(w, chain, CHAIN_SIZE);
	if (err == 0)
		err = put(w, record.data, record.len);
	if (err != 0)
		return err;
	memcpy(w->chain, next, CHAIN_SIZE);
	w->n++;
	return 0;
}

static int put_end(struct export_writer *w)
{
	uint8_t end[EXPORT_LENGTH + EXPORT_END] = {0};

	be64_put(end + EXPORT_LENGTH, w->n);
	memcpy(end + EXPORT_LENGTH + 8, w->chain, CHAIN_SIZE);
	return put(w, end, sizeof end);
}

/* The new name is durable. dirname() may write into what it is given. */
static int sync_parent(char *path)
{
	int fd = open(dirname(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return err_errno(-EIO);
	err = fsync(fd) != 0 ? err_errno(-EIO) : 0;
	close(fd);
	return err;
}

int export_commit(struct export_writer *w)
{
	int err = put_end(w);

	if (err == 0 && (fflush(w->file) != 0 || fsync(fileno(w->file)) != 0))
		err = err_errno(-EIO);
	if (err == 0 && rename(w->temporary, w->path) != 0)
		err = err_errno(-EIO);
	if (err != 0) {
		export_abort(w);
		return err;
	}
	err = sync_parent(w->path);
	fclose(w->file);
	free(w->path);
	free(w->temporary);
	free(w);
	return err;
}

void export_abort(struct export_writer *w)
{
	if (w == NULL)
		return;
	if (w->file != NULL) {
		fclose(w->file);
		(void)unlink(w->temporary);
	}
	free(w->path);
	free(w->temporary);
	free(w);
}
