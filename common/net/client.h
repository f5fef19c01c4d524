#ifndef PAR_NET_CLIENT_H
#define PAR_NET_CLIENT_H

/*
 * The client side of every link: a DEALER in the loop. It keeps each message until its
 * answer comes and resends it as it is after `resend_ms` and after each reconnection.
 * It watches the socket monitor. A socket lives as long as one connection: lost, it is
 * closed and opened again after 50 ms, doubling to 1 s; refused by ZAP (400), it waits
 * 1 s, doubling to 10 s, for a refused DEALER never tries again by itself. What a full
 * socket does not take is tried again by timer, 10 ms later.
 */

#include "common/base/bytes.h"
#include "common/net/keys.h"
#include "common/net/loop.h"
#include "common/net/wire.h"

struct client;

enum client_state {
	CLIENT_CONNECTING, /* no answer from there yet, or lost */
	CLIENT_UP,
	CLIENT_DENIED, /* this key is not admitted (yet) */
};

struct client_config {
	const char *endpoint;
	const char *server_public; /* Z85 */
	const struct key *key;
	int64_t max_message; /* of an answer */
	uint64_t resend_ms;
	size_t in_flight_max;
};

/*
 * The answer to a message: its id as given to client_send() and the payload, which
 * lives until it returns. Unless it returns true the message stays unanswered and is
 * sent again.
 */
typedef bool client_reply_fn(void *ctx, const uint8_t id[WIRE_ID_SIZE],
			     struct bytes payload);
/* Gives the id that an answer echoes; ERR_FORMAT: no answer of this link. */
typedef int client_id_fn(struct bytes payload, uint8_t id[WIRE_ID_SIZE]);
typedef void client_state_fn(void *ctx, enum client_state state);

int client_open(struct loop *l, const struct client_config *config, client_id_fn *id_of,
		client_reply_fn *on_reply, client_state_fn *on_state, void *ctx,
		struct client **out) __attribute__((warn_unused_result));
/* Not from within its callbacks. NULL is fine. */
void client_close(struct client *c);

/* Copies and keeps it. ERR_LIMIT: in_flight_max are unanswered; -EEXIST: that id is. */
int client_send(struct client *c, const uint8_t id[WIRE_ID_SIZE], struct bytes payload)
    __attribute__((warn_unused_result));
/* Sends an unanswered message again after `in_ms` instead (the peer said "later"). */
void client_delay(struct client *c, const uint8_t id[WIRE_ID_SIZE], uint64_t in_ms);
/* Gives it up. */
void client_forget(struct client *c, const uint8_t id[WIRE_ID_SIZE]);
/* Connects anew at the next turn, so that the gate judges this key again. */
void client_reconnect(struct client *c);
size_t client_unanswered(const struct client *c);
enum client_state client_state(const struct client *c);

#endif
