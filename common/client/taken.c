#include "common/client/taken.h"

#include <errno.h>
#include <string.h>

#include "common/base/err.h"
#include "common/base/text.h"
#include "common/round/proto.h"

enum { CHUNK = 16 * 1024, DIGEST = 32 };

static const ProtobufCBinaryData none;

void taken_init(struct taken *t)
{
	arena_init(&t->arena, CHUNK);
	t->bad = false;
}

void taken_free(struct taken *t)
{
	arena_free(&t->arena);
}

int taken_err(const struct taken *t)
{
	if (t->arena.failed)
		return -ENOMEM;
	return t->bad ? ERR_FORMAT : 0;
}

void taken_check(struct taken *t, bool holds)
{
	if (!holds)
		t->bad = true;
}

void *taken_array(struct taken *t, size_t count, size_t size)
{
	size_t bytes = (count > 0 ? count : 1) * size;
	void *array = arena_get(&t->arena, bytes);

	return array ? memset(array, 0, bytes) : NULL;
}

const char *taken_copy(struct taken *t, const char *text)
{
	return arena_text(&t->arena, bytes_str(text));
}

const char *taken_text(struct taken *t, ProtobufCBinaryData from)
{
	struct bytes text = proto_bytes(from);

	if (text_is_utf8(text))
		return arena_text(&t->arena, text);
	t->bad = true;
	return "";
}

const char *taken_vi(struct taken *t, const Par__V1__Text *from)
{
	return taken_text(t, from ? from->vi : none);
}

const char *taken_en(struct taken *t, const Par__V1__Text *from)
{
	return taken_text(t, from ? from->en : none);
}

const char *taken_hex(struct taken *t, ProtobufCBinaryData from)
{
	char hex[2 * DIGEST + 1] = "";

	if (from.len == DIGEST)
		hex_encode(proto_bytes(from), hex);
	else
		taken_check(t, from.len == 0);
	return taken_copy(t, hex);
}
