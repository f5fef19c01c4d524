#ifndef PAR_TESTS_STORE_DISK_LOG_H
#define PAR_TESTS_STORE_DISK_LOG_H

/*
 * What a program did to one file, in order, taken down by ptrace: so that a test can
 * make every state that a power cut could have left of it.
 */

#include "common/base/bytes.h"

enum disk_kind {
	DISK_WRITE,
	DISK_SYNC, /* all writes before are durable */
	DISK_TOLD, /* a number was written into a pipe: somebody was told */
};

struct disk_op {
	enum disk_kind kind;
	bool durable; /* a write that returns when it is on disk: O_DSYNC */
	uint64_t offset;
	struct buf data;
	uint64_t told;
};

struct disk_log {
	struct disk_op *ops;
	size_t count;
};

/* Runs `act` in a child and takes down what it does to files that are named `name`. */
void disk_log_run(int (*act)(void *ctx), void *ctx, const char *name,
		  struct disk_log *out);
void disk_log_free(struct disk_log *log);

#endif
