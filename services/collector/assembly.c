#include "services/collector/assembly.h"

#include <stdio.h>
#include <string.h>

#include "common/base/err.h"

void assembly_init(struct assemblies *s)
{
	*s = (struct assemblies){0};
}

static void drop(struct assembly *a)
{
	joiner_free(&a->joiner);
	a->used = false;
}

void assembly_free(struct assemblies *s)
{
	for (size_t i = 0; i < ASSEMBLY_OPEN_MAX; i++)
		drop(&s->list[i]);
}

static struct assembly *find(struct assemblies *s, const char *user_id,
			     const uint8_t *id)
{
	for (size_t i = 0; i < ASSEMBLY_OPEN_MAX; i++) {
		struct assembly *a = &s->list[i];

		if (a->used && !strcmp(a->user_id, user_id) &&
		    !memcmp(a->id, id, sizeof a->id))
			return a;
	}
	return NULL;
}

void assembly_drop(struct assemblies *s, const char *user_id, const uint8_t *id)
{
	struct assembly *a = find(s, user_id, id);

	if (a)
		drop(a);
}

/* A free place, or that of a command which stood still for too long. */
static struct assembly *place(struct assemblies *s, uint64_t now_ms)
{
	for (size_t i = 0; i < ASSEMBLY_OPEN_MAX; i++) {
		struct assembly *a = &s->list[i];

		if (a->used && now_ms - a->touched_ms > ASSEMBLY_IDLE_MS)
			drop(a);
		if (!a->used)
			return a;
	}
	return NULL;
}

static bool part_is_right(const struct part *part, struct faults *faults)
{
	size_t before = faults->count;

	if (part->digest.len != PART_DIGEST)
		faults_add(faults, NULL, 0, "the digest of a command has 32 bytes");
	if (!part->index || part->index > part->count || part->count > PARTS_WHOLE_MAX)
		faults_add(faults, NULL, 0, "part %u of %u makes no sense", part->index,
			   part->count);
	if (!part->data.len || part->data.len > PART_INTAKE_MAX)
		faults_add(faults, NULL, 0, "a part has 1 to %d bytes, this one %zu",
			   PART_INTAKE_MAX, part->data.len);
	return faults->count == before;
}

static void begin(struct assembly *a, const struct piece *piece)
{
	drop(a);
	joiner_init(&a->joiner);
	a->used = true;
	(void)snprintf(a->user_id, sizeof a->user_id, "%s", piece->user_id);
	memcpy(a->id, piece->id, sizeof a->id);
}

/*
 * The command that this piece goes on with, begun when it is the first; NULL when the
 * pieces before it are not here.
 */
static int assembly_of(struct assemblies *s, const struct piece *piece, uint64_t now_ms,
		       struct assembly **out, struct faults *faults)
{
	struct assembly *a = find(s, piece->user_id, piece->id);
	bool known = a && joiner_is_of(&a->joiner, &piece->part) &&
		     piece->part.index <= a->joiner.taken + 1;

	if (known || piece->part.index != 1) {
		*out = known ? a : NULL;
		return 0;
	}
	if (!a)
		a = place(s, now_ms);
	if (!a) {
		faults_add(faults, NULL, 0,
			   "too many commands at once: try again later");
		return ERR_RETRY;
	}
	begin(a, piece);
	*out = a;
	return 0;
}

static int refuse_whole(struct assembly *a, int err, struct faults *faults)
{
	if (err == ERR_LIMIT)
		faults_add(faults, NULL, 0, "a command has at most %d bytes",
			   PARTS_WHOLE_MAX);
	else if (err == ERR_CORRUPT)
		faults_add(faults, NULL, 0, "the parts do not add up to their digest");
	else
		return err;
	drop(a);
	return ERR_REFUSED;
}

int assembly_add(struct assemblies *s, const struct piece *piece, uint64_t now_ms,
		 struct bytes *whole, struct faults *faults)
{
	struct assembly *a;
	int err;

	if (!part_is_right(&piece->part, faults))
		return ERR_REFUSED;
	err = assembly_of(s, piece, now_ms, &a, faults);
	if (err || !a)
		return err;
	a->touched_ms = now_ms;
	if (piece->part.index == a->joiner.taken + 1) {
		err = joiner_take(&a->joiner, &piece->part);
		if (err < 0)
			return refuse_whole(a, err, faults);
	}
	if (a->joiner.taken < a->joiner.count)
		return 0;
	*whole = buf_bytes(&a->joiner.whole);
	return 1;
}
