/*
 * The library's feed against a publisher's side in a thread of its own: order,
 * positions, what is passed over, a chain that does not hold, a newer version, an item
 * in pieces.
 */

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "common/client/client.h"
#include "common/net/feed.h"
#include "tests/unit/net/world.h"

#include "par/v1/release.pb-c.h"

enum { ITEMS = 4, WAIT_MS = 10000, TURN_MS = 20, LARGE = 3 << 20 };

/* What is served, and the thread that serves it. */
struct publisher {
	struct world *w;
	struct feed_server *server;
	struct bytes items[ITEMS + 1];
	uint8_t chain[ITEMS + 1][CHAIN_SIZE];
	uint8_t journal[JOURNAL_ID_SIZE];
	uint64_t count;
	char keys[96], own[128], theirs[128];
	pthread_t thread;
	atomic_bool stop;
};

/* ---- its store ---- */

static struct position head(void *ctx)
{
	const struct publisher *p = ctx;
	struct position at = {.n = p->count};

	memcpy(at.journal, p->journal, sizeof at.journal);
	memcpy(at.chain, p->chain[p->count], sizeof at.chain);
	return at;
}

static int contains(void *ctx, const struct position *at)
{
	const struct publisher *p = ctx;

	if (at->n > p->count || memcmp(at->chain, p->chain[at->n], CHAIN_SIZE) != 0)
		return ERR_FORKED;
	return 0;
}

static int read_items(void *ctx, uint64_t n, feed_emit_fn *emit, void *emit_ctx)
{
	const struct publisher *p = ctx;

	for (; n <= p->count; n++) {
		int err = emit(emit_ctx, n, p->chain[n], p->items[n]);
		if (err != 0)
			return err < 0 ? err : 0;
	}
	return 0;
}

/* Tells where the pages are. */
static int info(void *ctx, struct buf *out)
{
	Par__V1__Heads heads = PAR__V1__HEADS__INIT;
	uint8_t packed[64];
	char site[] = "https://par.example";

	(void)ctx;
	heads.site = (ProtobufCBinaryData){strlen(site), (uint8_t *)site};
	return buf_put(out, packed, par__v1__heads__pack(&heads, packed));
}

static void put(struct publisher *p, const Par__V1__ReleaseItem *m)
{
	uint8_t *data = malloc(par__v1__release_item__get_packed_size(m));

	assert_non_null(data);
	assert_true(p->count < ITEMS);
	uint64_t n = ++p->count;
	p->items[n] = bytes_of(data, par__v1__release_item__pack(m, data));
	memcpy(p->chain[n], p->chain[n - 1], CHAIN_SIZE);
	release_chain_next(p->chain[n], n, p->items[n]);
}

/* A retraction with a reason of that many bytes. */
static void put_retraction(struct publisher *p, uint32_t version, size_t len)
{
	Par__V1__ReleaseItem m = PAR__V1__RELEASE_ITEM__INIT;
	Par__V1__PublicRetraction retraction = PAR__V1__PUBLIC_RETRACTION__INIT;
	uint8_t round[] = "r1";
	uint8_t *reason = malloc(len);

	assert_non_null(reason);
	memset(reason, 'x', len);
	retraction.reason = (ProtobufCBinaryData){len, reason};
	m.version = version;
	m.round = (ProtobufCBinaryData){2, round};
	m.number = (uint32_t)p->count + 1;
	m.what_case = PAR__V1__RELEASE_ITEM__WHAT_RETRACTION;
	m.retraction = &retraction;
	put(p, &m);
	free(reason);
}

static void put_failure(struct publisher *p)
{
	Par__V1__ReleaseItem m = PAR__V1__RELEASE_ITEM__INIT;
	Par__V1__PublicFailure failure = PAR__V1__PUBLIC_FAILURE__INIT;

	m.version = 1;
	m.what_case = PAR__V1__RELEASE_ITEM__WHAT_FAILURE;
	m.failure = &failure;
	put(p, &m);
}

/* ---- its thread ---- */

static void *serve(void *ctx)
{
	struct publisher *p = ctx;

	while (!p->stop && loop_turn(p->w->server, TURN_MS) == 0)
		continue;
	return NULL;
}

static void write_keys(struct publisher *p)
{
	struct key portal;

	snprintf(p->keys, sizeof p->keys, "%s/keys", p->w->dir);
	assert_int_equal(key_make("portal", ROLE_DOWNSTREAM, &portal), 0);
	assert_int_equal(key_write(&portal, p->keys), 0);
	assert_int_equal(key_write(&p->w->server_key, p->keys), 0);
	snprintf(p->own, sizeof p->own, "%s/portal.key", p->keys);
	snprintf(p->theirs, sizeof p->theirs, "%s/server.pub", p->keys);
	world_admit(p->w, &portal);
}

static void start(struct publisher *p)
{
	const struct feed_source source = {.ctx = p,
					   .head = head,
					   .contains = contains,
					   .read = read_items,
					   .info = info};
	void *router;

	write_keys(p);
	p->w->roles = ROLE_DOWNSTREAM;
	world_bind_feed(p->w, &router);
	assert_int_equal(feed_server_open(p->w->server, p->w->gate, router,
					  ROLE_DOWNSTREAM, &source, &p->server),
			 0);
	assert_int_equal(pthread_create(&p->thread, NULL, serve, p), 0);
}

static int open_publisher(void **state)
{
	void *w;
	struct publisher *p = calloc(1, sizeof *p);

	assert_non_null(p);
	world_open(&w);
	p->w = w;
	memset(p->journal, 7, sizeof p->journal);
	entry_chain_start(p->journal, 0, p->chain[0]);
	*state = p;
	return 0;
}

static int close_publisher(void **state)
{
	struct publisher *p = *state;
	void *w = p->w;

	p->stop = true;
	pthread_join(p->thread, NULL);
	feed_server_close(p->server);
	for (size_t n = 1; n <= ITEMS; n++)
		free((void *)(uintptr_t)p->items[n].data);
	free(p);
	return world_close(&w);
}

/* ---- the stories ---- */

static struct par_feed *open_feed(struct publisher *p, const char *position)
{
	struct par_feed *feed;
	char words[PAR_WORDS];
	int err =
	    par_feed_open(p->w->endpoint, p->theirs, p->own, position, &feed, words);
	if (err != 0)
		fail_msg("%d: %s", err, words);
	return feed;
}

static const struct par_item *next(struct par_feed *feed, int timeout_ms)
{
	const struct par_item *item;
	char words[PAR_WORDS];
	int err = par_feed_next(feed, timeout_ms, &item, words);
	if (err != 0)
		fail_msg("%d: %s", err, words);
	assert_string_equal(words, "");
	return item;
}

static void in_order(void **state)
{
	struct publisher *p = *state;
	char second[256];

	put_retraction(p, 1, 10);
	put_retraction(p, 1, LARGE);
	put_failure(p);
	put_retraction(p, 1, 20);
	start(p);
	struct par_feed *feed = open_feed(p, NULL);
	const struct par_item *item = next(feed, WAIT_MS);
	assert_int_equal(item->n, 1);
	assert_int_equal(strlen(item->reason), 10);
	assert_string_equal(item->url, "https://par.example/r1/1/");
	item = next(feed, WAIT_MS);
	assert_int_equal(item->n, 2);
	assert_int_equal(strlen(item->reason), LARGE);
	assert_int_equal(item->message_size, p->items[2].len);
	assert_memory_equal(item->message, p->items[2].data, item->message_size);
	snprintf(second, sizeof second, "%s", item->position);
	assert_int_equal(next(feed, WAIT_MS)->n, 4);
	assert_null(next(feed, 500));
	par_feed_close(feed);

	feed = open_feed(p, second);
	assert_int_equal(next(feed, WAIT_MS)->n, 4);
	par_feed_close(feed);
}

/* Ends with that error, and stays at its end. */
static void ends(struct par_feed *feed, int error, const char *says)
{
	const struct par_item *item = NULL;
	char words[PAR_WORDS];

	for (int i = 0; i < 2; i++) {
		assert_int_equal(par_feed_next(feed, WAIT_MS, &item, words), error);
		if (!strstr(words, says))
			fail_msg("\"%s\" is not in \"%s\"", says, words);
		assert_null(item);
	}
	par_feed_close(feed);
}

static void broken_chain(void **state)
{
	struct publisher *p = *state;

	put_retraction(p, 1, 10);
	put_retraction(p, 1, 11);
	p->chain[2][5] ^= 1;
	put_retraction(p, 1, 12);
	start(p);
	struct par_feed *feed = open_feed(p, "");
	assert_int_equal(next(feed, WAIT_MS)->n, 1);
	ends(feed, PAR_ERROR_CORRUPT, "item 2 does not go on");
}

static void newer_item(void **state)
{
	struct publisher *p = *state;

	put_retraction(p, 1, 10);
	put_retraction(p, 2, 10);
	start(p);
	struct par_feed *feed = open_feed(p, "0");
	assert_int_equal(next(feed, WAIT_MS)->n, 1);
	ends(feed, PAR_ERROR_VERSION, "upgrade");
}

static void other_history(void **state)
{
	struct publisher *p = *state;
	char position[] =
	    "07070707070707070707070707070707:1:"
	    "0000000000000000000000000000000000000000000000000000000000000000";

	put_retraction(p, 1, 10);
	start(p);
	ends(open_feed(p, position), PAR_ERROR_FORKED, "from the first item");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(in_order, open_publisher, close_publisher),
	    cmocka_unit_test_setup_teardown(broken_chain, open_publisher,
					    close_publisher),
	    cmocka_unit_test_setup_teardown(newer_item, open_publisher,
					    close_publisher),
	    cmocka_unit_test_setup_teardown(other_history, open_publisher,
					    close_publisher),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
