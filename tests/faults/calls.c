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

struct MDB_txn;
int mdb_txn_commit(struct MDB_txn *txn);

/* What would have been called. */
struct originals {
	int (*open)(const char *path, int flags, ...);
	int (*openat)(int dir, const char *path, int flags, ...);
	int (*close)(int fd);
	int (*mkdir)(const char *path, mode_t mode);
	int (*rename)(const char *from, const char *to);
	int (*unlink)(const char *path);
	int (*unlinkat)(int dir, const char *path, int flags);
	int (*ftruncate)(int fd, off_t size);
	int (*fsync)(int fd);
	int (*fdatasync)(int fd);
	ssize_t (*write)(int fd, const void *data, size_t len);
	ssize_t (*pwrite)(int fd, const void *data, size_t len, off_t offset);
	ssize_t (*writev)(int fd, const struct iovec *parts, int count);
	int (*mdb_txn_commit)(struct MDB_txn *txn);
	int (*zmq_send)(void *socket, const void *data, size_t len, int flags);
	int (*zmq_msg_recv)(zmq_msg_t *message, void *socket, int flags);
	int (*socket)(int domain, int type, int protocol);
	int (*accept)(int fd, struct sockaddr *from, socklen_t *len);
	int (*accept4)(int fd, struct sockaddr *from, socklen_t *len, int flags);
	int (*clock_gettime)(clockid_t id, struct timespec *out);
	time_t (*time)(time_t *out);
};

/* ISO C has no cast from what dlsym() gives to a function. */
static void find(const char *name, void *to)
{
	void *found = dlsym(RTLD_NEXT, name);

	memcpy(to, &found, sizeof found);
}

/* Filled at the first call, which may come before any constructor of ours. */
static const struct originals *real(void)
{
	static struct originals all;
	static _Atomic bool filled;

	if (atomic_load(&filled))
		return &all;
	find("open", &all.open);
	find("openat", &all.openat);
	find("close", &all.close);
	find("mkdir", &all.mkdir);
	find("rename", &all.rename);
	find("unlink", &all.unlink);
	find("unlinkat", &all.unlinkat);
	find("ftruncate", &all.ftruncate);
	find("fsync", &all.fsync);
	find("fdatasync", &all.fdatasync);
	find("write", &all.write);
	find("pwrite", &all.pwrite);
	find("writev", &all.writev);
	find("mdb_txn_commit", &all.mdb_txn_commit);
	find("zmq_send", &all.zmq_send);
	find("zmq_msg_recv", &all.zmq_msg_recv);
	find("socket", &all.socket);
	find("accept", &all.accept);
	find("accept4", &all.accept4);
	find("clock_gettime", &all.clock_gettime);
	find("time", &all.time);
	atomic_store(&filled, true);
	return &all;
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
	va_list args;
	mode_t mode;
	int err = before_open(flags);

	va_start(args, flags);
	mode = mode_of(flags, args);
	va_end(args);
	if (err < 0)
		return failed(err);
	return after_open(real()->open(path, flags, mode), flags);
}

int openat(int dir, const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;
	int err = before_open(flags);

	va_start(args, flags);
	mode = mode_of(flags, args);
	va_end(args);
	if (err < 0)
		return failed(err);
	return after_open(real()->openat(dir, path, flags, mode), flags);
}

int close(int fd)
{
	fault_note_close(fd);
	return real()->close(fd);
}

int mkdir(const char *path, mode_t mode)
{
	int err = fault_at(FAULT_CREATE_BEFORE);

	return err < 0 ? failed(err)
		       : done(FAULT_CREATE_AFTER, real()->mkdir(path, mode));
}

int rename(const char *from, const char *to)
{
	int err = fault_at(FAULT_RENAME_BEFORE);

	return err < 0 ? failed(err)
		       : done(FAULT_RENAME_AFTER, real()->rename(from, to));
}

int unlink(const char *path)
{
	int err = fault_at(FAULT_REMOVE_BEFORE);

	return err < 0 ? failed(err) : done(FAULT_REMOVE_AFTER, real()->unlink(path));
}

int unlinkat(int dir, const char *path, int flags)
{
	int err = fault_at(FAULT_REMOVE_BEFORE);

	return err < 0 ? failed(err)
		       : done(FAULT_REMOVE_AFTER, real()->unlinkat(dir, path, flags));
}

int ftruncate(int fd, off_t size)
{
	int err = fault_at(FAULT_TRUNCATE_BEFORE);

	return err < 0 ? failed(err)
		       : done(FAULT_TRUNCATE_AFTER, real()->ftruncate(fd, size));
}

int fsync(int fd)
{
	int err = fault_at(FAULT_SYNC_BEFORE);

	return err < 0 ? failed(err) : done(FAULT_SYNC_AFTER, real()->fsync(fd));
}

int fdatasync(int fd)
{
	int err = fault_at(FAULT_SYNC_BEFORE);

	return err < 0 ? failed(err) : done(FAULT_SYNC_AFTER, real()->fdatasync(fd));
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
	int err = before_write(fd);

	if (err < 0)
		return failed(err);
	return after_write(fd, real()->write(fd, data, err ? len / 2 : len));
}

ssize_t pwrite(int fd, const void *data, size_t len, off_t offset)
{
	int err = before_write(fd);

	if (err < 0)
		return failed(err);
	return after_write(fd, real()->pwrite(fd, data, err ? len / 2 : len, offset));
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
	int err = before_write(fd);

	if (err < 0)
		return failed(err);
	return after_write(fd,
			   real()->writev(fd, parts, err ? (count + 1) / 2 : count));
}

/* ---- commits ---- */

int mdb_txn_commit(struct MDB_txn *txn)
{
	int rc;

	(void)fault_at(FAULT_COMMIT_BEFORE);
	rc = real()->mdb_txn_commit(txn);
	(void)fault_at(FAULT_COMMIT_AFTER);
	return rc;
}

/* ---- messages and connections ---- */

int zmq_send(void *socket, const void *data, size_t len, int flags)
{
	int err = fault_at(FAULT_SEND_BEFORE);

	return err < 0
		   ? failed(err)
		   : done(FAULT_SEND_AFTER, real()->zmq_send(socket, data, len, flags));
}

int zmq_msg_recv(zmq_msg_t *message, void *socket, int flags)
{
	return done(FAULT_RECEIVE_AFTER, real()->zmq_msg_recv(message, socket, flags));
}

int socket(int domain, int type, int protocol)
{
	int err = fault_at(FAULT_SOCKET);

	return err < 0 ? failed(err) : real()->socket(domain, type, protocol);
}

int accept4(int fd, struct sockaddr *from, socklen_t *len, int flags)
{
	int err = fault_at(FAULT_ACCEPT);

	return err < 0 ? failed(err) : real()->accept4(fd, from, len, flags);
}

int accept(int fd, struct sockaddr *from, socklen_t *len)
{
	int err = fault_at(FAULT_ACCEPT);

	return err < 0 ? failed(err) : real()->accept(fd, from, len);
}

/* ---- clocks ---- */

int clock_gettime(clockid_t id, struct timespec *out)
{
	int rc = real()->clock_gettime(id, out);

	if (rc == 0 && id == CLOCK_REALTIME)
		out->tv_sec += fault_wall_s();
	if (rc == 0 && id == CLOCK_MONOTONIC)
		out->tv_sec += fault_mono_s();
	return rc;
}

time_t time(time_t *out)
{
	time_t now = real()->time(NULL) + fault_wall_s();

	if (out)
		*out = now;
	return now;
}
