#include "services/par/link2.h"

#include "common/base/err.h"
#include "services/par/peer.h"
#include "services/par/show.h"

#include <inttypes.h>
#include <string.h>

enum { RESEND_MS = 8000 };

struct reading {
	struct peer peer;
	struct feed_reader *reader;
	link2_batch_fn *on_batch;
	void *ctx;
	uint64_t n;    /* of the entry handed over last */
	uint64_t last; /* 0: not known yet */
	int end;       /* positive: done; negative: why not */
};

static int on_items(void *ctx, const struct feed_item items[], size_t count,
		    const uint8_t journal[JOURNAL_ID_SIZE])
{
	struct reading *r = ctx;
	const struct link2_batch b = {.journal = journal,
				      .items = items,
				      .count = count,
				      .last =
					  r->last > 0 ? r->last : items[count - 1].n};
	if (r->end == 0)
		r->end = r->on_batch(r->ctx, &b);
	peer_heard(&r->peer);
	r->n = items[count - 1].n;
	if (r->end == 0 && r->last > 0 && r->n >= r->last)
		r->end = 1;
	return r->end < 0 ? r->end : 0;
}

/* The first head is where this reading ends: a busy journal has no end of its own. */
static void on_head(void *ctx, const struct position *head, struct bytes info)
{
	struct reading *r = ctx;
	(void)info;
	/* One that only ever states its head makes no headway. */
	if (r->last == 0) {
		peer_heard(&r->peer);
		r->last = head->n;
	}
	if (r->end == 0 && r->n >= r->last)
		r->end = 1;
}

static void on_state(void *ctx, enum client_state state)
{
	struct reading *r = ctx;
	peer_state(&r->peer, state);
}

static void on_stop(void *ctx, int err, const char *words)
{
	struct reading *r = ctx;
	if (r->end < 0)
		return;
	show_say("%s: %s%s%s", r->peer.name, err_str(err), words && *words ? ": " : "",
		 words ? words : "");
	r->end = err;
}

static int open_reader(struct reading *r, const struct position *from)
{
	const struct feed_handlers handlers = {.ctx = r,
					       .on_items = on_items,
					       .on_head = on_head,
					       .on_state = on_state,
					       .on_stop = on_stop};
	struct client_config config = peer_config(&r->peer, 1);
	config.resend_ms = RESEND_MS;
	return feed_reader_open(r->peer.loop, &config, from, 0, &handlers, &r->reader);
}

static void tell_silence(const struct reading *r)
{
	if (r->peer.state != CLIENT_UP || r->n >= r->last)
		return;
	show_say("%s says that its journal has %" PRIu64
		 " entries, and sends none after "
		 "entry %" PRIu64 ": look at its log and its disk",
		 r->peer.name, r->last, r->n);
}

int link2_follow(const struct options *o, enum role role, const struct position *from,
		 link2_batch_fn *on_batch, void *ctx)
{
	struct reading r = {.on_batch = on_batch, .ctx = ctx, .n = from->n};
	int err = peer_open(o, SERVICE_JOURNAL, role, &r.peer);
	if (err != 0)
		return err;
	err = open_reader(&r, from);
	while (err == 0 && r.end == 0)
		err = peer_turn(&r.peer);
	if (err == ERR_TIMEOUT && r.end == 0)
		tell_silence(&r);
	feed_reader_close(r.reader);
	peer_close(&r.peer);
	return r.end != 0 ? (r.end < 0 ? r.end : 0) : err;
}

/* ---- entry by entry ---- */

struct entries {
	link2_entry_fn *on_entry;
	void *ctx;
};

static int on_batch(void *ctx, const struct link2_batch *b)
{
	const struct entries *x = ctx;
	int end = 0;
	for (size_t i = 0; i < b->count && b->items[i].n <= b->last && end == 0; i++) {
		const struct link2_entry e = {.journal = b->journal,
					      .n = b->items[i].n,
					      .last = b->last,
					      .chain = b->items[i].chain,
					      .record = b->items[i].payload};
		end = x->on_entry(x->ctx, &e);
	}
	return end;
}

int link2_read(const struct options *o, link2_entry_fn *on_entry, void *ctx)
{
	const struct position start = {0};
	struct entries x = {.on_entry = on_entry, .ctx = ctx};
	return link2_follow(o, ROLE_AUDITOR, &start, on_batch, &x);
}
