#include "tests/unit/publisher/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/err.h"
#include "tests/unit/publisher/example.h"

enum { PATIENCE_MS = 20000 };

static const uint8_t journal[JOURNAL_ID_SIZE] = "journal-journal";
static const uint8_t other_journal[JOURNAL_ID_SIZE] = "another-journal";

/* ---- turning ---- */

static void turn(struct world *w)
{
	if (w->far != NULL)
		assert_int_equal(loop_turn(w->far, 2), 0);
	assert_int_equal(loop_turn(w->near, 2), 0);
}

void world_until(struct world *w, world_fn *done)
{
	uint64_t end = clock_mono_ms() + PATIENCE_MS;

	while (!done(w)) {
		assert_true(clock_mono_ms() < end);
		turn(w);
	}
}

/* ---- the stand-in ---- */

static struct position scorer_head(void *ctx)
{
	struct scorer *s = ctx;
	struct position p = {.n = s->count};

	memcpy(p.journal, s->journal, JOURNAL_ID_SIZE);
	memcpy(p.chain, s->chains[p.n], CHAIN_SIZE);
	return p;
}

static int scorer_contains(void *ctx, const struct position *p)
{
	struct scorer *s = ctx;

	return memcmp(p->journal, s->journal, JOURNAL_ID_SIZE) == 0 ? 0 : ERR_FORKED;
}

static int scorer_read(void *ctx, uint64_t n, feed_emit_fn *emit, void *emit_ctx)
{
	struct scorer *s = ctx;
	int err = 0;

	if (s->first_asked == 0)
		s->first_asked = n;
	for (; n <= s->count && err == 0; n++)
		err = emit(emit_ctx, n, s->chains[n], buf_bytes(&s->items[n - 1]));
	return err < 0 ? err : 0;
}

static int scorer_info(void *ctx, struct buf *out)
{
	struct buf heads;
	int err;

	(void)ctx;
	example_heads(&heads);
	err = buf_put(out, heads.data, heads.len);
	buf_free(&heads);
	return err;
}

void world_start_scorer(struct world *w)
{
	struct scorer *s = &w->scorer;
	const struct feed_source source = {
	    .ctx = s,
	    .head = scorer_head,
	    .contains = scorer_contains,
	    .read = scorer_read,
	    .info = scorer_info,
	};
	struct faults faults;
	void *router;

	faults_init(&faults);
	s->first_asked = 0;
	assert_int_equal(loop_open(&w->far), 0);
	assert_int_equal(gate_open(w->far, &w->scorer_key, w->keys, &s->gate, &faults),
			 0);
	assert_int_equal(
	    gate_feed_router(s->gate, w->scorer_endpoint, ROLE_INTERNAL, &router), 0);
	assert_int_equal(gate_endpoint(router, w->scorer_endpoint), 0);
	assert_int_equal(feed_server_open(w->far, s->gate, router, ROLE_INTERNAL,
					  &source, &s->server),
			 0);
	faults_free(&faults);
}

void world_stop_scorer(struct world *w)
{
	feed_server_close(w->scorer.server);
	gate_close(w->scorer.gate);
	loop_close(w->far); /* only now the port is free again */
	w->scorer.server = NULL;
	w->scorer.gate = NULL;
	w->far = NULL;
}

/* The item behind the last one is new. */
static void chain_item(struct scorer *s)
{
	struct bytes item = buf_bytes(&s->items[s->count++]);

	entry_chain_start(s->journal, 0, s->chains[0]);
	memcpy(s->chains[s->count], s->chains[s->count - 1], CHAIN_SIZE);
	release_chain_next(s->chains[s->count], s->count, item);
}

void world_release(struct world *w, const char *round, uint32_t number)
{
	const struct example e = {.round = round, .number = number};

	example_release(&e, &w->scorer.items[w->scorer.count]);
	chain_item(&w->scorer);
	if (w->scorer.server != NULL)
		feed_server_wake(w->scorer.server);
}

void world_fail(struct world *w, const char *round, uint32_t number)
{
	example_failure(round, number, &w->scorer.items[w->scorer.count]);
	chain_item(&w->scorer);
	if (w->scorer.server != NULL)
		feed_server_wake(w->scorer.server);
}

void world_retract(struct world *w, const char *round, uint32_t number)
{
	example_retraction(round, number, "nhầm", &w->scorer.items[w->scorer.count]);
	chain_item(&w->scorer);
	feed_server_wake(w->scorer.server);
}

void world_change_journal(struct world *w)
{
	w->scorer.journal = other_journal;
}

/* ---- the publisher ---- */

void world_start_publisher(struct world *w)
{
	struct faults faults;

	faults_init(&faults);
	assert_int_equal(publisher_init(&w->settings, w->near, &w->publisher, &faults),
			 0);
	w->open = true;
	assert_int_equal(publisher_open(&w->publisher, &faults), 0);
	assert_int_equal(gate_endpoint(w->publisher.router, w->feed_endpoint), 0);
	faults_free(&faults);
}

void world_stop_publisher(struct world *w)
{
	if (!w->open)
		return;
	publisher_close(&w->publisher);
	w->open = false;
	loop_close(w->near); /* only now its endpoints are free again */
	assert_int_equal(loop_open(&w->near), 0);
}

/* ---- asking as a browser does ---- */

static int dial(unsigned port)
{
	struct sockaddr_in to = {
	    .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

static void receive_all(struct world *w, int fd)
{
	uint64_t end = clock_mono_ms() + PATIENCE_MS;
	ssize_t got = -1;

	buf_reset(&w->answer);
	while (got != 0) {
		assert_true(clock_mono_ms() < end);
		turn(w);
		assert_int_equal(buf_reserve(&w->answer, 65536), 0);
		got = recv(fd, w->answer.data + w->answer.len, 65536, MSG_DONTWAIT);
		if (got > 0)
			w->answer.len += (size_t)got;
	}
	close(fd);
}

int world_get(struct world *w, struct http *from, const char *path, const char *etag)
{
	char request[512];
	int len = snprintf(request, sizeof(request),
			   "GET %s HTTP/1.1\r\nHost: x\r\nIf-None-Match: %s\r\n"
			   "Connection: close\r\n\r\n",
			   path, etag);
	int fd = dial(http_port(from));

	assert_int_equal(send(fd, request, (size_t)len, 0), len);
	receive_all(w, fd);
	assert_true(w->answer.len > 12);
	return atoi((const char *)w->answer.data + 9);
}

/* ---- reading link 4 ---- */

static int reader_items(void *ctx, const struct feed_item items[], size_t count,
			const uint8_t from[JOURNAL_ID_SIZE])
{
	struct reader *r = ctx;

	assert_memory_equal(from, journal, JOURNAL_ID_SIZE);
	for (size_t i = 0; i < count; i++) {
		struct buf *out = &r->items[r->count++];

		assert_int_equal(items[i].n, r->count);
		assert_memory_equal(items[i].chain, r->scorer->chains[r->count],
				    CHAIN_SIZE);
		buf_init(out, ANSWER_MAX);
		assert_int_equal(
		    buf_put(out, items[i].payload.data, items[i].payload.len), 0);
	}
	return 0;
}

static void reader_head(void *ctx, const struct position *head, struct bytes info)
{
	const struct buf view = {.data = (uint8_t *)(uintptr_t)info.data,
				 .len = info.len};

	(void)ctx;
	(void)head;
	assert_int_equal(example_count(&view, "http://vi.du"), 1);
}

static void reader_stop(void *ctx, int err, const char *words)
{
	(void)ctx;
	fail_msg("link 4 stopped: %s %s", err_str(err), words);
}

void world_start_reader(struct world *w)
{
	const struct client_config config = {
	    .endpoint = w->feed_endpoint,
	    .server_public = w->publisher_key.public_text,
	    .key = &w->reader_key,
	    .resend_ms = 2 * FEED_WAIT_MAX_MS,
	};
	const struct feed_handlers handlers = {
	    .ctx = &w->reader,
	    .on_items = reader_items,
	    .on_head = reader_head,
	    .on_stop = reader_stop,
	};
	struct position start = {0};

	w->reader.scorer = &w->scorer;
	assert_int_equal(feed_reader_open(w->far, &config, &start, FEED_WAIT_MAX_MS,
					  &handlers, &w->reader.feed),
			 0);
}

/* ---- set-up ---- */

static void make_key(struct world *w, const char *name, enum role role, struct key *out)
{
	assert_int_equal(key_make(name, role, out), 0);
	assert_int_equal(key_write(out, w->keys), 0);
}

int world_open(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	strcpy(w->dir, "/tmp/par-publisher-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	snprintf(w->keys, sizeof(w->keys), "%s/keys", w->dir);
	assert_int_equal(loop_open(&w->near), 0);
	make_key(w, "scorer", ROLE_INTERNAL, &w->scorer_key);
	make_key(w, "publisher", ROLE_INTERNAL, &w->publisher_key);
	make_key(w, "reader", ROLE_DOWNSTREAM, &w->reader_key);
	strcpy(w->scorer_endpoint, "tcp://127.0.0.1:*");
	w->scorer.journal = journal;
	world_start_scorer(w);
	snprintf(w->paths[0], sizeof(w->paths[0]), "%s/publisher.key", w->keys);
	snprintf(w->paths[1], sizeof(w->paths[1]), "%s/scorer.pub", w->keys);
	w->settings = (struct settings){
	    .data = w->dir,
	    .key = w->paths[0],
	    .allow = w->keys,
	    .scorer = w->scorer_endpoint,
	    .scorer_key = w->paths[1],
	    .feed = "tcp://127.0.0.1:*",
	    .http = "127.0.0.1:0",
	    .site = "http://vi.du",
	    .health = "127.0.0.1:0",
	    .releases_bytes = 64 << 20,
	};
	buf_init(&w->answer, ANSWER_MAX);
	*state = w;
	return 0;
}

int world_close(void **state)
{
	struct world *w = *state;
	char command[128];

	feed_reader_close(w->reader.feed);
	world_stop_publisher(w);
	world_stop_scorer(w);
	loop_close(w->near);
	for (size_t i = 0; i < ITEMS_MAX; i++) {
		buf_free(&w->scorer.items[i]);
		buf_free(&w->reader.items[i]);
	}
	buf_free(&w->answer);
	snprintf(command, sizeof(command), "rm -rf %s", w->dir);
	assert_int_equal(system(command), 0);
	free(w);
	return 0;
}
