#ifndef PAR_PUBLISHER_NOTES_H
#define PAR_PUBLISHER_NOTES_H

/*
 * What a release says of itself below its tables: groups, caps, annulments, ... and the
 * digests by which it can be recomputed. Pure.
 */

#include "services/publisher/html.h"
#include "services/publisher/item.h"

void notes_section(struct html *h, const struct item *release);
void notes_digests(struct html *h, const struct item *release);

#endif
