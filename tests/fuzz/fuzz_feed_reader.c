/*
 * Replies of links 2, 3 and 4 as their reader takes them: an input is a series of them,
 * each 2 bytes of length and a message. Whatever a server says, items come in order,
 * without gaps, each once. The client in between is this file.
 */

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "common/base/err.h"
#include "common/net/feed.h"
#include "tests/fuzz/target.h"

enum { HEAD = 2, ITEM_BYTES_MAX = ENTRY_BODY_MAX + (64 << 10) };

/* What stands between the reader and the input. */
static struct {
	client_reply_fn *on_reply;
	void *ctx;
	bool asked;
	uint8_t id[WIRE_ID_SIZE];
	struct loop_timer *timer; /* set; NULL: none is */
	uint64_t n;               /* of the last item handed over */
	uint64_t pauses;
	bool stopped;
} world;

/* ---- instead of client.c ---- */

int client_open(struct loop *l, const struct client_config *config, client_id_fn *id_of,
		client_reply_fn *on_reply, client_state_fn *on_state, void *ctx,
		struct client **out)
{
	(void)l;
	(void)config;
	(void)id_of;
	(void)on_state;
	(void)out;
	world.on_reply = on_reply;
	world.ctx = ctx;
	return 0;
}

void client_close(struct client *c)
{
	(void)c;
}

int client_send(struct client *c, const uint8_t id[WIRE_ID_SIZE], struct bytes payload)
{
	(void)c;
	assert(!world.asked && payload.len > 0);
	world.asked = true;
	memcpy(world.id, id, WIRE_ID_SIZE);
	return 0;
}

void client_reconnect(struct client *c)
{
	(void)c;
}

/* ---- instead of loop.c ---- */

void loop_timer_init(struct loop_timer *t, loop_fn *fn, void *ctx)
{
	*t = (struct loop_timer){.fn = fn, .ctx = ctx};
}

void loop_timer_set(struct loop *l, struct loop_timer *t, uint64_t in_ms)
{
	(void)l;
	(void)in_ms;
	world.timer = t;
}

void loop_timer_stop(struct loop *l, struct loop_timer *t)
{
	(void)l;
	(void)t;
	world.timer = NULL;
}

/* ---- what is read ---- */

static int on_items(void *ctx, const struct feed_item items[], size_t count,
		    const uint8_t journal[JOURNAL_ID_SIZE])
{
	uint8_t sum = journal[0];

	(void)ctx;
	assert(count > 0 && !world.stopped);
	for (size_t i = 0; i < count; i++) {
		assert(items[i].n == world.n + 1 + i);
		assert(items[i].payload.len <= ITEM_BYTES_MAX);
		for (size_t k = 0; k < items[i].payload.len; k++)
			sum ^= items[i].payload.data[k];
		sum ^= items[i].chain[CHAIN_SIZE - 1];
	}
	if (sum == 0 && world.pauses++ == 0)
		return -EAGAIN;
	world.n += count;
	return 0;
}

static void on_head(void *ctx, const struct position *p, struct bytes info)
{
	(void)ctx;
	(void)p;
	assert(info.len == 0 || info.data != NULL);
}

static void on_stop(void *ctx, int err, const char *words)
{
	(void)ctx;
	assert(err < 0 && words != NULL && !world.stopped);
	world.stopped = true;
}

/* ---- the input ---- */

static void give(struct feed_reader *r, struct bytes reply)
{
	struct loop_timer *due = world.timer;

	world.timer = NULL;
	if (due != NULL)
		due->fn(due->ctx);
	if (!world.asked && world.pauses == 1) {
		world.pauses++;
		feed_reader_resume(r);
	}
	if (!world.asked)
		return;
	/* As client.c does: unanswered until it says so. */
	uint8_t id[WIRE_ID_SIZE];
	memcpy(id, world.id, sizeof id);
	world.asked = false;
	if (!world.on_reply(world.ctx, id, reply))
		world.asked = true;
}

static bool give_next(struct feed_reader *r, struct bytes *in)
{
	size_t len;

	if (in->len < HEAD)
		return false;
	len = be16_get(in->data);
	if (len > in->len - HEAD)
		len = in->len - HEAD;
	give(r, bytes_of(in->data + HEAD, len));
	*in = bytes_of(in->data + HEAD + len, in->len - HEAD - len);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct feed_handlers handlers = {
	    .on_items = on_items, .on_head = on_head, .on_stop = on_stop};
	const struct client_config config = {.resend_ms = 1000};
	const struct position start = {0};
	struct bytes in = bytes_of(data, size);
	struct feed_reader *r;

	memset(&world, 0, sizeof world);
	int err = feed_reader_open(NULL, &config, &start, 0, &handlers, &r);
	assert(err == 0);
	while (give_next(r, &in))
		continue;
	assert(feed_reader_position(r)->n == world.n);
	feed_reader_close(r);
	return 0;
}
