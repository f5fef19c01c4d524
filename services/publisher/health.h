#ifndef PAR_PUBLISHER_HEALTH_H
#define PAR_PUBLISHER_HEALTH_H

/* What the person who runs it can ask: ready or not and why, and the counts. */

#include "services/publisher/publisher.h"

int health_start(struct publisher *p) __attribute__((warn_unused_result));

#endif
