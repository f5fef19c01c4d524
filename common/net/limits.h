#ifndef PAR_NET_LIMITS_H
#define PAR_NET_LIMITS_H

/*
 * What peers can make a process hold. A connection over the limit of descriptors is not
 * accepted, so that limit, times what one peer can fill, bounds the memory of sockets.
 */

#include <stdint.h>

/*
 * Sets the soft limit of descriptors to four for each connection (silent peers hold
 * theirs until the handshake is over) and `own` besides, as far as the hard limit lets;
 * *out is what it came to. -errno.
 */
int limits_descriptors(uint64_t connections, uint64_t own, uint64_t *out)
    __attribute__((warn_unused_result));

/* What waits for one peer of a socket of the gate, at the most. */
struct limits_peer {
	uint64_t request_bytes, requests;
	uint64_t answer_bytes, answers;
};
/* Of a gate_feed_router(). */
struct limits_peer limits_feed_peer(void);
/* Bytes, if every descriptor were such a peer. */
uint64_t limits_requests(uint64_t descriptors, const struct limits_peer *p);
uint64_t limits_answers(uint64_t descriptors, const struct limits_peer *p);

#endif
