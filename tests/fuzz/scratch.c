#include "tests/fuzz/scratch.h"

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char dir[PATH_MAX / 2];

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static void remove_tree(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void remove_all(void)
{
	remove_tree(dir);
}

const char *scratch_dir(void)
{
	const char *tmp = getenv("TMPDIR");

	if (dir[0] != '\0')
		return dir;
	snprintf(dir, sizeof dir, "%s/par-fuzz-XXXXXX", tmp == NULL ? "/tmp" : tmp);
	if (mkdtemp(dir) == NULL || atexit(remove_all) != 0)
		abort();
	return dir;
}

static const char *path_of(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/%s", scratch_dir(), name);
	return path;
}

const char *scratch_file(const char *name, struct bytes content)
{
	const char *path = path_of(name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		abort();
	while (content.len > 0) {
		ssize_t put = write(fd, content.data, content.len);

		if (put <= 0)
			abort();
		content = bytes_of(content.data + put, content.len - (size_t)put);
	}
	close(fd);
	return path;
}

void scratch_remove(const char *name)
{
	remove_tree(path_of(name));
}
