#include "services/par/position.h"

#include "common/base/err.h"
#include "common/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *position_wire_text(const Par__V1__Position *from, char out[POSITION_TEXT])
{
	struct position p = {0};
	if (from && from->journal.len == JOURNAL_ID_SIZE &&
	    from->chain.len == CHAIN_SIZE) {
		p.shard = from->shard;
		p.n = from->n;
		memcpy(p.journal, from->journal.data, JOURNAL_ID_SIZE);
		memcpy(p.chain, from->chain.data, CHAIN_SIZE);
	}
	return position_text(&p, out);
}

int position_load(const char *path, struct position *out)
{
	char text[POSITION_TEXT + 1];
	FILE *file = fopen(path, "re");
	if (!file)
		return errno == ENOENT ? ERR_NOT_FOUND : -errno;
	const char *line = fgets(text, sizeof text, file);
	int err = ferror(file) ? -EIO : 0;
	fclose(file);
	if (err != 0)
		return err;
	if (!line)
		return ERR_FORMAT;
	text[strcspn(text, "\n")] = '\0';
	return position_parse(text, out);
}

static int write_file(const char *path, const char *line)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return err_errno(-EIO);
	size_t len = strlen(line);
	int err = 0;
	ssize_t n = write(fd, line, len);
	if (n != (ssize_t)len)
		err = n < 0 ? err_errno(-EIO) : -ENOSPC;
	if (err == 0 && fsync(fd) != 0)
		err = err_errno(-EIO);
	if (close(fd) != 0 && err == 0)
		err = err_errno(-EIO);
	return err;
}

int position_save(const char *path, const struct position *p)
{
	char temporary[PATH_MAX], text[POSITION_TEXT], line[POSITION_TEXT + 1];
	int n = snprintf(temporary, sizeof temporary, "%s.tmp", path);
	if (n < 0 || (size_t)n >= sizeof temporary)
		return -ENAMETOOLONG;
	snprintf(line, sizeof line, "%s\n", position_text(p, text));
	int err = write_file(temporary, line);
	if (err == 0 && rename(temporary, path) != 0)
		err = err_errno(-EIO);
	return err != 0 ? err : store_sync_parent(path);
}
