#include "services/par/parts.h"

#include "common/base/err.h"
#include "common/round/proto.h"

#include <sodium.h>
#include <string.h>

void parts_whole(struct bytes data, struct whole *out)
{
	size_t count = (data.len + PARTS_DATA_MAX - 1) / PARTS_DATA_MAX;
	out->data = data;
	out->count = count > 0 ? (uint32_t)count : 1;
	crypto_hash_sha256(out->digest, data.data, data.len);
}

void parts_cut(struct whole *w, uint32_t index, Par__V1__Part *out)
{
	size_t from = (size_t)(index - 1) * PARTS_DATA_MAX;
	size_t left = w->data.len - from;
	size_t len = left < PARTS_DATA_MAX ? left : PARTS_DATA_MAX;
	par__v1__part__init(out);
	out->digest = (ProtobufCBinaryData){sizeof w->digest, w->digest};
	out->index = index;
	out->count = w->count;
	out->data = proto_view(bytes_of(w->data.data + from, len));
}

void parts_init(struct parts *p)
{
	*p = (struct parts){0};
	buf_init(&p->whole, PARTS_WHOLE_MAX);
}

void parts_free(struct parts *p)
{
	buf_free(&p->whole);
}

void parts_reset(struct parts *p)
{
	buf_reset(&p->whole);
	p->count = 0;
	p->taken = 0;
}

static int check_part(const struct parts *p, const Par__V1__Part *part)
{
	if (part->digest.len != PARTS_DIGEST || part->index == 0 ||
	    part->index > part->count)
		return ERR_FORMAT;
	if (p->taken == 0)
		return part->index == 1 ? 0 : ERR_FORMAT;
	if (part->count != p->count ||
	    memcmp(part->digest.data, p->digest, PARTS_DIGEST) != 0)
		return ERR_RETRY;
	return part->index == p->taken + 1 ? 0 : ERR_FORMAT;
}

static int check_whole(const struct parts *p)
{
	uint8_t digest[PARTS_DIGEST];
	crypto_hash_sha256(digest, p->whole.data, p->whole.len);
	return memcmp(digest, p->digest, sizeof digest) == 0 ? 1 : ERR_CORRUPT;
}

int parts_take(struct parts *p, const Par__V1__Part *part)
{
	int err = check_part(p, part);
	if (err == 0)
		err = buf_put(&p->whole, part->data.data, part->data.len);
	if (err != 0)
		return err;
	if (p->taken == 0) {
		memcpy(p->digest, part->digest.data, PARTS_DIGEST);
		p->count = part->count;
	}
	p->taken = part->index;
	return p->taken == p->count ? check_whole(p) : 0;
}
