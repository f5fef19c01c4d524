#ifndef PAR_COLLECTOR_SUBMIT_H
#define PAR_COLLECTOR_SUBMIT_H

/* A ballot on link 1: credential, decision, acknowledgement, and its place in the
 * batch. */

#include "services/collector/answer.h"

void on_submit(struct collector *c, const struct request *q);

#endif
