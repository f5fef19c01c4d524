#ifndef PAR_NET_SOCKET_H
#define PAR_NET_SOCKET_H

/* What every ZeroMQ socket of this house has set. Only within common/net. */

#include "common/net/loop.h"

/* One of zmq.h's draft declarations; 4.3.4 understands it all the same. */
enum { SOCKET_ZAP_ENFORCE_DOMAIN = 93 };

struct socket_options {
	int64_t max_message; /* bytes of a payload received; -1: any */
	int rcvhwm, sndhwm;
};

/*
 * A socket of that type that notices a peer that is gone (keep-alive), silent
 * (handshake within 3 s) or takes nothing of what is sent (15 s); a DEALER also one
 * that is frozen (heartbeats). -errno.
 */
int socket_open(struct loop *l, int type, const struct socket_options *options,
		void **out) __attribute__((warn_unused_result));
int socket_set_int(void *socket, int option, int value)
    __attribute__((warn_unused_result));
int socket_set_text(void *socket, int option, const char *value)
    __attribute__((warn_unused_result));

#endif
