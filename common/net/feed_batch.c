#include "common/net/feed_batch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"

int feed_batch_init(struct feed_batch *b)
{
	*b = (struct feed_batch){0};
	buf_init(&b->data, FEED_BUDGET_MAX);
	b->items = calloc(FEED_ITEMS_MAX, sizeof(*b->items));
	b->list = calloc(FEED_ITEMS_MAX, sizeof(Par__V1__FeedItem *));
	if (b->items && b->list && !buf_reserve(&b->data, FEED_BUDGET_MAX))
		return 0;
	feed_batch_free(b);
	return -ENOMEM;
}

void feed_batch_free(struct feed_batch *b)
{
	free(b->items);
	free(b->list);
	buf_free(&b->data);
	*b = (struct feed_batch){0};
}

static ProtobufCBinaryData copy(struct feed_batch *b, struct bytes from)
{
	ProtobufCBinaryData to = {.data = b->data.data + b->data.len, .len = from.len};

	if (from.len)
		memcpy(to.data, from.data, from.len);
	b->data.len += from.len;
	return to;
}

static Par__V1__FeedItem *add(struct feed_batch *b, uint64_t n, const uint8_t *chain,
			      struct bytes payload)
{
	Par__V1__FeedItem *item = &b->items[b->count];

	par__v1__feed_item__init(item);
	item->n = n;
	item->chain = copy(b, bytes_of(chain, CHAIN_SIZE));
	item->payload = copy(b, payload);
	b->list[b->count++] = item;
	return item;
}

/* The item is larger than an answer: the piece after those that the reader has. */
static void add_piece(struct feed_batch *b, uint64_t n, const uint8_t *chain,
		      struct bytes payload)
{
	size_t piece = b->budget - FEED_ITEM_OVERHEAD;
	size_t parts = (payload.len + piece - 1) / piece;

	b->bad_part = b->part >= parts;
	if (b->bad_part)
		return;
	size_t from = b->part * piece;
	size_t len = payload.len - from < piece ? payload.len - from : piece;
	Par__V1__FeedItem *item = add(b, n, chain, bytes_of(payload.data + from, len));
	item->part = b->part + 1;
	item->parts = (uint32_t)parts;
}

static int on_item(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		   struct bytes payload)
{
	struct feed_batch *b = ctx;

	b->read += payload.len;
	if (b->source->visible)
		payload = b->source->visible(b->source->ctx, b->role, payload);
	size_t used = b->data.len + b->count * (FEED_ITEM_OVERHEAD - CHAIN_SIZE);
	bool fits = payload.len + FEED_ITEM_OVERHEAD <= b->budget - used;

	if (!fits && b->count == 0) {
		add_piece(b, n, chain, payload);
		return 1;
	}
	if (b->count == 0 && b->part)
		b->bad_part = true;
	if (!fits || b->bad_part)
		return 1;
	add(b, n, chain, payload);
	return b->count == FEED_ITEMS_MAX || b->read >= FEED_READ_MAX;
}

int feed_batch_read(struct feed_batch *b, const struct feed_source *source,
		    enum role role, uint64_t n, uint32_t part, size_t max_bytes)
{
	b->source = source;
	b->role = role;
	b->read = 0;
	buf_reset(&b->data);
	b->count = 0;
	b->part = part;
	b->bad_part = false;
	b->budget = max_bytes < FEED_BUDGET_MAX ? max_bytes : FEED_BUDGET_MAX;
	/* Enough for a piece to get on with. */
	if (b->budget < 1024)
		b->budget = 1024;
	int err = source->read(source->ctx, n, on_item, b);
	if (b->bad_part)
		return ERR_REFUSED;
	return err < 0 && b->count == 0 ? err : 0;
}
