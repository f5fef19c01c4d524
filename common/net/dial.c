#include "common/net/dial.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>
#include <zmq.h>

enum { CONNECT_MS = 5000, AGAIN_MS = 3600 * 1000, ZAP_DENIED = 400 };

static int open_monitor(struct loop *l, void *socket, void **out)
{
	const struct socket_options options = {.max_message = -1};
	char address[64];

	/* Random, for a closed socket gives its address back only later. */
	snprintf(address, sizeof(address), "inproc://monitor-%08" PRIx32 "%08" PRIx32,
		 randombytes_random(), randombytes_random());
	if (zmq_socket_monitor(socket, address, ZMQ_EVENT_ALL))
		return -zmq_errno();
	void *monitor;
	int err = socket_open(l, ZMQ_PAIR, &options, &monitor);
	if (err)
		return err;
	if (zmq_connect(monitor, address)) {
		err = -zmq_errno();
		zmq_close(monitor);
		return err;
	}
	*out = monitor;
	return 0;
}

static int set_keys(void *socket, const char *server_public, const struct key *key)
{
	int err = socket_set_text(socket, ZMQ_CURVE_SERVERKEY, server_public);
	if (!err)
		err = socket_set_text(socket, ZMQ_CURVE_PUBLICKEY, key->public_text);
	if (!err)
		err = socket_set_text(socket, ZMQ_CURVE_SECRETKEY, key->secret_text);
	if (!err)
		err = socket_set_int(socket, ZMQ_CONNECT_TIMEOUT, CONNECT_MS);
	/* Not the library's 0.1 s: where the loop is not turned, in a program that does
	 * something else, it would try on and on, with an event kept for each try. */
	if (!err)
		err = socket_set_int(socket, ZMQ_RECONNECT_IVL, AGAIN_MS);
	return err;
}

int dial_open(struct loop *l, const char *endpoint, const char *server_public,
	      const struct key *key, const struct socket_options *options,
	      struct dial *out)
{
	struct dial d = {0};
	int err = socket_open(l, ZMQ_DEALER, options, &d.socket);
	if (err)
		return err;
	err = set_keys(d.socket, server_public, key);
	if (err)
		goto fail;
	err = open_monitor(l, d.socket, &d.monitor);
	if (err)
		goto fail;
	err = zmq_connect(d.socket, endpoint) ? -zmq_errno() : 0;
	if (err)
		goto fail;
	*out = d;
	return 0;
fail:
	dial_close(&d);
	return err;
}

static enum dial_event translate(uint16_t event, uint32_t value)
{
	if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED)
		return DIAL_UP;
	if (event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH && value == ZAP_DENIED)
		return DIAL_DENIED;
	const unsigned lost =
	    ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
	    ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_DISCONNECTED |
	    ZMQ_EVENT_CLOSED | ZMQ_EVENT_CONNECT_RETRIED;
	return event & lost ? DIAL_LOST : DIAL_NONE;
}

enum dial_event dial_next_event(const struct dial *d)
{
	uint8_t frame[6]; /* event, value: in this machine's byte order */

	while (zmq_recv(d->monitor, frame, sizeof(frame), ZMQ_DONTWAIT) > 0) {
		uint16_t event;
		uint32_t value;
		memcpy(&event, frame, sizeof(event));
		memcpy(&value, frame + sizeof(event), sizeof(value));
		zmq_recv(d->monitor, NULL, 0, ZMQ_DONTWAIT); /* the address */
		enum dial_event what = translate(event, value);
		if (what != DIAL_NONE)
			return what;
	}
	return DIAL_NONE;
}

void dial_close(struct dial *d)
{
	/* The monitored side first: it blocks when nobody is there to read. */
	if (d->socket)
		zmq_socket_monitor(d->socket, NULL, 0);
	if (d->monitor)
		zmq_close(d->monitor);
	if (d->socket)
		zmq_close(d->socket);
	*d = (struct dial){0};
}
