#ifndef PAR_GUARD_GUARD_H
#define PAR_GUARD_GUARD_H

/*
 * What a process gives up once it needs it no more, so that whoever breaks in finds
 * little. Three steps, each for good: guard_begin() before anything is read,
 * guard_enclose() before the first thread, guard_seal() once all is open and bound.
 *
 * It is a second line: who may talk, and what a message may do, is decided elsewhere. A
 * call that is not on the list ends the process by SIGSYS; the kernel's audit line
 * (type=1326) then has the number of the call.
 */

#include <stdbool.h>

enum { GUARD_ENDPOINTS = 4, GUARD_WORDS = 160 };

/* What a service will still need. Endpoints are "tcp://HOST:PORT" or "HOST:PORT". */
struct guard_needs {
	const char *data;  /* directory, exists: nothing is written outside it */
	const char *allow; /* directory, read again at SIGHUP */
	const char *binds[GUARD_ENDPOINTS];    /* NULL: no more */
	const char *connects[GUARD_ENDPOINTS]; /* NULL: no more */
	bool threads;                          /* starts some while it runs */
};

/* What is in force. */
struct guard {
	struct guard_needs needs;
	bool names;          /* a host to connect to is a name that must be looked up */
	bool network;        /* TCP ports but those needed are refused by Landlock */
	int landlock;        /* its version in this kernel; 0: there is none */
	bool seccomp;        /* the list of calls is in force */
	const char *without; /* why steps were left out; NULL: none was */
};

/* No new privileges, no core dumps, no memory for others to read. -errno. */
int guard_begin(void) __attribute__((warn_unused_result));

/*
 * Landlock, as far as the kernel has it: of the calling thread and those it starts, so
 * call it before any other. Files: `data` to read and write, `allow` and what libraries
 * look at to read. Ports: those of `needs`, but where a bound one is free to choose
 * ("*" or 0) there is no rule for ports. No abstract sockets, no signals to others.
 * -errno, and ERR_CONFIG for an endpoint without a port.
 */
int guard_enclose(const struct guard_needs *needs, struct guard *out)
    __attribute__((warn_unused_result));

/* The list of calls, for all threads. -errno. */
int guard_seal(struct guard *g) __attribute__((warn_unused_result));

/* What is in force as "key=value ...". Gives out. */
const char *guard_words(const struct guard *g, char out[GUARD_WORDS]);

#endif
