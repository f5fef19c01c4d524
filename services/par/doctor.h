#ifndef PAR_PAR_DOCTOR_H
#define PAR_PAR_DOCTOR_H

/* What `par doctor` looks at. Each prints a line for what is whole, tells what is not.
 */

#include "services/par/options.h"

/* Over the links, the services running: 0; ERR_CORRUPT, or why it could not be read. */
int doctor_links(const struct options *o) __attribute__((warn_unused_result));
/* The stores under a directory as deploy/up makes it, or of a copy (copy.h).
 * ERR_CORRUPT, ERR_LOCKED, ... */
int doctor_files(const char *data) __attribute__((warn_unused_result));

#endif
