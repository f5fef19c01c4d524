#include "place.h"

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

void place_make(struct place *p)
{
	const char *base = getenv("TMPDIR");

	snprintf(p->dir, sizeof(p->dir), "%s/par-store-XXXXXX", base ? base : "/tmp");
	assert_non_null(mkdtemp(p->dir));
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

void place_remove(struct place *p)
{
	assert_int_equal(nftw(p->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

const char *place_path(const struct place *p, const char *name)
{
	static char path[PATH_MAX + 64];

	snprintf(path, sizeof(path), "%s/%s", p->dir, name);
	return path;
}

bool place_has(const struct place *p, const char *name)
{
	return access(place_path(p, name), F_OK) == 0;
}

static unsigned flip(uint8_t *data, size_t size, struct bytes what)
{
	uint8_t *end = data + size;
	uint8_t *hit = memmem(data, size, what.data, what.len);
	unsigned count = 0;

	for (; hit; count++) {
		hit[what.len / 2] ^= 0x10;
		hit = memmem(hit, (size_t)(end - hit), what.data, what.len);
	}
	return count;
}

unsigned place_flip(const char *path, struct bytes what)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	struct stat st;
	uint8_t *data;
	unsigned count;

	assert_true(fd >= 0 && fstat(fd, &st) == 0);
	data =
	    mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_true(data != MAP_FAILED);
	count = flip(data, (size_t)st.st_size, what);
	munmap(data, (size_t)st.st_size);
	close(fd);
	return count;
}
