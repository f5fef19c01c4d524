#include "common/net/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/err.h"

static int fault(struct faults *faults, const char *path, const char *words)
{
	faults_add(faults, path, 0, "%s", words);
	return ERR_CONFIG;
}

static bool is_trusted(uid_t owner)
{
	return owner == 0 || owner == geteuid();
}

static const char *file_words(const struct stat *st, bool secret)
{
	if (!S_ISREG(st->st_mode))
		return "is no regular file";
	if (!is_trusted(st->st_uid))
		return "belongs to another user, who could change it; chown it to the "
		       "user that runs this";
	if (secret && (st->st_mode & 077))
		return "may be used by group or others; chmod 600 it";
	if (st->st_mode & 022)
		return "may be changed by group or others; chmod go-w it";
	return NULL;
}

static const char *dir_words(const struct stat *st)
{
	if (!is_trusted(st->st_uid))
		return "belongs to another user, who could put other keys there; chown "
		       "it to the user that runs this";
	if (st->st_mode & 022)
		return "is a directory where group or others could put other keys; "
		       "chmod go-w it";
	return NULL;
}

int key_file_check_dir(const char *dir, struct faults *faults)
{
	struct stat st;
	const char *words;

	if (stat(dir, &st))
		return fault(faults, dir, strerror(errno));
	words = dir_words(&st);
	return words ? fault(faults, dir, words) : 0;
}

/* Where others may only add files, as in /tmp, this one stays what it is. */
static int check_place(const char *path, struct faults *faults)
{
	char copy[PATH_MAX];
	struct stat st;

	if (snprintf(copy, sizeof(copy), "%s", path) >= (int)sizeof(copy))
		return fault(faults, path, "is too long a name");
	const char *dir = dirname(copy);
	if (stat(dir, &st))
		return fault(faults, dir, strerror(errno));
	if (is_trusted(st.st_uid) && (st.st_mode & S_ISVTX))
		return 0;
	return key_file_check_dir(dir, faults);
}

int key_file_check(int fd, const char *path, bool secret, struct faults *faults)
{
	struct stat st;
	const char *words = fstat(fd, &st) ? strerror(errno) : file_words(&st, secret);

	return words ? fault(faults, path, words) : check_place(path, faults);
}

int key_file_open(const char *path, bool secret, struct faults *faults)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0) {
		faults_add(faults, path, 0, "cannot be read: %s", strerror(errno));
		return ERR_CONFIG;
	}
	int err = key_file_check(fd, path, secret, faults);
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}
