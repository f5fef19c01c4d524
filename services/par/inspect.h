#ifndef PAR_PAR_INSPECT_H
#define PAR_PAR_INSPECT_H

/* Link 5 as a client sees it: a request and its answer, Scores in parts. */

#include "services/par/ask.h"

#include "par/v1/inspect.pb-c.h"

extern const struct ask_link inspect_link;

/* As intake_ask(): a refusal is told, ERR_REFUSED. */
int inspect_ask(struct ask *a, Par__V1__InspectRequest *request,
		Par__V1__InspectReply **out) __attribute__((warn_unused_result));

/*
 * The Scores that the query names, once computed; `query->part` is filled in. Free with
 * par__v1__scores__free_unpacked. Errors have been told.
 */
int inspect_scores(struct ask *a, Par__V1__ScoresQuery *query, Par__V1__Scores **out)
    __attribute__((warn_unused_result));

#endif
