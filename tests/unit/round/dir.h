#ifndef PAR_TESTS_ROUND_DIR_H
#define PAR_TESTS_ROUND_DIR_H

/* A temporary directory with the files of a round folder. */

#include "common/base/faults.h"

struct dir {
	char path[200];
};

void dir_make(struct dir *d);
void dir_path(const struct dir *d, const char *name, char out[300]);
void dir_put(const struct dir *d, const char *name, const char *text);
/* Makes one that holds a good round, "v1". */
void dir_put_good(struct dir *d);
/* Removes the files of a round folder, and the directory. */
void dir_drop(const struct dir *d);
/* Prints what was told, for whoever looks at a failure. */
void dir_show(const struct faults *f);

#endif
