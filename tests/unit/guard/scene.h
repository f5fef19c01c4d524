#ifndef PAR_TESTS_UNIT_GUARD_SCENE_H
#define PAR_TESTS_UNIT_GUARD_SCENE_H

/*
 * A process that gives up what a service gives up and then tries something: each in a
 * child of its own, in a directory of the test with data, allow and a file outside.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/guard/guard.h"

enum { SCENE_PATH = 128, SCENE_TOO_OLD = 200 };

struct scene {
	char dir[SCENE_PATH / 2], data[SCENE_PATH], allow[SCENE_PATH];
	char secret[SCENE_PATH];   /* a file beside both */
	char known[32], other[32]; /* endpoints; both are listened on */
	int listeners[2];
	struct guard_needs needs;
	struct guard guard; /* of the child */
};

int scene_open(void **state);
int scene_close(void **state);

/* What is tried: 0, or the errno it failed with. */
typedef int attempt_fn(const struct scene *s);

enum scene_steps { SCENE_BEGUN, SCENE_ENCLOSED, SCENE_SEALED };

/* The child's status, as waitpid() has it; it ends with what `attempt` gives. */
int scene_try(struct scene *s, enum scene_steps steps, attempt_fn *attempt);

#endif
