#include "common/store/store_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/base/err.h"
#include "common/store/store.h"

enum { LOCK_TRIES = 20, LOCK_PAUSE_MS = 25 };

static const char data_file[] = STORE_DATA_FILE;
static const char lock_file[] = "lock.mdb";
static const char mark[] = ".tmp-";

/* -ENAMETOOLONG when it was cut. */
static int print_path(char out[PATH_MAX], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static int print_path(char out[PATH_MAX], const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(out, PATH_MAX, format, args);
	va_end(args);
	return len >= 0 && len < PATH_MAX ? 0 : -ENAMETOOLONG;
}

/* The directory that `dir` lies in, and its name there. */
static int split(const char *dir, char parent[PATH_MAX], char name[PATH_MAX])
{
	char copy[PATH_MAX];
	int err = print_path(copy, "%s", dir);

	if (err == 0)
		err = print_path(parent, "%s", dirname(copy));
	if (err == 0)
		err = print_path(copy, "%s", dir);
	return err < 0 ? err : print_path(name, "%s", basename(copy));
}

int store_sync_parent(const char *dir)
{
	char parent[PATH_MAX], name[PATH_MAX];
	int err = split(dir, parent, name);

	return err < 0 ? err : store_sync_dir(parent);
}

static int open_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? err_errno(-EIO) : fd;
}

int store_sync_dir(const char *dir)
{
	int fd = open_dir(dir), err;

	if (fd < 0)
		return fd;
	err = fsync(fd) == 0 ? 0 : err_errno(-EIO);
	close(fd);
	return err;
}

int store_dir_settle(const char *dir)
{
	int err = store_sync_parent(dir);

	/* Whoever may not open the parent has not put `dir` there. */
	return err == -EACCES ? 0 : err;
}

int store_make_dir(const char *dir)
{
	if (mkdir(dir, 0700) == 0)
		return store_sync_parent(dir);
	return errno == EEXIST ? store_dir_settle(dir) : err_errno(-EIO);
}

/* Scripts that ask whether a service runs hold its lock for a moment: wait that out. */
static int take_lock(int fd)
{
	static const struct timespec pause = {.tv_nsec = LOCK_PAUSE_MS * 1000000L};

	for (int tries = 0; tries < LOCK_TRIES; tries++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return 0;
		if (errno != EWOULDBLOCK)
			return err_errno(-EIO);
		nanosleep(&pause, NULL);
	}
	return ERR_LOCKED;
}

static int open_lock(const char *dir, int flags, int *fd)
{
	char path[PATH_MAX];
	int err = print_path(path, "%s/lock", dir), lock;

	if (err < 0)
		return err;
	lock = open(path, flags | O_CLOEXEC, 0600);
	if (lock < 0)
		return err_errno(-EIO);
	err = take_lock(lock);
	if (err < 0) {
		close(lock);
		return err;
	}
	*fd = lock;
	return 0;
}

int store_lock(const char *dir, int *fd)
{
	int err = store_make_dir(dir);

	return err < 0 ? err : open_lock(dir, O_RDWR | O_CREAT, fd);
}

int store_lock_reading(const char *dir, int *fd)
{
	int err = open_lock(dir, O_RDWR | O_CREAT, fd);

	if (err != -EROFS && err != -EACCES)
		return err;
	err = open_lock(dir, O_RDONLY, fd);
	if (err != -ENOENT)
		return err;
	*fd = -1;
	return 0;
}

/* The files of an environment and the directory; other files keep it. */
static int remove_at(int parent_fd, const char *name)
{
	int fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_errno(-EIO);
	unlinkat(fd, data_file, 0);
	unlinkat(fd, lock_file, 0);
	close(fd);
	return unlinkat(parent_fd, name, AT_REMOVEDIR) == 0 ? 0 : err_errno(-EIO);
}

static int sweep(DIR *parent, const char *name)
{
	size_t len = strlen(name);
	struct dirent *entry = readdir(parent);
	int err = 0;

	for (; entry && err == 0; entry = readdir(parent)) {
		if (strncmp(entry->d_name, name, len) == 0 &&
		    strncmp(entry->d_name + len, mark, strlen(mark)) == 0)
			err = remove_at(dirfd(parent), entry->d_name);
	}
	return err;
}

int store_dir_sweep(const char *dir)
{
	char path[PATH_MAX], name[PATH_MAX];
	int err = split(dir, path, name);
	DIR *parent;

	if (err < 0)
		return err;
	parent = opendir(path);
	if (!parent)
		return err_errno(-EIO);
	err = sweep(parent, name);
	closedir(parent);
	return err;
}

static int temporary_path(const char *dir, char out[PATH_MAX])
{
	char parent[PATH_MAX], name[PATH_MAX];
	int err = split(dir, parent, name);

	return err < 0
		   ? err
		   : print_path(out, "%s/%s%s%ld", parent, name, mark, (long)getpid());
}

int store_dir_begin(const char *dir, char temporary[PATH_MAX])
{
	int err = temporary_path(dir, temporary);

	if (err < 0)
		return err;
	return mkdir(temporary, 0700) == 0 ? 0 : err_errno(-EIO);
}

int store_dir_finish(const char *dir, const char *temporary)
{
	char path[PATH_MAX];
	int err = print_path(path, "%s/%s", dir, lock_file);

	if (err == 0)
		err = store_sync_dir(temporary);
	if (err < 0)
		return err;
	/* All that can be left of an environment whose data file was deleted. */
	unlink(path);
	if (rename(temporary, dir) != 0)
		return err_errno(-EIO);
	return store_sync_parent(dir);
}

bool store_exists(const char *dir)
{
	char path[PATH_MAX];

	return print_path(path, "%s/%s", dir, data_file) == 0 &&
	       access(path, F_OK) == 0;
}

/*
 * The rule of a removal: renamed, its parent synced, then taken apart. What is not
 * there was perhaps renamed by a process that was killed before it synced.
 */
int store_remove(const char *dir)
{
	char temporary[PATH_MAX];
	int err = store_dir_sweep(dir), synced;

	if (err == 0)
		err = temporary_path(dir, temporary);
	if (err < 0)
		return err;
	if (rename(dir, temporary) != 0)
		err = err_errno(-EIO);
	if (err < 0 && err != -ENOENT)
		return err;
	synced = store_sync_parent(dir);
	if (synced < 0)
		return synced;
	return err < 0 ? err : store_dir_sweep(dir);
}
