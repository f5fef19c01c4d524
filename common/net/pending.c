#include "common/net/pending.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"

int pending_init(struct pendings *ps, size_t max)
{
	size_t slots = 8;

	while (slots < 2 * max)
		slots *= 2;
	*ps = (struct pendings){.mask = slots - 1, .max = max};
	ps->slots = calloc(slots, sizeof(struct pending *));
	ps->heap = calloc(max + 1, sizeof(struct pending *));
	if (ps->slots && ps->heap)
		return 0;
	pending_free(ps);
	return -ENOMEM;
}

void pending_free(struct pendings *ps)
{
	for (size_t i = 0; ps->slots && i <= ps->mask; i++)
		free(ps->slots[i]);
	free(ps->slots);
	free(ps->heap);
	*ps = (struct pendings){0};
}

/* ---- by id ---- */

static size_t home(const struct pendings *ps, const uint8_t id[WIRE_ID_SIZE])
{
	uint64_t h = be64_get(id) ^ (be64_get(id + 8) * UINT64_C(0x9e3779b97f4a7c15));

	h ^= h >> 32;
	h *= UINT64_C(0xd6e8feb86659fd93);
	h ^= h >> 32;
	return (size_t)h & ps->mask;
}

/* Where that id is, or the empty slot where it would be. */
static size_t slot_of(const struct pendings *ps, const uint8_t id[WIRE_ID_SIZE])
{
	size_t at = home(ps, id);

	while (ps->slots[at] && memcmp(ps->slots[at]->id, id, WIRE_ID_SIZE) != 0)
		at = (at + 1) & ps->mask;
	return at;
}

struct pending *pending_find(const struct pendings *ps, const uint8_t id[WIRE_ID_SIZE])
{
	return ps->slots[slot_of(ps, id)];
}

/* Moves what follows back into the gap, so that no look-up ends too early. */
static void empty_slot(struct pendings *ps, size_t gap)
{
	size_t at = gap;

	ps->slots[gap] = NULL;
	for (;;) {
		at = (at + 1) & ps->mask;
		struct pending *p = ps->slots[at];
		if (!p)
			return;
		size_t away = (at - home(ps, p->id)) & ps->mask;
		if (away < ((at - gap) & ps->mask))
			continue;
		ps->slots[gap] = p;
		ps->slots[at] = NULL;
		gap = at;
	}
}

/* ---- by time ---- */

static bool sooner(const struct pending *a, const struct pending *b)
{
	if (a->due_ms != b->due_ms)
		return a->due_ms < b->due_ms;
	return a->number < b->number;
}

static void heap_put(struct pendings *ps, size_t at, struct pending *p)
{
	ps->heap[at] = p;
	p->heap_at = at;
}

static void heap_up(struct pendings *ps, size_t at, struct pending *p)
{
	for (; at > 1 && sooner(p, ps->heap[at / 2]); at /= 2)
		heap_put(ps, at, ps->heap[at / 2]);
	heap_put(ps, at, p);
}

static void heap_down(struct pendings *ps, size_t at, struct pending *p)
{
	for (;;) {
		size_t child = 2 * at;
		if (child > ps->heap_count)
			break;
		if (child < ps->heap_count &&
		    sooner(ps->heap[child + 1], ps->heap[child]))
			child++;
		if (!sooner(ps->heap[child], p))
			break;
		heap_put(ps, at, ps->heap[child]);
		at = child;
	}
	heap_put(ps, at, p);
}

static void heap_remove(struct pendings *ps, struct pending *p)
{
	size_t at = p->heap_at;
	struct pending *last = ps->heap[ps->heap_count--];

	p->heap_at = 0;
	if (last == p)
		return;
	heap_up(ps, at, last);
	heap_down(ps, last->heap_at, last);
}

struct pending *pending_soonest(const struct pendings *ps)
{
	return ps->heap_count ? ps->heap[1] : NULL;
}

/* ---- to be sent ---- */

static void list_append(struct pendings *ps, struct pending *p)
{
	p->prev = ps->last;
	p->next = NULL;
	if (ps->last)
		ps->last->next = p;
	else
		ps->first = p;
	ps->last = p;
}

static void list_remove(struct pendings *ps, struct pending *p)
{
	if (p->prev)
		p->prev->next = p->next;
	else
		ps->first = p->next;
	if (p->next)
		p->next->prev = p->prev;
	else
		ps->last = p->prev;
}

void pending_set_due(struct pendings *ps, struct pending *p, uint64_t due_ms)
{
	if (p->heap_at)
		heap_remove(ps, p);
	else
		list_remove(ps, p);
	p->due_ms = due_ms;
	heap_up(ps, ++ps->heap_count, p);
}

void pending_unsend(struct pendings *ps, struct pending *p)
{
	assert(p->heap_at);
	heap_remove(ps, p);
	list_append(ps, p);
}

static int by_number(const void *a, const void *b)
{
	const struct pending *x = *(struct pending *const *)a;
	const struct pending *y = *(struct pending *const *)b;

	return (x->number > y->number) - (x->number < y->number);
}

void pending_unsend_all(struct pendings *ps)
{
	/* Those already to be sent join the others in the heap's array, to be sorted.
	 */
	for (struct pending *p = ps->first; p; p = p->next)
		ps->heap[++ps->heap_count] = p;
	ps->first = NULL;
	ps->last = NULL;
	qsort(ps->heap + 1, ps->heap_count, sizeof(struct pending *), by_number);
	for (size_t i = 1; i <= ps->heap_count; i++) {
		ps->heap[i]->heap_at = 0;
		list_append(ps, ps->heap[i]);
	}
	ps->heap_count = 0;
}

/* ---- all of it ---- */

int pending_add(struct pendings *ps, const uint8_t id[WIRE_ID_SIZE],
		struct bytes payload)
{
	size_t at = slot_of(ps, id);
	if (ps->slots[at])
		return -EEXIST;
	if (ps->count >= ps->max)
		return ERR_LIMIT;
	struct pending *p = malloc(sizeof(*p) + payload.len);
	if (!p)
		return -ENOMEM;
	*p = (struct pending){.number = ps->number++, .len = payload.len};
	memcpy(p->id, id, WIRE_ID_SIZE);
	if (payload.len)
		memcpy(p->data, payload.data, payload.len);
	ps->slots[at] = p;
	ps->count++;
	list_append(ps, p);
	return 0;
}

void pending_remove(struct pendings *ps, struct pending *p)
{
	if (p->heap_at)
		heap_remove(ps, p);
	else
		list_remove(ps, p);
	empty_slot(ps, slot_of(ps, p->id));
	ps->count--;
	free(p);
}
