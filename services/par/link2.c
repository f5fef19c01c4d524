#include "services/par/link2.h"

#include "common/base/err.h"
#include "common/net/feed.h"
#include "services/par/peer.h"
#include "services/par/show.h"

#include <string.h>

enum { RESEND_MS = 8000 };

struct reading {
	struct peer peer;
	struct feed_reader *reader;
	link2_entry_fn *on_entry;
	void *ctx;
	uint64_t n;    /* of the entry handed over last */
	uint64_t last; /* 0: not known yet */
	int end;       /* positive: done; negative: why not */
};

static int on_items(void *ctx, const struct feed_item items[], size_t count,
		    const uint8_t journal[JOURNAL_ID_SIZE])
{
	struct reading *r = ctx;
	for (size_t i = 0; i < count && r->end == 0; i++) {
		const struct link2_entry e = {.journal = journal,
					      .n = items[i].n,
					      .last = r->last > 0 ? r->last
								  : items[count - 1].n,
					      .chain = items[i].chain,
					      .record = items[i].payload};
		r->end = r->on_entry(r->ctx, &e);
		r->n = e.n;
		if (r->end == 0 && r->n == r->last)
			r->end = 1;
	}
	return r->end < 0 ? r->end : 0;
}

/* The first head is where this reading ends: a busy journal has no end of its own. */
static void on_head(void *ctx, const struct position *head, struct bytes info)
{
	struct reading *r = ctx;
	(void)info;
	peer_heard(&r->peer);
	if (r->last == 0)
		r->last = head->n;
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

static int open_reader(struct reading *r)
{
	const struct feed_handlers handlers = {.ctx = r,
					       .on_items = on_items,
					       .on_head = on_head,
					       .on_state = on_state,
					       .on_stop = on_stop};
	const struct position start = {0};
	struct client_config config = peer_config(&r->peer, 1);
	config.resend_ms = RESEND_MS;
	return feed_reader_open(r->peer.loop, &config, &start, 0, &handlers,
				&r->reader);
}

int link2_read(const struct options *o, link2_entry_fn *on_entry, void *ctx)
{
	struct reading r = {.on_entry = on_entry, .ctx = ctx};
	int err = peer_open(o, SERVICE_JOURNAL, ROLE_AUDITOR, &r.peer);
	if (err != 0)
		return err;
	err = open_reader(&r);
	while (err == 0 && r.end == 0)
		err = peer_turn(&r.peer);
	feed_reader_close(r.reader);
	peer_close(&r.peer);
	return r.end != 0 ? (r.end < 0 ? r.end : 0) : err;
}
