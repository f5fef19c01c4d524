#ifndef PAR_TESTS_CRASH_LOG_H
#define PAR_TESTS_CRASH_LOG_H

/*
 * What a program did to the files below one directory, in order, as a file of
 * operations: put there by the recording library (record.c), with marks of the program
 * itself in between, and read by the replayer. Of the machine that wrote it.
 *
 * It uses the types of common/base only, for the library is loaded into foreign
 * programs.
 */

#include "common/base/bytes.h"

enum log_kind {
	LOG_CREATE, /* an empty file that was not there */
	LOG_MKDIR,
	LOG_REMOVE, /* of a file or of an empty directory */
	LOG_RENAME, /* path to other, in the same directory */
	LOG_WRITE,  /* data at offset */
	LOG_SIZE,   /* the size is now offset */
	LOG_MAPPED, /* mapped for writing: what is in it is not known from here on */
	LOG_SYNC,   /* a file's content, or the names in a directory */
	LOG_MARK,   /* data is the program's own */
};

/* Paths are relative to the directory, "" itself; they live as long as the bytes. */
struct log_op {
	enum log_kind kind;
	bool synced; /* a write that returned when it was on disk */
	uint64_t offset;
	const char *path;
	const char *other;
	struct bytes data;
};

/* In one write() to a descriptor that appends. -1: not written, see errno. */
int log_put(int fd, const struct log_op *op) __attribute__((warn_unused_result));
/* Takes the first operation off; false: there is none, or not a whole one. */
bool log_next(struct bytes *rest, struct log_op *out);

#endif
