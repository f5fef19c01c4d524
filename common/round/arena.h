#ifndef PAR_ROUND_ARENA_H
#define PAR_ROUND_ARENA_H

/*
 * Memory that is given out in pieces, never moves and is freed at once. For what is
 * built together and dies together: a decoded message, the sheets of a file, answers.
 */

#include "common/base/bytes.h"

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks; /* the newest first */
	size_t chunk_size;
	bool failed; /* malloc had nothing, since the last reset */
};

/* Chunks of at least chunk_size bytes are taken from malloc as needed. */
void arena_init(struct arena *a, size_t chunk_size);
void arena_free(struct arena *a);
/* Everything given out is void; the oldest chunk is kept for what comes next. */
void arena_reset(struct arena *a);
/* Aligned for any type, not cleared. NULL: out of memory. */
void *arena_get(struct arena *a, size_t size);
/* The same without alignment, for bytes. */
uint8_t *arena_bytes(struct arena *a, size_t size);
/* A copy as a C string. */
char *arena_text(struct arena *a, struct bytes b);

#endif
