#ifndef PAR_TESTS_STORE_TRACE_H
#define PAR_TESTS_STORE_TRACE_H

/*
 * Running a child under ptrace, from one entry into or return from the system to the
 * next. Between two of these the disk cannot change.
 */

#include <stdbool.h>
#include <sys/types.h>

/*
 * Under valgrind its own calls would be the steps, and a child's way of ending counts as
 * a leak: what forks then skips itself. Told by tests/run in PAR_VALGRIND.
 */
bool trace_under_valgrind(void);
/* `act` in a child that waits for its first step; it ends with 0 if `act` gives 0. */
pid_t trace_start(int (*act)(void *ctx), void *ctx);
/* To the next stop; false: the child ended, and well. */
bool trace_step(pid_t child);
/* Runs `act` and kills it with kill -9 at its stop n; false: it ended well before. */
bool trace_kill(int (*act)(void *ctx), void *ctx, unsigned n);

#endif
