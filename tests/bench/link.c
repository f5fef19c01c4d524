#include "tests/bench/link.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>

#include <zmq.h>

#include "common/base/err.h"
#include "tests/bench/bench.h"

static void must(const char *what, int rc)
{
	bench_must(what, rc < 0 ? -zmq_errno() : 0);
}

static void set_text(struct link *k, int option, const char *value)
{
	must("key", zmq_setsockopt(k->socket, option, value, strlen(value)));
}

static void set_int(struct link *k, int option, int value)
{
	must("option", zmq_setsockopt(k->socket, option, &value, sizeof value));
}

void link_open(struct link *k, void *zmq, const char *endpoint, const struct key *own,
	       const struct key *server, int events, void *mark)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = mark};
	size_t size = sizeof(int);
	int fd;

	k->socket = zmq_socket(zmq, ZMQ_DEALER);
	bench_must("socket", k->socket ? 0 : -zmq_errno());
	set_int(k, ZMQ_LINGER, 0);
	set_int(k, ZMQ_SNDHWM, 0);
	set_int(k, ZMQ_RCVHWM, 0);
	set_text(k, ZMQ_CURVE_SERVERKEY, server->public_text);
	set_text(k, ZMQ_CURVE_PUBLICKEY, own->public_text);
	set_text(k, ZMQ_CURVE_SECRETKEY, own->secret_text);
	must(endpoint, zmq_connect(k->socket, endpoint));
	must("fd", zmq_getsockopt(k->socket, ZMQ_FD, &fd, &size));
	bench_must("epoll", epoll_ctl(events, EPOLL_CTL_ADD, fd, &event) ? -errno : 0);
}

void link_close(struct link *k)
{
	zmq_close(k->socket);
}

void link_send(struct link *k, struct bytes message)
{
	must("send", zmq_send(k->socket, message.data, message.len, ZMQ_DONTWAIT));
}

void link_take(struct link *k, link_fn *fn, void *ctx)
{
	zmq_msg_t answer;

	zmq_msg_init(&answer);
	while (zmq_msg_recv(&answer, k->socket, ZMQ_DONTWAIT) >= 0)
		fn(ctx, bytes_of(zmq_msg_data(&answer), zmq_msg_size(&answer)));
	bench_must("receive", zmq_errno() == EAGAIN ? 0 : -zmq_errno());
	zmq_msg_close(&answer);
}
