/* What a feed server answers to peers that are no readers of ours. */

#include "shelf.h"
#include "world.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "par/v1/feed.pb-c.h"

struct asking {
	struct world *w;
	struct shelf shelf;
	struct feed_server *server;
	struct client *client;
	size_t answers;
	Par__V1__Outcome outcome; /* of the last answer */
	size_t items, bytes;      /* in it */
	Par__V1__FeedRequest request;
	Par__V1__Position from;
	struct position at;
};

static bool on_reply(void *ctx, const uint8_t id[WIRE_ID_SIZE], struct bytes payload)
{
	struct asking *a = ctx;
	Par__V1__FeedReply *reply =
	    par__v1__feed_reply__unpack(NULL, payload.len, payload.data);

	(void)id;
	assert_non_null(reply);
	a->answers++;
	a->outcome = reply->outcome;
	a->items = reply->n_items;
	a->bytes = 0;
	for (size_t i = 0; i < reply->n_items; i++)
		a->bytes += reply->items[i]->payload.len;
	par__v1__feed_reply__free_unpacked(reply, NULL);
	return true;
}

static void open_client(struct asking *a)
{
	const struct client_config config = {
	    .endpoint = a->w->endpoint,
	    .server_public = a->w->server_key.public_text,
	    .key = &a->w->client_key,
	    .max_message = FEED_MESSAGE_MAX,
	    .resend_ms = 60000,
	    .in_flight_max = 8,
	};

	assert_int_equal(
	    client_open(a->w->client, &config, wire_id, on_reply, NULL, a, &a->client),
	    0);
}

static int open_asking(void **state)
{
	struct asking *a = calloc(1, sizeof(*a));
	void *w, *router;

	assert_non_null(a);
	world_open(&w);
	a->w = w;
	shelf_init(&a->shelf);
	world_admit(w, &a->w->client_key);
	const struct feed_source source = shelf_source(&a->shelf);
	world_bind_feed(a->w, &router);
	assert_int_equal(feed_server_open(a->w->server, a->w->gate, router, ROLE_INTAKE,
					  &source, &a->server),
			 0);
	open_client(a);
	par__v1__feed_request__init(&a->request);
	par__v1__position__init(&a->from);
	a->request.version = 1;
	*state = a;
	return 0;
}

static int close_asking(void **state)
{
	struct asking *a = *state;
	void *w = a->w;

	client_close(a->client);
	feed_server_close(a->server);
	shelf_free(&a->shelf);
	free(a);
	return world_close(&w);
}

static void from_head(struct asking *a)
{
	a->at = shelf_head(&a->shelf);
	a->from.journal = (ProtobufCBinaryData){JOURNAL_ID_SIZE, a->at.journal};
	a->from.chain = (ProtobufCBinaryData){CHAIN_SIZE, a->at.chain};
	a->from.n = a->at.n;
	a->request.from = &a->from;
}

static void send_request(struct asking *a)
{
	uint8_t id[WIRE_ID_SIZE], out[512];

	randombytes_buf(id, sizeof(id));
	a->request.id = (ProtobufCBinaryData){sizeof(id), id};
	a->answers = 0;
	size_t len = par__v1__feed_request__pack(&a->request, out);
	assert_int_equal(client_send(a->client, id, bytes_of(out, len)), 0);
}

static bool has_answer(void *ctx)
{
	return ((struct asking *)ctx)->answers > 0;
}

static Par__V1__Outcome ask(struct asking *a)
{
	send_request(a);
	world_until(a->w, has_answer, a);
	return a->outcome;
}

static void await_requests(struct asking *a, uint64_t count)
{
	while (feed_server_stats(a->server).requests < count)
		world_turns(a->w, 1);
}

static void test_faults_are_refused(void **state)
{
	struct asking *a = *state;

	shelf_put(&a->shelf, 10);
	a->request.version = 2;
	assert_int_equal(ask(a), PAR__V1__OUTCOME__OUTCOME_REFUSED);
	a->request.version = 1;
	assert_int_equal(ask(a), PAR__V1__OUTCOME__OUTCOME_DONE);
	a->request.part = 1; /* the item is whole */
	assert_int_equal(ask(a), PAR__V1__OUTCOME__OUTCOME_REFUSED);
	a->request.part = 0;
	from_head(a);
	a->from.journal.len = 3;
	assert_int_equal(ask(a), PAR__V1__OUTCOME__OUTCOME_REFUSED);
	from_head(a);
	a->from.n = 2;
	assert_int_equal(ask(a), PAR__V1__OUTCOME__OUTCOME_FORKED);
	assert_int_equal(feed_server_stats(a->server).refused, 3);
}

static void test_garbage_is_dropped(void **state)
{
	struct asking *a = *state;
	uint8_t id[WIRE_ID_SIZE] = {1}, junk[3000];

	memset(junk, 0xff, sizeof(junk));
	assert_int_equal(client_send(a->client, id, bytes_of(junk, sizeof(junk))), 0);
	id[0] = 2;
	assert_int_equal(client_send(a->client, id, bytes_of(junk, 0)), 0);
	await_requests(a, 2);
	assert_int_equal(feed_server_stats(a->server).refused, 2);
	assert_int_equal(ask(a), PAR__V1__OUTCOME__OUTCOME_DONE);
	assert_int_equal(client_state(a->client), CLIENT_UP);
}

static void test_small_answers_when_asked_for(void **state)
{
	struct asking *a = *state;

	for (int i = 0; i < 10; i++)
		shelf_put(&a->shelf, 1000);
	a->request.max_bytes = 3500;
	assert_int_equal(ask(a), PAR__V1__OUTCOME__OUTCOME_DONE);
	assert_int_equal(a->items, 3);
	a->request.max_bytes = 0;
	assert_int_equal(ask(a), PAR__V1__OUTCOME__OUTCOME_DONE);
	assert_int_equal(a->items, 1); /* a piece of the first, at least */
}

static void test_a_role_sees_its_part_of_an_item(void **state)
{
	struct asking *a = *state;

	a->request.max_bytes = FEED_MESSAGE_MAX;
	shelf_put(&a->shelf, 2 << 20);
	shelf_put(&a->shelf, 5000);
	assert_int_equal(ask(a), PAR__V1__OUTCOME__OUTCOME_DONE);
	assert_int_equal(a->items, 1); /* a piece */
	assert_true(a->bytes > 5000);
	a->shelf.intake_sees = 76;
	assert_int_equal(ask(a), PAR__V1__OUTCOME__OUTCOME_DONE);
	assert_int_equal(a->items, 2);
	assert_int_equal(a->bytes, 2 * 76);
	assert_int_equal(a->shelf.given, 1 + 2);
	/* A piece of what is small now. */
	a->request.part = 1;
	assert_int_equal(ask(a), PAR__V1__OUTCOME__OUTCOME_REFUSED);
}

/* Else an answer of a few bytes could cost a pass over the whole store. */
static void test_what_is_not_seen_is_read_in_turns(void **state)
{
	struct asking *a = *state;

	a->request.max_bytes = FEED_MESSAGE_MAX;
	a->shelf.intake_sees = 76;
	for (int i = 0; i < 10; i++)
		shelf_put(&a->shelf, BIG);
	assert_int_equal(ask(a), PAR__V1__OUTCOME__OUTCOME_DONE);
	assert_int_equal(a->items, 3); /* of 3 MiB */
}

static void test_one_parked_poll_a_peer(void **state)
{
	struct asking *a = *state;

	shelf_put(&a->shelf, 10);
	from_head(a);
	a->request.wait_ms = 30000;
	send_request(a);
	send_request(a);
	await_requests(a, 2);
	assert_int_equal(feed_server_stats(a->server).parked, 1);
	shelf_put(&a->shelf, 10);
	feed_server_wake(a->server);
	world_until(a->w, has_answer, a);
	world_turns(a->w, 20);
	assert_int_equal(a->answers, 1);
	assert_int_equal(a->items, 1);
	assert_int_equal(feed_server_stats(a->server).parked, 0);
}

static void test_woken_without_items_tells_the_head(void **state)
{
	struct asking *a = *state;

	shelf_put(&a->shelf, 10);
	from_head(a);
	a->request.wait_ms = 30000;
	send_request(a);
	await_requests(a, 1);
	feed_server_wake(a->server);
	world_until(a->w, has_answer, a);
	assert_int_equal(a->outcome, PAR__V1__OUTCOME__OUTCOME_DONE);
	assert_int_equal(a->items, 0);
}

static void test_revoked_key_gets_no_data(void **state)
{
	struct asking *a = *state;

	shelf_put(&a->shelf, 10);
	from_head(a);
	a->request.wait_ms = 30000;
	send_request(a);
	await_requests(a, 1);
	world_revoke(a->w, &a->w->client_key);
	shelf_put(&a->shelf, 10);
	feed_server_wake(a->server);
	world_until(a->w, has_answer, a);
	assert_int_equal(a->outcome, PAR__V1__OUTCOME__OUTCOME_REFUSED);
	assert_int_equal(a->items, 0);
	a->request.wait_ms = 0;
	assert_int_equal(ask(a), PAR__V1__OUTCOME__OUTCOME_REFUSED);
	assert_int_equal(a->items, 0);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, open_asking, close_asking)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_faults_are_refused),
	    TEST(test_garbage_is_dropped),
	    TEST(test_small_answers_when_asked_for),
	    TEST(test_a_role_sees_its_part_of_an_item),
	    TEST(test_what_is_not_seen_is_read_in_turns),
	    TEST(test_one_parked_poll_a_peer),
	    TEST(test_woken_without_items_tells_the_head),
	    TEST(test_revoked_key_gets_no_data),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
