/*
 * libcrash_record.so, to be preloaded: takes down what a program does to the files
 * below one directory. Every call goes to the kernel first; what succeeded is logged.
 * Nothing is known of the product: descriptors are told by /proc/self/fd.
 *
 *   PAR_CRASH_ROOT   the directory, an absolute path without links
 *   PAR_CRASH_LOG    the log (log.h), appended to; outside of the directory
 *   PAR_CRASH_LAST   the process is killed at that of its syncs, synced writes and
 *                    changes of a name: they have reached the page cache and no disk
 *   PAR_CRASH_DEAF   "files" or "names": their fsync is not logged, as if it had not
 *                    been asked for
 */

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/crash/log.h"

enum { HIGH_FD = 400, IOV_COUNT_MAX = 1024 };

static struct {
	int log; /* 0: not yet looked for, -1: nothing is recorded */
	const char *root, *deaf;
	long left; /* until the last; -1: there is none */
} recorder;

static void fail(const char *what)
{
	fprintf(stderr, "libcrash_record: %s\n", what);
	abort();
}

static void start(void)
{
	const char *path = getenv("PAR_CRASH_LOG"), *last = getenv("PAR_CRASH_LAST");
	long fd;

	recorder.root = getenv("PAR_CRASH_ROOT");
	recorder.deaf = getenv("PAR_CRASH_DEAF");
	recorder.left = last ? strtol(last, NULL, 10) : -1;
	recorder.log = -1;
	if (!path || !recorder.root)
		return;
	fd = syscall(SYS_openat, AT_FDCWD, path,
		     O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		fail("the log cannot be opened");
	recorder.log = fcntl((int)fd, F_DUPFD_CLOEXEC, HIGH_FD);
	syscall(SYS_close, fd);
}

/* The path below the root; NULL: it is elsewhere. */
static const char *inside(const char *path)
{
	size_t len;

	if (recorder.log == 0)
		start();
	if (recorder.log < 0)
		return NULL;
	len = strlen(recorder.root);
	if (strncmp(path, recorder.root, len) != 0)
		return NULL;
	if (path[len] == '\0')
		return path + len;
	return path[len] == '/' ? path + len + 1 : NULL;
}

static const char *inside_fd(int fd, char path[PATH_MAX])
{
	char link[64];
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, path, PATH_MAX - 1);
	path[len < 0 ? 0 : len] = '\0';
	return inside(path);
}

static const char *inside_at(int dir, const char *name, char path[PATH_MAX])
{
	char base[PATH_MAX - NAME_MAX - 1];
	ssize_t len;
	char link[64];

	if (name[0] == '/') {
		snprintf(path, PATH_MAX, "%s", name);
		return inside(path);
	}
	snprintf(link, sizeof(link), "/proc/self/fd/%d", dir);
	len =
	    readlink(dir == AT_FDCWD ? "/proc/self/cwd" : link, base, sizeof(base) - 1);
	base[len < 0 ? 0 : len] = '\0';
	snprintf(path, PATH_MAX, "%s/%.255s", base, name);
	return inside(path);
}

/* Other operations mean nothing until one of these. */
static bool may_be_last(const struct log_op *op)
{
	return op->kind == LOG_WRITE ? op->synced
				     : op->kind != LOG_SIZE && op->kind != LOG_MAPPED;
}

static void note(struct log_op op)
{
	bool last = may_be_last(&op) && recorder.left >= 0 && recorder.left-- == 0;

	if (last)
		op.synced = false;
	if (!(last && op.kind == LOG_SYNC) && log_put(recorder.log, &op) < 0)
		fail("the log cannot be written");
	if (last)
		kill(getpid(), SIGKILL);
}

/* ---- opening ---- */

static int opened(int dir, const char *name, int flags, mode_t mode)
{
	bool create = flags & O_CREAT;
	bool there = !create || faccessat(dir, name, F_OK, 0) == 0;
	int fd = (int)syscall(SYS_openat, dir, name, flags, mode);
	char path[PATH_MAX];
	const char *own = fd < 0 ? NULL : inside_fd(fd, path);

	if (own && !there)
		note((struct log_op){.kind = LOG_CREATE, .path = own});
	else if (own && (flags & O_TRUNC))
		note((struct log_op){.kind = LOG_SIZE, .path = own});
	return fd;
}

static mode_t mode_of(int flags, va_list args)
{
	return flags & O_CREAT ? va_arg(args, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
	va_list args;
	int fd;

	va_start(args, flags);
	fd = opened(AT_FDCWD, path, flags, mode_of(flags, args));
	va_end(args);
	return fd;
}

int open64(const char *path, int flags, ...)
{
	va_list args;
	int fd;

	va_start(args, flags);
	fd = opened(AT_FDCWD, path, flags, mode_of(flags, args));
	va_end(args);
	return fd;
}

int openat(int dir, const char *path, int flags, ...)
{
	va_list args;
	int fd;

	va_start(args, flags);
	fd = opened(dir, path, flags, mode_of(flags, args));
	va_end(args);
	return fd;
}

int openat64(int dir, const char *path, int flags, ...)
{
	va_list args;
	int fd;

	va_start(args, flags);
	fd = opened(dir, path, flags, mode_of(flags, args));
	va_end(args);
	return fd;
}

/* ---- writing ---- */

static ssize_t wrote(int fd, const void *data, ssize_t done, off_t offset)
{
	char path[PATH_MAX];
	const char *own = done > 0 ? inside_fd(fd, path) : NULL;

	if (own)
		note((struct log_op){
		    .kind = LOG_WRITE,
		    .synced = fcntl(fd, F_GETFL) & O_DSYNC,
		    .offset = (uint64_t)offset,
		    .path = own,
		    .data = {data, (size_t)done},
		});
	return done;
}

static ssize_t wrote_parts(int fd, const struct iovec *parts, int count, ssize_t done,
			   off_t offset)
{
	char path[PATH_MAX];
	uint8_t *all;
	size_t len = 0, left = (size_t)done;

	if (done <= 0 || !inside_fd(fd, path))
		return done;
	all = malloc((size_t)done);
	if (!all)
		fail("out of memory");
	for (int i = 0; i < count && left > 0; i++) {
		size_t take = parts[i].iov_len < left ? parts[i].iov_len : left;

		memcpy(all + len, parts[i].iov_base, take);
		len += take;
		left -= take;
	}
	wrote(fd, all, done, offset);
	free(all);
	return done;
}

/* Where a write of that many bytes began. */
static off_t before(int fd, ssize_t done)
{
	return done > 0 ? lseek(fd, 0, SEEK_CUR) - done : 0;
}

ssize_t write(int fd, const void *data, size_t len)
{
	ssize_t done = syscall(SYS_write, fd, data, len);

	return wrote(fd, data, done, before(fd, done));
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
	ssize_t done = syscall(SYS_writev, fd, parts, count);

	return wrote_parts(fd, parts, count, done, before(fd, done));
}

ssize_t pwrite(int fd, const void *data, size_t len, off_t offset)
{
	return wrote(fd, data, syscall(SYS_pwrite64, fd, data, len, offset), offset);
}

ssize_t pwrite64(int fd, const void *data, size_t len, off64_t offset)
{
	return pwrite(fd, data, len, offset);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset)
{
	ssize_t done = syscall(SYS_pwritev, fd, parts, count, offset, 0);

	return wrote_parts(fd, parts, count, done, offset);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset)
{
	return pwritev(fd, parts, count, offset);
}

static int resized(int fd, int result)
{
	char path[PATH_MAX];
	const char *own = result < 0 ? NULL : inside_fd(fd, path);
	struct stat st;

	if (own && fstat(fd, &st) == 0)
		note((struct log_op){
		    .kind = LOG_SIZE, .offset = (uint64_t)st.st_size, .path = own});
	return result;
}

int ftruncate(int fd, off_t size)
{
	return resized(fd, (int)syscall(SYS_ftruncate, fd, size));
}

int ftruncate64(int fd, off64_t size)
{
	return ftruncate(fd, size);
}

int fallocate(int fd, int mode, off_t offset, off_t len)
{
	return resized(fd, (int)syscall(SYS_fallocate, fd, mode, offset, len));
}

int fallocate64(int fd, int mode, off64_t offset, off64_t len)
{
	return fallocate(fd, mode, offset, len);
}

static void *mapped(void *at, size_t len, int prot, int flags, int fd, off_t offset)
{
	long address = syscall(SYS_mmap, at, len, prot, flags, fd, offset);
	bool writes = (prot & PROT_WRITE) && (flags & MAP_SHARED) && fd >= 0;
	char path[PATH_MAX];
	const char *own = address == -1 || !writes ? NULL : inside_fd(fd, path);

	if (own)
		note((struct log_op){.kind = LOG_MAPPED, .path = own});
	return (void *)address;
}

void *mmap(void *at, size_t len, int prot, int flags, int fd, off_t offset)
{
	return mapped(at, len, prot, flags, fd, offset);
}

void *mmap64(void *at, size_t len, int prot, int flags, int fd, off64_t offset)
{
	return mapped(at, len, prot, flags, fd, offset);
}

/* ---- syncing ---- */

static bool is_deaf(int fd)
{
	struct stat st;

	if (!recorder.deaf || fstat(fd, &st) < 0)
		return false;
	return strcmp(recorder.deaf, S_ISDIR(st.st_mode) ? "names" : "files") == 0;
}

static int synced(int fd, long result)
{
	char path[PATH_MAX];
	const char *own = result < 0 ? NULL : inside_fd(fd, path);

	if (own && !is_deaf(fd))
		note((struct log_op){.kind = LOG_SYNC, .path = own});
	return (int)result;
}

int fsync(int fd)
{
	return synced(fd, syscall(SYS_fsync, fd));
}

int fdatasync(int fd)
{
	return synced(fd, syscall(SYS_fdatasync, fd));
}

/* ---- names ---- */

static int named(enum log_kind kind, int dir, const char *name, long result)
{
	char path[PATH_MAX];
	const char *own = result < 0 ? NULL : inside_at(dir, name, path);

	if (own)
		note((struct log_op){.kind = kind, .path = own});
	return (int)result;
}

int mkdir(const char *path, mode_t mode)
{
	return named(LOG_MKDIR, AT_FDCWD, path,
		     syscall(SYS_mkdirat, AT_FDCWD, path, mode));
}

int mkdirat(int dir, const char *path, mode_t mode)
{
	return named(LOG_MKDIR, dir, path, syscall(SYS_mkdirat, dir, path, mode));
}

int unlink(const char *path)
{
	return named(LOG_REMOVE, AT_FDCWD, path,
		     syscall(SYS_unlinkat, AT_FDCWD, path, 0));
}

int unlinkat(int dir, const char *path, int flags)
{
	return named(LOG_REMOVE, dir, path, syscall(SYS_unlinkat, dir, path, flags));
}

int rmdir(const char *path)
{
	return named(LOG_REMOVE, AT_FDCWD, path,
		     syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR));
}

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	long result = syscall(SYS_renameat2, from_dir, from, to_dir, to, 0);
	char old[PATH_MAX], new[PATH_MAX];
	const char *path = result < 0 ? NULL : inside_at(from_dir, from, old);
	const char *other = result < 0 ? NULL : inside_at(to_dir, to, new);

	if (!path != !other)
		fail("renamed into the directory or out of it");
	if (path)
		note((struct log_op){.kind = LOG_RENAME, .path = path, .other = other});
	return (int)result;
}

int rename(const char *from, const char *to)
{
	return renameat(AT_FDCWD, from, AT_FDCWD, to);
}
