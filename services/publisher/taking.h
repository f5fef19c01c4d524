#ifndef PAR_PUBLISHER_TAKING_H
#define PAR_PUBLISHER_TAKING_H

/* Link 3: reads releases from the scorer, from the stored position on. */

#include "services/publisher/publisher.h"

int taking_start(struct publisher *p) __attribute__((warn_unused_result));

#endif
