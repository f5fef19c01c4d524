/* protobuf-c by its descriptors: nothing here knows one of our messages. */

#include "common/round/proto.h"

#include <string.h>

static void *arena_alloc(void *arena, size_t size)
{
	return arena_get(arena, size);
}

static void arena_release(void *arena, void *memory)
{
	(void)arena;
	(void)memory;
}

ProtobufCAllocator proto_allocator(struct arena *a)
{
	return (ProtobufCAllocator){
	    .alloc = arena_alloc, .free = arena_release, .allocator_data = a};
}

static bool is_set(const ProtobufCFieldDescriptor *f, const void *message)
{
	const uint8_t *base = message;
	uint32_t which;

	if ((f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) == 0)
		return true;
	memcpy(&which, base + f->quantifier_offset, sizeof which);
	return which == f->id;
}

static bool field_has_unknown(const ProtobufCFieldDescriptor *f, const void *message)
{
	const uint8_t *base = message;
	ProtobufCMessage *one, **many;
	size_t count;

	if (f->type != PROTOBUF_C_TYPE_MESSAGE || !is_set(f, message))
		return false;
	if (f->label != PROTOBUF_C_LABEL_REPEATED) {
		memcpy(&one, base + f->offset, sizeof one);
		return one != NULL && proto_has_unknown(one);
	}
	memcpy(&count, base + f->quantifier_offset, sizeof count);
	memcpy(&many, base + f->offset, sizeof many);
	for (size_t i = 0; i < count; i++) {
		if (proto_has_unknown(many[i]))
			return true;
	}
	return false;
}

bool proto_has_unknown(const ProtobufCMessage *m)
{
	if (m->n_unknown_fields > 0)
		return true;
	for (unsigned i = 0; i < m->descriptor->n_fields; i++) {
		if (field_has_unknown(&m->descriptor->fields[i], m))
			return true;
	}
	return false;
}

/* Takes what is packed and keeps nothing but whether it was the same. */
struct comparison {
	ProtobufCBuffer base;
	struct bytes rest;
	bool same;
};

static void compare(ProtobufCBuffer *buffer, size_t len, const uint8_t *data)
{
	struct comparison *c = (struct comparison *)buffer;

	if (!c->same || len > c->rest.len ||
	    (len > 0 && memcmp(c->rest.data, data, len) != 0)) {
		c->same = false;
		return;
	}
	c->rest.data += len;
	c->rest.len -= len;
}

bool proto_is_canonical(const ProtobufCMessage *m, struct bytes in)
{
	struct comparison c = {.base.append = compare, .rest = in, .same = true};

	protobuf_c_message_pack_to_buffer(m, &c.base);
	return c.same && c.rest.len == 0;
}

struct bytes proto_bytes(ProtobufCBinaryData b)
{
	return bytes_of(b.data, b.len);
}

ProtobufCBinaryData proto_view(struct bytes b)
{
	union {
		const uint8_t *in;
		uint8_t *out;
	} data = {.in = b.data};

	return (ProtobufCBinaryData){.len = b.len, .data = data.out};
}
