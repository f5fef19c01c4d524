#include "common/store/store_meta.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "common/base/err.h"
#include "common/store/store_dir.h"

/* LMDB's data format 1, where a pointer has eight bytes; host byte order. */
enum {
	AT_MAGIC = 16,
	AT_VERSION = 20,
	AT_PAGE_SIZE = 40,
	AT_TXN = 144,
	META_SIZE = 152,
	DATA_VERSION = 1,
	PAGE_MIN = 512,
	PAGE_MAX = 65536,
};

#define META_MAGIC UINT32_C(0xBEEFC0DE)

static uint32_t get32(const uint8_t *at)
{
	uint32_t n;

	memcpy(&n, at, sizeof n);
	return n;
}

/* The transaction number of a root page. */
static int read_meta(int fd, off_t offset, uint64_t *txn, uint32_t *page_size)
{
	uint8_t meta[META_SIZE];
	ssize_t len = pread(fd, meta, sizeof meta, offset);

	if (len < 0)
		return err_errno(-EIO);
	if (len != sizeof meta || get32(meta + AT_MAGIC) != META_MAGIC ||
	    get32(meta + AT_VERSION) != DATA_VERSION)
		return ERR_CORRUPT;
	*page_size = get32(meta + AT_PAGE_SIZE);
	if (*page_size < PAGE_MIN || *page_size > PAGE_MAX)
		return ERR_CORRUPT;
	memcpy(txn, meta + AT_TXN, sizeof *txn);
	return 0;
}

/* Even numbers lie on the first page, odd ones on the second. */
static bool follow(uint64_t first, uint64_t second)
{
	return first % 2 == 0 && (second == first + 1 || second + 1 == first);
}

static int check(int fd)
{
	uint64_t first, second;
	uint32_t size, same_size;
	int err = read_meta(fd, 0, &first, &size);

	if (err == 0)
		err = read_meta(fd, size, &second, &same_size);
	if (err < 0)
		return err;
	return same_size == size && follow(first, second) ? 0 : ERR_CORRUPT;
}

int store_meta_check(int dir_fd)
{
	int fd = openat(dir_fd, STORE_DATA_FILE, O_RDONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return err_errno(-EIO);
	err = check(fd);
	close(fd);
	return err;
}
