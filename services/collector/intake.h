#ifndef PAR_COLLECTOR_INTAKE_H
#define PAR_COLLECTOR_INTAKE_H

/* The socket of link 1: takes what is there, up to a bound, and ends with a commit. */

#include "services/collector/collector.h"

enum {
	INTAKE_ROLES = ROLE_INTAKE | ROLE_OPERATOR | ROLE_RELEASER | ROLE_AUDITOR,
	INTAKE_RCVHWM = 32,
	INTAKE_DECODED_MAX = 4 << 20,   /* memory of a message, decoded */
	INTAKE_COMMAND_MAX = 256 << 20, /* of a command, decoded */
};

/* loop_fn, ctx is the collector. */
void on_intake(void *ctx);

#endif
