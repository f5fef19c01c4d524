/* The pull protocol between a server over a list in memory and a reader. */

#include "shelf.h"
#include "world.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	struct world *w;
	struct shelf shelf;
	struct feed_server *server;
	struct feed_reader *reader;
	uint64_t next; /* item expected */
	size_t calls;
	int answer; /* of on_items */
	struct position head;
	size_t heads;
	char info[32];
	enum client_state state;
	size_t denied;
	int stopped; /* with which error */
	uint64_t wanted;
};

static void put(struct reading *r, size_t size)
{
	shelf_put(&r->shelf, size);
	feed_server_wake(r->server);
}

static void start_server(struct reading *r)
{
	const struct feed_source source = shelf_source(&r->shelf);
	void *router;

	world_bind_feed(r->w, &router);
	assert_int_equal(feed_server_open(r->w->server, r->w->gate, router, ROLE_INTAKE,
					  &source, &r->server),
			 0);
}

/* ---- the reader's side ---- */

static int on_items(void *ctx, const struct feed_item items[], size_t count,
		    const uint8_t journal[JOURNAL_ID_SIZE])
{
	struct reading *r = ctx;
	uint8_t chain[CHAIN_SIZE];

	r->calls++;
	if (r->answer)
		return r->answer;
	assert_true(count > 0);
	assert_memory_equal(journal, r->shelf.journal, JOURNAL_ID_SIZE);
	for (size_t i = 0; i < count; i++, r->next++) {
		const struct bytes payload = items[i].payload;
		assert_int_equal(items[i].n, r->next);
		shelf_chain(r->next, chain);
		assert_memory_equal(items[i].chain, chain, CHAIN_SIZE);
		assert_int_equal(payload.len, r->shelf.sizes[r->next]);
		for (size_t b = 0; b < payload.len; b += 997)
			assert_int_equal(payload.data[b], r->next & 0xff);
	}
	return 0;
}

static void on_head(void *ctx, const struct position *at, struct bytes with)
{
	struct reading *r = ctx;

	r->head = *at;
	r->heads++;
	assert_true(bytes_equal(with, bytes_str("rides on the head")));
}

static void on_state(void *ctx, enum client_state state)
{
	struct reading *r = ctx;

	r->state = state;
	if (state == CLIENT_DENIED)
		r->denied++;
}

static void on_stop(void *ctx, int err, const char *words)
{
	struct reading *r = ctx;

	assert_int_equal(r->stopped, 0);
	assert_true(strlen(words) > 0);
	r->stopped = err;
}

static void start_reader(struct reading *r, const struct position *from,
			 uint32_t wait_ms)
{
	const struct client_config config = {
	    .endpoint = r->w->endpoint,
	    .server_public = r->w->server_key.public_text,
	    .key = &r->w->client_key,
	    .resend_ms = 5000,
	};
	const struct feed_handlers handlers = {.ctx = r,
					       .on_items = on_items,
					       .on_head = on_head,
					       .on_state = on_state,
					       .on_stop = on_stop};

	r->next = from->n + 1;
	assert_int_equal(feed_reader_open(r->w->client, &config, from, wait_ms,
					  &handlers, &r->reader),
			 0);
}

static int open_reading(void **state)
{
	struct reading *r = calloc(1, sizeof(*r));
	void *w;

	assert_non_null(r);
	world_open(&w);
	r->w = w;
	shelf_init(&r->shelf);
	world_admit(w, &r->w->client_key);
	start_server(r);
	*state = r;
	return 0;
}

static int close_reading(void **state)
{
	struct reading *r = *state;
	void *w = r->w;

	feed_reader_close(r->reader);
	feed_server_close(r->server);
	shelf_free(&r->shelf);
	free(r);
	return world_close(&w);
}

static bool has_all(void *ctx)
{
	struct reading *r = ctx;

	return r->next == r->shelf.count + 1;
}

static bool is_parked(void *ctx)
{
	return feed_server_stats(((struct reading *)ctx)->server).parked == 1;
}

static bool has_stopped(void *ctx)
{
	return ((struct reading *)ctx)->stopped != 0;
}

static bool has_been_denied(void *ctx)
{
	return ((struct reading *)ctx)->denied > 0;
}

static bool has_heads(void *ctx)
{
	struct reading *r = ctx;

	return r->heads >= r->wanted;
}

static bool was_called(void *ctx)
{
	struct reading *r = ctx;

	return r->calls >= r->wanted;
}

static const struct position start = {0};

/* ---- tests ---- */

static void test_empty_start_then_woken(void **state)
{
	struct reading *r = *state;

	start_reader(r, &start, 30000);
	world_until(r->w, is_parked, r);
	assert_int_equal(r->calls, 0);
	put(r, 100);
	world_until(r->w, has_all, r);
	assert_int_equal(feed_reader_position(r->reader)->n, 1);
	assert_memory_equal(feed_reader_position(r->reader)->journal, r->shelf.journal,
			    JOURNAL_ID_SIZE);
	world_until(r->w, is_parked, r);
	put(r, 0);
	put(r, 5);
	world_until(r->w, has_all, r);
	assert_int_equal(r->head.n, 3);
	assert_int_equal(r->stopped, 0);
}

static void test_poll_ends_at_its_deadline(void **state)
{
	struct reading *r = *state;

	start_reader(r, &start, 5);
	r->wanted = 3;
	world_until(r->w, has_heads, r);
	assert_int_equal(r->calls, 0);
	assert_int_equal(r->head.n, 0);
}

static void test_batches(void **state)
{
	struct reading *r = *state;

	for (int i = 0; i < 10000; i++)
		put(r, (size_t)(i % 700));
	start_reader(r, &start, 30000);
	world_until(r->w, has_all, r);
	assert_true(r->calls >= 4 && r->calls < 20);
	assert_int_equal(feed_server_stats(r->server).items, 10000);
	assert_int_equal(r->head.n, 10000);

	/* From the middle on. */
	struct position middle = {.n = 9990};
	memcpy(middle.journal, r->shelf.journal, JOURNAL_ID_SIZE);
	shelf_chain(9990, middle.chain);
	feed_reader_close(r->reader);
	start_reader(r, &middle, 30000);
	world_until(r->w, has_all, r);
}

static void test_big_item_in_parts(void **state)
{
	struct reading *r = *state;

	put(r, 10);
	put(r, BIG);
	put(r, 760 << 10); /* about an answer */
	put(r, 20);
	start_reader(r, &start, 30000);
	world_until(r->w, has_all, r);
	assert_int_equal(r->calls, 4);
	assert_true(feed_server_stats(r->server).items > 6);
}

static void test_paused_reader_gets_the_same_again(void **state)
{
	struct reading *r = *state;

	for (int i = 0; i < 5; i++)
		put(r, 50);
	r->answer = -EAGAIN;
	start_reader(r, &start, 30000);
	r->wanted = 1;
	world_until(r->w, was_called, r);
	world_turns(r->w, 20);
	assert_int_equal(r->calls, 1);
	assert_int_equal(feed_reader_position(r->reader)->n, 0);
	r->answer = 0;
	feed_reader_resume(r->reader);
	world_until(r->w, has_all, r);

	/* And of an item in parts. */
	r->answer = -EAGAIN;
	r->wanted = r->calls + 1;
	put(r, BIG);
	world_until(r->w, was_called, r);
	r->answer = 0;
	feed_reader_resume(r->reader);
	world_until(r->w, has_all, r);
}

static void test_forked(void **state)
{
	struct reading *r = *state;
	struct position from = {.n = 2};

	put(r, 10);
	put(r, 10);
	memcpy(from.journal, r->shelf.journal, JOURNAL_ID_SIZE);
	shelf_chain(3, from.chain);
	start_reader(r, &from, 30000);
	world_until(r->w, has_stopped, r);
	assert_int_equal(r->stopped, ERR_FORKED);
	assert_int_equal(r->calls, 0);
}

static int contains_all(void *ctx, const struct position *p)
{
	(void)ctx;
	(void)p;
	return 0;
}

static void test_other_journal_is_forked(void **state)
{
	struct reading *r = *state;
	struct feed_source careless = shelf_source(&r->shelf);
	struct position from = {.n = 1};
	void *router;

	careless.contains = contains_all;
	put(r, 10);
	put(r, 10);
	feed_server_close(r->server);
	world_bind_feed(r->w, &router);
	assert_int_equal(feed_server_open(r->w->server, r->w->gate, router, ROLE_INTAKE,
					  &careless, &r->server),
			 0);
	memset(from.journal, 8, JOURNAL_ID_SIZE);
	start_reader(r, &from, 30000);
	world_until(r->w, has_stopped, r);
	assert_int_equal(r->stopped, ERR_FORKED);
	assert_int_equal(r->calls, 0);
}

static void test_handler_stops_the_reader(void **state)
{
	struct reading *r = *state;

	put(r, 10);
	r->answer = ERR_CORRUPT;
	start_reader(r, &start, 30000);
	world_until(r->w, has_stopped, r);
	assert_int_equal(r->stopped, ERR_CORRUPT);
	put(r, 10);
	world_turns(r->w, 20);
	assert_int_equal(r->calls, 1);
}

static void test_source_in_trouble_is_asked_later(void **state)
{
	struct reading *r = *state;

	put(r, 10);
	r->shelf.read_error = ERR_RETRY;
	start_reader(r, &start, 30000);
	while (r->shelf.reads < 2)
		world_turns(r->w, 1);
	r->shelf.read_error = 0;
	world_until(r->w, has_all, r);
}

static void test_revoked_reader_waits_until_admitted(void **state)
{
	struct reading *r = *state;

	start_reader(r, &start, 30000);
	world_until(r->w, is_parked, r);
	world_revoke(r->w, &r->w->client_key);
	put(r, 10); /* wakes its poll, which is not answered with it */
	world_until(r->w, has_been_denied, r);
	assert_int_equal(r->calls, 0);
	assert_int_equal(feed_server_stats(r->server).refused, 1);
	assert_int_equal(r->stopped, 0);
	world_admit(r->w, &r->w->client_key);
	world_until(r->w, has_all, r);
	assert_int_equal(r->state, CLIENT_UP);
}

static void test_server_restarts(void **state)
{
	struct reading *r = *state;
	const struct feed_source source = shelf_source(&r->shelf);

	put(r, 10);
	start_reader(r, &start, 30000);
	world_until(r->w, is_parked, r);
	feed_server_close(r->server);
	r->server = NULL;
	world_stop_server(r->w);
	world_turns(r->w, 20);

	world_start_server(r->w, true);
	assert_int_equal(feed_server_open(r->w->server, r->w->gate, r->w->router,
					  ROLE_INTAKE, &source, &r->server),
			 0);
	put(r, 20);
	world_until(r->w, has_all, r);
	assert_int_equal(r->stopped, 0);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, open_reading, close_reading)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_empty_start_then_woken),
	    TEST(test_poll_ends_at_its_deadline),
	    TEST(test_batches),
	    TEST(test_big_item_in_parts),
	    TEST(test_paused_reader_gets_the_same_again),
	    TEST(test_forked),
	    TEST(test_other_journal_is_forked),
	    TEST(test_handler_stops_the_reader),
	    TEST(test_source_in_trouble_is_asked_later),
	    TEST(test_revoked_reader_waits_until_admitted),
	    TEST(test_server_restarts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
