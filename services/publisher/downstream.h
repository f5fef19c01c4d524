#ifndef PAR_PUBLISHER_DOWNSTREAM_H
#define PAR_PUBLISHER_DOWNSTREAM_H

/* Link 4: the items as they came on link 3, for publishers of our publications. */

#include "services/publisher/publisher.h"

int downstream_start(struct publisher *p) __attribute__((warn_unused_result));

#endif
