#ifndef PAR_TESTS_CRASH_REPLAY_H
#define PAR_TESTS_CRASH_REPLAY_H

/*
 * Plays a recording through: the power fails during each of its operations, and each
 * time some of the disks that may be left are made and checked by the code of the
 * product, in a process of its own.
 */

#include "tests/crash/case.h"
#include "tests/crash/disk.h"

struct replay {
	/* What is played. */
	const struct crash_case *c;
	const void *things;
	/* The disk when the log begins, twice; played to its end, the caller's. */
	struct disk *counted, *played;
	const char *after; /* the directory when the log ends: it must lead there */
	struct bytes log;
	size_t first; /* operation at which the power may fail */
	/* How. */
	uint64_t seed;
	size_t states;       /* about so many in all */
	bool go_on;          /* after a loss: it is looked for */
	const char *scratch; /* a directory for one disk; is not there */
	/*
	 * For the next recording: one disk, at a cut point chosen by chance, and what
	 * was told before. `next` is not there and made; told is added to.
	 */
	const char *next;
	struct told *next_told;
};

struct replayed {
	size_t operations; /* without marks */
	size_t cuts;       /* points at which the power failed */
	size_t states, lost;
	char first[600]; /* loss, in words */
};

/* Adds to *sum. 0, or -1 with words on stderr: the recording cannot be trusted. */
int replay_run(const struct replay *r, struct replayed *sum)
    __attribute__((warn_unused_result));

/* Removes a directory with everything below; fine when it is not there. */
void replay_remove(const char *dir);

#endif
