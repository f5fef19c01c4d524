#include "tests/crash/disk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/crash/disk_private.h"

void disk_fail(const char *what, const char *path)
{
	fprintf(stderr, "the model of the disk: %s: %s\n", what, path);
	abort();
}

void *disk_grown(void *list, size_t count, size_t size)
{
	void *grown = list;

	/* Room is doubled whenever it is used up. */
	if ((count & (count - 1)) == 0)
		grown = realloc(list, (count > 0 ? count * 2 : 1) * size);
	if (!grown)
		disk_fail("out of memory", "");
	return grown;
}

/* ---- names ---- */

void disk_set_name(struct names *names, struct name name)
{
	size_t i = 0;

	while (i < names->count && (names->list[i].dir != name.dir ||
				    strcmp(names->list[i].text, name.text) != 0))
		i++;
	if (i < names->count && name.file >= 0) {
		names->list[i] = name;
	} else if (i < names->count) {
		names->list[i] = names->list[--names->count];
	} else if (name.file >= 0) {
		names->list = disk_grown(names->list, names->count, sizeof(name));
		names->list[names->count++] = name;
	}
}

static int find(const struct names *names, int dir, const char *text)
{
	for (size_t i = 0; i < names->count; i++) {
		if (names->list[i].dir == dir && strcmp(names->list[i].text, text) == 0)
			return names->list[i].file;
	}
	return -1;
}

/* The directory a path lies in, and its last part; file: what it names now, or -1. */
static struct name resolve(const struct disk *d, const char *path)
{
	struct name at = {.dir = -1, .file = ROOT};
	const char *rest = path;

	while (*rest != '\0') {
		size_t len = strcspn(rest, "/");

		if (at.file < 0 || len >= NAME_SIZE)
			disk_fail("no such directory", path);
		at.dir = at.file;
		memcpy(at.text, rest, len);
		at.text[len] = '\0';
		at.file = find(&d->live, at.dir, at.text);
		rest += len;
		rest += *rest == '/';
	}
	return at;
}

static struct file *file_at(struct disk *d, const char *path)
{
	struct name name = resolve(d, path);

	if (name.file < 0)
		disk_fail("no such file", path);
	return &d->files[name.file];
}

static struct name_change *add_change(struct disk *d, int dir)
{
	struct name_change *change;

	d->changes = disk_grown(d->changes, d->change_count, sizeof(*change));
	change = &d->changes[d->change_count++];
	*change = (struct name_change){.dir = dir};
	return change;
}

static void change_name(struct disk *d, struct name name)
{
	struct name_change *change = add_change(d, name.dir);

	change->set[change->count++] = name;
	disk_set_name(&d->live, name);
}

int disk_add_file(struct disk *d, bool directory)
{
	d->files = disk_grown(d->files, d->file_count, sizeof(*d->files));
	d->files[d->file_count] = (struct file){.directory = directory};
	buf_init(&d->files[d->file_count].live, SIZE_MAX);
	buf_init(&d->files[d->file_count].kept, SIZE_MAX);
	return (int)d->file_count++;
}

static void on_create(struct disk *d, const char *path, bool directory)
{
	struct name name = resolve(d, path);

	name.file = disk_add_file(d, directory);
	change_name(d, name);
}

static void on_remove(struct disk *d, const char *path)
{
	struct name name = resolve(d, path);

	name.file = -1;
	change_name(d, name);
}

static void on_rename(struct disk *d, const char *path, const char *other)
{
	struct name from = resolve(d, path), to = resolve(d, other);
	struct name_change *change = add_change(d, from.dir);

	if (from.dir != to.dir)
		disk_fail("renamed into another directory", path);
	to.file = from.file;
	from.file = -1;
	change->set[change->count++] = from;
	change->set[change->count++] = to;
	disk_set_name(&d->live, from);
	disk_set_name(&d->live, to);
}

static void sync_names(struct disk *d, int dir)
{
	size_t left = 0;

	for (size_t i = 0; i < d->change_count; i++) {
		const struct name_change change = d->changes[i];

		if (change.dir != dir)
			d->changes[left++] = change;
		for (size_t k = 0; change.dir == dir && k < change.count; k++)
			disk_set_name(&d->kept, change.set[k]);
	}
	d->change_count = left;
}

/* ---- content ---- */

void disk_resize(struct buf *content, size_t size)
{
	if (size > content->len) {
		if (buf_reserve(content, size - content->len) < 0)
			disk_fail("out of memory", "");
		memset(content->data + content->len, 0, size - content->len);
	}
	content->len = size;
}

/* A copy of a sector as memory has it now; 0 past the end. */
static struct sector sector_of(const struct file *f, int file, uint64_t at)
{
	struct sector s = {.file = file, .at = at};
	size_t len = f->live.len - at < SECTOR ? f->live.len - at : SECTOR;

	memcpy(s.image, f->live.data + at, len);
	return s;
}

void disk_put_sector(struct buf *content, const struct sector *s)
{
	size_t len;

	if (s->at >= content->len)
		return;
	len = content->len - s->at < SECTOR ? content->len - s->at : SECTOR;
	memcpy(content->data + s->at, s->image, len);
}

static void on_write(struct disk *d, const struct log_op *op)
{
	struct file *f = file_at(d, op->path);
	uint64_t end = op->offset + op->data.len;

	if (end > f->live.len)
		disk_resize(&f->live, end);
	memcpy(f->live.data + op->offset, op->data.data, op->data.len);
	for (uint64_t at = op->offset - op->offset % SECTOR; at < end; at += SECTOR) {
		d->sectors =
		    disk_grown(d->sectors, d->sector_count, sizeof(*d->sectors));
		d->sectors[d->sector_count++] = sector_of(f, (int)(f - d->files), at);
	}
}

/* Makes the sectors of a file durable that begin in from..end-1, as they are now. */
static void sync_sectors(struct disk *d, struct file *f, uint64_t from, uint64_t end)
{
	int file = (int)(f - d->files);
	size_t left = 0;

	for (size_t i = 0; i < d->sector_count; i++) {
		const struct sector *s = &d->sectors[i];

		if (s->file == file && s->at >= from && s->at < end)
			disk_put_sector(&f->kept, s);
		else
			d->sectors[left++] = *s;
	}
	d->sector_count = left;
}

static void sync_file(struct disk *d, struct file *f)
{
	disk_resize(&f->kept, f->live.len);
	sync_sectors(d, f, 0, UINT64_MAX);
}

static void sync_write(struct disk *d, const struct log_op *op)
{
	struct file *f = file_at(d, op->path);
	uint64_t end = op->offset + op->data.len;

	if (end > f->kept.len)
		disk_resize(&f->kept, end);
	sync_sectors(d, f, op->offset - op->offset % SECTOR, end);
}

/* ---- operations ---- */

void disk_begin(struct disk *d, const struct log_op *op)
{
	switch (op->kind) {
	case LOG_CREATE:
	case LOG_MKDIR:
		on_create(d, op->path, op->kind == LOG_MKDIR);
		break;
	case LOG_REMOVE:
		on_remove(d, op->path);
		break;
	case LOG_RENAME:
		on_rename(d, op->path, op->other);
		break;
	case LOG_WRITE:
		on_write(d, op);
		break;
	case LOG_SIZE:
		disk_resize(&file_at(d, op->path)->live, op->offset);
		break;
	case LOG_MAPPED:
		file_at(d, op->path)->mapped = true;
		break;
	case LOG_SYNC:
	case LOG_MARK:
		break;
	}
}

void disk_end(struct disk *d, const struct log_op *op)
{
	struct file *f;

	if (op->kind == LOG_WRITE && op->synced)
		sync_write(d, op);
	if (op->kind != LOG_SYNC)
		return;
	f = file_at(d, op->path);
	if (f->directory)
		sync_names(d, (int)(f - d->files));
	else
		sync_file(d, f);
}

size_t disk_pending(const struct disk *d)
{
	size_t count = d->sector_count + d->change_count;

	for (size_t i = 0; i < d->file_count; i++)
		count += d->files[i].live.len != d->files[i].kept.len;
	return count;
}

bool disk_may_hold(const struct disk *d, struct bytes what)
{
	bool found = false;

	for (size_t i = 0; i < d->file_count && !found; i++) {
		const struct buf *kept = &d->files[i].kept;

		found =
		    kept->len > 0 && memmem(kept->data, kept->len, what.data, what.len);
	}
	for (size_t i = 0; i < d->sector_count && !found; i++)
		found = memmem(d->sectors[i].image, SECTOR, what.data, what.len);
	return found;
}

void disk_free(struct disk *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < d->file_count; i++) {
		buf_free(&d->files[i].live);
		buf_free(&d->files[i].kept);
	}
	free(d->files);
	free(d->live.list);
	free(d->kept.list);
	free(d->changes);
	free(d->sectors);
	free(d);
}
