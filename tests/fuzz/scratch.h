#ifndef PAR_FUZZ_SCRATCH_H
#define PAR_FUZZ_SCRATCH_H

/*
 * Files for decoders that read by path: one directory a process under TMPDIR, gone at
 * its end. Aborts when the disk fails.
 */

#include "common/base/bytes.h"

const char *scratch_dir(void);
/* Writes NAME in scratch_dir(), mode 0600. The path holds until the next call. */
const char *scratch_file(const char *name, struct bytes content);
/* A file, or a directory with all that is in it. */
void scratch_remove(const char *name);

#endif
