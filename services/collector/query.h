#ifndef PAR_COLLECTOR_QUERY_H
#define PAR_COLLECTOR_QUERY_H

/* The questions of link 1: the manifest of a round in parts, and how rounds stand. */

#include "services/collector/answer.h"

void on_manifest_query(struct collector *c, const struct request *q);
void on_status_query(struct collector *c, const struct request *q);

/* A position as a message that points into `p`. */
void query_position(const struct position *p, Par__V1__Position *out);

#endif
