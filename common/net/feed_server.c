#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "common/net/feed_batch.h"
#include "common/net/keys.h"

enum {
	RECEIVE_MAX = 8, /* a turn: an answer is up to 1 MiB */
	WAKE_MAX = 16,   /* a turn */
	PARKED_MAX = 1024,
};

/* A request, decoded. */
struct request {
	struct wire_peer peer;
	uint8_t id[WIRE_ID_SIZE];
	struct position from;
	uint32_t part;
	uint32_t max_bytes;
	uint64_t until_ms; /* answered by then */
};

struct feed_server {
	struct loop *loop;
	struct gate *gate;
	void *router;
	unsigned roles;
	struct feed_source source;
	struct feed_batch batch;
	struct buf info;
	struct buf out;
	struct request *parked; /* PARKED_MAX places */
	size_t parked_count;
	struct loop_timer timer; /* the first parked poll is due */
	struct feed_stats stats;
};

/* ---- decoding ---- */

static bool decode_position(const Par__V1__Position *p, struct position *out)
{
	struct position to = {0};

	if (!p || !p->journal.len) {
		*out = to;
		return true;
	}
	if (p->journal.len != JOURNAL_ID_SIZE || p->chain.len != CHAIN_SIZE)
		return false;
	memcpy(to.journal, p->journal.data, JOURNAL_ID_SIZE);
	memcpy(to.chain, p->chain.data, CHAIN_SIZE);
	to.shard = p->shard;
	to.n = p->n;
	*out = to;
	return true;
}

static uint64_t clamp_wait(uint32_t wait_ms)
{
	return wait_ms < FEED_WAIT_MAX_MS ? wait_ms : FEED_WAIT_MAX_MS;
}

/*
 * A request that is understood, or at least who asked, and then words in *fault.
 * ERR_FORMAT: nothing that could be answered.
 */
static int decode(const struct feed_server *s, const struct wire_message *m,
		  struct request *out, const char **fault)
{
	struct request r = {.peer = m->peer};

	if (m->payload.len > GATE_FEED_REQUEST_MAX || wire_id(m->payload, r.id))
		return ERR_FORMAT;
	Par__V1__FeedRequest *q =
	    par__v1__feed_request__unpack(NULL, m->payload.len, m->payload.data);
	if (!q)
		return ERR_FORMAT;
	*fault = NULL;
	if (q->version != WIRE_VERSION)
		*fault =
		    "this service speaks version 1 of the feed; use programs of the "
		    "same release on both sides";
	else if (!decode_position(q->from, &r.from))
		*fault = "the position is damaged: 16 bytes of journal and 32 of chain";
	r.part = q->part;
	r.max_bytes = q->max_bytes;
	r.until_ms = loop_now_ms(s->loop) + clamp_wait(q->wait_ms);
	par__v1__feed_request__free_unpacked(q, NULL);
	*out = r;
	return 0;
}

/* ---- answering ---- */

/* A peer that is gone or does not read has lost this answer and asks again. */
static void send_reply(struct feed_server *s, const struct wire_peer *to,
		       const Par__V1__FeedReply *reply)
{
	size_t len = par__v1__feed_reply__get_packed_size(reply);

	buf_reset(&s->out);
	if (buf_reserve(&s->out, len))
		return;
	s->out.len = par__v1__feed_reply__pack(reply, s->out.data);
	if (wire_send(s->router, to, buf_bytes(&s->out)))
		return;
	s->stats.items += reply->n_items;
}

static void begin_reply(Par__V1__FeedReply *reply, struct request *r,
			Par__V1__Outcome outcome)
{
	par__v1__feed_reply__init(reply);
	reply->version = WIRE_VERSION;
	reply->id = (ProtobufCBinaryData){.data = r->id, .len = WIRE_ID_SIZE};
	reply->outcome = outcome;
}

static void reply_words(struct feed_server *s, struct request *r,
			Par__V1__Outcome outcome, const char *words)
{
	uint8_t text[256];
	size_t len = strlen(words) < sizeof(text) ? strlen(words) : sizeof(text);
	ProtobufCBinaryData fault = {.data = text, .len = len};
	Par__V1__FeedReply reply;

	memcpy(text, words, len);
	begin_reply(&reply, r, outcome);
	reply.n_faults = 1;
	reply.faults = &fault;
	if (outcome == PAR__V1__OUTCOME__OUTCOME_REFUSED)
		s->stats.refused++;
	send_reply(s, &r->peer, &reply);
}

static void reply_batch(struct feed_server *s, struct request *r)
{
	struct position head = s->source.head(s->source.ctx);
	Par__V1__Position position = PAR__V1__POSITION__INIT;
	Par__V1__FeedReply reply;

	buf_reset(&s->info);
	if (s->source.info && s->source.info(s->source.ctx, &s->info)) {
		reply_words(s, r, PAR__V1__OUTCOME__OUTCOME_TRY_LATER,
			    "what rides on the head is not there now");
		return;
	}
	position.journal = (ProtobufCBinaryData){JOURNAL_ID_SIZE, head.journal};
	position.shard = head.shard;
	position.n = head.n;
	position.chain = (ProtobufCBinaryData){CHAIN_SIZE, head.chain};
	begin_reply(&reply, r, PAR__V1__OUTCOME__OUTCOME_DONE);
	reply.n_items = s->batch.count;
	reply.items = s->batch.list;
	reply.head = &position;
	reply.info = (ProtobufCBinaryData){s->info.len, s->info.data};
	send_reply(s, &r->peer, &reply);
}

/* ---- parked polls ---- */

static void unpark(struct feed_server *s, size_t at)
{
	s->parked[at] = s->parked[--s->parked_count];
	s->stats.parked = s->parked_count;
}

static void unpark_peer(struct feed_server *s, const struct wire_peer *peer)
{
	for (size_t i = 0; i < s->parked_count; i++) {
		const struct wire_peer *p = &s->parked[i].peer;
		if (p->route_len != peer->route_len ||
		    memcmp(p->route, peer->route, peer->route_len) != 0)
			continue;
		unpark(s, i);
		return;
	}
}

static void set_timer(struct feed_server *s)
{
	uint64_t now = loop_now_ms(s->loop);
	uint64_t first = UINT64_MAX;

	for (size_t i = 0; i < s->parked_count; i++)
		if (s->parked[i].until_ms < first)
			first = s->parked[i].until_ms;
	if (s->parked_count)
		loop_timer_set(s->loop, &s->timer, first > now ? first - now : 0);
}

static void park(struct feed_server *s, struct request *r)
{
	if (s->parked_count == PARKED_MAX) {
		reply_words(s, r, PAR__V1__OUTCOME__OUTCOME_TRY_LATER,
			    "too many readers are waiting here");
		return;
	}
	s->parked[s->parked_count++] = *r;
	s->stats.parked = s->parked_count;
	set_timer(s);
}

/* ---- serving ---- */

static int check_position(struct feed_server *s, const struct position *from)
{
	if (position_is_start(from))
		return 0;
	return s->source.contains(s->source.ctx, from);
}

static void try_later(struct feed_server *s, struct request *r, int err)
{
	reply_words(s, r, PAR__V1__OUTCOME__OUTCOME_TRY_LATER, err_str(err));
	if (err != ERR_RETRY && s->source.failed)
		s->source.failed(s->source.failed_ctx, err);
}

static void give(struct feed_server *s, struct request *r, enum role role)
{
	const struct feed_source *from = &s->source;

	if (from->given && s->batch.count > 0)
		from->given(from->ctx, role, r->peer.user_id, r->from.n + 1,
			    s->batch.count);
	reply_batch(s, r);
}

static void serve(struct feed_server *s, struct request *r)
{
	enum role role = gate_role(s->gate, r->peer.user_id);

	if (!(role & s->roles)) {
		reply_words(s, r, PAR__V1__OUTCOME__OUTCOME_REFUSED,
			    "this key is not admitted here any more");
		return;
	}
	int err = check_position(s, &r->from);
	if (!err)
		err = feed_batch_read(&s->batch, &s->source, role, r->from.n + 1,
				      r->part, r->max_bytes);
	if (err == ERR_FORKED)
		reply_words(s, r, PAR__V1__OUTCOME__OUTCOME_FORKED,
			    "this position is not in the journal served here");
	else if (err == ERR_REFUSED)
		reply_words(s, r, PAR__V1__OUTCOME__OUTCOME_REFUSED,
			    "the item has no such part");
	else if (err)
		try_later(s, r, err);
	else if (s->batch.count == 0 && r->until_ms > loop_now_ms(s->loop))
		park(s, r);
	else
		give(s, r, role);
}

/* A poll that is parked again goes behind those still to be looked at. */
static void on_timer(void *ctx)
{
	struct feed_server *s = ctx;
	uint64_t now = loop_now_ms(s->loop);
	int answered = 0;

	for (size_t i = s->parked_count; i-- > 0 && answered < WAKE_MAX;) {
		if (s->parked[i].until_ms > now)
			continue;
		struct request r = s->parked[i];
		unpark(s, i);
		serve(s, &r);
		answered++;
	}
	set_timer(s);
}

void feed_server_wake(struct feed_server *s)
{
	for (size_t i = 0; i < s->parked_count; i++)
		s->parked[i].until_ms = 0;
	set_timer(s);
}

static void on_request(struct feed_server *s, const struct wire_message *m)
{
	struct request r;
	const char *fault;

	s->stats.requests++;
	unpark_peer(s, &m->peer);
	if (decode(s, m, &r, &fault)) {
		s->stats.refused++;
		return;
	}
	if (fault)
		reply_words(s, &r, PAR__V1__OUTCOME__OUTCOME_REFUSED, fault);
	else
		serve(s, &r);
}

static void on_readable(void *ctx)
{
	struct feed_server *s = ctx;
	struct wire_message m;

	for (int i = 0; i < RECEIVE_MAX; i++) {
		int err = wire_receive(s->router, true, &m);
		if (err == ERR_FORMAT) {
			s->stats.refused++;
			continue;
		}
		if (err)
			return;
		on_request(s, &m);
		wire_message_free(&m);
	}
}

struct feed_stats feed_server_stats(const struct feed_server *s)
{
	return s->stats;
}

int feed_server_open(struct loop *l, struct gate *g, void *router, unsigned roles,
		     const struct feed_source *source, struct feed_server **out)
{
	struct feed_server *s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	*s = (struct feed_server){
	    .loop = l, .gate = g, .router = router, .roles = roles, .source = *source};
	loop_timer_init(&s->timer, on_timer, s);
	buf_init(&s->info, FEED_INFO_MAX);
	buf_init(&s->out, FEED_MESSAGE_MAX);
	s->parked = calloc(PARKED_MAX, sizeof(*s->parked));
	int err = s->parked ? feed_batch_init(&s->batch) : -ENOMEM;
	if (!err)
		err = loop_add_socket(l, router, on_readable, s);
	if (err) {
		feed_server_close(s);
		return err;
	}
	*out = s;
	return 0;
}

void feed_server_close(struct feed_server *s)
{
	if (!s)
		return;
	loop_remove_socket(s->loop, s->router);
	loop_timer_stop(s->loop, &s->timer);
	feed_batch_free(&s->batch);
	buf_free(&s->info);
	buf_free(&s->out);
	free(s->parked);
	free(s);
}
