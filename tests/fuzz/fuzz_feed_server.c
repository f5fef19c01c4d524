/*
 * Requests of links 2, 3 and 4: an input is a series of them, each a head of 4 bytes
 * (role, peer, 2 of length) and a message. No request is answered twice, none with
 * more than a message may hold, and what is parked is answered at the latest when
 * something new comes.
 */

#include <assert.h>
#include <string.h>

#include "common/base/err.h"
#include "common/net/feed.h"
#include "par/v1/feed.pb-c.h"
#include "tests/fuzz/target.h"
#include "tests/fuzz/wrapped.h"

enum { HEAD = 4, AT_LENGTH = 2, ITEMS = 5, ROLES = ROLE_INTERNAL | ROLE_AUDITOR };
enum { LARGE = 3 << 20, PEERS = 4 };

static const uint8_t journal[JOURNAL_ID_SIZE] = {1};

/* Items of 0, 1, 100, 3 MiB and 5 bytes. */
static const size_t sizes[ITEMS] = {0, 1, 100, LARGE, 5};
static uint8_t bytes[LARGE];
static size_t answers;

static void chain_of(uint64_t n, uint8_t chain[CHAIN_SIZE])
{
	memset(chain, (int)n, CHAIN_SIZE);
}

static struct position head(void *ctx)
{
	struct position p = {.n = ITEMS};

	(void)ctx;
	memcpy(p.journal, journal, sizeof journal);
	chain_of(p.n, p.chain);
	return p;
}

static int contains(void *ctx, const struct position *p)
{
	uint8_t chain[CHAIN_SIZE];

	(void)ctx;
	chain_of(p->n, chain);
	if (memcmp(p->journal, journal, sizeof journal) != 0 || p->n > ITEMS ||
	    memcmp(p->chain, chain, sizeof chain) != 0)
		return ERR_FORKED;
	return 0;
}

static int read_items(void *ctx, uint64_t n, feed_emit_fn *emit, void *emit_ctx)
{
	uint8_t chain[CHAIN_SIZE];

	(void)ctx;
	for (; n <= ITEMS; n++) {
		chain_of(n, chain);
		int err = emit(emit_ctx, n, chain, bytes_of(bytes, sizes[n - 1]));

		if (err != 0)
			return err < 0 ? err : 0;
	}
	return 0;
}

static void on_sent(const struct wire_peer *to, struct bytes payload)
{
	Par__V1__FeedReply *r =
	    par__v1__feed_reply__unpack(NULL, payload.len, payload.data);

	assert(to->route_len == 1 && payload.len <= FEED_MESSAGE_MAX);
	assert(r != NULL && r->version == WIRE_VERSION && r->id.len == WIRE_ID_SIZE);
	for (size_t i = 0; i < r->n_items; i++)
		assert(r->items[i]->n <= ITEMS &&
		       r->items[i]->part <= r->items[i]->parts);
	par__v1__feed_reply__free_unpacked(r, NULL);
	answers++;
}

static struct feed_server *open_server(struct loop **loop)
{
	const struct feed_source source = {
	    .head = head, .contains = contains, .read = read_items};
	struct feed_server *s;
	int err = loop_open(loop);

	assert(err == 0);
	wrapped_init(on_sent);
	err = feed_server_open(*loop, NULL, NULL, ROLES, &source, &s);
	assert(err == 0);
	return s;
}

/* Takes one request off the input; false at its end. */
static bool give_next(struct feed_server *s, struct bytes *in)
{
	const uint8_t *at = in->data;
	size_t before = answers, parked = feed_server_stats(s).parked, len;

	if (in->len < HEAD)
		return false;
	len = be16_get(at + AT_LENGTH);
	if (len > in->len - HEAD)
		len = in->len - HEAD;
	wrapped_give(1u << at[0] % 6, at[1] % PEERS, bytes_of(at + HEAD, len));
	assert(answers - before <= 1 && feed_server_stats(s).parked <= parked + 1);
	*in = bytes_of(at + HEAD + len, in->len - HEAD - len);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct loop *loop;
	static struct feed_server *s;
	struct bytes in = bytes_of(data, size);

	if (s == NULL)
		s = open_server(&loop);
	while (give_next(s, &in))
		continue;
	assert(feed_server_stats(s).parked <= PEERS);
	feed_server_wake(s);
	int err = loop_turn(loop, 0);
	assert(err == 0 && feed_server_stats(s).parked == 0);
	return 0;
}
