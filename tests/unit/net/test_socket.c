/* What sockets of the gate are proof against in the library below. */

#include "tests/unit/net/world.h"

#include <poll.h>

#include "common/net/wire.h"

enum { MESSAGES = 400, LENGTH = 2000, HEARTBEAT_MS = 3000 };

/*
 * The server is busy, its queue of that client is full, and the client is killed. In
 * libzmq 4.3.4 a server that sends heartbeats ends within one of them (issue 4364).
 */
static void test_client_killed_before_a_full_queue(void **state)
{
	struct world *w = *state;
	struct talk t;
	void *router;
	struct wire_message m;

	world_admit(w, &w->client_key);
	world_bind_feed(w, &router);
	talk_open(w, &t, &w->client_key, 60000, MESSAGES);
	t.length = LENGTH;
	world_until(w, talk_is_up, &t);
	for (uint64_t i = 1; i <= MESSAGES; i++)
		assert_int_equal(talk_say(&t, i), 0);
	world_turns(w, 20);
	talk_close(w, &t);
	/* The first one is answered with a reset, the next would be one too many. */
	poll(NULL, 0, 2 * HEARTBEAT_MS + 1000);
	assert_int_equal(wire_receive(router, true, &m), 0);
	wire_message_free(&m);
	world_turns(w, 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_client_killed_before_a_full_queue,
					    world_open, world_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
