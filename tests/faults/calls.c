/*
 * The calls that are looked at, in place of those of libc, LMDB and libzmq. Each does
 * what its original does, with a step before and, where something has changed hands by
 * then, one after it.
 */

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

#include "faults.h"

/* ISO C has no cast from what dlsym() gives to a function. */
#define ORIGINAL(fn)                                                                   \
	static __typeof__(&(fn)) original;                                             \
	if (!original)                                                                 \
	find(#fn, &original, sizeof original)

static void find(const char *name, void *to, size_t size)
{
	void *found = dlsym(RTLD_NEXT, name);

	memcpy(to, &found, size);
}

/* What a failed call leaves: -1 and errno. */
static int failed(int err)
{
	errno = -err;
	return -1;
}

static int done(enum fault_step after, int result)
{
	int keep = errno;

	if (result >= 0)
		(void)fault_at(after);
	errno = keep;
	return result;
}

/* ---- files ---- */

static int before_open(int flags)
{
	int err = fault_at(FAULT_OPEN);

	if (err >= 0 && (flags & O_ACCMODE) != O_RDONLY)
		err = fault_at(FAULT_CREATE_BEFORE);
	return err;
}

static int after_open(int fd, int flags)
{
	fault_note_open(fd, flags);
	if ((flags & O_ACCMODE) != O_RDONLY)
		return done(FAULT_CREATE_AFTER, fd);
	return fd;
}

static mode_t mode_of(int flags, va_list args)
{
	return flags & O_CREAT ? va_arg(args, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
	ORIGINAL(open);
	va_list args;
	mode_t mode;
	int err = before_open(flags);

	va_start(args, flags);
	mode = mode_of(flags, args);
	va_end(args);
	if (err < 0)
		return failed(err);
	return after_open(original(path, flags, mode), flags);
}

int openat(int dir, const char *path, int flags, ...)
{
	ORIGINAL(openat);
	va_list args;
	mode_t mode;
	int err = before_open(flags);

	va_start(args, flags);
	mode = mode_of(flags, args);
	va_end(args);
	if (err < 0)
		return failed(err);
	return after_open(original(dir, path, flags, mode), flags);
}

int close(int fd)
{
	ORIGINAL(close);

	fault_note_close(fd);
	return original(fd);
}

int mkdir(const char *path, mode_t mode)
{
	ORIGINAL(mkdir);
	int err = fault_at(FAULT_CREATE_BEFORE);

	return err < 0 ? failed(err) : done(FAULT_CREATE_AFTER, original(path, mode));
}

int rename(const char *from, const char *to)
{
	ORIGINAL(rename);
	int err = fault_at(FAULT_RENAME_BEFORE);

	return err < 0 ? failed(err) : done(FAULT_RENAME_AFTER, original(from, to));
}

int unlink(const char *path)
{
	ORIGINAL(unlink);
	int err = fault_at(FAULT_REMOVE_BEFORE);

	return err < 0 ? failed(err) : done(FAULT_REMOVE_AFTER, original(path));
}

int unlinkat(int dir, const char *path, int flags)
{
	ORIGINAL(unlinkat);
	int err = fault_at(FAULT_REMOVE_BEFORE);

	return err < 0 ? failed(err)
		       : done(FAULT_REMOVE_AFTER, original(dir, path, flags));
}

int ftruncate(int fd, off_t size)
{
	ORIGINAL(ftruncate);
	int err = fault_at(FAULT_TRUNCATE_BEFORE);

	return err < 0 ? failed(err) : done(FAULT_TRUNCATE_AFTER, original(fd, size));
}

int fsync(int fd)
{
	ORIGINAL(fsync);
	int err = fault_at(FAULT_SYNC_BEFORE);

	return err < 0 ? failed(err) : done(FAULT_SYNC_AFTER, original(fd));
}

int fdatasync(int fd)
{
	ORIGINAL(fdatasync);
	int err = fault_at(FAULT_SYNC_BEFORE);

	return err < 0 ? failed(err) : done(FAULT_SYNC_AFTER, original(fd));
}

/* ---- writes ---- */

static int before_write(int fd)
{
	switch (fault_file_of(fd)) {
	case FAULT_PLAIN_FILE:
		return fault_at(FAULT_WRITE_BEFORE);
	case FAULT_SYNCED_FILE:
		return fault_at(FAULT_META_BEFORE);
	case FAULT_NO_FILE:
		break;
	}
	return 0;
}

static ssize_t after_write(int fd, ssize_t result)
{
	enum fault_file file = fault_file_of(fd);
	int keep = errno;

	if (result >= 0 && file != FAULT_NO_FILE)
		(void)fault_at(file == FAULT_PLAIN_FILE ? FAULT_WRITE_AFTER
							: FAULT_META_AFTER);
	errno = keep;
	return result;
}

ssize_t write(int fd, const void *data, size_t len)
{
	ORIGINAL(write);
	int err = before_write(fd);

	if (err < 0)
		return failed(err);
	return after_write(fd, original(fd, data, err ? len / 2 : len));
}

ssize_t pwrite(int fd, const void *data, size_t len, off_t offset)
{
	ORIGINAL(pwrite);
	int err = before_write(fd);

	if (err < 0)
		return failed(err);
	return after_write(fd, original(fd, data, err ? len / 2 : len, offset));
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
	ORIGINAL(writev);
	int err = before_write(fd);

	if (err < 0)
		return failed(err);
	return after_write(fd, original(fd, parts, err ? (count + 1) / 2 : count));
}

/* ---- commits ---- */

struct MDB_txn;
int mdb_txn_commit(struct MDB_txn *txn);

int mdb_txn_commit(struct MDB_txn *txn)
{
	ORIGINAL(mdb_txn_commit);
	int rc;

	(void)fault_at(FAULT_COMMIT_BEFORE);
	rc = original(txn);
	(void)fault_at(FAULT_COMMIT_AFTER);
	return rc;
}

/* ---- messages and connections ---- */

int zmq_send(void *socket, const void *data, size_t len, int flags)
{
	ORIGINAL(zmq_send);
	int err = fault_at(FAULT_SEND_BEFORE);

	return err < 0 ? failed(err)
		       : done(FAULT_SEND_AFTER, original(socket, data, len, flags));
}

int zmq_msg_recv(zmq_msg_t *message, void *socket, int flags)
{
	ORIGINAL(zmq_msg_recv);

	return done(FAULT_RECEIVE_AFTER, original(message, socket, flags));
}

int socket(int domain, int type, int protocol)
{
	ORIGINAL(socket);
	int err = fault_at(FAULT_SOCKET);

	return err < 0 ? failed(err) : original(domain, type, protocol);
}

int accept4(int fd, struct sockaddr *from, socklen_t *len, int flags)
{
	ORIGINAL(accept4);
	int err = fault_at(FAULT_ACCEPT);

	return err < 0 ? failed(err) : original(fd, from, len, flags);
}

int accept(int fd, struct sockaddr *from, socklen_t *len)
{
	ORIGINAL(accept);
	int err = fault_at(FAULT_ACCEPT);

	return err < 0 ? failed(err) : original(fd, from, len);
}

/* ---- clocks ---- */

int clock_gettime(clockid_t id, struct timespec *out)
{
	ORIGINAL(clock_gettime);
	int rc = original(id, out);

	if (rc == 0 && id == CLOCK_REALTIME)
		out->tv_sec += fault_wall_s();
	if (rc == 0 && id == CLOCK_MONOTONIC)
		out->tv_sec += fault_mono_s();
	return rc;
}

time_t time(time_t *out)
{
	ORIGINAL(time);
	time_t now = original(NULL) + fault_wall_s();

	if (out)
		*out = now;
	return now;
}
