#include "services/collector/parts.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "common/base/err.h"

void parts_init(struct parts *p)
{
	*p = (struct parts){0};
	for (size_t i = 0; i < PARTS_OPEN_MAX; i++)
		buf_init(&p->list[i].data, PARTS_BYTES_MAX);
}

static void drop(struct assembly *a)
{
	buf_free(&a->data);
	buf_init(&a->data, PARTS_BYTES_MAX);
	a->used = false;
}

void parts_free(struct parts *p)
{
	for (size_t i = 0; i < PARTS_OPEN_MAX; i++)
		drop(&p->list[i]);
}

static struct assembly *find(struct parts *p, const char *user_id, const uint8_t *id)
{
	for (size_t i = 0; i < PARTS_OPEN_MAX; i++) {
		struct assembly *a = &p->list[i];

		if (a->used && !strcmp(a->user_id, user_id) &&
		    !memcmp(a->id, id, sizeof a->id))
			return a;
	}
	return NULL;
}

void parts_drop(struct parts *p, const char *user_id, const uint8_t *id)
{
	struct assembly *a = find(p, user_id, id);

	if (a)
		drop(a);
}

/* A free place, or that of a command which stood still for too long. */
static struct assembly *place(struct parts *p, uint64_t now_ms)
{
	for (size_t i = 0; i < PARTS_OPEN_MAX; i++) {
		struct assembly *a = &p->list[i];

		if (a->used && now_ms - a->touched_ms > PARTS_IDLE_MS)
			drop(a);
		if (!a->used)
			return a;
	}
	return NULL;
}

static bool piece_is_right(const struct piece *piece, struct faults *faults)
{
	size_t before = faults->count;
	uint32_t count_max = PARTS_BYTES_MAX;

	if (piece->digest.len != 32)
		faults_add(faults, NULL, 0, "the digest of a command has 32 bytes");
	if (!piece->count || !piece->index || piece->index > piece->count ||
	    piece->count > count_max)
		faults_add(faults, NULL, 0, "part %u of %u makes no sense",
			   piece->index, piece->count);
	if (!piece->data.len || piece->data.len > PARTS_PIECE_MAX)
		faults_add(faults, NULL, 0, "a part has 1 to %d bytes, this one %zu",
			   PARTS_PIECE_MAX, piece->data.len);
	return faults->count == before;
}

static void begin(struct assembly *a, const struct piece *piece)
{
	drop(a);
	a->used = true;
	(void)snprintf(a->user_id, sizeof a->user_id, "%s", piece->user_id);
	memcpy(a->id, piece->id, sizeof a->id);
	memcpy(a->digest, piece->digest.data, sizeof a->digest);
	a->count = piece->count;
	a->have = 0;
}

static bool same_command(const struct assembly *a, const struct piece *piece)
{
	return a->count == piece->count &&
	       !memcmp(a->digest, piece->digest.data, sizeof a->digest);
}

/*
 * The command that this piece goes on with, begun when it is the first; NULL when the
 * pieces before it are not here.
 */
static int assembly_of(struct parts *p, const struct piece *piece, uint64_t now_ms,
		       struct assembly **out, struct faults *faults)
{
	struct assembly *a = find(p, piece->user_id, piece->id);
	bool known = a && same_command(a, piece) && piece->index <= a->have + 1;

	if (known || piece->index != 1) {
		*out = known ? a : NULL;
		return 0;
	}
	if (!a)
		a = place(p, now_ms);
	if (!a) {
		faults_add(faults, NULL, 0,
			   "too many commands at once: try again later");
		return ERR_RETRY;
	}
	begin(a, piece);
	*out = a;
	return 0;
}

static int append(struct assembly *a, struct bytes data, struct faults *faults)
{
	int err = buf_put(&a->data, data.data, data.len);

	if (err == ERR_LIMIT) {
		drop(a);
		faults_add(faults, NULL, 0, "a command has at most %d bytes",
			   PARTS_BYTES_MAX);
		return ERR_REFUSED;
	}
	if (!err)
		a->have++;
	return err;
}

static int finish(struct assembly *a, struct bytes *whole, struct faults *faults)
{
	uint8_t digest[32];

	crypto_hash_sha256(digest, a->data.data, a->data.len);
	if (memcmp(digest, a->digest, sizeof digest) != 0) {
		drop(a);
		faults_add(faults, NULL, 0, "the parts do not add up to their digest");
		return ERR_REFUSED;
	}
	*whole = buf_bytes(&a->data);
	return 1;
}

int parts_add(struct parts *p, const struct piece *piece, uint64_t now_ms,
	      struct bytes *whole, struct faults *faults)
{
	struct assembly *a;
	int err;

	if (!piece_is_right(piece, faults))
		return ERR_REFUSED;
	err = assembly_of(p, piece, now_ms, &a, faults);
	if (err || !a)
		return err;
	a->touched_ms = now_ms;
	if (piece->index == a->have + 1) {
		err = append(a, piece->data, faults);
		if (err)
			return err;
	}
	return a->have == a->count ? finish(a, whole, faults) : 0;
}
