#include "tests/unit/scorer/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/report/edge.h"
#include "common/store/store.h"
#include "services/scorer/serving.h"

enum { MAP_BYTES = 64 << 20, PATIENCE_MS = 30000, RESEND_MS = 5000, AGAIN_MS = 20 };

static const char any_port[] = "tcp://127.0.0.1:*";

/* ---- the collector ---- */

static struct position journal_head_now(void *ctx)
{
	return small_head(ctx);
}

static int journal_has(void *ctx, const struct position *p)
{
	const struct small *j = ctx;

	if (memcmp(p->journal, j->journal, JOURNAL_ID_SIZE) != 0 || p->n > j->count ||
	    memcmp(p->chain, j->chains[p->n], CHAIN_SIZE) != 0)
		return ERR_FORKED;
	return 0;
}

static int journal_items(void *ctx, uint64_t n, feed_emit_fn *emit, void *emit_ctx)
{
	const struct small *j = ctx;
	int err = 0;

	for (uint64_t i = n; i <= j->count && err == 0; i++)
		err = emit(emit_ctx, i, j->chains[i], buf_bytes(&j->records[i - 1]));
	return err < 0 ? err : 0;
}

static void open_collector(struct world *w)
{
	const struct feed_source source = {
	    .ctx = &w->journal,
	    .head = journal_head_now,
	    .contains = journal_has,
	    .read = journal_items,
	};
	struct faults faults;
	void *router;

	faults_init(&faults);
	assert_int_equal(loop_open(&w->loop), 0);
	assert_int_equal(
	    gate_open(w->loop, &w->keys[KEY_COLLECTOR], w->dir, &w->gate, &faults), 0);
	assert_int_equal(gate_feed_router(w->gate, any_port, ROLE_INTERNAL, &router),
			 0);
	assert_int_equal(gate_endpoint(router, w->collector_at), 0);
	assert_int_equal(feed_server_open(w->loop, w->gate, router, ROLE_INTERNAL,
					  &source, &w->collector),
			 0);
	faults_free(&faults);
}

static void make_keys(struct world *w)
{
	static const struct {
		const char *name;
		enum role role;
	} all[WORLD_KEYS] = {
	    [KEY_COLLECTOR] = {"collector", ROLE_INTERNAL},
	    [KEY_SCORER] = {"scorer", ROLE_INTERNAL},
	    [KEY_PUBLISHER] = {"publisher", ROLE_INTERNAL},
	    [KEY_OPERATOR] = {"operator", ROLE_OPERATOR},
	    [KEY_AUDITOR] = {"auditor", ROLE_AUDITOR},
	    [KEY_RELEASER] = {"releaser", ROLE_RELEASER},
	};

	for (int i = 0; i < WORLD_KEYS; i++) {
		assert_int_equal(key_make(all[i].name, all[i].role, &w->keys[i]), 0);
		assert_int_equal(key_write(&w->keys[i], w->dir), 0);
	}
}

void world_open(struct world *w, bool trial, uint32_t units)
{
	memset(w, 0, sizeof(*w));
	strcpy(w->dir, "/tmp/par-scorer-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	make_keys(w);
	small_init(&w->journal, trial, units);
	open_collector(w);
}

static void remove_keys(struct world *w)
{
	char path[256];

	for (int i = 0; i < WORLD_KEYS; i++) {
		snprintf(path, sizeof(path), "%s/%s.key", w->dir, w->keys[i].name);
		remove(path);
		snprintf(path, sizeof(path), "%s/%s.pub", w->dir, w->keys[i].name);
		remove(path);
	}
}

static void forget_items(struct world *w)
{
	for (size_t i = 0; i < w->item_count; i++)
		free(w->items[i].data);
	w->item_count = 0;
}

void world_close(struct world *w)
{
	feed_server_close(w->collector);
	gate_close(w->gate);
	loop_close(w->loop);
	forget_items(w);
	world_remove_results(w);
	remove_keys(w);
	remove(w->dir);
	small_free(&w->journal);
}

void world_wake(struct world *w)
{
	feed_server_wake(w->collector);
}

/* ---- the publisher ---- */

static int on_items(void *ctx, const struct feed_item items[], size_t count,
		    const uint8_t journal[JOURNAL_ID_SIZE])
{
	struct world *w = ctx;

	assert_memory_equal(journal, w->journal.journal, JOURNAL_ID_SIZE);
	for (size_t i = 0; i < count; i++) {
		struct world_item *to = &w->items[w->item_count];

		assert_int_equal(items[i].n, w->from.n + w->item_count + 1);
		assert_true(++w->item_count <= WORLD_ITEMS_MAX);
		memcpy(to->chain, items[i].chain, CHAIN_SIZE);
		to->len = items[i].payload.len;
		to->data = malloc(to->len + 1);
		assert_non_null(to->data);
		memcpy(to->data, items[i].payload.data, to->len);
	}
	return 0;
}

static void on_head(void *ctx, const struct position *head, struct bytes info)
{
	struct world *w = ctx;

	(void)head;
	assert_true(info.len <= sizeof(w->heads));
	if (info.len > 0)
		memcpy(w->heads, info.data, info.len);
	w->heads_len = info.len;
}

static void on_stop(void *ctx, int err, const char *words)
{
	struct world *w = ctx;

	(void)err;
	(void)words;
	w->reader_stopped = true;
}

static void open_publisher(struct world *w)
{
	const struct client_config config = {
	    .endpoint = w->feed_at,
	    .server_public = w->keys[KEY_SCORER].public_text,
	    .key = &w->keys[KEY_PUBLISHER],
	    .resend_ms = RESEND_MS,
	};
	const struct feed_handlers handlers = {
	    .ctx = w,
	    .on_items = on_items,
	    .on_head = on_head,
	    .on_stop = on_stop,
	};

	assert_int_equal(feed_reader_open(w->loop, &config, &w->from, 1000, &handlers,
					  &w->publisher),
			 0);
}

/* ---- the operator ---- */

static bool on_reply(void *ctx, const uint8_t id[WIRE_ID_SIZE], struct bytes payload)
{
	struct world *w = ctx;
	Par__V1__InspectReply *reply =
	    par__v1__inspect_reply__unpack(NULL, payload.len, payload.data);

	assert_non_null(reply);
	if (reply->outcome == PAR__V1__OUTCOME__OUTCOME_TRY_LATER) {
		w->later++;
		par__v1__inspect_reply__free_unpacked(reply, NULL);
		client_delay(w->client, id, AGAIN_MS);
		return false;
	}
	w->reply = reply;
	return true;
}

static void on_client_state(void *ctx, enum client_state state)
{
	(void)ctx;
	(void)state;
}

static void open_client(struct world *w, enum world_key who)
{
	const struct client_config config = {
	    .endpoint = w->inspect_at,
	    .server_public = w->keys[KEY_SCORER].public_text,
	    .key = &w->keys[who],
	    .max_message = FEED_MESSAGE_MAX,
	    .resend_ms = RESEND_MS,
	    .in_flight_max = 1,
	};

	assert_int_equal(client_open(w->loop, &config, wire_id, on_reply,
				     on_client_state, w, &w->client),
			 0);
}

bool world_answered(const struct world *w)
{
	return w->reply != NULL;
}

bool world_later(const struct world *w)
{
	return w->later > 0;
}

static void forget_reply(struct world *w)
{
	if (w->reply != NULL)
		par__v1__inspect_reply__free_unpacked(w->reply, NULL);
	w->reply = NULL;
}

static void begin(struct world *w, Par__V1__InspectRequest *request)
{
	uint8_t id[WIRE_ID_SIZE];
	struct buf out;

	forget_reply(w);
	w->later = 0;
	randombytes_buf(id, sizeof(id));
	request->version = WIRE_VERSION;
	request->id.data = id;
	request->id.len = sizeof(id);
	buf_init(&out, 4096);
	assert_int_equal(edge_pack(&request->base, &out), 0);
	assert_int_equal(client_send(w->client, id, buf_bytes(&out)), 0);
	buf_free(&out);
}

void world_begin(struct world *w, Par__V1__ScoresQuery *query)
{
	Par__V1__InspectRequest request = PAR__V1__INSPECT_REQUEST__INIT;

	request.what_case = PAR__V1__INSPECT_REQUEST__WHAT_SCORES;
	request.scores = query;
	begin(w, &request);
}

const Par__V1__InspectReply *world_ask_any(struct world *w,
					   Par__V1__InspectRequest *request)
{
	begin(w, request);
	world_until(w, world_answered);
	return w->reply;
}

const Par__V1__InspectReply *world_ask(struct world *w, Par__V1__ScoresQuery *query)
{
	world_begin(w, query);
	world_until(w, world_answered);
	return w->reply;
}

const Par__V1__InspectReply *world_ask_unit(struct world *w, Par__V1__UnitQuery *query)
{
	Par__V1__InspectRequest request = PAR__V1__INSPECT_REQUEST__INIT;

	request.what_case = PAR__V1__INSPECT_REQUEST__WHAT_UNIT;
	request.unit = query;
	return world_ask_any(w, &request);
}

/* ---- the scorer ---- */

static void open_links(struct world *w)
{
	struct scorer *s = &w->scorer;
	void *feed, *inspect;

	assert_int_equal(gate_feed_router(s->gate, any_port, ROLE_INTERNAL, &feed), 0);
	assert_int_equal(gate_router(s->gate, any_port, ROLE_OPERATOR | ROLE_AUDITOR,
				     INSPECT_MESSAGE_MAX, 32, &inspect),
			 0);
	assert_int_equal(gate_endpoint(feed, w->feed_at), 0);
	assert_int_equal(gate_endpoint(inspect, w->inspect_at), 0);
	assert_int_equal(serving_open(s, feed), 0);
	assert_int_equal(inspect_open(s, inspect), 0);
}

static void open_reading(struct world *w)
{
	const struct client_config config = {
	    .endpoint = w->collector_at,
	    .server_public = w->keys[KEY_COLLECTOR].public_text,
	    .key = &w->keys[KEY_SCORER],
	    .resend_ms = RESEND_MS,
	};

	assert_int_equal(reading_open(&w->scorer, &config), 0);
}

static void results_path(const struct world *w, char path[128])
{
	snprintf(path, 128, "%s/results", w->dir);
}

void world_start(struct world *w, enum world_key who)
{
	struct scorer *s = &w->scorer;
	char path[128];

	memset(s, 0, sizeof(*s));
	faults_init(&s->halted);
	forget_items(w);
	results_path(w, path);
	assert_int_equal(loop_open(&s->loop), 0);
	assert_int_equal(results_open(path, MAP_BYTES, &s->results), 0);
	assert_int_equal(worker_open(&s->worker), 0);
	assert_int_equal(jobs_open(s), 0);
	assert_int_equal(
	    gate_open(s->loop, &w->keys[KEY_SCORER], w->dir, &s->gate, &s->halted), 0);
	open_links(w);
	open_reading(w);
	open_publisher(w);
	open_client(w, who);
}

void world_stop(struct world *w)
{
	struct scorer *s = &w->scorer;

	forget_reply(w);
	client_close(w->client);
	feed_reader_close(w->publisher);
	worker_close(s->worker);
	serving_close(s);
	inspect_close(s);
	jobs_close(s);
	releasing_free(s);
	reading_close(s);
	results_close(s->results);
	gate_close(s->gate);
	loop_close(s->loop);
	faults_free(&s->halted);
}

void world_remove_results(struct world *w)
{
	char path[128];

	results_path(w, path);
	assert_int_equal(store_remove(path), 0);
}

void world_until(struct world *w, world_fn *fn)
{
	uint64_t end_ms = clock_mono_ms() + PATIENCE_MS;

	while (!fn(w)) {
		if (clock_mono_ms() > end_ms)
			fail_msg("this takes too long");
		assert_int_equal(loop_turn(w->loop, 1), 0);
		assert_int_equal(loop_turn(w->scorer.loop, 1), 0);
	}
}

bool world_wanted(const struct world *w)
{
	return w->item_count == w->wanted;
}

void world_until_items(struct world *w, size_t count)
{
	w->wanted = count;
	world_until(w, world_wanted);
}

bool world_heads(const struct world *w)
{
	return w->heads_len > 0;
}

bool world_reached(const struct world *w)
{
	return w->scorer.reading.reached && w->scorer.reading.at.n == w->journal.count;
}

bool world_head_again(const struct world *w)
{
	return w->scorer.reading.heads > w->heads_before;
}

bool world_halted(const struct world *w)
{
	return w->scorer.halted.count > 0;
}

bool world_failed(const struct world *w)
{
	return w->scorer.failed;
}
