/* Messages of another shape, and the id without decoding the rest. */

#include "world.h"

#include <errno.h>
#include <string.h>

#include <zmq.h>

struct pair {
	void *zmq, *router, *dealer;
};

static int open_pair(void **state)
{
	static struct pair p;
	const int none = 0;

	p.zmq = zmq_ctx_new();
	zmq_ctx_set(p.zmq, ZMQ_BLOCKY, none);
	p.router = zmq_socket(p.zmq, ZMQ_ROUTER);
	p.dealer = zmq_socket(p.zmq, ZMQ_DEALER);
	const int on = 1;
	zmq_setsockopt(p.router, ZMQ_ROUTER_MANDATORY, &on, sizeof(on));
	assert_int_equal(zmq_bind(p.router, "inproc://pair"), 0);
	assert_int_equal(zmq_connect(p.dealer, "inproc://pair"), 0);
	*state = &p;
	return 0;
}

static int close_pair(void **state)
{
	struct pair *p = *state;

	zmq_close(p->router);
	zmq_close(p->dealer);
	zmq_ctx_term(p->zmq);
	return 0;
}

static void test_there_and_back(void **state)
{
	struct pair *p = *state;
	struct wire_message m;

	assert_int_equal(wire_receive(p->router, true, &m), -EAGAIN);
	assert_int_equal(wire_send(p->dealer, NULL, bytes_str("hello")), 0);
	assert_int_equal(wire_receive(p->router, true, &m), 0);
	assert_true(bytes_equal(m.payload, bytes_str("hello")));
	assert_string_equal(m.peer.user_id, "");
	assert_int_equal(wire_send(p->router, &m.peer, bytes_str("")), 0);
	struct wire_peer nobody = m.peer;
	wire_message_free(&m);
	wire_message_free(&m);
	assert_int_equal(wire_receive(p->dealer, false, &m), 0);
	assert_int_equal(m.payload.len, 0);
	wire_message_free(&m);
	nobody.route[0] ^= 1;
	assert_int_equal(wire_send(p->router, &nobody, bytes_str("x")), -EHOSTUNREACH);
}

static void test_other_shapes_are_dropped_whole(void **state)
{
	struct pair *p = *state;
	struct wire_message m;

	zmq_send(p->dealer, "a", 1, ZMQ_SNDMORE);
	zmq_send(p->dealer, "b", 1, ZMQ_SNDMORE);
	zmq_send(p->dealer, "c", 1, 0);
	zmq_send(p->dealer, "d", 1, 0);
	assert_int_equal(wire_receive(p->router, true, &m), ERR_FORMAT);
	assert_int_equal(wire_receive(p->router, true, &m), 0);
	assert_true(bytes_equal(m.payload, bytes_str("d")));
	wire_message_free(&m);
	assert_int_equal(wire_receive(p->router, true, &m), -EAGAIN);
}

static int id_of(const uint8_t *message, size_t len, uint8_t id[WIRE_ID_SIZE])
{
	return wire_id(bytes_of(message, len), id);
}

static void test_id(void **state)
{
	/* version 1; field 5 of 2 bytes; field 6 fixed32; field 7 fixed64; the id */
	uint8_t m[42] = {0x08, 0x81, 0x01, 0x2a, 2,  'x', 'y', 0x35, 1,
			 2,    3,    4,    0x39, 1,  2,   3,   4,    5,
			 6,    7,    8,    0x12, 16, 'i', 'd'};
	uint8_t id[WIRE_ID_SIZE] = {0};

	(void)state;
	const size_t len = 39;
	assert_int_equal(id_of(m, len, id), 0);
	assert_memory_equal(id, m + 23, WIRE_ID_SIZE);
	for (size_t cut = 0; cut < len; cut++)
		assert_int_equal(id_of(m, cut, id), ERR_FORMAT);
	m[22] = 15; /* an id of another length */
	assert_int_equal(id_of(m, len - 1, id), ERR_FORMAT);
	const uint8_t group[] = {0x0b};
	assert_int_equal(id_of(group, 1, id), ERR_FORMAT);
	uint8_t endless[12];
	memset(endless, 0xff, sizeof(endless));
	assert_int_equal(id_of(endless, sizeof(endless), id), ERR_FORMAT);
	const uint8_t huge[] = {0x2a, 0xff, 0xff, 0xff, 0xff, 0xff,
				0xff, 0xff, 0xff, 0xff, 0x01};
	assert_int_equal(id_of(huge, sizeof(huge), id), ERR_FORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_there_and_back, open_pair, close_pair),
	    cmocka_unit_test_setup_teardown(test_other_shapes_are_dropped_whole,
					    open_pair, close_pair),
	    cmocka_unit_test(test_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
