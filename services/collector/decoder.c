#include "services/collector/decoder.h"

enum { CHUNK = 256 * 1024 };

void decoder_init(struct decoder *d, size_t memory_max)
{
	arena_init(&d->arena, CHUNK);
	d->memory_max = memory_max;
	d->memory_used = 0;
}

void decoder_free(struct decoder *d)
{
	arena_free(&d->arena);
}

void decoder_reset(struct decoder *d)
{
	arena_free(&d->arena);
	arena_init(&d->arena, CHUNK);
}

static void *allocate(void *ctx, size_t size)
{
	struct decoder *d = ctx;

	if (size > d->memory_max - d->memory_used)
		return NULL;
	d->memory_used += size;
	return arena_get(&d->arena, size);
}

/* The arena dies as a whole. */
static void release(void *ctx, void *data)
{
	(void)ctx;
	(void)data;
}

void *decoder_unpack(struct decoder *d, const ProtobufCMessageDescriptor *type,
		     struct bytes in)
{
	ProtobufCAllocator allocator = {allocate, release, d};

	arena_reset(&d->arena);
	d->memory_used = 0;
	return protobuf_c_message_unpack(type, &allocator, in.len, in.data);
}
