#ifndef PAR_PAR_IMPORT_FILE_H
#define PAR_PAR_IMPORT_FILE_H

/* Adding the rows of a file to a round, all or none: one command, role operator. */

#include "common/round/model.h"
#include "services/par/options.h"

#include "par/v1/intake.pb-c.h"

/* Reads the file by the round's rules and sends it; no row when there is a fault. */
typedef int import_file_fn(const struct options *o, const char *path,
			   const struct round *r, struct faults *faults);

/* Gets the rules of --round from the collector and calls fn. Errors have been told. */
int import_file(const struct options *o, const char *path, import_file_fn *fn)
    __attribute__((warn_unused_result));
/* Sends the command and prints how many rows were taken, as "WHAT N". */
int import_file_send(const struct options *o, const Par__V1__Command *command,
		     const char *what) __attribute__((warn_unused_result));

#endif
