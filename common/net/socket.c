#include "common/net/socket.h"

#include <string.h>

#include <zmq.h>

enum {
	HANDSHAKE_MS = 3000,
	HEARTBEAT_MS = 3000,
	SILENT_MS = 9000,
	KEEPALIVE_S = 5,
	UNREAD_MS = 15000,      /* what a peer does not take ends the connection */
	SEAL_BYTES = 64,        /* what CURVE adds to a payload, and more */
	HANDSHAKE_BYTES = 4096, /* a limit below would break the handshake */
};

int socket_set_int(void *socket, int option, int value)
{
	return zmq_setsockopt(socket, option, &value, sizeof(value)) ? -zmq_errno() : 0;
}

int socket_set_text(void *socket, int option, const char *value)
{
	return zmq_setsockopt(socket, option, value, strlen(value)) ? -zmq_errno() : 0;
}

/* The library's limit is one on sealed frames, the handshake's included. */
static int set_limit(void *socket, int64_t max_message)
{
	int64_t limit = max_message < 0 ? -1 : max_message + SEAL_BYTES;

	if (limit >= 0 && limit < HANDSHAKE_BYTES)
		limit = HANDSHAKE_BYTES;
	if (zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &limit, sizeof(limit)))
		return -zmq_errno();
	return 0;
}

static int set_all(void *socket, const int options[][2], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int err = socket_set_int(socket, options[i][0], options[i][1]);
		if (err)
			return err;
	}
	return 0;
}

static int set_common(void *socket, const struct socket_options *o)
{
	const int options[][2] = {
	    {ZMQ_LINGER, 0},
	    {ZMQ_RCVHWM, o->rcvhwm},
	    {ZMQ_SNDHWM, o->sndhwm},
	    {ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS},
	    {ZMQ_TCP_KEEPALIVE, 1},
	    {ZMQ_TCP_KEEPALIVE_IDLE, KEEPALIVE_S},
	    {ZMQ_TCP_KEEPALIVE_CNT, 3},
	    {ZMQ_TCP_KEEPALIVE_INTVL, KEEPALIVE_S},
	    {ZMQ_TCP_MAXRT, UNREAD_MS},
	};
	int err = set_all(socket, options, sizeof(options) / sizeof(options[0]));

	return err ? err : set_limit(socket, o->max_message);
}

/*
 * Only a client asks for signs of life. In 4.3.4 a heartbeat that falls due while the
 * queue of what was received is full, on a connection just reset, ends the process
 * (libzmq #4364): clients that are killed could take a busy server with them. A server
 * learns from its clients' heartbeats, which say when to give them up.
 */
static int set_heartbeats(void *socket)
{
	const int options[][2] = {
	    {ZMQ_HEARTBEAT_IVL, HEARTBEAT_MS},
	    {ZMQ_HEARTBEAT_TIMEOUT, SILENT_MS},
	    {ZMQ_HEARTBEAT_TTL, SILENT_MS},
	};

	return set_all(socket, options, sizeof(options) / sizeof(options[0]));
}

int socket_open(struct loop *l, int type, const struct socket_options *options,
		void **out)
{
	void *socket = zmq_socket(loop_zmq(l), type);
	if (!socket)
		return -zmq_errno();
	int err = set_common(socket, options);
	if (!err && type == ZMQ_DEALER)
		err = set_heartbeats(socket);
	if (err) {
		zmq_close(socket);
		return err;
	}
	*out = socket;
	return 0;
}
