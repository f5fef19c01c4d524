#ifndef PAR_PAR_INSPECT_H
#define PAR_PAR_INSPECT_H

/* Link 5 as a client sees it: a request and its answer. */

#include "services/par/ask.h"

#include "par/v1/inspect.pb-c.h"

extern const struct ask_link inspect_link;

/* As intake_ask(): a refusal is told, ERR_REFUSED. */
int inspect_ask(struct ask *a, Par__V1__InspectRequest *request,
		Par__V1__InspectReply **out) __attribute__((warn_unused_result));

#endif
