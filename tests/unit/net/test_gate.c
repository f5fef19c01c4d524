/* Who gets in: strangers, no key, other roles, keys admitted later and revoked. */

#include "world.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zmq.h>

static void test_stranger_is_refused_and_admitted_later(void **state)
{
	struct world *w = *state;
	struct talk t;

	world_echo(w);
	talk_open(w, &t, &w->client_key, 5000, 4);
	assert_int_equal(talk_say(&t, 1), 0);
	world_until(w, talk_is_denied, &t);
	assert_int_equal(gate_refused(w->gate), 1);
	assert_int_equal(w->received, 0);

	world_admit(w, &w->client_key);
	assert_int_equal(gate_size(w->gate), 2);
	world_until(w, talk_is_answered, &t);
	assert_int_equal(client_state(t.client), CLIENT_UP);
	assert_int_equal(t.answered, 1);
	assert_int_equal(w->received, 1);

	char user[USER_ID_MAX + 1];
	key_user_id(&w->client_key, user);
	assert_string_equal(w->last_user, user);
	talk_close(w, &t);
}

static void test_denied_more_than_once_still_goes_on(void **state)
{
	struct world *w = *state;
	struct talk t;

	world_echo(w);
	talk_open(w, &t, &w->client_key, 5000, 4);
	assert_int_equal(talk_say(&t, 1), 0);
	world_until(w, talk_is_denied, &t);
	while (gate_refused(w->gate) < 2)
		world_turns(w, 1);
	assert_int_equal(t.seen_count, 1); /* denied is told once */
	world_admit(w, &w->client_key);
	world_until(w, talk_is_answered, &t);
	talk_close(w, &t);
}

static void test_other_role_is_refused_by_that_socket(void **state)
{
	struct world *w = *state;
	struct key releaser;
	struct talk t;
	void *second;

	assert_int_equal(key_make("releaser", ROLE_RELEASER, &releaser), 0);
	world_admit(w, &releaser);
	world_echo(w);
	talk_open(w, &t, &releaser, 5000, 4);
	assert_int_equal(talk_say(&t, 1), 0);
	world_until(w, talk_is_denied, &t);
	assert_int_equal(w->received, 0);
	talk_close(w, &t);

	/* The same key, another socket of the same gate: its domain has other roles. */
	assert_int_equal(gate_router(w->gate, "tcp://127.0.0.1:*",
				     ROLE_RELEASER | ROLE_AUDITOR, 1 << 16, 10,
				     &second),
			 0);
	assert_int_equal(gate_endpoint(second, w->endpoint), 0);
	talk_open(w, &t, &releaser, 5000, 4);
	world_until(w, talk_is_up, &t);
	talk_close(w, &t);
}

struct knock {
	void *monitor;
	bool failed, up;
};

static bool was_turned_away(void *ctx)
{
	struct knock *k = ctx;
	uint16_t event;
	uint8_t frame[6];

	while (zmq_recv(k->monitor, frame, sizeof(frame), ZMQ_DONTWAIT) > 0) {
		memcpy(&event, frame, sizeof(event));
		zmq_recv(k->monitor, NULL, 0, ZMQ_DONTWAIT);
		k->failed = k->failed || event == ZMQ_EVENT_DISCONNECTED ||
			    event == ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL;
		k->up = k->up || event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED;
	}
	return k->failed;
}

static void test_no_key_gets_nowhere(void **state)
{
	struct world *w = *state;
	struct knock k = {0};
	void *dealer = zmq_socket(loop_zmq(w->client), ZMQ_DEALER);

	world_admit(w, &w->client_key);
	world_echo(w);
	assert_int_equal(zmq_socket_monitor(dealer, "inproc://knock", ZMQ_EVENT_ALL),
			 0);
	k.monitor = zmq_socket(loop_zmq(w->client), ZMQ_PAIR);
	assert_int_equal(zmq_connect(k.monitor, "inproc://knock"), 0);
	assert_int_equal(zmq_connect(dealer, w->endpoint), 0);
	assert_int_equal(zmq_send(dealer, "hello", 5, ZMQ_DONTWAIT), 5);
	world_until(w, was_turned_away, &k);
	world_turns(w, 20);
	assert_false(k.up);
	assert_int_equal(w->received, 0);
	zmq_socket_monitor(dealer, NULL, 0);
	zmq_close(k.monitor);
	zmq_close(dealer);
}

static void test_wrong_server_key_gets_nowhere(void **state)
{
	struct world *w = *state;
	struct key right = w->server_key;
	struct talk t;

	world_admit(w, &w->client_key);
	world_echo(w);
	assert_int_equal(key_make("server", ROLE_INTERNAL, &w->server_key), 0);
	talk_open(w, &t, &w->client_key, 5000, 4);
	w->server_key = right;
	assert_int_equal(talk_say(&t, 1), 0);
	world_turns(w, 200);
	assert_int_equal(client_state(t.client), CLIENT_CONNECTING);
	assert_int_equal(w->received, 0);
	talk_close(w, &t);
}

static bool has_received_two(void *ctx)
{
	return ((struct world *)ctx)->received == 2;
}

static void test_revoked_key_is_known_at_its_next_message(void **state)
{
	struct world *w = *state;
	struct talk t;

	world_admit(w, &w->client_key);
	world_echo(w);
	talk_open(w, &t, &w->client_key, 5000, 4);
	assert_int_equal(talk_say(&t, 1), 0);
	world_until(w, talk_is_answered, &t);
	assert_true(w->last_permitted);

	world_revoke(w, &w->client_key);
	assert_int_equal(gate_role(w->gate, w->last_user), ROLE_NONE);
	assert_int_equal(talk_say(&t, 2), 0);
	world_until(w, has_received_two, w);
	assert_false(w->last_permitted);

	/* Judged anew, it stays outside. */
	client_reconnect(t.client);
	world_until(w, talk_is_denied, &t);
	talk_close(w, &t);
}

/* Nobody new comes in by it; who was taken off it is out all the same. */
static void test_faulty_list(void **state)
{
	struct world *w = *state;
	struct faults faults;
	char from[256], to[256];

	world_admit(w, &w->client_key);
	snprintf(from, sizeof(from), "%s/client.pub", w->allow);
	snprintf(to, sizeof(to), "%s/copy.pub", w->allow);
	assert_int_equal(link(from, to), 0);
	faults_init(&faults);
	assert_int_equal(gate_reload(w->gate, &faults), ERR_CONFIG);
	assert_int_equal(faults.count, 1);
	assert_int_equal(gate_size(w->gate), 2);
	faults_free(&faults);

	assert_int_equal(unlink(from), 0);
	assert_int_equal(truncate(to, 5), 0);
	faults_init(&faults);
	assert_int_equal(gate_reload(w->gate, &faults), ERR_CONFIG);
	assert_int_equal(gate_size(w->gate), 1);
	faults_free(&faults);
	assert_int_equal(unlink(to), 0);

	faults_init(&faults);
	struct gate *none = NULL;
	assert_int_equal(
	    gate_open(w->client, &w->server_key, "/nonexistent", &none, &faults),
	    ERR_CONFIG);
	assert_int_equal(faults.count, 1);
	assert_null(none);
	faults_free(&faults);
}

static void test_list_that_others_may_add_to(void **state)
{
	struct world *w = *state;
	struct faults faults;

	faults_init(&faults);
	assert_int_equal(chmod(w->allow, 01777), 0);
	assert_int_equal(gate_reload(w->gate, &faults), ERR_CONFIG);
	assert_int_equal(faults.count, 1);
	assert_non_null(strstr(faults.list[0].text, "chmod go-w"));
	assert_string_equal(faults.list[0].file, w->allow);
	assert_int_equal(chmod(w->allow, 0700), 0);
	assert_int_equal(gate_reload(w->gate, &faults), 0);
	faults_free(&faults);
}

struct changes {
	unsigned count;
	enum role last;
	char user[USER_ID_MAX + 1];
};

static void on_key(void *ctx, const char *user_id, enum role role)
{
	struct changes *c = ctx;

	c->count++;
	c->last = role;
	snprintf(c->user, sizeof(c->user), "%s", user_id);
}

static void test_changes_of_the_list_are_told(void **state)
{
	struct world *w = *state;
	struct changes changes = {0};
	char user[USER_ID_MAX + 1];

	key_user_id(&w->client_key, user);
	gate_on_change(w->gate, on_key, &changes);
	world_admit(w, &w->client_key);
	assert_int_equal(changes.count, 1);
	assert_int_equal(changes.last, w->client_key.role);
	assert_string_equal(changes.user, user);
	world_revoke(w, &w->client_key);
	assert_int_equal(changes.count, 2);
	assert_int_equal(changes.last, ROLE_NONE);
	assert_string_equal(changes.user, user);
}

struct told {
	size_t lines;
	uint64_t refusals;
	char user[USER_ID_MAX + 1];
};

static void on_refusal(void *ctx, const char *user_id, uint64_t count)
{
	struct told *t = ctx;

	t->lines++;
	t->refusals += count;
	snprintf(t->user, sizeof(t->user), "%s", user_id);
}

/* Known by the digits of its User-Id, and told once although it tries again. */
static void test_refused_key_is_told(void **state)
{
	struct world *w = *state;
	struct told told = {0};
	struct key unknown = w->client_key;
	char user[USER_ID_MAX + 1];
	struct talk t;

	strcpy(unknown.name, "unknown");
	key_user_id(&unknown, user);
	gate_on_refusal(w->gate, on_refusal, &told);
	talk_open(w, &t, &w->client_key, 5000, 4);
	while (gate_refused(w->gate) < 2)
		world_turns(w, 1);
	assert_int_equal(told.lines, 1);
	assert_int_equal(told.refusals, 1);
	assert_string_equal(told.user, user);
	talk_close(w, &t);
}

static void test_key_in_another_role_is_told_by_name(void **state)
{
	struct world *w = *state;
	struct told told = {0};
	struct key releaser;
	char user[USER_ID_MAX + 1];
	struct talk t;

	assert_int_equal(key_make("releaser", ROLE_RELEASER, &releaser), 0);
	key_user_id(&releaser, user);
	world_admit(w, &releaser);
	gate_on_refusal(w->gate, on_refusal, &told);
	talk_open(w, &t, &releaser, 5000, 4);
	world_until(w, talk_is_denied, &t);
	assert_string_equal(told.user, user);
	talk_close(w, &t);
}

static void test_gate_proves_itself(void **state)
{
	struct world *w = *state;
	struct told told = {0};
	void *open;
	char endpoint[ENDPOINT_MAX];

	gate_on_refusal(w->gate, on_refusal, &told);
	assert_int_equal(gate_prove(w->gate, w->endpoint), 0);
	assert_int_equal(gate_refused(w->gate), 1);
	assert_int_equal(told.lines, 0);

	/* CURVE without ZAP lets everyone in: the proof has to fail there. */
	const int on = 1;
	open = zmq_socket(loop_zmq(w->client), ZMQ_ROUTER);
	assert_int_equal(zmq_setsockopt(open, ZMQ_CURVE_SERVER, &on, sizeof(on)), 0);
	assert_int_equal(
	    zmq_setsockopt(open, ZMQ_CURVE_SECRETKEY, w->server_key.secret_text, 40),
	    0);
	assert_int_equal(zmq_bind(open, "tcp://127.0.0.1:*"), 0);
	assert_int_equal(gate_endpoint(open, endpoint), 0);
	assert_int_equal(gate_prove(w->gate, endpoint), ERR_CONFIG);
	zmq_close(open);
	/* Nobody there at all. */
	assert_int_equal(gate_prove(w->gate, "tcp://127.0.0.1:1"), ERR_RETRY);
}

static void test_taken_address_is_told(void **state)
{
	struct world *w = *state;
	void *second;

	assert_int_equal(
	    gate_router(w->gate, w->endpoint, ROLE_INTAKE, 1 << 16, 10, &second),
	    -EADDRINUSE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_stranger_is_refused_and_admitted_later,
					    world_open, world_close),
	    cmocka_unit_test_setup_teardown(test_denied_more_than_once_still_goes_on,
					    world_open, world_close),
	    cmocka_unit_test_setup_teardown(test_other_role_is_refused_by_that_socket,
					    world_open, world_close),
	    cmocka_unit_test_setup_teardown(test_no_key_gets_nowhere, world_open,
					    world_close),
	    cmocka_unit_test_setup_teardown(test_wrong_server_key_gets_nowhere,
					    world_open, world_close),
	    cmocka_unit_test_setup_teardown(
		test_revoked_key_is_known_at_its_next_message, world_open, world_close),
	    cmocka_unit_test_setup_teardown(test_faulty_list,
					    world_open, world_close),
	    cmocka_unit_test_setup_teardown(test_list_that_others_may_add_to,
					    world_open, world_close),
	    cmocka_unit_test_setup_teardown(test_changes_of_the_list_are_told,
					    world_open, world_close),
	    cmocka_unit_test_setup_teardown(test_refused_key_is_told, world_open,
					    world_close),
	    cmocka_unit_test_setup_teardown(test_key_in_another_role_is_told_by_name,
					    world_open, world_close),
	    cmocka_unit_test_setup_teardown(test_gate_proves_itself, world_open,
					    world_close),
	    cmocka_unit_test_setup_teardown(test_taken_address_is_told, world_open,
					    world_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
