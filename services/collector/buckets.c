#include "services/collector/buckets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/net/keys.h"

/* Tokens are counted in thousandths: what comes back in a millisecond is whole. */
enum { TOKEN = 1000, ROOM_MIN = 16 };

struct bucket {
	char user_id[USER_ID_MAX + 1];
	uint64_t level; /* at `at_ms` */
	uint64_t at_ms;
};

void buckets_init(struct buckets *b, uint64_t burst, uint64_t per_second)
{
	*b = (struct buckets){.burst = burst, .per_second = per_second};
	index_init(&b->by_user);
}

void buckets_free(struct buckets *b)
{
	free(b->list);
	index_free(&b->by_user);
}

static uint64_t level_at(const struct buckets *b, const struct bucket *one,
			 uint64_t now_ms)
{
	uint64_t full = b->burst * TOKEN;
	uint64_t passed = now_ms - one->at_ms;

	/* Compared before it is multiplied: a long time is no overflow. */
	if (passed >= (full - one->level) / b->per_second + 1)
		return full;
	return one->level + passed * b->per_second;
}

static struct bucket *find(const struct buckets *b, const char *user_id)
{
	struct index_cursor at =
	    index_seek(&b->by_user, hash_bytes(bytes_str(user_id)));

	while (index_next(&b->by_user, &at))
		if (strcmp(b->list[at.place].user_id, user_id) == 0)
			return &b->list[at.place];
	return NULL;
}

uint64_t buckets_left(const struct buckets *b, const char *user_id, uint64_t now_ms)
{
	const struct bucket *one = find(b, user_id);

	return one ? level_at(b, one, now_ms) / TOKEN : b->burst;
}

/* ---- room ---- */

static int index_one(struct buckets *b, uint32_t place)
{
	return index_add(&b->by_user, hash_bytes(bytes_str(b->list[place].user_id)),
			 place);
}

static int drop_full(struct buckets *b, uint64_t now_ms)
{
	uint32_t kept = 0;
	int err = 0;

	index_free(&b->by_user);
	for (uint32_t i = 0; i < b->count; i++)
		if (level_at(b, &b->list[i], now_ms) < b->burst * TOKEN)
			b->list[kept++] = b->list[i];
	b->count = kept;
	for (uint32_t i = 0; i < kept && !err; i++)
		err = index_one(b, i);
	return err;
}

static int make_room(struct buckets *b, uint64_t now_ms)
{
	uint32_t room = b->room ? b->room * 2 : ROOM_MIN;
	struct bucket *list;
	int err;

	if (b->count < b->room)
		return 0;
	err = drop_full(b, now_ms);
	if (err || b->count < b->room)
		return err;
	list = realloc(b->list, room * sizeof *list);
	if (!list)
		return -ENOMEM;
	b->list = list;
	b->room = room;
	return 0;
}

/* A full bucket for a user who has none. */
static int add(struct buckets *b, const char *user_id, uint64_t now_ms,
	       struct bucket **out)
{
	int err = make_room(b, now_ms);
	struct bucket *one;

	if (err)
		return err;
	one = &b->list[b->count];
	*one = (struct bucket){.level = b->burst * TOKEN, .at_ms = now_ms};
	memcpy(one->user_id, user_id, strnlen(user_id, USER_ID_MAX));
	err = index_one(b, b->count);
	if (err)
		return err;
	b->count++;
	*out = one;
	return 0;
}

int buckets_take(struct buckets *b, const char *user_id, uint64_t now_ms, bool *taken)
{
	struct bucket *one = find(b, user_id);
	int err = one ? 0 : add(b, user_id, now_ms, &one);

	if (err)
		return err;
	one->level = level_at(b, one, now_ms);
	one->at_ms = now_ms;
	*taken = one->level >= TOKEN;
	if (*taken)
		one->level -= TOKEN;
	return 0;
}
