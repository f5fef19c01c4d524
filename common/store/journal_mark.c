#include "common/store/journal_mark.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "common/base/err.h"

enum {
	AT_N = JOURNAL_ID_SIZE,
	AT_CHAIN = AT_N + 8,
	AT_SUM = AT_CHAIN + CHAIN_SIZE,
	MARK_SIZE = AT_SUM + crypto_shorthash_BYTES,
};

static void checksum(const uint8_t mark[MARK_SIZE], uint8_t sum[crypto_shorthash_BYTES])
{
	static const uint8_t zero[crypto_shorthash_KEYBYTES];

	crypto_shorthash(sum, mark, AT_SUM, zero);
}

static int open_with(const char *path, int flags, int *fd)
{
	int file = open(path, flags | O_CLOEXEC, 0600);

	if (file < 0)
		return err_errno(-EIO);
	*fd = file;
	return 0;
}

int journal_mark_open(const char *path, int *fd)
{
	return open_with(path, O_RDWR | O_CREAT, fd);
}

int journal_mark_open_reading(const char *path, int *fd)
{
	return open_with(path, O_RDONLY, fd);
}

int journal_mark_read(int fd, struct position *out)
{
	uint8_t mark[MARK_SIZE], sum[crypto_shorthash_BYTES];
	ssize_t len = pread(fd, mark, sizeof mark, 0);

	if (len < 0)
		return err_errno(-EIO);
	if (len != MARK_SIZE)
		return ERR_NOT_FOUND;
	checksum(mark, sum);
	if (memcmp(sum, mark + AT_SUM, sizeof sum) != 0)
		return ERR_NOT_FOUND;
	*out = (struct position){.n = be64_get(mark + AT_N)};
	memcpy(out->journal, mark, JOURNAL_ID_SIZE);
	memcpy(out->chain, mark + AT_CHAIN, CHAIN_SIZE);
	return 0;
}

void journal_mark_write(int fd, const struct position *head)
{
	uint8_t mark[MARK_SIZE];
	ssize_t written;

	memcpy(mark, head->journal, JOURNAL_ID_SIZE);
	be64_put(mark + AT_N, head->n);
	memcpy(mark + AT_CHAIN, head->chain, CHAIN_SIZE);
	checksum(mark, mark + AT_SUM);
	written = pwrite(fd, mark, sizeof mark, 0);
	(void)written;
}
