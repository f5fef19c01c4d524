#include "services/par/link4.h"

#include "common/base/err.h"
#include "common/base/text.h"
#include "common/client/page.h"
#include "common/round/proto.h"
#include "services/par/show.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { LONG_POLL_MS = 5000, RESEND_MS = 8000, URL_MAX = 4096 };

static void on_state(void *ctx, enum client_state state)
{
	struct link4 *k = ctx;
	peer_state(&k->peer, state);
}

/* Escaped here, as all addresses that are printed begin with it. */
static void take_site(struct link4 *k, struct bytes info)
{
	char text[URL_MAX];
	Par__V1__Heads *heads = par__v1__heads__unpack(NULL, info.len, info.data);
	if (!heads)
		return;
	if (heads->site.len > 0)
		k->site =
		    bytes_dup(bytes_str(show_text(heads->site, text, sizeof text)));
	par__v1__heads__free_unpacked(heads, NULL);
}

static void on_head(void *ctx, const struct position *head, struct bytes info)
{
	struct link4 *k = ctx;
	k->head = *head;
	k->answered = true;
	if (k->patient)
		peer_heard(&k->peer);
	if (!k->site)
		take_site(k, info);
	if (!k->on_item && k->end == 0)
		k->end = 1;
	if (k->paused && k->site) {
		k->paused = false;
		feed_reader_resume(k->reader);
	}
}

/* The item is not what was chained: nothing after the one before is to be trusted. */
static int tell_broken(const struct link4 *k, uint64_t n)
{
	show_say("%s: item %" PRIu64 " does not go on from the one before it (its "
		 "chain does not hold); nothing of it was used: tell whoever runs the "
		 "publisher",
		 k->peer.name, n);
	return ERR_CORRUPT;
}

static int give(struct link4 *k, const struct feed_item *item,
		const uint8_t journal[JOURNAL_ID_SIZE],
		const Par__V1__ReleaseItem *message)
{
	if (message->version != WIRE_VERSION)
		return ERR_VERSION;
	if (!text_is_utf8(proto_bytes(message->round)))
		return ERR_FORMAT;
	k->at.n = item->n;
	memcpy(k->at.journal, journal, JOURNAL_ID_SIZE);
	memcpy(k->at.chain, item->chain, CHAIN_SIZE);
	const struct link4_item it = {
	    .position = k->at, .message = message, .site = k->site};
	return k->on_item(k->ctx, &it);
}

static int hand_over(struct link4 *k, const struct feed_item *item,
		     const uint8_t journal[JOURNAL_ID_SIZE])
{
	if (!release_chain_holds(&k->at, journal, item->n, item->payload, item->chain))
		return tell_broken(k, item->n);
	Par__V1__ReleaseItem *message =
	    par__v1__release_item__unpack(NULL, item->payload.len, item->payload.data);
	if (!message)
		return ERR_FORMAT;
	int end = give(k, item, journal, message);
	par__v1__release_item__free_unpacked(message, NULL);
	return end;
}

/* The address of the pages comes with the head, maybe after the first items. */
static int on_items(void *ctx, const struct feed_item items[], size_t count,
		    const uint8_t journal[JOURNAL_ID_SIZE])
{
	struct link4 *k = ctx;
	if (!k->on_item)
		return 0;
	if (!k->site) {
		k->paused = true;
		return -EAGAIN;
	}
	for (size_t i = 0; i < count && k->end == 0; i++)
		k->end = hand_over(k, &items[i], journal);
	return k->end < 0 ? k->end : 0;
}

static void on_stop(void *ctx, int err, const char *words)
{
	struct link4 *k = ctx;
	if (k->end < 0)
		return;
	show_say("%s: %s%s%s", k->peer.name, err_str(err), words && *words ? ": " : "",
		 words ? words : "");
	k->end = err;
}

int link4_open(const struct options *o, enum role role, const struct position *from,
	       bool patient, link4_item_fn *on_item, void *ctx, struct link4 *k)
{
	*k = (struct link4){
	    .on_item = on_item, .ctx = ctx, .patient = patient, .at = *from};
	int err = peer_open(o, SERVICE_PUBLISHER, role, &k->peer);
	if (err == 0) {
		const struct feed_handlers handlers = {.ctx = k,
						       .on_items = on_items,
						       .on_head = on_head,
						       .on_state = on_state,
						       .on_stop = on_stop};
		struct client_config config = peer_config(&k->peer, 1);
		uint64_t half = k->peer.wait_ms / 2;
		uint32_t poll_ms = half < LONG_POLL_MS ? (uint32_t)half : LONG_POLL_MS;
		config.resend_ms = RESEND_MS;
		err = feed_reader_open(k->peer.loop, &config, from,
				       on_item ? poll_ms : 0, &handlers, &k->reader);
	}
	if (err != 0)
		link4_close(k);
	return err;
}

void link4_close(struct link4 *k)
{
	feed_reader_close(k->reader);
	k->reader = NULL;
	peer_close(&k->peer);
	free(k->site);
	k->site = NULL;
}

int link4_run(struct link4 *k)
{
	int err = 0;
	while (err == 0 && k->end == 0)
		err = peer_turn(&k->peer);
	if (k->end > 0)
		return 0;
	return k->end < 0 ? k->end : err;
}

char *link4_url(const char *site, const Par__V1__ReleaseItem *item)
{
	return page_url(site, proto_bytes(item->round), item->number);
}

const char *link4_kind(Par__V1__ReleaseKind kind)
{
	static const char *const names[] = {"", "official", "correction", "trial"};
	size_t place = (size_t)kind;
	return place < sizeof names / sizeof *names ? names[place] : "";
}
