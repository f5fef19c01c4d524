#ifndef PAR_COLLECTOR_ROSTER_QUERY_H
#define PAR_COLLECTOR_ROSTER_QUERY_H

/*
 * What an operator may ask of a roster, in parts: who is in it, or its sealed records.
 * The whole is made at part 1 and kept until the last part was asked for.
 */

#include "services/collector/answer.h"

void on_roster_query(struct collector *c, const struct request *q);

/* Wipes what is kept: when a roster was changed or forgotten, and at the end. */
void roster_query_drop(struct collector *c);

#endif
