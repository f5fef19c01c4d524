/*
 * The publisher whole, in one process with a stand-in for the scorer and a reader of
 * link 4, each with a loop of its own.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/base/log.h"
#include "services/publisher/publisher.h"
#include "tests/unit/publisher/example.h"

enum { ITEMS_MAX = 8, PATIENCE_MS = 20000, ANSWER_MAX = 1 << 20 };

static const uint8_t journal[JOURNAL_ID_SIZE] = "journal-journal";
static const uint8_t other_journal[JOURNAL_ID_SIZE] = "another-journal";

/* What the stand-in serves on link 3. */
struct scorer {
	const uint8_t *journal;
	struct buf items[ITEMS_MAX];
	uint64_t count;
	uint64_t first_asked; /* ordinal that was read first; 0: none */
	struct gate *gate;
	struct feed_server *server;
};

/* What the reader of link 4 got. */
struct reader {
	struct buf items[ITEMS_MAX];
	uint64_t count;
	struct feed_reader *feed;
};

struct world {
	char dir[64], keys[80], paths[3][128];
	char scorer_endpoint[ENDPOINT_MAX], feed_endpoint[ENDPOINT_MAX];
	struct key scorer_key, publisher_key, reader_key;
	struct loop *far, *near;
	struct scorer scorer;
	struct reader reader;
	struct settings settings;
	struct publisher publisher;
	bool open;
	struct buf answer; /* of the last HTTP request, with headers */
};

/* ---- turning ---- */

typedef bool until_fn(struct world *w);

static void turn(struct world *w)
{
	if (w->far != NULL)
		assert_int_equal(loop_turn(w->far, 2), 0);
	assert_int_equal(loop_turn(w->near, 2), 0);
}

static void turn_until(struct world *w, until_fn *done)
{
	uint64_t end = clock_mono_ms() + PATIENCE_MS;

	while (!done(w)) {
		assert_true(clock_mono_ms() < end);
		turn(w);
	}
}

static bool has_all(struct world *w)
{
	return releases_position(w->publisher.releases).n == w->scorer.count;
}

static bool reader_has_all(struct world *w)
{
	return w->reader.count == w->scorer.count;
}

static bool is_alarmed(struct world *w)
{
	return w->publisher.alarm[0] != '\0';
}

static bool knows_heads(struct world *w)
{
	return w->publisher.heads.count == 2;
}

/* ---- the stand-in ---- */

static struct position scorer_head(void *ctx)
{
	struct scorer *s = ctx;
	struct position p = {.n = s->count};

	memcpy(p.journal, s->journal, JOURNAL_ID_SIZE);
	example_chain(p.n, p.chain);
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
	uint8_t chain[CHAIN_SIZE];
	int err = 0;

	if (s->first_asked == 0)
		s->first_asked = n;
	for (; n <= s->count && err == 0; n++) {
		example_chain(n, chain);
		err = emit(emit_ctx, n, chain, buf_bytes(&s->items[n - 1]));
	}
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

static void scorer_start(struct world *w)
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

static void scorer_stop(struct world *w)
{
	feed_server_close(w->scorer.server);
	gate_close(w->scorer.gate);
	loop_close(w->far); /* only now the port is free again */
	w->scorer.server = NULL;
	w->scorer.gate = NULL;
	w->far = NULL;
}

static void add_release(struct world *w, const char *round, uint32_t number)
{
	const struct example e = {.round = round, .number = number};

	example_release(&e, &w->scorer.items[w->scorer.count++]);
	if (w->scorer.server != NULL)
		feed_server_wake(w->scorer.server);
}

static void add_retraction(struct world *w, const char *round, uint32_t number)
{
	example_retraction(round, number, "nhầm", &w->scorer.items[w->scorer.count++]);
	feed_server_wake(w->scorer.server);
}

/* ---- the publisher ---- */

static void publisher_start(struct world *w)
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

static void publisher_stop(struct world *w)
{
	if (w->open)
		publisher_close(&w->publisher);
	w->open = false;
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

/* The status; the answer is in w->answer. */
static int get(struct world *w, struct http *from, const char *path, const char *etag)
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

static int page(struct world *w, const char *path)
{
	return get(w, w->publisher.web, path, "none");
}

static bool says(struct world *w, const char *words)
{
	return example_count(&w->answer, words) > 0;
}

/* The ETag of the last answer, with its quotes. */
static void etag_of(struct world *w, char out[80])
{
	const char *at = memmem(w->answer.data, w->answer.len, "ETag: ", 6);

	assert_non_null(at);
	memcpy(out, at + 6, 66);
	out[66] = '\0';
}

/* ---- reading link 4 ---- */

static int reader_items(void *ctx, const struct feed_item items[], size_t count,
			const uint8_t from[JOURNAL_ID_SIZE])
{
	struct reader *r = ctx;
	uint8_t chain[CHAIN_SIZE];

	assert_memory_equal(from, journal, JOURNAL_ID_SIZE);
	for (size_t i = 0; i < count; i++) {
		struct buf *out = &r->items[r->count++];

		assert_int_equal(items[i].n, r->count);
		example_chain(r->count, chain);
		assert_memory_equal(items[i].chain, chain, CHAIN_SIZE);
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

static void reader_start(struct world *w)
{
	const struct client_config config = {
	    .endpoint = w->feed_endpoint,
	    .server_public = w->publisher_key.public_text,
	    .key = &w->reader_key,
	    .resend_ms = 5000,
	};
	const struct feed_handlers handlers = {
	    .ctx = &w->reader,
	    .on_items = reader_items,
	    .on_head = reader_head,
	    .on_stop = reader_stop,
	};
	struct position start = {0};

	assert_int_equal(
	    feed_reader_open(w->far, &config, &start, 1000, &handlers, &w->reader.feed),
	    0);
}

/* ---- set-up ---- */

static void make_key(struct world *w, const char *name, enum role role, struct key *out)
{
	assert_int_equal(key_make(name, role, out), 0);
	assert_int_equal(key_write(out, w->keys), 0);
}

static int set_up(void **state)
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
	scorer_start(w);
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

static int tear_down(void **state)
{
	struct world *w = *state;
	char command[128];

	feed_reader_close(w->reader.feed);
	publisher_stop(w);
	scorer_stop(w);
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

/* ---- cases ---- */

static void items_come_out_as_pages(void **state)
{
	struct world *w = *state;
	char etag[80];

	add_release(w, "mẫu 1", 1);
	publisher_start(w);
	turn_until(w, has_all);
	assert_int_equal(page(w, "/"), 200);
	assert_true(says(w, "href=\"m%E1%BA%ABu%201/1/\""));
	assert_int_equal(page(w, "/m%E1%BA%ABu%201"), 302);
	assert_int_equal(page(w, "/m%E1%BA%ABu%201/"), 302);
	assert_true(says(w, "Location: 1/\r\n"));
	assert_int_equal(page(w, "/m%E1%BA%ABu%201/1"), 302);
	assert_int_equal(page(w, "/m%E1%BA%ABu%201/1/"), 200);
	assert_true(says(w, "text/html; charset=utf-8"));
	assert_true(says(w, "no-cache"));
	assert_true(says(w, "72,35"));
	etag_of(w, etag);
	assert_int_equal(get(w, w->publisher.web, "/m%E1%BA%ABu%201/1/", etag), 304);
	assert_int_equal(page(w, "/m%E1%BA%ABu%201/1/en.html"), 200);
	assert_true(says(w, "72.35"));
	assert_int_equal(page(w, "/m%E1%BA%ABu%201/1/scores.csv"), 200);
	assert_true(says(w, "immutable"));
	assert_true(says(w, "filename=\"m___u_1-1.csv\""));
	assert_int_equal(page(w, "/m%E1%BA%ABu%201/1/scores.json"), 200);
	assert_true(says(w, "no-cache"));
	assert_int_equal(page(w, "/style.css"), 200);
	assert_int_equal(page(w, "/en.html"), 200);
}

static void what_is_not_there_is_said_in_words(void **state)
{
	static const char *const paths[] = {
	    "/favicon.ico", "/a/2/", "/a/1/x",           "/a/1x/",  "/a/01/",
	    "/b/",          "//",    "/a/1/scores.csv/", "/a%2F..",
	};
	struct world *w = *state;

	add_release(w, "a", 1);
	publisher_start(w);
	turn_until(w, has_all);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		assert_int_equal(page(w, paths[i]), 404);
	assert_true(says(w, "Không có trang này"));
}

static void rounds_under_way_are_shown(void **state)
{
	struct world *w = *state;

	publisher_start(w);
	turn_until(w, knows_heads);
	assert_int_equal(page(w, "/"), 200);
	assert_true(says(w, "khoảng 1.240"));
}

static void items_pass_on_unchanged(void **state)
{
	struct world *w = *state;

	add_release(w, "a", 1);
	publisher_start(w);
	reader_start(w);
	turn_until(w, reader_has_all);
	add_release(w, "a", 2);
	add_retraction(w, "a", 1);
	turn_until(w, reader_has_all);
	for (uint64_t i = 0; i < w->scorer.count; i++)
		assert_true(bytes_equal(buf_bytes(&w->scorer.items[i]),
					buf_bytes(&w->reader.items[i])));
}

static void a_retraction_changes_the_page_and_the_way(void **state)
{
	struct world *w = *state;
	char before[80];

	add_release(w, "a", 1);
	add_release(w, "a", 2);
	publisher_start(w);
	turn_until(w, has_all);
	assert_int_equal(page(w, "/a/2/"), 200);
	assert_false(says(w, "ĐÃ THU HỒI"));
	etag_of(w, before);
	assert_int_equal(page(w, "/a/"), 302);
	assert_true(says(w, "Location: 2/\r\n"));
	add_retraction(w, "a", 2);
	turn_until(w, has_all);
	assert_int_equal(get(w, w->publisher.web, "/a/2/", before), 200);
	assert_true(says(w, "ĐÃ THU HỒI"));
	assert_int_equal(page(w, "/a/"), 302);
	assert_true(says(w, "Location: 1/\r\n"));
}

static void a_restart_goes_on_where_it_was(void **state)
{
	struct world *w = *state;

	add_release(w, "a", 1);
	publisher_start(w);
	turn_until(w, has_all);
	publisher_stop(w);
	scorer_stop(w);
	add_release(w, "a", 2);
	publisher_start(w); /* with the scorer away */
	assert_int_equal(page(w, "/a/1/"), 200);
	assert_int_equal(get(w, w->publisher.health, "/readyz", ""), 200);
	scorer_start(w);
	turn_until(w, has_all);
	assert_int_equal(w->scorer.first_asked, 2);
	assert_int_equal(page(w, "/a/2/"), 200);
}

static void a_fork_alarms_and_serving_goes_on(void **state)
{
	struct world *w = *state;

	add_release(w, "a", 1);
	publisher_start(w);
	turn_until(w, has_all);
	publisher_stop(w);
	w->scorer.journal = other_journal;
	publisher_start(w);
	turn_until(w, is_alarmed);
	assert_int_equal(get(w, w->publisher.health, "/readyz", ""), 503);
	assert_true(says(w, "nothing was replaced"));
	assert_int_equal(page(w, "/a/1/"), 200);
	assert_int_equal(get(w, w->publisher.health, "/metrics", ""), 200);
	assert_true(says(w, "par_publisher_alarm 1\n"));
}

static void other_bytes_of_a_release_alarm(void **state)
{
	struct world *w = *state;
	struct buf before;

	add_release(w, "a", 1);
	publisher_start(w);
	turn_until(w, has_all);
	assert_int_equal(page(w, "/a/1/scores.csv"), 200);
	before = w->answer;
	buf_init(&w->answer, ANSWER_MAX);
	add_release(w, "a", 1);
	turn_until(w, is_alarmed);
	assert_int_equal(get(w, w->publisher.health, "/readyz", ""), 503);
	assert_int_equal(page(w, "/a/1/scores.csv"), 200);
	assert_true(bytes_equal(buf_bytes(&before), buf_bytes(&w->answer)));
	buf_free(&before);
}

static void wrong_settings_are_told_at_once(void **state)
{
	struct world *w = *state;
	struct faults faults;

	faults_init(&faults);
	w->settings.site = "vi.du/";
	w->settings.key = "/nowhere/publisher.key";
	assert_int_equal(publisher_init(&w->settings, w->near, &w->publisher, &faults),
			 ERR_CONFIG);
	assert_int_equal(faults.count, 3);
	faults_free(&faults);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    CASE(items_come_out_as_pages),
	    CASE(what_is_not_there_is_said_in_words),
	    CASE(rounds_under_way_are_shown),
	    CASE(items_pass_on_unchanged),
	    CASE(a_retraction_changes_the_page_and_the_way),
	    CASE(a_restart_goes_on_where_it_was),
	    CASE(a_fork_alarms_and_serving_goes_on),
	    CASE(other_bytes_of_a_release_alarm),
	    CASE(wrong_settings_are_told_at_once),
	};

	if (sodium_init() < 0)
		return 1;
	log_setup("publisher", LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
