#ifndef PAR_SCORER_SERVING_H
#define PAR_SCORER_SERVING_H

/*
 * Shell: link 3, what the publisher takes. Items come out of the results store, what
 * rides on the head out of the fold; nothing is decided here.
 */

struct scorer;

enum { SERVING_MESSAGE_MAX = 4096 }; /* of a request */

/* Serves on a bound ROUTER of the gate. */
int serving_open(struct scorer *s, void *router) __attribute__((warn_unused_result));
void serving_close(struct scorer *s);

#endif
