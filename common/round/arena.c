/* A list of chunks; only the newest has room. */

#include "common/round/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

struct arena_chunk {
	struct arena_chunk *next;
	size_t size, used;
	alignas(max_align_t) uint8_t data[];
};

void arena_init(struct arena *a, size_t chunk_size)
{
	a->chunks = NULL;
	a->chunk_size = chunk_size;
	a->failed = false;
}

static void free_after(struct arena_chunk *chunk)
{
	while (chunk != NULL) {
		struct arena_chunk *next = chunk->next;

		free(chunk);
		chunk = next;
	}
}

void arena_free(struct arena *a)
{
	free_after(a->chunks);
	a->chunks = NULL;
}

void arena_reset(struct arena *a)
{
	struct arena_chunk *oldest = a->chunks;

	a->failed = false;
	if (oldest == NULL)
		return;
	while (oldest->next != NULL) {
		struct arena_chunk *next = oldest->next;

		free(oldest);
		oldest = next;
	}
	oldest->used = 0;
	a->chunks = oldest;
}

static void *get(struct arena *a, size_t size, size_t align)
{
	struct arena_chunk *c = a->chunks;
	size_t start = c == NULL ? 0 : (c->used + align - 1) & ~(align - 1);

	if (c == NULL || start > c->size || size > c->size - start) {
		size_t room = size > a->chunk_size ? size : a->chunk_size;

		c = malloc(sizeof *c + room);
		if (c == NULL) {
			a->failed = true;
			return NULL;
		}
		c->size = room;
		c->next = a->chunks;
		a->chunks = c;
		start = 0;
	}
	c->used = start + size;
	return c->data + start;
}

void *arena_get(struct arena *a, size_t size)
{
	return get(a, size, alignof(max_align_t));
}

uint8_t *arena_bytes(struct arena *a, size_t size)
{
	return get(a, size, 1);
}

char *arena_text(struct arena *a, struct bytes b)
{
	uint8_t *copy = arena_bytes(a, b.len + 1);

	if (copy == NULL)
		return NULL;
	if (b.len > 0)
		memcpy(copy, b.data, b.len);
	copy[b.len] = 0;
	return (char *)copy;
}
