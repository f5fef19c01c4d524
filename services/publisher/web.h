#ifndef PAR_PUBLISHER_WEB_H
#define PAR_PUBLISHER_WEB_H

/*
 * HTTP: the list of rounds at /, and for each release its page, the English page,
 * scores.csv, criteria.csv and scores.json under /ROUND/N/, and a page for each unit
 * under /ROUND/N/UNIT/; /ROUND/ leads to the newest. A release that could not be
 * computed has none of these. Redirects are relative, so that a reverse proxy may put a
 * path before all of it.
 *
 * Every answer has an ETag, the SHA-256 of its bytes. Only CSV never changes; pages and
 * JSON tell of a retraction, so they are asked for again.
 */

#include "services/publisher/publisher.h"

/* At a time; and of one address, but behind a proxy, where all have the same. */
enum { WEB_CONNECTIONS_MAX = 256, WEB_PER_ADDRESS = WEB_CONNECTIONS_MAX / 4 };

int web_start(struct publisher *p) __attribute__((warn_unused_result));

#endif
