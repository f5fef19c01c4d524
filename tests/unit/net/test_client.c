/* A message is kept until its answer comes, over restarts and silence. */

#include "world.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void test_resend_after_the_server_restarts(void **state)
{
	struct world *w = *state;
	struct talk t;

	world_admit(w, &w->client_key);
	world_echo(w);
	talk_open(w, &t, &w->client_key, 60000, 200);
	w->mute = true;
	for (uint64_t i = 0; i < 100; i++)
		assert_int_equal(talk_say(&t, i), 0);
	while (w->received < 100)
		world_turns(w, 1);

	world_stop_server(w);
	while (client_state(t.client) == CLIENT_UP)
		world_turns(w, 1);
	for (uint64_t i = 100; i < 200; i++)
		assert_int_equal(talk_say(&t, i), 0);
	assert_int_equal(talk_say(&t, 200), ERR_LIMIT);
	assert_int_equal(client_unanswered(t.client), 200);

	w->mute = false;
	w->received = 0;
	world_start_server(w, false);
	world_echo(w);
	world_until(w, talk_is_answered, &t);
	assert_int_equal(t.answered, 200);
	assert_int_equal(w->received, 200); /* each once more, and none twice */
	assert_int_equal(be64_get(t.last_id + 8), 199);
	talk_close(w, &t);
}

static void test_started_before_the_server(void **state)
{
	struct world *w = *state;
	struct talk t;

	world_admit(w, &w->client_key);
	world_stop_server(w);
	talk_open(w, &t, &w->client_key, 60000, 4);
	assert_int_equal(talk_say(&t, 1), 0);
	world_turns(w, 100);
	assert_int_equal(client_state(t.client), CLIENT_CONNECTING);
	world_start_server(w, false);
	world_echo(w);
	world_until(w, talk_is_answered, &t);
	talk_close(w, &t);
}

static void test_silence_is_asked_again(void **state)
{
	struct world *w = *state;
	struct talk t;

	world_admit(w, &w->client_key);
	world_echo(w);
	w->mute = true;
	talk_open(w, &t, &w->client_key, 20, 4);
	assert_int_equal(talk_say(&t, 1), 0);
	assert_int_equal(talk_say(&t, 1), -EEXIST);
	while (w->received < 3)
		world_turns(w, 1);
	w->mute = false;
	world_until(w, talk_is_answered, &t);
	assert_int_equal(t.answered, 1); /* late answers to the others are dropped */
	world_turns(w, 50);
	assert_int_equal(t.answered, 1);
	talk_close(w, &t);
}

static void test_not_taken_is_asked_again(void **state)
{
	struct world *w = *state;
	struct talk t;

	world_admit(w, &w->client_key);
	world_echo(w);
	talk_open(w, &t, &w->client_key, 20, 4);
	t.leave = true;
	assert_int_equal(talk_say(&t, 1), 0);
	while (w->received < 3)
		world_turns(w, 1);
	t.leave = false;
	world_until(w, talk_is_answered, &t);
	talk_close(w, &t);
}

static void test_delay_and_forget(void **state)
{
	struct world *w = *state;
	struct talk t;
	uint8_t id[WIRE_ID_SIZE] = {0};

	world_admit(w, &w->client_key);
	world_echo(w);
	w->mute = true;
	talk_open(w, &t, &w->client_key, 60000, 4);
	world_until(w, talk_is_up, &t);
	be64_put(id + 8, 1);
	assert_int_equal(talk_say(&t, 1), 0);
	while (w->received < 1)
		world_turns(w, 1);
	client_delay(t.client, id, 5); /* sooner than after a minute */
	while (w->received < 2)
		world_turns(w, 1);
	client_forget(t.client, id);
	client_forget(t.client, id);
	assert_int_equal(client_unanswered(t.client), 0);
	client_delay(t.client, id, 5);
	w->mute = false;
	assert_int_equal(talk_say(&t, 1), 0);
	world_until(w, talk_is_answered, &t);
	talk_close(w, &t);
}

static void test_many_in_flight(void **state)
{
	struct world *w = *state;
	struct talk t;
	uint64_t said = 0;

	world_admit(w, &w->client_key);
	world_echo(w);
	talk_open(w, &t, &w->client_key, 300, 4096);
	while (t.answered < 20000) {
		while (said < 20000 && client_unanswered(t.client) < 4096)
			assert_int_equal(talk_say(&t, said++), 0);
		world_turns(w, 1);
	}
	assert_int_equal(client_unanswered(t.client), 0);
	talk_close(w, &t);
}

static void test_largest_message_passes_and_a_larger_one_does_not(void **state)
{
	struct world *w = *state;
	struct talk t;
	uint8_t id[WIRE_ID_SIZE] = {0};

	world_admit(w, &w->client_key);
	world_echo(w);
	talk_open(w, &t, &w->client_key, 60000, 4);
	t.length = 1 << 16;
	assert_int_equal(talk_say(&t, 1), 0);
	world_until(w, talk_is_answered, &t);

	t.length = (1 << 16) + 100;
	assert_int_equal(talk_say(&t, 2), 0);
	world_until(w, talk_is_connecting, &t); /* the server hung up */
	assert_int_equal(w->received, 1);
	be64_put(id + 8, 2);
	client_forget(t.client, id);
	t.length = 0;
	assert_int_equal(talk_say(&t, 3), 0);
	world_until(w, talk_is_answered, &t);
	talk_close(w, &t);
}

/* Its socket stays open and its kernel goes on; only heartbeats tell. */
static void test_frozen_server_is_noticed(void **state)
{
	struct world *w = *state;
	struct talk t;

	world_admit(w, &w->client_key);
	world_stop_server(w);
	pid_t child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		world_start_server(w, false);
		world_echo(w);
		_exit(loop_run(w->server) ? 1 : 0);
	}
	assert_true(child > 0);
	talk_open(w, &t, &w->client_key, 60000, 4);
	assert_int_equal(talk_say(&t, 1), 0);
	world_until(w, talk_is_answered, &t);

	assert_int_equal(kill(child, SIGSTOP), 0);
	assert_int_equal(talk_say(&t, 2), 0);
	world_until(w, talk_is_connecting, &t);
	assert_int_equal(kill(child, SIGCONT), 0);
	world_until(w, talk_is_answered, &t);
	talk_close(w, &t);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static void test_bad_endpoint(void **state)
{
	struct world *w = *state;
	struct client *c = NULL;
	struct client_config config = {.endpoint = "nowhere",
				       .server_public = w->server_key.public_text,
				       .key = &w->client_key,
				       .in_flight_max = 1};

	assert_int_equal(client_open(w->client, &config, wire_id, NULL, NULL, NULL, &c),
			 -EINVAL);
	config.endpoint = w->endpoint;
	config.server_public = "short";
	assert_int_equal(client_open(w->client, &config, wire_id, NULL, NULL, NULL, &c),
			 ERR_CONFIG);
	assert_null(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_resend_after_the_server_restarts,
					    world_open, world_close),
	    cmocka_unit_test_setup_teardown(test_started_before_the_server, world_open,
					    world_close),
	    cmocka_unit_test_setup_teardown(test_silence_is_asked_again, world_open,
					    world_close),
	    cmocka_unit_test_setup_teardown(test_not_taken_is_asked_again, world_open,
					    world_close),
	    cmocka_unit_test_setup_teardown(test_delay_and_forget, world_open,
					    world_close),
	    cmocka_unit_test_setup_teardown(test_many_in_flight, world_open,
					    world_close),
	    cmocka_unit_test_setup_teardown(
		test_largest_message_passes_and_a_larger_one_does_not, world_open,
		world_close),
	    cmocka_unit_test_setup_teardown(test_frozen_server_is_noticed, world_open,
					    world_close),
	    cmocka_unit_test_setup_teardown(test_bad_endpoint, world_open, world_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
