#ifndef PAR_NET_WIRE_H
#define PAR_NET_WIRE_H

/*
 * Messages over ROUTER and DEALER sockets: one frame of payload each, the routing id
 * and the User-Id beside it. The one place for zmq_msg_*.
 */

#include "common/base/bytes.h"

enum { WIRE_ROUTE_MAX = 255, WIRE_VERSION = 1, WIRE_ID_SIZE = 16 };

struct wire_peer {
	uint8_t route[WIRE_ROUTE_MAX];
	size_t route_len;
	char user_id[65]; /* "" when there is none */
};

struct wire_message {
	struct wire_peer peer; /* of a ROUTER */
	struct bytes payload;  /* until wire_message_free */
	void *handle;
};

/* Never waits. -EAGAIN: none there. ERR_FORMAT: a message of another shape, dropped. */
int wire_receive(void *socket, bool router, struct wire_message *out)
    __attribute__((warn_unused_result));
void wire_message_free(struct wire_message *m);
/* Never waits. A peer that is gone or slow: -EHOSTUNREACH, -EAGAIN; forget it. */
int wire_send(void *socket, const struct wire_peer *to, struct bytes payload)
    __attribute__((warn_unused_result));
/*
 * The id of an encoded request or reply of any link: field 2 of all of them. It is a
 * client_id_fn. ERR_FORMAT: there is none.
 */
int wire_id(struct bytes message, uint8_t id[WIRE_ID_SIZE])
    __attribute__((warn_unused_result));

#endif
