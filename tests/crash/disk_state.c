#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/crash/disk_private.h"

static void print_path(char out[PATH_MAX], const char *dir, const char *name)
{
	int len = snprintf(out, PATH_MAX, "%s/%s", dir, name);

	if (len < 0 || len >= PATH_MAX)
		disk_fail("the path is too long", dir);
}

/* ---- from a directory ---- */

static void read_file(const char *path, size_t size, struct buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	buf_init(out, SIZE_MAX);
	disk_resize(out, size);
	if (fd < 0 || read(fd, out->data, size) != (ssize_t)size)
		disk_fail("cannot be read", path);
	close(fd);
}

static void load_dir(struct disk *d, int number, const char *dir);

static void load_one(struct disk *d, int parent, const char *dir, const char *text)
{
	struct name name = {.dir = parent};
	char path[PATH_MAX];
	struct stat st;

	print_path(path, dir, text);
	if (strlen(text) >= NAME_SIZE || stat(path, &st) < 0)
		disk_fail("cannot be read", path);
	memcpy(name.text, text, strlen(text) + 1);
	name.file = disk_add_file(d, S_ISDIR(st.st_mode));
	disk_set_name(&d->live, name);
	disk_set_name(&d->kept, name);
	if (S_ISDIR(st.st_mode)) {
		load_dir(d, name.file, path);
		return;
	}
	read_file(path, (size_t)st.st_size, &d->files[name.file].live);
	read_file(path, (size_t)st.st_size, &d->files[name.file].kept);
}

static void load_dir(struct disk *d, int number, const char *dir)
{
	DIR *list = opendir(dir);

	if (!list)
		disk_fail("cannot be read", dir);
	for (struct dirent *e = readdir(list); e; e = readdir(list)) {
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			load_one(d, number, dir, e->d_name);
	}
	closedir(list);
}

struct disk *disk_load(const char *dir)
{
	struct disk *d = calloc(1, sizeof(*d));

	if (!d)
		disk_fail("out of memory", dir);
	load_dir(d, disk_add_file(d, true), dir);
	return d;
}

/* ---- into a directory ---- */

/* How often, in 256, what is open has happened. */
struct luck {
	unsigned content, names;
	bool ordered;
};

static struct luck throw_luck(struct dice *dice)
{
	static const unsigned chances[] = {16, 64, 128, 192, 240};
	uint64_t kind = dice_below(dice, 12);

	if (kind < 2)
		return (struct luck){kind == 0 ? 0 : 256, kind == 0 ? 0 : 256, true};
	return (struct luck){
	    .content = chances[dice_below(dice, 5)],
	    .names = chances[dice_below(dice, 5)],
	    .ordered = dice_coin(dice, 128),
	};
}

static void cut_names(const struct disk *d, struct luck luck, struct dice *dice,
		      struct names *out)
{
	bool *stopped = calloc(d->file_count, sizeof(*stopped)); /* by directory */

	if (!stopped)
		disk_fail("out of memory", "");
	for (size_t i = 0; i < d->kept.count; i++)
		disk_set_name(out, d->kept.list[i]);
	for (size_t i = 0; i < d->change_count; i++) {
		const struct name_change *c = &d->changes[i];
		bool happened = dice_coin(dice, luck.names) && !stopped[c->dir];

		for (size_t k = 0; happened && k < c->count; k++)
			disk_set_name(out, c->set[k]);
		stopped[c->dir] = !happened && luck.ordered;
	}
	free(stopped);
}

static void add_noise(struct buf *content, struct dice *dice)
{
	struct sector s = {.at = 0};

	for (; s.at < content->len; s.at += SECTOR) {
		dice_fill(dice, s.image, SECTOR);
		if (dice_coin(dice, 128))
			disk_put_sector(content, &s);
	}
}

static void cut_content(const struct disk *d, int number, struct luck luck,
			struct dice *dice, struct buf *out)
{
	const struct file *f = &d->files[number];
	bool resized = dice_coin(dice, luck.content);

	buf_reset(out);
	disk_resize(out, f->kept.len);
	if (f->kept.len > 0)
		memcpy(out->data, f->kept.data, f->kept.len);
	if (resized)
		disk_resize(out, f->live.len);
	for (size_t i = 0; i < d->sector_count; i++) {
		const struct sector *s = &d->sectors[i];
		uint64_t end = s->at + SECTOR;

		if (s->file != number || !dice_coin(dice, luck.content))
			continue;
		if (end > f->live.len)
			end = f->live.len;
		if (end > out->len)
			disk_resize(out, end);
		disk_put_sector(out, s);
	}
	if (f->mapped)
		add_noise(out, dice);
}

static void write_file(const char *path, const struct buf *content)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, content->data, content->len) != (ssize_t)content->len)
		disk_fail("cannot be written", path);
	close(fd);
}

struct making {
	const struct disk *disk;
	struct names names;
	struct luck luck;
	struct dice *dice;
	struct buf content;
};

static void make_dir(struct making *m, int number, const char *dir)
{
	for (size_t i = 0; i < m->names.count; i++) {
		const struct name *name = &m->names.list[i];
		char path[PATH_MAX];

		if (name->dir != number)
			continue;
		print_path(path, dir, name->text);
		if (m->disk->files[name->file].directory) {
			if (mkdir(path, 0700) < 0)
				disk_fail("cannot be made", path);
			make_dir(m, name->file, path);
			continue;
		}
		cut_content(m->disk, name->file, m->luck, m->dice, &m->content);
		write_file(path, &m->content);
	}
}

void disk_cut(const struct disk *d, struct dice *dice, const char *dir)
{
	struct making m = {.disk = d, .luck = throw_luck(dice), .dice = dice};

	buf_init(&m.content, SIZE_MAX);
	cut_names(d, m.luck, dice, &m.names);
	make_dir(&m, ROOT, dir);
	buf_free(&m.content);
	free(m.names.list);
}

/* ---- the same as a directory ---- */

/* The content of a name of one disk is that of the same name of the other. */
static bool same_file(const struct disk *d, int number, const struct disk *other,
		      int other_number);

static size_t count_names(const struct names *names, int dir)
{
	size_t count = 0;

	for (size_t i = 0; i < names->count; i++)
		count += names->list[i].dir == dir;
	return count;
}

static bool same_name(const struct disk *d, const struct name *name,
		      const struct disk *other, int other_dir)
{
	for (size_t i = 0; i < other->live.count; i++) {
		const struct name *b = &other->live.list[i];

		if (b->dir == other_dir && strcmp(name->text, b->text) == 0)
			return same_file(d, name->file, other, b->file);
	}
	return false;
}

static bool same_dir(const struct disk *d, int number, const struct disk *other,
		     int other_number)
{
	bool same =
	    count_names(&d->live, number) == count_names(&other->live, other_number);

	for (size_t i = 0; i < d->live.count && same; i++) {
		if (d->live.list[i].dir == number)
			same = same_name(d, &d->live.list[i], other, other_number);
	}
	return same;
}

static bool same_file(const struct disk *d, int number, const struct disk *other,
		      int other_number)
{
	const struct file *a = &d->files[number], *b = &other->files[other_number];

	if (a->directory && b->directory)
		return same_dir(d, number, other, other_number);
	if (a->directory || b->directory || a->live.len != b->live.len)
		return false;
	return a->mapped || a->live.len == 0 ||
	       memcmp(a->live.data, b->live.data, a->live.len) == 0;
}

bool disk_is(const struct disk *d, const char *dir)
{
	struct disk *real = disk_load(dir);
	bool same = same_dir(d, ROOT, real, ROOT);

	disk_free(real);
	return same;
}
