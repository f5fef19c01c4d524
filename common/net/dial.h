#ifndef PAR_NET_DIAL_H
#define PAR_NET_DIAL_H

/*
 * One attempt at a connection: a DEALER to one endpoint under CURVE, and its monitor.
 * It does not try again: whoever dials sees DIAL_LOST or DIAL_DENIED, closes and dials
 * anew. Only within common/net.
 */

#include "common/net/keys.h"
#include "common/net/socket.h"

struct dial {
	void *socket;
	void *monitor; /* readable when there may be an event */
};

enum dial_event {
	DIAL_NONE, /* no more now */
	DIAL_UP,
	DIAL_LOST,
	DIAL_DENIED,
};

int dial_open(struct loop *l, const char *endpoint, const char *server_public,
	      const struct key *key, const struct socket_options *options,
	      struct dial *out) __attribute__((warn_unused_result));
enum dial_event dial_next_event(const struct dial *d);
void dial_close(struct dial *d); /* out of the loop before; half-open is fine */

#endif
