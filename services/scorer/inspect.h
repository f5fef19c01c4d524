#ifndef PAR_SCORER_INSPECT_H
#define PAR_SCORER_INSPECT_H

/*
 * Shell: link 5, the operator and auditors. Requests come in and replies go out, in
 * parts; what is answered is decided in answers. Who asked for what is logged.
 */

#include "services/scorer/answers.h"

enum { INSPECT_MESSAGE_MAX = 4096 };

struct inspect {
	void *router;
	struct answers answers;
	uint64_t requests, refused;
};

/* Serves on a bound ROUTER of the gate. */
int inspect_open(struct scorer *s, void *router) __attribute__((warn_unused_result));
void inspect_close(struct scorer *s);

#endif
