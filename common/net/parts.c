#include "common/net/parts.h"

#include <string.h>

#include <sodium.h>

#include "common/base/err.h"

void whole_init(struct whole *w, struct bytes data, size_t part_max)
{
	size_t count = (data.len + part_max - 1) / part_max;

	w->data = data;
	w->part_max = part_max;
	w->count = count > 0 ? (uint32_t)count : 1;
	crypto_hash_sha256(w->digest, data.data, data.len);
}

bool whole_part(const struct whole *w, uint32_t index, struct part *out)
{
	if (index == 0 || index > w->count)
		return false;
	size_t from = (size_t)(index - 1) * w->part_max;
	size_t left = w->data.len - from;

	out->digest = bytes_of(w->digest, sizeof(w->digest));
	out->index = index;
	out->count = w->count;
	out->data =
	    bytes_of(w->data.data + from, left < w->part_max ? left : w->part_max);
	return true;
}

void joiner_init(struct joiner *j)
{
	*j = (struct joiner){0};
	buf_init(&j->whole, PARTS_WHOLE_MAX);
}

void joiner_free(struct joiner *j)
{
	buf_free(&j->whole);
}

void joiner_reset(struct joiner *j)
{
	buf_reset(&j->whole);
	j->count = 0;
	j->taken = 0;
}

bool joiner_is_of(const struct joiner *j, const struct part *part)
{
	return j->taken > 0 && part->count == j->count &&
	       bytes_equal(part->digest, bytes_of(j->digest, sizeof(j->digest)));
}

static int check_part(const struct joiner *j, const struct part *part)
{
	if (part->digest.len != PART_DIGEST || part->index == 0 ||
	    part->index > part->count)
		return ERR_FORMAT;
	if (j->taken > 0 && !joiner_is_of(j, part))
		return ERR_RETRY;
	return part->index == j->taken + 1 ? 0 : ERR_FORMAT;
}

static int check_whole(const struct joiner *j)
{
	uint8_t digest[PART_DIGEST];

	crypto_hash_sha256(digest, j->whole.data, j->whole.len);
	return memcmp(digest, j->digest, sizeof(digest)) == 0 ? 1 : ERR_CORRUPT;
}

int joiner_take(struct joiner *j, const struct part *part)
{
	int err = check_part(j, part);
	if (!err)
		err = buf_put(&j->whole, part->data.data, part->data.len);
	if (err)
		return err;
	if (j->taken == 0) {
		memcpy(j->digest, part->digest.data, PART_DIGEST);
		j->count = part->count;
	}
	j->taken = part->index;
	return j->taken == j->count ? check_whole(j) : 0;
}
