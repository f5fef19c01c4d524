#include "common/net/wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <zmq.h>

#include "common/base/err.h"

static bool more(void *socket)
{
	int value = 0;
	size_t len = sizeof(value);

	return !zmq_getsockopt(socket, ZMQ_RCVMORE, &value, &len) && value;
}

/* The other frames of a message of another shape; all of it is there at once. */
static void drop_rest(void *socket)
{
	while (more(socket) && zmq_recv(socket, NULL, 0, ZMQ_DONTWAIT) >= 0)
		continue;
}

static int receive_route(void *socket, struct wire_peer *peer)
{
	int len = zmq_recv(socket, peer->route, WIRE_ROUTE_MAX, ZMQ_DONTWAIT);

	if (len < 0)
		return -zmq_errno();
	if (len > WIRE_ROUTE_MAX || !more(socket)) {
		drop_rest(socket);
		return ERR_FORMAT;
	}
	peer->route_len = (size_t)len;
	return 0;
}

static void name_peer(const zmq_msg_t *frame, struct wire_peer *peer)
{
	const char *user_id = zmq_msg_gets(frame, "User-Id");

	if (user_id && strlen(user_id) < sizeof(peer->user_id))
		memcpy(peer->user_id, user_id, strlen(user_id) + 1);
}

int wire_receive(void *socket, bool router, struct wire_message *out)
{
	struct wire_message m = {0};
	int err = router ? receive_route(socket, &m.peer) : 0;
	if (err)
		return err;
	zmq_msg_t *frame = malloc(sizeof(*frame));
	if (!frame) {
		drop_rest(socket);
		return -ENOMEM;
	}
	zmq_msg_init(frame);
	m.handle = frame;
	if (zmq_msg_recv(frame, socket, ZMQ_DONTWAIT) < 0) {
		err = -zmq_errno();
		wire_message_free(&m);
		return err;
	}
	if (zmq_msg_more(frame)) {
		drop_rest(socket);
		wire_message_free(&m);
		return ERR_FORMAT;
	}
	name_peer(frame, &m.peer);
	m.payload = bytes_of(zmq_msg_data(frame), zmq_msg_size(frame));
	*out = m;
	return 0;
}

void wire_message_free(struct wire_message *m)
{
	if (!m->handle)
		return;
	zmq_msg_close(m->handle);
	free(m->handle);
	*m = (struct wire_message){0};
}

int wire_send(void *socket, const struct wire_peer *to, struct bytes payload)
{
	if (to &&
	    zmq_send(socket, to->route, to->route_len, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0)
		return -zmq_errno();
	if (zmq_send(socket, payload.data, payload.len, ZMQ_DONTWAIT) < 0)
		return -zmq_errno();
	return 0;
}

/* ---- the id, without decoding the rest ---- */

enum { TYPE_VARINT = 0, TYPE_64 = 1, TYPE_LENGTH = 2, TYPE_32 = 5, ID_FIELD = 2 };

static bool take_varint(struct bytes *rest, uint64_t *out)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64 && rest->len; shift += 7) {
		uint8_t byte = *rest->data;
		*rest = bytes_of(rest->data + 1, rest->len - 1);
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			*out = value;
			return true;
		}
	}
	return false;
}

/* How long the value of a field is; a varint is taken as it is measured. */
static bool value_length(struct bytes *rest, uint64_t type, uint64_t *len)
{
	uint64_t ignored;

	*len = 0;
	if (type == TYPE_VARINT)
		return take_varint(rest, &ignored);
	if (type == TYPE_LENGTH)
		return take_varint(rest, len);
	if (type == TYPE_64)
		*len = 8;
	else if (type == TYPE_32)
		*len = 4;
	return *len > 0;
}

int wire_id(struct bytes message, uint8_t id[WIRE_ID_SIZE])
{
	struct bytes rest = message;

	while (rest.len) {
		uint64_t tag, len;
		if (!take_varint(&rest, &tag) || !value_length(&rest, tag & 7, &len) ||
		    len > rest.len)
			return ERR_FORMAT;
		if (tag == (ID_FIELD << 3 | TYPE_LENGTH) && len == WIRE_ID_SIZE) {
			memcpy(id, rest.data, WIRE_ID_SIZE);
			return 0;
		}
		rest = bytes_of(rest.data + len, rest.len - len);
	}
	return ERR_FORMAT;
}
