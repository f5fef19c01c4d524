/*
 * Open addressing, linear probing, at most two thirds full; nothing is ever removed.
 * A hash's home is its share of the slots, so that any number of slots will do and the
 * table need not double.
 */

#include "common/round/index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS_MIN = 16 };

void index_init(struct index *ix)
{
	*ix = (struct index){0};
}

void index_free(struct index *ix)
{
	free(ix->slots);
	*ix = (struct index){0};
}

void index_clear(struct index *ix)
{
	if (ix->count != 0)
		memset(ix->slots, 0, ix->cap * sizeof *ix->slots);
	ix->count = 0;
}

static size_t home(uint32_t hash, size_t cap)
{
	return (size_t)(((uint64_t)hash * cap) >> 32);
}

static size_t after(size_t slot, size_t cap)
{
	return slot + 1 == cap ? 0 : slot + 1;
}

static void put(struct index_slot *slots, size_t cap, struct index_slot what)
{
	size_t i = home(what.hash, cap);

	while (slots[i].place != 0)
		i = after(i, cap);
	slots[i] = what;
}

static int grow(struct index *ix)
{
	size_t cap = ix->cap == 0 ? SLOTS_MIN : ix->cap + ix->cap / 2;
	struct index_slot *slots = calloc(cap, sizeof *slots);

	if (slots == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < ix->cap; i++) {
		if (ix->slots[i].place != 0)
			put(slots, cap, ix->slots[i]);
	}
	free(ix->slots);
	ix->slots = slots;
	ix->cap = cap;
	return 0;
}

int index_add(struct index *ix, uint64_t hash, uint32_t place)
{
	if (3 * (ix->count + 1) > 2 * ix->cap) {
		int err = grow(ix);

		if (err != 0)
			return err;
	}
	put(ix->slots, ix->cap, (struct index_slot){(uint32_t)hash, place + 1});
	ix->count++;
	return 0;
}

struct index_cursor index_seek(const struct index *ix, uint64_t hash)
{
	struct index_cursor at = {.hash = (uint32_t)hash};

	if (ix->cap != 0)
		at.slot = home(at.hash, ix->cap);
	return at;
}

bool index_next(const struct index *ix, struct index_cursor *at)
{
	if (ix->cap == 0)
		return false;
	for (;;) {
		struct index_slot s = ix->slots[at->slot];

		if (s.place == 0)
			return false;
		at->slot = after(at->slot, ix->cap);
		if (s.hash == at->hash) {
			at->place = s.place - 1;
			return true;
		}
	}
}

/* The finaliser of splitmix64: a bijection in which every bit moves every bit. */
uint64_t hash_number(uint64_t v)
{
	v += 0x9e3779b97f4a7c15u;
	v = (v ^ (v >> 30)) * 0xbf58476d1ce4e5b9u;
	v = (v ^ (v >> 27)) * 0x94d049bb133111ebu;
	return v ^ (v >> 31);
}

uint64_t hash_bytes(struct bytes b)
{
	uint64_t h = hash_number(b.len);
	size_t i = 0;

	for (; b.len - i >= 8; i += 8)
		h = hash_number(h ^ be64_get(b.data + i));
	if (i < b.len) {
		uint8_t tail[8] = {0};

		memcpy(tail, b.data + i, b.len - i);
		h = hash_number(h ^ be64_get(tail));
	}
	return h;
}
