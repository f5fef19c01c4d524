#ifndef PAR_ROUND_INDEX_H
#define PAR_ROUND_INDEX_H

/*
 * A hash index from keys, which the caller keeps, to places in the caller's array.
 * It stores 32 bits of each hash; the caller compares the keys of what it is offered:
 *
 *	struct index_cursor at = index_seek(ix, hash);
 *	while (index_next(ix, &at))
 *		if (same(key, array[at.place])) ...
 */

#include "common/base/bytes.h"

struct index_slot {
	uint32_t hash;
	uint32_t place; /* plus 1; 0 is free */
};

struct index {
	struct index_slot *slots;
	size_t cap;
	size_t count;
};

struct index_cursor {
	size_t slot;
	uint32_t hash;
	uint32_t place;
};

void index_init(struct index *ix);
void index_free(struct index *ix);
/* Empties it and keeps the memory. */
void index_clear(struct index *ix);
/* Place below 2^32 - 1. -ENOMEM. */
int index_add(struct index *ix, uint64_t hash, uint32_t place)
    __attribute__((warn_unused_result));
struct index_cursor index_seek(const struct index *ix, uint64_t hash);
/* The next place under this hash, in at->place; false: no more. */
bool index_next(const struct index *ix, struct index_cursor *at);

uint64_t hash_number(uint64_t v);
uint64_t hash_bytes(struct bytes b);

#endif
