#ifndef PAR_SCORER_INSPECT_H
#define PAR_SCORER_INSPECT_H

/*
 * Shell: link 5, the operator and auditors. Every digit of a release or a draft, of
 * rounds that are closed or trial. Who asked for what is logged.
 */

#include <stdint.h>

struct scorer;

enum { INSPECT_MESSAGE_MAX = 4096 };

struct inspect {
	void *router;
	uint64_t requests, refused;
};

/* Serves on a bound ROUTER of the gate. */
int inspect_open(struct scorer *s, void *router) __attribute__((warn_unused_result));
void inspect_close(struct scorer *s);

#endif
