#ifndef PAR_TEST_NET_WORLD_H
#define PAR_TEST_NET_WORLD_H

/*
 * A server and a client as two processes would have them: a loop each, turned in turn
 * by one thread, an allow-list in a temporary directory, and a router that echoes.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "common/base/err.h"
#include "common/net/client.h"
#include "common/net/keys.h"

enum { CLIENTS_MAX = 4 };

struct world {
	char dir[64], allow[80];
	struct key server_key, client_key;
	struct loop *server, *client; /* server NULL: it is down */
	struct gate *gate;
	void *router;
	char endpoint[ENDPOINT_MAX]; /* the same after a restart */
	unsigned roles;
	uint64_t opened_ms;
	struct client *clients[CLIENTS_MAX]; /* closed by world_close(), too */
	bool mute;       /* the echo takes messages and does not answer */
	size_t received; /* by the echo */
	char last_user[USER_ID_MAX + 1];
	bool last_permitted; /* gate_role() at that message */
};

/* cmocka set-up and tear-down; *state is the world. The router takes ROLE_INTAKE. */
int world_open(void **state);
int world_close(void **state);

void world_stop_server(struct world *w);
/* At the same endpoint, with a router of that kind. */
void world_start_server(struct world *w, bool feed);
/* One more router, for a feed; the world's endpoint is there from now on. */
void world_bind_feed(struct world *w, void **router);
/* Answers every message with its own bytes. */
void world_echo(struct world *w);

void world_admit(struct world *w, const struct key *k);
void world_revoke(struct world *w, const struct key *k);

/* Turns both loops until it is true; fails the test after 20 s. */
typedef bool world_fn(void *ctx);
void world_until(struct world *w, world_fn *done, void *ctx);
void world_turns(struct world *w, int count);

/* A client that counts. */
struct talk {
	struct client *client;
	size_t answered;
	uint8_t last_id[WIRE_ID_SIZE];
	enum client_state seen[64]; /* states in the order they came */
	size_t seen_count;
	bool leave;    /* answers are not taken */
	size_t length; /* of messages; 0: their id and no more */
};
void talk_open(struct world *w, struct talk *t, const struct key *key,
	       uint64_t resend_ms, size_t in_flight_max);
void talk_close(struct world *w, struct talk *t);
/* Sends a message whose id and bytes are that number. */
int talk_say(struct talk *t, uint64_t number);
bool talk_has_seen(const struct talk *t, enum client_state state);
bool talk_is_up(void *talk);
bool talk_is_connecting(void *talk);
bool talk_is_denied(void *talk);
bool talk_is_answered(void *talk); /* nothing is unanswered */

#endif
