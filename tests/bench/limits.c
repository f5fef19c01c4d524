/*
 * What this machine can do at most of each thing that a durable, sealed ballot needs,
 * each by itself. Prints lines of a name and a number.
 *
 *   bench_limits DIR REQUEST REPLY     bytes of a request and its answer
 *
 *   fdatasync_us    4 KiB in a file written before
 *   commit_us       one record in an LMDB environment
 *   round_trip_us   a request and its answer over ZeroMQ, loopback, in the clear
 *   echo_rate       the same, 8 connections with 64 in flight: exchanges a second
 *   curve_us        sealing or opening one KiB, as CURVE does it
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zmq.h>

#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/store/store.h"
#include "tests/bench/bench.h"

enum {
	PAGE = 4096,
	FILE_PAGES = 256,
	TIMES = 300,
	CLIENTS = 8,
	IN_FLIGHT = 64,
	ECHOES = 200000,
	KIB = 1024,
	SEALS = 50, /* of TIMES */
};

static int by_value(const void *a, const void *b)
{
	double x, y;

	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return (x > y) - (x < y);
}

/* The median: others use this machine too. */
static void print_us(const char *name, double seconds[TIMES], double each)
{
	qsort(seconds, TIMES, sizeof *seconds, by_value);
	printf("%s %.3f\n", name, seconds[TIMES / 2] * 1e6 / each);
}

static void zmq_must(const char *what, int rc)
{
	bench_must(what, rc < 0 ? -zmq_errno() : 0);
}

static void measure_fdatasync(const char *dir)
{
	static uint8_t page[PAGE];
	double seconds[TIMES];
	char path[4096];
	uint64_t started;
	int fd;

	snprintf(path, sizeof path, "%s/flushed", dir);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	bench_must(path, fd < 0 ? -errno : 0);
	for (int i = 0; i < FILE_PAGES; i++)
		bench_must("write", write(fd, page, PAGE) == PAGE ? 0 : -EIO);
	bench_must("fsync", fsync(fd) ? -errno : 0);
	started = clock_mono_ns();
	for (int i = 0; i < TIMES; i++) {
		off_t at = i % FILE_PAGES * (off_t)PAGE;

		page[0]++;
		bench_must("write", pwrite(fd, page, PAGE, at) == PAGE ? 0 : -EIO);
		bench_must("fdatasync", fdatasync(fd) ? -errno : 0);
		seconds[i] = bench_since(&started);
	}
	print_us("fdatasync_us", seconds, 1);
	close(fd);
}

static void measure_commit(const char *dir)
{
	static const char *const tables[] = {"records"};
	static const uint8_t value[KIB / 2];
	double seconds[TIMES];
	char path[4096];
	struct store *s;
	uint64_t started;

	snprintf(path, sizeof path, "%s/committed", dir);
	bench_must(path, store_open(path, 64 << 20, tables, 1, NULL, &s));
	started = clock_mono_ns();
	for (uint64_t i = 0; i < TIMES; i++) {
		struct store_txn t;
		uint8_t key[8];

		be64_put(key, i);
		store_begin(s, true, &t);
		store_append(&t, 0, bytes_of(key, sizeof key),
			     bytes_of(value, sizeof value));
		bench_must("commit", store_commit(&t));
		seconds[i] = bench_since(&started);
	}
	print_us("commit_us", seconds, 1);
	store_close(s);
}

/* ---- ZeroMQ ---- */

struct echo {
	void *zmq;
	char endpoint[256];
	size_t request, reply;
};

/* Answers each message until one without a payload comes. */
static void *serve(void *ctx)
{
	struct echo *e = ctx;
	void *router = zmq_socket(e->zmq, ZMQ_ROUTER);
	size_t len = sizeof e->endpoint;
	void *ready = zmq_socket(e->zmq, ZMQ_PAIR);
	uint8_t *reply = calloc(1, e->reply);

	bench_must("reply", reply ? 0 : -ENOMEM);
	zmq_must("bind", zmq_bind(router, "tcp://127.0.0.1:*"));
	zmq_must("endpoint",
		 zmq_getsockopt(router, ZMQ_LAST_ENDPOINT, e->endpoint, &len));
	zmq_must("ready", zmq_connect(ready, "inproc://ready"));
	zmq_must("ready", zmq_send(ready, "", 0, 0));
	for (;;) {
		zmq_msg_t route, payload;
		bool last;

		zmq_msg_init(&route);
		zmq_msg_init(&payload);
		zmq_must("receive", zmq_msg_recv(&route, router, 0));
		zmq_must("receive", zmq_msg_recv(&payload, router, 0));
		last = zmq_msg_size(&payload) == 0;
		zmq_msg_close(&payload);
		if (last) {
			zmq_msg_close(&route);
			break;
		}
		zmq_must("route", zmq_msg_send(&route, router, ZMQ_SNDMORE));
		zmq_must("answer", zmq_send(router, reply, e->reply, 0));
	}
	free(reply);
	zmq_close(ready);
	zmq_close(router);
	return NULL;
}

static void ask(void *dealer, const uint8_t *request, size_t len)
{
	zmq_must("ask", zmq_send(dealer, request, len, 0));
}

/* One at a time. */
static void measure_round_trip(void *dealer, const uint8_t *request, size_t len)
{
	double seconds[TIMES];
	uint8_t answer[PAGE];
	uint64_t started = clock_mono_ns();

	for (int i = 0; i < TIMES; i++) {
		ask(dealer, request, len);
		zmq_must("answer", zmq_recv(dealer, answer, sizeof answer, 0));
		seconds[i] = bench_since(&started);
	}
	print_us("round_trip_us", seconds, 1);
}

static int drain(void *dealer, const uint8_t *request, size_t len, int *left)
{
	uint8_t answer[PAGE];
	int taken = 0;

	while (zmq_recv(dealer, answer, sizeof answer, ZMQ_DONTWAIT) >= 0) {
		taken++;
		if ((*left)-- > 0)
			ask(dealer, request, len);
	}
	return taken;
}

static void measure_echoes(void *dealers[CLIENTS], const uint8_t *request, size_t len)
{
	zmq_pollitem_t items[CLIENTS];
	int left = ECHOES - CLIENTS * IN_FLIGHT, answered = 0;
	uint64_t started = clock_mono_ns();

	for (int i = 0; i < CLIENTS; i++)
		items[i] = (zmq_pollitem_t){.socket = dealers[i], .events = ZMQ_POLLIN};
	for (int i = 0; i < CLIENTS * IN_FLIGHT; i++)
		ask(dealers[i % CLIENTS], request, len);
	while (answered < ECHOES) {
		zmq_must("poll", zmq_poll(items, CLIENTS, -1));
		for (int i = 0; i < CLIENTS; i++)
			answered += drain(dealers[i], request, len, &left);
	}
	printf("echo_rate %.0f\n", ECHOES / bench_since(&started));
}

static void measure_zmq(size_t request_len, size_t reply_len)
{
	/* Two contexts, as two processes would have: an I/O thread for each side. */
	void *ours = zmq_ctx_new();
	struct echo e = {
	    .zmq = zmq_ctx_new(), .request = request_len, .reply = reply_len};
	void *ready = zmq_socket(e.zmq, ZMQ_PAIR), *dealers[CLIENTS];
	uint8_t *request = calloc(1, request_len);
	pthread_t server;

	bench_must("request", request ? 0 : -ENOMEM);
	zmq_must("ready", zmq_bind(ready, "inproc://ready"));
	bench_must("thread", -pthread_create(&server, NULL, serve, &e));
	zmq_must("ready", zmq_recv(ready, NULL, 0, 0));
	for (int i = 0; i < CLIENTS; i++) {
		dealers[i] = zmq_socket(ours, ZMQ_DEALER);
		zmq_must("connect", zmq_connect(dealers[i], e.endpoint));
	}
	measure_round_trip(dealers[0], request, request_len);
	measure_echoes(dealers, request, request_len);
	ask(dealers[0], request, 0);
	pthread_join(server, NULL);
	for (int i = 0; i < CLIENTS; i++)
		zmq_close(dealers[i]);
	zmq_close(ready);
	zmq_ctx_term(ours);
	zmq_ctx_term(e.zmq);
	free(request);
}

static void measure_curve(void)
{
	static uint8_t plain[KIB], sealed[KIB + crypto_box_MACBYTES],
	    key[crypto_box_BEFORENMBYTES], nonce[crypto_box_NONCEBYTES];
	double seconds[TIMES];
	uint64_t started = clock_mono_ns();

	for (uint32_t i = 0; i < SEALS * TIMES; i++) {
		be32_put(nonce, i);
		bench_must("seal",
			   crypto_box_easy_afternm(sealed, plain, KIB, nonce, key));
		bench_must("open", crypto_box_open_easy_afternm(
				       plain, sealed, sizeof sealed, nonce, key));
		if (i % SEALS == SEALS - 1)
			seconds[i / SEALS] = bench_since(&started);
	}
	print_us("curve_us", seconds, 2.0 * SEALS);
}

int main(int argc, char *argv[])
{
	if (argc != 4 || sodium_init() < 0) {
		fprintf(stderr, "bench_limits DIR REQUEST REPLY\n");
		return 2;
	}
	measure_fdatasync(argv[1]);
	measure_commit(argv[1]);
	measure_zmq(bench_number(argv[2]), bench_number(argv[3]));
	measure_curve();
	return 0;
}
