#ifndef PAR_COLLECTOR_COMMIT_H
#define PAR_COLLECTOR_COMMIT_H

/* The group commit: one append for the whole batch, then the fold, then the answers. */

#include "services/collector/collector.h"

/*
 * 0: the batch (maybe empty) is durable, folded and answered. ERR_FULL: none of it is;
 * its clients were told to try again later. Any other: the collector has failed and
 * stops. The batch is empty after it.
 */
int commit_batch(struct collector *c) __attribute__((warn_unused_result));

#endif
