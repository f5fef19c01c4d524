#ifndef PAR_SCORER_HEALTH_H
#define PAR_SCORER_HEALTH_H

/*
 * Shell: whether the scorer is ready, in words, and its figures, for the health
 * listener.
 */

#include "common/net/http.h"

struct scorer;

int health_start(struct scorer *s, const char *listen, struct http **out)
    __attribute__((warn_unused_result));

#endif
