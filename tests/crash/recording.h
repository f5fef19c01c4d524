#ifndef PAR_TESTS_CRASH_RECORDING_H
#define PAR_TESTS_CRASH_RECORDING_H

/*
 * The work of a case, done by a process with the recording library preloaded, killed
 * and started again a few times on the way.
 */

#include "tests/crash/case.h"

/* Libraries and variables of a build that does not sync. */
struct fault {
	const char *name;    /* "" : none */
	const char *preload; /* beside the recording library; "" */
	const char *deaf;    /* PAR_CRASH_DEAF; "" */
};

struct recording_place {
	const char *program; /* this one */
	const char *work;    /* the directory that is recorded */
	const char *log;     /* a file */
};

/*
 * Goes on in place->work and appends to place->log. Gives the number of kills, or -1
 * with words on stderr: the work failed.
 */
int recording_run(const struct crash_case *c, const struct recording_place *place,
		  const struct fault *fault, uint64_t seed, struct dice *dice)
    __attribute__((warn_unused_result));

/* In the recorded process: the work itself. Exit code of the process. */
int recording_work(const struct crash_case *c, const char *dir, const char *log,
		   uint64_t seed) __attribute__((warn_unused_result));

#endif
