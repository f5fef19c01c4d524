#ifndef PAR_TESTS_STORE_PLACE_H
#define PAR_TESTS_STORE_PLACE_H

/* A temporary directory of a test and what the tests do to files in it. */

#include <limits.h>

#include "common/base/bytes.h"

struct place {
	char dir[PATH_MAX];
};

void place_make(struct place *p);
/* With everything below. */
void place_remove(struct place *p);
/* dir/name, valid until the next call. */
const char *place_path(const struct place *p, const char *name);
bool place_has(const struct place *p, const char *name);
/* Flips one bit of every occurrence of `what` in the file; their number. */
unsigned place_flip(const char *path, struct bytes what);

#endif
