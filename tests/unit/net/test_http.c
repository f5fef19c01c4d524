/* The HTTP server and the health listener, spoken to over plain sockets. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/net/http.h"

enum { LARGE = 50 << 20 }; /* two of them are sent at a time, no third */

struct fixture {
	struct loop *loop;
	struct http *http;
	char answer[1 << 16];
	size_t len;
	int requests;
	char path[200], language[64];
	bool ready;
};

static void on_request(void *ctx, const struct http_request *request,
		       struct http_response *out)
{
	struct fixture *f = ctx;

	f->requests++;
	snprintf(f->path, sizeof(f->path), "%s", request->path);
	snprintf(f->language, sizeof(f->language), "%s", request->language);
	assert_int_equal(out->status, 404);
	out->type = "text/html; charset=utf-8";
	if (strcmp(request->path, "/old") == 0) {
		out->status = 302;
		memcpy(out->location, "/new", 5);
		return;
	}
	if (strcmp(request->path, "/large") == 0) {
		out->status = 200;
		assert_int_equal(buf_reserve(&out->body, LARGE), 0);
		memset(out->body.data, 'x', LARGE);
		out->body.len = LARGE;
		return;
	}
	if (strcmp(request->path, "/trang chủ") != 0)
		return;
	out->status = 200;
	out->immutable = true;
	memcpy(out->etag, "\"abc\"", 6);
	memcpy(out->filename, "scores.csv", 11);
	assert_int_equal(buf_put_str(&out->body, "xin chào"), 0);
}

static int open_at(void **state, const char *where)
{
	static struct fixture f;

	f = (struct fixture){0};
	assert_int_equal(loop_open(&f.loop), 0);
	assert_int_equal(http_open(f.loop, where, 4, 1, on_request, &f, &f.http), 0);
	*state = &f;
	return 0;
}

static int open_fixture(void **state)
{
	return open_at(state, "127.0.0.1:0");
}

/* IPv4 clients come to it under IPv6 addresses. */
static int open_for_both(void **state)
{
	return open_at(state, "[::]:0");
}

static int close_fixture(void **state)
{
	struct fixture *f = *state;

	http_close(f->http);
	loop_close(f->loop);
	return 0;
}

static int dial_from(const struct fixture *f, const char *address)
{
	struct sockaddr_in from = {.sin_family = AF_INET};
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)http_port(f->http))};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	inet_pton(AF_INET, address, &from.sin_addr);
	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	assert_int_equal(bind(fd, (struct sockaddr *)&from, sizeof(from)), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	return fd;
}

static int dial(const struct fixture *f)
{
	return dial_from(f, "127.0.0.1");
}

static void say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* False: the other side has closed. What comes is added to the answer. */
static bool listen_once(struct fixture *f, int fd)
{
	assert_int_equal(loop_turn(f->loop, 1), 0);
	ssize_t got = recv(fd, f->answer + f->len, sizeof(f->answer) - 1 - f->len, 0);
	if (got > 0)
		f->len += (size_t)got;
	f->answer[f->len] = '\0';
	return got > 0 || (got < 0 && errno == EAGAIN);
}

/* Sends a request whose headers it ends, and reads until the server closes. */
static const char *ask(struct fixture *f, const char *request)
{
	int fd = dial(f);

	f->len = 0;
	say(fd, request);
	say(fd, "Host: test\r\nConnection: close\r\n\r\n");
	while (listen_once(f, fd))
		continue;
	close(fd);
	return f->answer;
}

static void expect(const char *answer, const char *part)
{
	if (!strstr(answer, part))
		fail_msg("no \"%s\" in:\n%s", part, answer);
}

static const char *body_of(const char *answer)
{
	const char *end = strstr(answer, "\r\n\r\n");

	assert_non_null(end);
	return end + 4;
}

static void test_get(void **state)
{
	struct fixture *f = *state;
	const char *a = ask(f, "GET /trang%20ch%E1%BB%A7?x=1 HTTP/1.1\r\n"
			       "Accept-Language: vi,en;q=0.5\r\n");

	expect(a, "HTTP/1.1 200 ");
	expect(a, "Content-Type: text/html; charset=utf-8\r\n");
	expect(a, "ETag: \"abc\"\r\n");
	expect(a, "immutable\r\n");
	expect(a, "Content-Disposition: attachment; filename=\"scores.csv\"\r\n");
	assert_string_equal(body_of(a), "xin chào");
	assert_string_equal(f->path, "/trang chủ");
	assert_string_equal(f->language, "vi,en;q=0.5");
}

static void test_head_has_no_body(void **state)
{
	struct fixture *f = *state;
	const char *a = ask(f, "HEAD /trang%20ch%E1%BB%A7 HTTP/1.1\r\n");

	expect(a, "HTTP/1.1 200 ");
	expect(a, "Content-Length: 9\r\n");
	assert_string_equal(body_of(a), "");
}

static void test_not_modified(void **state)
{
	struct fixture *f = *state;
	const char *const same[] = {"\"abc\"", "\"x\", W/\"abc\"", "*"};

	for (size_t i = 0; i < 3; i++) {
		char request[200];
		snprintf(
		    request, sizeof(request),
		    "GET /trang%%20ch%%E1%%BB%%A7 HTTP/1.1\r\nIf-None-Match: %s\r\n",
		    same[i]);
		const char *a = ask(f, request);
		expect(a, "HTTP/1.1 304 ");
		expect(a, "ETag: \"abc\"\r\n");
		assert_string_equal(body_of(a), "");
	}
	expect(ask(f, "GET /trang%20ch%E1%BB%A7 HTTP/1.1\r\nIf-None-Match: \"ab\"\r\n"),
	       "HTTP/1.1 200 ");
}

static void test_not_there_and_elsewhere(void **state)
{
	struct fixture *f = *state;

	expect(ask(f, "GET /none HTTP/1.1\r\n"), "HTTP/1.1 404 ");
	const char *a = ask(f, "GET /old HTTP/1.1\r\n");
	expect(a, "HTTP/1.1 302 ");
	expect(a, "Location: /new\r\n");
	expect(a, "no-cache\r\n");
}

static void test_other_methods(void **state)
{
	struct fixture *f = *state;
	const char *a = ask(f, "POST /trang HTTP/1.1\r\nContent-Length: 100\r\n");

	expect(a, "HTTP/1.1 405 ");
	expect(a, "Allow: GET, HEAD\r\n");
	expect(ask(f, "DELETE / HTTP/1.1\r\n"), "HTTP/1.1 405 ");
	assert_int_equal(f->requests, 0);
}

static void test_two_requests_of_one_connection(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f);

	for (int i = 1; i <= 2; i++) {
		f->len = 0;
		say(fd, "GET /none HTTP/1.1\r\nHost: test\r\n\r\n");
		while (f->len == 0)
			assert_true(listen_once(f, fd));
		expect(f->answer, "HTTP/1.1 404 ");
		assert_int_equal(f->requests, i);
	}
	close(fd);
}

static void test_oversized_request(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f);
	char line[1001];

	memset(line, 'x', 1000);
	line[1000] = '\0';
	say(fd, "GET / HTTP/1.1\r\nHost: ");
	for (int i = 0; i < 40; i++)
		say(fd, line);
	say(fd, "\r\n\r\n");
	while (listen_once(f, fd))
		continue;
	assert_int_equal(f->requests, 0);
	close(fd);
}

/* One byte now and then keeps a connection alive, but not a request. */
static void test_slow_request_is_shut(void **state)
{
	struct fixture *f = *state;
	uint64_t begun = clock_mono_ms(), said = begun;
	int fd = dial(f);

	say(fd, "GET / HTTP/1.1\r\nX: ");
	while (listen_once(f, fd)) {
		if (clock_mono_ms() - said < 1000)
			continue;
		said = clock_mono_ms();
		assert_true(said - begun < 15000);
		say(fd, "x");
	}
	assert_true(clock_mono_ms() - begun >= 9900);
	assert_int_equal(f->requests, 0);
	close(fd);
	/* And the place is free again. */
	expect(ask(f, "GET /none HTTP/1.1\r\n"), "HTTP/1.1 404 ");
}

/* With four connections in all, one address gets one; this machine's own all. */
static void test_one_address_gets_its_share(void **state)
{
	struct fixture *f = *state;
	int first = dial_from(f, "127.0.0.2"), other = dial_from(f, "127.0.0.3");
	int second = dial_from(f, "127.0.0.2");

	while (listen_once(f, second))
		continue;
	assert_true(listen_once(f, first));
	assert_true(listen_once(f, other));
	expect(ask(f, "GET / HTTP/1.1\r\n"), "HTTP/1.1 404 ");
	close(second);
	close(first);
	for (int i = 0; i < 10; i++)
		assert_true(listen_once(f, other));
	first = dial_from(f, "127.0.0.2");
	for (int i = 0; i < 10; i++)
		assert_true(listen_once(f, first));
	close(first);
	close(other);
}

/* Who asks and does not read keeps the answer in our memory: for so many at a time. */
static void test_answers_not_read_are_bounded(void **state)
{
	struct fixture *f = *state;
	int greedy[2];

	for (int i = 0; i < 2; i++) {
		greedy[i] = dial(f);
		say(greedy[i], "GET /large HTTP/1.1\r\nHost: test\r\n\r\n");
		while (f->requests <= i)
			assert_int_equal(loop_turn(f->loop, 1), 0);
	}
	expect(ask(f, "GET /large HTTP/1.1\r\n"), "HTTP/1.1 503 ");
	expect(ask(f, "GET /trang%20ch%E1%BB%A7 HTTP/1.1\r\n"), "HTTP/1.1 200 ");
	close(greedy[0]);
	close(greedy[1]);
	for (int i = 0; i < 20; i++)
		assert_int_equal(loop_turn(f->loop, 1), 0);
	expect(ask(f, "GET /large HTTP/1.1\r\n"), "HTTP/1.1 200 ");
}

static void test_addresses(void **state)
{
	struct fixture *f = *state;
	const char *const bad[] = {
	    "",           "127.0.0.1", "localhost:80",    ":80",
	    "127.0.0.1:", "1.2.3.4:x", "127.0.0.1:70000", "[::1:80"};
	struct http *h = NULL;
	char taken[32];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(http_open(f->loop, bad[i], 4, 1, on_request, f, &h),
				 ERR_CONFIG);
	snprintf(taken, sizeof(taken), "127.0.0.1:%u", http_port(f->http));
	assert_int_equal(http_open(f->loop, taken, 4, 1, on_request, f, &h), -EADDRINUSE);
	assert_null(h);
}

/* ---- health ---- */

static bool is_ready(void *ctx, struct buf *words)
{
	const struct fixture *f = ctx;

	if (f->ready)
		return true;
	assert_int_equal(buf_put_str(words, "reading the journal"), 0);
	return false;
}

static int metrics(void *ctx, struct buf *out)
{
	const struct metric list[] = {
	    {"par_ballots_total", "Ballots taken.", 12},
	    {"par_parked", "Readers that wait.", 3},
	};

	(void)ctx;
	return metrics_put(out, list, 2);
}

static void test_health(void **state)
{
	struct fixture *f = *state;
	struct health health = {.ctx = f, .ready = is_ready, .metrics = metrics};
	struct http *pages = f->http;

	assert_int_equal(health_open(f->loop, "127.0.0.1:0", &health, &f->http), 0);
	memset(&health, 0, sizeof(health));
	expect(ask(f, "GET /livez HTTP/1.1\r\n"), "HTTP/1.1 200 ");
	const char *a = ask(f, "GET /readyz HTTP/1.1\r\n");
	expect(a, "HTTP/1.1 503 ");
	assert_string_equal(body_of(a), "not ready: reading the journal\n");
	f->ready = true;
	a = ask(f, "GET /readyz HTTP/1.1\r\n");
	expect(a, "HTTP/1.1 200 ");
	assert_string_equal(body_of(a), "ready\n");
	a = ask(f, "GET /metrics HTTP/1.1\r\n");
	assert_string_equal(body_of(a),
			    "# HELP par_ballots_total Ballots taken.\n"
			    "# TYPE par_ballots_total counter\n"
			    "par_ballots_total 12\n"
			    "# HELP par_parked Readers that wait.\n"
			    "# TYPE par_parked gauge\n"
			    "par_parked 3\n");
	expect(ask(f, "GET / HTTP/1.1\r\n"), "HTTP/1.1 404 ");
	http_close(f->http);
	f->http = pages;
}

#define HTTP_TEST(test)                                                                \
	cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    HTTP_TEST(test_get),
	    HTTP_TEST(test_head_has_no_body),
	    HTTP_TEST(test_not_modified),
	    HTTP_TEST(test_not_there_and_elsewhere),
	    HTTP_TEST(test_other_methods),
	    HTTP_TEST(test_two_requests_of_one_connection),
	    HTTP_TEST(test_oversized_request),
	    HTTP_TEST(test_slow_request_is_shut),
	    HTTP_TEST(test_one_address_gets_its_share),
	    cmocka_unit_test_setup_teardown(test_one_address_gets_its_share,
					    open_for_both, close_fixture),
	    HTTP_TEST(test_answers_not_read_are_bounded),
	    HTTP_TEST(test_addresses),
	    HTTP_TEST(test_health),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
