#ifndef PAR_COLLECTOR_METRICS_H
#define PAR_COLLECTOR_METRICS_H

/* What the health listener says of a collector. No rater data. */

#include "services/collector/collector.h"

void metrics_health(struct collector *c, struct health *out);

#endif
