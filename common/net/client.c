#include "common/net/client.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "common/net/dial.h"
#include "common/net/pending.h"

enum {
	LOST_WAIT_MS = 50,
	LOST_WAIT_MAX_MS = 1000,
	DENIED_WAIT_MS = 1000,
	DENIED_WAIT_MAX_MS = 10000,
	GREETING_MS = 10000, /* connected and greeted, or dialled anew */
	FULL_WAIT_MS = 10,   /* the socket takes no more: try again */
	RECEIVE_MAX = 1024,  /* a turn */
};

struct client {
	struct loop *loop;
	char *endpoint;
	char server_public[KEY_TEXT];
	struct key key;
	struct socket_options options;
	uint64_t resend_ms;
	client_id_fn *id_of;
	client_reply_fn *on_reply;
	client_state_fn *on_state;
	void *ctx;

	struct dial dial; /* empty between two connections */
	enum client_state state;
	uint64_t wait_ms;         /* before the next dial */
	struct loop_timer redial; /* also ends a greeting that takes too long */
	struct loop_timer resend;
	struct pendings pending;
	bool calling; /* a callback of its owner is running */
};

static void redial(void *ctx);

static void set_state(struct client *c, enum client_state state)
{
	if (c->state == state)
		return;
	c->state = state;
	if (!c->on_state)
		return;
	c->calling = true;
	c->on_state(c->ctx, state);
	c->calling = false;
}

/* ---- sending ---- */

static void wake_at(struct client *c, uint64_t due_ms)
{
	uint64_t now = loop_now_ms(c->loop);

	if (c->resend.at_ms && c->resend.at_ms <= due_ms)
		return;
	loop_timer_set(c->loop, &c->resend, due_ms > now ? due_ms - now : 0);
}

/* Sends what is to be sent. A full socket is tried again by timer. */
static void flush(struct client *c)
{
	uint64_t now = loop_now_ms(c->loop);

	while (c->state == CLIENT_UP && c->pending.first) {
		struct pending *p = c->pending.first;
		if (wire_send(c->dial.socket, NULL, bytes_of(p->data, p->len))) {
			wake_at(c, now + FULL_WAIT_MS);
			return;
		}
		pending_set_due(&c->pending, p, now + c->resend_ms);
		wake_at(c, p->due_ms);
	}
}

static void on_resend(void *ctx)
{
	struct client *c = ctx;
	uint64_t now = loop_now_ms(c->loop);
	struct pending *p = pending_soonest(&c->pending);

	for (; p && p->due_ms <= now; p = pending_soonest(&c->pending))
		pending_unsend(&c->pending, p);
	if (p)
		wake_at(c, p->due_ms);
	flush(c);
}

int client_send(struct client *c, const uint8_t id[WIRE_ID_SIZE], struct bytes payload)
{
	int err = pending_add(&c->pending, id, payload);
	if (err)
		return err;
	flush(c);
	return 0;
}

void client_delay(struct client *c, const uint8_t id[WIRE_ID_SIZE], uint64_t in_ms)
{
	struct pending *p = pending_find(&c->pending, id);
	if (!p)
		return;
	pending_set_due(&c->pending, p, loop_now_ms(c->loop) + in_ms);
	wake_at(c, p->due_ms);
}

void client_forget(struct client *c, const uint8_t id[WIRE_ID_SIZE])
{
	struct pending *p = pending_find(&c->pending, id);
	if (p)
		pending_remove(&c->pending, p);
}

size_t client_unanswered(const struct client *c)
{
	return c->pending.count;
}

enum client_state client_state(const struct client *c)
{
	return c->state;
}

/* ---- receiving ---- */

static void take(struct client *c, struct bytes payload)
{
	uint8_t id[WIRE_ID_SIZE];

	if (c->id_of(payload, id) || !pending_find(&c->pending, id))
		return;
	c->calling = true;
	bool answered = c->on_reply(c->ctx, id, payload);
	c->calling = false;
	if (answered)
		client_forget(c, id);
}

static void on_readable(void *ctx)
{
	struct client *c = ctx;
	struct wire_message m;

	for (int i = 0; i < RECEIVE_MAX; i++) {
		int err = wire_receive(c->dial.socket, false, &m);
		if (err == ERR_FORMAT)
			continue;
		if (err)
			return;
		take(c, m.payload);
		wire_message_free(&m);
	}
}

/* ---- the connection ---- */

static void hang_up(struct client *c)
{
	if (!c->dial.socket)
		return;
	loop_remove_socket(c->loop, c->dial.socket);
	loop_remove_socket(c->loop, c->dial.monitor);
	dial_close(&c->dial);
	loop_timer_stop(c->loop, &c->resend);
	pending_unsend_all(&c->pending);
}

static void wait_longer(struct client *c, uint64_t from_ms, uint64_t most_ms)
{
	c->wait_ms = c->wait_ms ? 2 * c->wait_ms : from_ms;
	if (c->wait_ms < from_ms)
		c->wait_ms = from_ms;
	if (c->wait_ms > most_ms)
		c->wait_ms = most_ms;
	loop_timer_set(c->loop, &c->redial, c->wait_ms);
}

static void on_lost(struct client *c)
{
	hang_up(c);
	wait_longer(c, LOST_WAIT_MS, LOST_WAIT_MAX_MS);
	set_state(c, CLIENT_CONNECTING);
}

static void on_denied(struct client *c)
{
	hang_up(c);
	wait_longer(c, DENIED_WAIT_MS, DENIED_WAIT_MAX_MS);
	set_state(c, CLIENT_DENIED);
}

static void on_up(struct client *c)
{
	c->wait_ms = 0;
	loop_timer_stop(c->loop, &c->redial);
	set_state(c, CLIENT_UP);
	flush(c);
}

static void on_monitor(void *ctx)
{
	struct client *c = ctx;

	while (c->dial.socket) {
		switch (dial_next_event(&c->dial)) {
		case DIAL_NONE:
			return;
		case DIAL_UP:
			on_up(c);
			break;
		case DIAL_LOST:
			on_lost(c);
			break;
		case DIAL_DENIED:
			on_denied(c);
			break;
		}
	}
}

static int dial(struct client *c)
{
	int err = dial_open(c->loop, c->endpoint, c->server_public, &c->key,
			    &c->options, &c->dial);
	if (err)
		return err;
	err = loop_add_socket(c->loop, c->dial.socket, on_readable, c);
	if (!err)
		err = loop_add_socket(c->loop, c->dial.monitor, on_monitor, c);
	if (err) {
		hang_up(c);
		return err;
	}
	loop_timer_set(c->loop, &c->redial, GREETING_MS);
	return 0;
}

static void redial(void *ctx)
{
	struct client *c = ctx;

	hang_up(c);
	if (dial(c))
		wait_longer(c, LOST_WAIT_MS, LOST_WAIT_MAX_MS);
	if (c->state == CLIENT_UP)
		set_state(c, CLIENT_CONNECTING);
}

void client_reconnect(struct client *c)
{
	loop_timer_set(c->loop, &c->redial, 0);
}

static int copy_config(struct client *c, const struct client_config *config)
{
	int hwm = (int)(2 * config->in_flight_max + 16);

	if (strlen(config->server_public) != KEY_TEXT - 1)
		return ERR_CONFIG;
	memcpy(c->server_public, config->server_public, KEY_TEXT);
	c->key = *config->key;
	c->options = (struct socket_options){
	    .max_message = config->max_message, .rcvhwm = hwm, .sndhwm = hwm};
	c->resend_ms = config->resend_ms;
	c->endpoint = strdup(config->endpoint);
	if (!c->endpoint)
		return -ENOMEM;
	return pending_init(&c->pending, config->in_flight_max);
}

int client_open(struct loop *l, const struct client_config *config, client_id_fn *id_of,
		client_reply_fn *on_reply, client_state_fn *on_state, void *ctx,
		struct client **out)
{
	struct client *c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOMEM;
	*c = (struct client){.loop = l,
			     .id_of = id_of,
			     .on_reply = on_reply,
			     .on_state = on_state,
			     .ctx = ctx,
			     .state = CLIENT_CONNECTING};
	loop_timer_init(&c->redial, redial, c);
	loop_timer_init(&c->resend, on_resend, c);
	int err = copy_config(c, config);
	if (!err)
		err = dial(c);
	if (err) {
		client_close(c);
		return err;
	}
	*out = c;
	return 0;
}

void client_close(struct client *c)
{
	if (!c)
		return;
	assert(!c->calling);
	hang_up(c);
	loop_timer_stop(c->loop, &c->redial);
	loop_timer_stop(c->loop, &c->resend);
	pending_free(&c->pending);
	free(c->endpoint);
	key_wipe(&c->key);
	free(c);
}
