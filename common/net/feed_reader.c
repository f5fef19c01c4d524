#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "common/base/err.h"
#include "common/base/text.h"
#include "common/net/feed.h"
#include "par/v1/feed.pb-c.h"

enum {
	ITEM_MAX = ENTRY_BODY_MAX + (64 << 10),
	REQUEST_MAX = 256,
	IN_FLIGHT = 2, /* the one answered just now, and the next */
	LATER_MS = 1000,
	REFUSALS_MAX = 2, /* on as many connections */
	WORDS_MAX = 300,
};

struct feed_reader {
	struct loop *loop;
	struct client *client;
	struct feed_handlers handlers;
	struct position position; /* of the last item handed over */
	uint32_t wait_ms;
	struct loop_timer again; /* asks, later */
	unsigned refusals;
	bool asked, paused, stopped;
	bool head_known; /* the first answer comes at once, so that the head is told */
	bool calling; /* a handler is running */

	/* the item that comes in pieces */
	struct buf item;
	uint8_t item_chain[CHAIN_SIZE];
	uint32_t part, parts; /* pieces in `item`, and of it; 0: none */
};

/* ---- asking ---- */

static size_t encode_request(struct feed_reader *r, uint8_t id[WIRE_ID_SIZE],
			     uint8_t out[REQUEST_MAX])
{
	Par__V1__FeedRequest q = PAR__V1__FEED_REQUEST__INIT;
	Par__V1__Position from = PAR__V1__POSITION__INIT;

	from.journal = (ProtobufCBinaryData){JOURNAL_ID_SIZE, r->position.journal};
	from.shard = r->position.shard;
	from.n = r->position.n;
	from.chain = (ProtobufCBinaryData){CHAIN_SIZE, r->position.chain};
	q.version = WIRE_VERSION;
	q.id = (ProtobufCBinaryData){WIRE_ID_SIZE, id};
	q.from = position_is_start(&r->position) ? NULL : &from;
	q.part = r->part;
	q.max_bytes = FEED_MESSAGE_MAX;
	q.wait_ms = r->head_known ? r->wait_ms : 0;
	assert(par__v1__feed_request__get_packed_size(&q) <= REQUEST_MAX);
	return par__v1__feed_request__pack(&q, out);
}

static void ask(void *ctx)
{
	struct feed_reader *r = ctx;
	uint8_t id[WIRE_ID_SIZE];
	uint8_t request[REQUEST_MAX];

	if (r->asked || r->paused || r->stopped)
		return;
	randombytes_buf(id, sizeof(id));
	size_t len = encode_request(r, id, request);
	if (client_send(r->client, id, bytes_of(request, len)))
		loop_timer_set(r->loop, &r->again, LATER_MS);
	else
		r->asked = true;
}

static void ask_later(struct feed_reader *r)
{
	loop_timer_set(r->loop, &r->again, LATER_MS);
}

static void stop(struct feed_reader *r, int err, const char *words)
{
	r->stopped = true;
	if (!r->handlers.on_stop)
		return;
	r->calling = true;
	r->handlers.on_stop(r->handlers.ctx, err, words);
	r->calling = false;
}

/* ---- items ---- */

static void forget_pieces(struct feed_reader *r)
{
	buf_reset(&r->item);
	r->part = 0;
	r->parts = 0;
}

/* Hands items over; true: go on and ask for more. */
static bool hand_over(struct feed_reader *r, const struct feed_item *items,
		      size_t count, const uint8_t *journal)
{
	const struct feed_item *last = &items[count - 1];

	r->calling = true;
	int err = r->handlers.on_items(r->handlers.ctx, items, count, journal);
	r->calling = false;
	forget_pieces(r);
	if (err == -EAGAIN) {
		r->paused = true;
		return false;
	}
	if (err) {
		stop(r, err, err_str(err));
		return false;
	}
	memcpy(r->position.journal, journal, JOURNAL_ID_SIZE);
	memcpy(r->position.chain, last->chain, CHAIN_SIZE);
	r->position.n = last->n;
	return true;
}

static bool take_whole(struct feed_reader *r, const Par__V1__FeedReply *reply)
{
	struct feed_item *items = calloc(reply->n_items, sizeof(*items));
	if (!items) {
		stop(r, -ENOMEM, err_str(-ENOMEM));
		return false;
	}
	for (size_t i = 0; i < reply->n_items; i++)
		items[i] = (struct feed_item){
		    .n = reply->items[i]->n,
		    .chain = reply->items[i]->chain.data,
		    .payload = bytes_of(reply->items[i]->payload.data,
					reply->items[i]->payload.len)};
	bool more = hand_over(r, items, reply->n_items, reply->head->journal.data);
	free(items);
	return more;
}

static bool take_piece(struct feed_reader *r, const Par__V1__FeedReply *reply)
{
	const Par__V1__FeedItem *piece = reply->items[0];

	if (piece->part == 1) {
		memcpy(r->item_chain, piece->chain.data, CHAIN_SIZE);
		r->parts = piece->parts;
	}
	if (buf_put(&r->item, piece->payload.data, piece->payload.len)) {
		stop(r, ERR_LIMIT, "an item is larger than this program takes");
		return false;
	}
	r->part = piece->part;
	if (r->part < r->parts)
		return true;
	const struct feed_item item = {
	    .n = piece->n, .chain = r->item_chain, .payload = buf_bytes(&r->item)};
	return hand_over(r, &item, 1, reply->head->journal.data);
}

/* ---- what may come ---- */

static bool head_is_good(const Par__V1__FeedReply *reply)
{
	return reply->head && reply->head->journal.len == JOURNAL_ID_SIZE &&
	       reply->head->chain.len == CHAIN_SIZE;
}

/* In order, without gaps; pieces alone. */
static bool items_are_good(const struct feed_reader *r, const Par__V1__FeedReply *reply)
{
	for (size_t i = 0; i < reply->n_items; i++) {
		const Par__V1__FeedItem *item = reply->items[i];
		if (item->n != r->position.n + 1 + i || item->chain.len != CHAIN_SIZE)
			return false;
		if (item->parts && reply->n_items != 1)
			return false;
	}
	return true;
}

/* The piece after those that are here, of the same item. */
static bool piece_is_good(const struct feed_reader *r, const Par__V1__FeedItem *piece)
{
	if (piece->part != r->part + 1 || piece->part > piece->parts)
		return false;
	if (r->part == 0)
		return true;
	return piece->parts == r->parts &&
	       memcmp(piece->chain.data, r->item_chain, CHAIN_SIZE) == 0;
}

static bool other_journal(const struct feed_reader *r, const Par__V1__FeedReply *reply)
{
	return !position_is_start(&r->position) &&
	       memcmp(reply->head->journal.data, r->position.journal,
		      JOURNAL_ID_SIZE) != 0;
}

/* True: go on and ask for more. */
static bool take_items(struct feed_reader *r, const Par__V1__FeedReply *reply)
{
	if (!reply->n_items)
		return true;
	if (!reply->items[0]->parts && !r->part)
		return take_whole(r, reply);
	if (piece_is_good(r, reply->items[0]))
		return take_piece(r, reply);
	/* The item is not what it was when its first piece came: from its start. */
	forget_pieces(r);
	return true;
}

static void tell_head(struct feed_reader *r, const Par__V1__FeedReply *reply)
{
	struct position head = {.shard = reply->head->shard, .n = reply->head->n};

	if (!r->handlers.on_head)
		return;
	memcpy(head.journal, reply->head->journal.data, JOURNAL_ID_SIZE);
	memcpy(head.chain, reply->head->chain.data, CHAIN_SIZE);
	r->calling = true;
	r->handlers.on_head(r->handlers.ctx, &head,
			    bytes_of(reply->info.data, reply->info.len));
	r->calling = false;
}

static bool on_done(struct feed_reader *r, const Par__V1__FeedReply *reply)
{
	if (!head_is_good(reply) || !items_are_good(r, reply))
		return false;
	r->refusals = 0;
	r->asked = false;
	r->head_known = true;
	if (other_journal(r, reply)) {
		stop(r, ERR_FORKED, "the server has another journal now");
		return true;
	}
	bool more = take_items(r, reply);
	if (!r->stopped)
		tell_head(r, reply);
	if (!more)
		return true;
	if (reply->n_items || r->wait_ms)
		ask(r);
	else
		ask_later(r);
	return true;
}

/* A key revoked meanwhile is refused once more at the gate, and watched from there. */
static bool on_refused(struct feed_reader *r, const char *words)
{
	if (++r->refusals >= REFUSALS_MAX) {
		stop(r, ERR_REFUSED, words);
		return true;
	}
	client_reconnect(r->client);
	return false;
}

static bool on_outcome(struct feed_reader *r, const Par__V1__FeedReply *reply)
{
	char words[WORDS_MAX] = "no words";

	if (reply->n_faults)
		text_escape(bytes_of(reply->faults[0].data, reply->faults[0].len),
			    words, sizeof(words));
	if (reply->outcome == PAR__V1__OUTCOME__OUTCOME_DONE)
		return on_done(r, reply);
	if (reply->outcome == PAR__V1__OUTCOME__OUTCOME_REFUSED)
		return on_refused(r, words);
	if (reply->outcome == PAR__V1__OUTCOME__OUTCOME_FORKED) {
		stop(r, ERR_FORKED, words);
		return true;
	}
	if (reply->outcome != PAR__V1__OUTCOME__OUTCOME_TRY_LATER)
		return false;
	r->asked = false;
	ask_later(r);
	return true;
}

/* What makes no sense is as good as no answer: asked again after resend_ms. */
static bool on_reply(void *ctx, const uint8_t id[WIRE_ID_SIZE], struct bytes payload)
{
	struct feed_reader *r = ctx;
	bool answered = false;

	(void)id;
	if (r->stopped)
		return true;
	Par__V1__FeedReply *reply =
	    par__v1__feed_reply__unpack(NULL, payload.len, payload.data);
	if (!reply)
		return false;
	if (reply->version > WIRE_VERSION) {
		stop(r, ERR_VERSION, "the server speaks a newer version; upgrade this");
		answered = true;
	} else if (reply->version == WIRE_VERSION) {
		answered = on_outcome(r, reply);
	}
	par__v1__feed_reply__free_unpacked(reply, NULL);
	return answered;
}

static void on_state(void *ctx, enum client_state state)
{
	struct feed_reader *r = ctx;

	if (r->stopped || !r->handlers.on_state)
		return;
	r->calling = true;
	r->handlers.on_state(r->handlers.ctx, state);
	r->calling = false;
}

/* ---- the reader ---- */

int feed_reader_open(struct loop *l, const struct client_config *config,
		     const struct position *from, uint32_t wait_ms,
		     const struct feed_handlers *handlers, struct feed_reader **out)
{
	struct client_config own = *config;
	struct feed_reader *r = calloc(1, sizeof(*r));
	if (!r)
		return -ENOMEM;
	r->loop = l;
	r->handlers = *handlers;
	r->position = *from;
	r->wait_ms = wait_ms < FEED_WAIT_MAX_MS ? wait_ms : FEED_WAIT_MAX_MS;
	buf_init(&r->item, ITEM_MAX);
	loop_timer_init(&r->again, ask, r);
	own.max_message = FEED_MESSAGE_MAX;
	own.in_flight_max = IN_FLIGHT;
	own.resend_ms += r->wait_ms;
	int err = client_open(l, &own, wire_id, on_reply, on_state, r, &r->client);
	if (err) {
		feed_reader_close(r);
		return err;
	}
	ask(r);
	*out = r;
	return 0;
}

void feed_reader_close(struct feed_reader *r)
{
	if (!r)
		return;
	assert(!r->calling);
	loop_timer_stop(r->loop, &r->again);
	client_close(r->client);
	buf_free(&r->item);
	free(r);
}

void feed_reader_resume(struct feed_reader *r)
{
	r->paused = false;
	ask(r);
}

const struct position *feed_reader_position(const struct feed_reader *r)
{
	return &r->position;
}
