#ifndef PAR_COLLECTOR_LIMITS_H
#define PAR_COLLECTOR_LIMITS_H

/*
 * What peers can make this process hold. A connection over the limit of descriptors is
 * not accepted, so that limit bounds the queues.
 */

#include <stdint.h>

/*
 * Sets the soft limit of descriptors to four for each connection (silent peers hold
 * theirs until the handshake is over) and some for our own files, as far as the hard
 * limit lets, and logs what that comes to. -errno.
 */
int limits_set(uint64_t connections) __attribute__((warn_unused_result));

#endif
