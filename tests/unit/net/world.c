#include "world.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "common/base/clock.h"

enum {
	PATIENCE_MS = 20000,
	LIFE_MS = 60000,
	LAST_RESORT_S = 100,
	LENGTH = 2 + WIRE_ID_SIZE,
	LENGTH_MAX = 1 << 17
};

/*
 * Below the ports that outgoing connections take, one of which could be in the way of
 * a restart.
 */
static void some_endpoint(char out[ENDPOINT_MAX])
{
	snprintf(out, ENDPOINT_MAX, "tcp://127.0.0.1:%u",
		 10000 + randombytes_uniform(20000));
}

static int bind_router(struct world *w, const char *endpoint, bool feed, void **out)
{
	int err = feed ? gate_feed_router(w->gate, endpoint, w->roles, out)
		       : gate_router(w->gate, endpoint, w->roles, 1 << 16, 1000, out);
	if (!err)
		assert_int_equal(gate_endpoint(*out, w->endpoint), 0);
	return err;
}

static void bind_anywhere(struct world *w, bool feed, void **out)
{
	char endpoint[ENDPOINT_MAX];
	int err;

	do {
		some_endpoint(endpoint);
		err = bind_router(w, endpoint, feed, out);
	} while (err == -EADDRINUSE);
	assert_int_equal(err, 0);
}

void world_bind_feed(struct world *w, void **router)
{
	bind_anywhere(w, true, router);
}

static void start(struct world *w)
{
	struct faults faults;

	faults_init(&faults);
	assert_int_equal(loop_open(&w->server), 0);
	assert_int_equal(
	    gate_open(w->server, &w->server_key, w->allow, &w->gate, &faults), 0);
	faults_free(&faults);
}

int world_open(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	alarm(LAST_RESORT_S); /* a socket left open would wait for ever */
	assert_true(sodium_init() >= 0);
	snprintf(w->dir, sizeof(w->dir), "/tmp/par-net-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	snprintf(w->allow, sizeof(w->allow), "%s/allow", w->dir);
	assert_int_equal(key_make("server", ROLE_INTERNAL, &w->server_key), 0);
	assert_int_equal(key_make("client", ROLE_INTAKE, &w->client_key), 0);
	struct key other;
	assert_int_equal(key_make("other", ROLE_AUDITOR, &other), 0);
	world_admit(w, &other); /* makes the directory */
	w->roles = ROLE_INTAKE;
	w->opened_ms = clock_mono_ms();
	start(w);
	bind_anywhere(w, false, &w->router);
	assert_int_equal(loop_open(&w->client), 0);
	*state = w;
	return 0;
}

void world_stop_server(struct world *w)
{
	gate_close(w->gate);
	loop_close(w->server);
	w->gate = NULL;
	w->server = NULL;
	w->router = NULL;
}

void world_start_server(struct world *w, bool feed)
{
	char endpoint[ENDPOINT_MAX];

	memcpy(endpoint, w->endpoint, sizeof(endpoint));
	start(w);
	assert_int_equal(bind_router(w, endpoint, feed, &w->router), 0);
}

int world_close(void **state)
{
	struct world *w = *state;
	char command[128];

	for (size_t i = 0; i < CLIENTS_MAX; i++)
		client_close(w->clients[i]);
	if (w->server)
		world_stop_server(w);
	loop_close(w->client);
	snprintf(command, sizeof(command), "rm -rf %s", w->dir);
	assert_int_equal(system(command), 0);
	free(w);
	return 0;
}

static void on_echo(void *ctx)
{
	struct world *w = ctx;
	struct wire_message m;

	while (!wire_receive(w->router, true, &m)) {
		w->received++;
		memcpy(w->last_user, m.peer.user_id, sizeof(w->last_user));
		w->last_permitted = gate_role(w->gate, m.peer.user_id) == ROLE_INTAKE;
		int err = w->mute ? 0 : wire_send(w->router, &m.peer, m.payload);
		assert_true(!err || err == -EHOSTUNREACH || err == -EAGAIN);
		wire_message_free(&m);
	}
}

void world_echo(struct world *w)
{
	assert_int_equal(loop_add_socket(w->server, w->router, on_echo, w), 0);
}

static void reload(struct world *w)
{
	struct faults faults;

	if (!w->gate)
		return;
	faults_init(&faults);
	assert_int_equal(gate_reload(w->gate, &faults), 0);
	faults_free(&faults);
}

void world_admit(struct world *w, const struct key *k)
{
	char path[256];

	assert_int_equal(key_write(k, w->allow), 0);
	snprintf(path, sizeof(path), "%s/%s.key", w->allow, k->name);
	assert_int_equal(unlink(path), 0);
	reload(w);
}

void world_revoke(struct world *w, const struct key *k)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s.pub", w->allow, k->name);
	assert_int_equal(unlink(path), 0);
	reload(w);
}

void world_turns(struct world *w, int count)
{
	/* A test that waits in a loop of its own has to end, too. */
	if (clock_mono_ms() > w->opened_ms + LIFE_MS)
		fail_msg("the test takes too long");
	for (int i = 0; i < count; i++) {
		if (w->server)
			assert_int_equal(loop_turn(w->server, 1), 0);
		assert_int_equal(loop_turn(w->client, 1), 0);
	}
}

void world_until(struct world *w, world_fn *done, void *ctx)
{
	uint64_t end = clock_mono_ms() + PATIENCE_MS;

	while (!done(ctx)) {
		if (clock_mono_ms() > end)
			fail_msg("waited in vain");
		world_turns(w, 1);
	}
}

/* ---- talk ---- */

static bool on_reply(void *ctx, const uint8_t id[WIRE_ID_SIZE], struct bytes payload)
{
	struct talk *t = ctx;

	assert_int_equal(payload.len, t->length ? t->length : LENGTH);
	assert_memory_equal(payload.data + 2, id, WIRE_ID_SIZE);
	if (t->leave)
		return false;
	t->answered++;
	memcpy(t->last_id, id, WIRE_ID_SIZE);
	return true;
}

static void on_state(void *ctx, enum client_state state)
{
	struct talk *t = ctx;

	if (t->seen_count < sizeof(t->seen) / sizeof(t->seen[0]))
		t->seen[t->seen_count++] = state;
}

void talk_open(struct world *w, struct talk *t, const struct key *key,
	       uint64_t resend_ms, size_t in_flight_max)
{
	const struct client_config config = {
	    .endpoint = w->endpoint,
	    .server_public = w->server_key.public_text,
	    .key = key,
	    .max_message = 1 << 16,
	    .resend_ms = resend_ms,
	    .in_flight_max = in_flight_max,
	};

	*t = (struct talk){0};
	assert_int_equal(
	    client_open(w->client, &config, wire_id, on_reply, on_state, t, &t->client),
	    0);
	size_t place = 0;
	while (place < CLIENTS_MAX && w->clients[place])
		place++;
	assert_true(place < CLIENTS_MAX);
	w->clients[place] = t->client;
}

void talk_close(struct world *w, struct talk *t)
{
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		if (w->clients[i] == t->client)
			w->clients[i] = NULL;
	client_close(t->client);
}

int talk_say(struct talk *t, uint64_t number)
{
	/* field 2, 16 bytes: what wire_id() looks for */
	static uint8_t message[LENGTH_MAX] = {2 << 3 | 2, WIRE_ID_SIZE};

	assert_true(t->length <= LENGTH_MAX);
	be64_put(message + 10, number);
	return client_send(t->client, message + 2,
			   bytes_of(message, t->length ? t->length : LENGTH));
}

bool talk_has_seen(const struct talk *t, enum client_state state)
{
	for (size_t i = 0; i < t->seen_count; i++)
		if (t->seen[i] == state)
			return true;
	return false;
}

bool talk_is_up(void *talk)
{
	struct talk *t = talk;

	return client_state(t->client) == CLIENT_UP;
}

bool talk_is_connecting(void *talk)
{
	struct talk *t = talk;

	return client_state(t->client) == CLIENT_CONNECTING;
}

bool talk_is_denied(void *talk)
{
	struct talk *t = talk;

	return client_state(t->client) == CLIENT_DENIED;
}

bool talk_is_answered(void *talk)
{
	struct talk *t = talk;

	return client_unanswered(t->client) == 0;
}
