#ifndef PAR_TESTS_FAULTS_H
#define PAR_TESTS_FAULTS_H

/*
 * Faults of the machine, put under a service by LD_PRELOAD: no service knows of it.
 * The file named by PAR_FAULTS is mapped and looked at before and after each call that
 * moves something from one hand to another: a commit, a write, a sync, a message. It
 * says which steps are counted, and at which of them the process is stopped, the call
 * fails, is cut short or takes long. The test holds the same file, so a fault begins
 * and ends while the service runs, and the counts go on over restarts.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum fault_step {
	FAULT_COMMIT_BEFORE, /* mdb_txn_commit */
	FAULT_COMMIT_AFTER,
	FAULT_WRITE_BEFORE, /* to a file, but for the next */
	FAULT_WRITE_AFTER,
	FAULT_META_BEFORE, /* to a file opened with O_DSYNC: LMDB's meta page */
	FAULT_META_AFTER,
	FAULT_SYNC_BEFORE, /* fsync, fdatasync */
	FAULT_SYNC_AFTER,
	FAULT_CREATE_BEFORE, /* a file opened for writing, a directory made */
	FAULT_CREATE_AFTER,
	FAULT_RENAME_BEFORE,
	FAULT_RENAME_AFTER,
	FAULT_REMOVE_BEFORE, /* unlink, unlinkat */
	FAULT_REMOVE_AFTER,
	FAULT_TRUNCATE_BEFORE,
	FAULT_TRUNCATE_AFTER,
	FAULT_SEND_BEFORE, /* a part of a message to a peer */
	FAULT_SEND_AFTER,
	FAULT_RECEIVE_AFTER,
	FAULT_OPEN, /* any file */
	FAULT_ACCEPT,
	FAULT_SOCKET,
	FAULT_STEPS
};

enum fault_action {
	FAULT_NOTHING,
	FAULT_STOP,  /* SIGKILL */
	FAULT_FAIL,  /* -1 with errno = value */
	FAULT_SHORT, /* half of a write */
	FAULT_WAIT,  /* value milliseconds */
};

/* The file: this struct, 64-bit numbers in the machine's order. */
struct fault {
	char name[32];
	_Atomic uint64_t seen;     /* how often this step was reached */
	_Atomic uint64_t from, to; /* acts while from <= seen < to */
	_Atomic uint64_t action;
	_Atomic uint64_t value;
};

struct faults_file {
	_Atomic int64_t wall_s; /* added to the time of day */
	_Atomic int64_t mono_s; /* and to the steady clock */
	struct fault steps[FAULT_STEPS];
};

/*
 * Counts the step and does what the file asks for. 0: the call goes on; 1: it is to be
 * cut short; negative: -errno, the call is to fail.
 */
int fault_at(enum fault_step step);
int64_t fault_wall_s(void);
int64_t fault_mono_s(void);

/* Files that were opened for writing, and whether each write is durable by itself. */
enum fault_file { FAULT_NO_FILE, FAULT_PLAIN_FILE, FAULT_SYNCED_FILE };
void fault_note_open(int fd, int flags);
void fault_note_close(int fd);
enum fault_file fault_file_of(int fd);

#endif
