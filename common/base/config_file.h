#ifndef PAR_BASE_CONFIG_FILE_H
#define PAR_BASE_CONFIG_FILE_H

/*
 * The form of a settings file, for config.c alone: lines of name = value; blank lines
 * and lines that begin with # are passed over.
 */

#include "common/base/faults.h"

/* name and value live as long as the process. */
typedef void config_line_fn(void *ctx, unsigned line, const char *name,
			    const char *value);

/* Hands on each line; whatever is wrong goes to faults. */
void config_file_read(const char *path, config_line_fn *on_line, void *ctx,
		      struct faults *faults);

#endif
