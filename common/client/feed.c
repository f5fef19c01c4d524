/* Link 4 for one who takes releases: client.h's par_feed. */

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/base/text.h"
#include "common/client/release_item.h"
#include "common/client/link.h"
#include "common/client/words.h"
#include "common/net/feed.h"
#include "common/round/proto.h"

#include "par/v1/release.pb-c.h"

enum { POLL_MS = 20000, RESEND_MS = 5000 };

/* An item that has come and was not handed out yet. */
struct waiting {
	struct waiting *next;
	uint64_t n;
	uint8_t journal[JOURNAL_ID_SIZE];
	uint8_t chain[CHAIN_SIZE];
	size_t len;
	uint8_t payload[];
};

struct par_feed {
	struct link link;
	struct feed_reader *reader;
	struct position at; /* of the last item taken out of the queue */
	struct waiting *first, *last;
	bool paused;             /* the reader, because the queue is not empty */
	struct waiting *current; /* what `item` points into */
	struct held_item item;
	char *site; /* NULL: not told */
	enum client_state state;
	bool answered; /* since it was connected */
	int end;       /* why there is nothing more; 0: there may be */
	char words[PAR_WORDS];
};

/* ---- from the reader ---- */

static int put(struct par_feed *f, const struct feed_item *item,
	       const uint8_t journal[JOURNAL_ID_SIZE])
{
	struct waiting *w = calloc(1, sizeof(*w) + item->payload.len);
	if (!w)
		return -ENOMEM;
	w->n = item->n;
	w->len = item->payload.len;
	memcpy(w->journal, journal, JOURNAL_ID_SIZE);
	memcpy(w->chain, item->chain, CHAIN_SIZE);
	memcpy(w->payload, item->payload.data, item->payload.len);
	if (f->last)
		f->last->next = w;
	else
		f->first = w;
	f->last = w;
	return 0;
}

/* One batch at a time is kept, whatever comes. */
static int on_items(void *ctx, const struct feed_item items[], size_t count,
		    const uint8_t journal[JOURNAL_ID_SIZE])
{
	struct par_feed *f = ctx;
	int err = 0;

	if (f->first) {
		f->paused = true;
		return -EAGAIN;
	}
	for (size_t i = 0; err == 0 && i < count; i++)
		err = put(f, &items[i], journal);
	return err;
}

static void on_head(void *ctx, const struct position *head, struct bytes info)
{
	struct par_feed *f = ctx;

	(void)head;
	f->answered = true;
	if (f->site)
		return;
	Par__V1__Heads *heads = par__v1__heads__unpack(NULL, info.len, info.data);
	if (heads && heads->site.len > 0 && text_is_utf8(proto_bytes(heads->site)))
		f->site = bytes_dup(proto_bytes(heads->site));
	if (heads)
		par__v1__heads__free_unpacked(heads, NULL);
}

static void on_state(void *ctx, enum client_state state)
{
	struct par_feed *f = ctx;

	f->state = state;
	f->answered = false;
}

static void on_stop(void *ctx, int err, const char *words)
{
	struct par_feed *f = ctx;

	f->end = err;
	if (err != ERR_FORKED)
		words_say(f->words, "%s", words ? words : err_str(err));
}

/* ---- open and close ---- */

static int start_position(const char *text, struct position *out, char *words)
{
	if (!text || text[0] == '\0')
		return 0;
	if (position_parse(text, out) == 0)
		return 0;
	words_say(words, "\"%s\" is no position: give the one of the last item", text);
	return ERR_CONFIG;
}

static int open_reader(struct par_feed *f)
{
	const struct feed_handlers handlers = {.ctx = f,
					       .on_items = on_items,
					       .on_head = on_head,
					       .on_state = on_state,
					       .on_stop = on_stop};
	struct client_config config = link_config(&f->link, RESEND_MS);

	return feed_reader_open(f->link.loop, &config, &f->at, POLL_MS, &handlers,
				&f->reader);
}

int par_feed_open(const char *endpoint, const char *server_pub, const char *own_key,
		  const char *position, struct par_feed **out, char *words)
{
	words_clear(words);
	struct par_feed *f = calloc(1, sizeof(*f));
	if (!f)
		return words_end(words, -ENOMEM);
	int err = start_position(position, &f->at, words);
	if (err == 0)
		err = link_open(endpoint, server_pub, own_key, ROLE_DOWNSTREAM,
				&f->link, words);
	if (err == 0)
		err = open_reader(f);
	if (err != 0) {
		par_feed_close(f);
		return words_end(words, err);
	}
	*out = f;
	return 0;
}

static void drop_item(struct par_feed *f)
{
	release_item_free(&f->item);
	free(f->current);
	f->current = NULL;
}

static struct waiting *pop(struct par_feed *f)
{
	struct waiting *w = f->first;

	if (!w)
		return NULL;
	f->first = w->next;
	if (!f->first)
		f->last = NULL;
	return w;
}

static void drop_waiting(struct par_feed *f)
{
	for (struct waiting *w = pop(f); w; w = pop(f))
		free(w);
}

void par_feed_close(struct par_feed *feed)
{
	if (!feed)
		return;
	drop_item(feed);
	drop_waiting(feed);
	feed_reader_close(feed->reader);
	link_close(&feed->link);
	free(feed->site);
	free(feed);
}

/* ---- next ---- */

/* Moves on past an item, which must be the one that follows. */
static int step(struct par_feed *f, const struct waiting *w)
{
	struct bytes payload = bytes_of(w->payload, w->len);

	if (!release_chain_holds(&f->at, w->journal, w->n, payload, w->chain)) {
		words_say(f->words,
			  "%s: item %" PRIu64 " does not go on from the one before it "
			  "(its chain does not hold); tell whoever runs the publisher",
			  f->link.endpoint, w->n);
		return ERR_CORRUPT;
	}
	f->at.n = w->n;
	memcpy(f->at.journal, w->journal, JOURNAL_ID_SIZE);
	memcpy(f->at.chain, w->chain, CHAIN_SIZE);
	return 0;
}

/* 0: it is the item now. 1: there is nothing in it to tell of. */
static int take(struct par_feed *f, struct waiting *w)
{
	f->current = w;
	int err = step(f, w);
	if (err == 0)
		err = release_item_make(&f->at, bytes_of(w->payload, w->len),
					f->site ? f->site : "", &f->item);
	if (err != 0)
		drop_item(f);
	return err;
}

/* 0: there is an item. 1: none is waiting. */
static int take_waiting(struct par_feed *f)
{
	int err = 1;

	while (err == 1 && f->first)
		err = take(f, pop(f));
	return err;
}

static int turn(struct par_feed *f, uint64_t deadline_ms)
{
	uint64_t now = clock_mono_ms();
	uint64_t left = now < deadline_ms ? deadline_ms - now : 0;

	if (f->paused) {
		f->paused = false;
		feed_reader_resume(f->reader);
	}
	return loop_turn(f->link.loop, left < INT_MAX ? (int)left : INT_MAX);
}

/* 0: there is an item. 1: nothing new. */
static int next(struct par_feed *f, uint64_t deadline_ms, char *words)
{
	bool late = false;

	for (;;) {
		int err = take_waiting(f);
		if (err == 1)
			err = f->end;
		if (err != 0 || f->current)
			return err;
		if (late && f->state == CLIENT_UP && f->answered)
			return 1;
		if (late)
			return link_late(&f->link, f->state, words);
		err = turn(f, deadline_ms);
		if (err != 0)
			return err;
		late = clock_mono_ms() >= deadline_ms;
	}
}

/* What still waits does not go on from what failed. */
static void give_up(struct par_feed *f, int err)
{
	f->end = err;
	drop_waiting(f);
}

int par_feed_next(struct par_feed *feed, int timeout_ms, const struct par_item **out,
		  char *words)
{
	words_clear(words);
	drop_item(feed);
	int err = next(feed, link_deadline(timeout_ms), words);
	if (err == 0 || err == 1) {
		*out = err == 0 ? &feed->item.public : NULL;
		return 0;
	}
	if (err != ERR_TIMEOUT && err != ERR_DENIED)
		give_up(feed, err);
	if (feed->end != 0 && feed->words[0] != '\0')
		words_say(words, "%s", feed->words);
	return words_end(words, err);
}
