/*
 * A load on link 1 by real clients: CONNECTIONS of them with the operator's key, each
 * with at most IN_FLIGHT ballots unanswered. Without a rate each sends its next ballot
 * when one is answered (closed loop). With a rate ballots are due at even intervals,
 * whatever became of the earlier ones, and latency counts from when a ballot was due,
 * so that a stall is seen by all who would have sent meanwhile (open loop).
 *
 *   bench_intake ENDPOINT KEYS ROUND NAME=VALUE ...
 *
 * first, count, connections, in_flight, respondents, units; rate, unit_first,
 * duplicates, invalid (of a hundred; 0 if not given). Prints lines of a name and a
 * number. It fails where a ballot is not answered as it should be.
 */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

#include <zmq.h>

#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/net/keys.h"
#include "common/round/manifest.h"
#include "common/round/proto.h"
#include "par/v1/intake.pb-c.h"
#include "tests/bench/bench.h"
#include "tests/bench/link.h"
#include "tests/bench/requests.h"

enum {
	CONNECTIONS_MAX = 64,
	IN_FLIGHT_MAX = 4096,
	SILENCE_MS = 60000,
	REPLY_CHUNK = 64 * 1024,
	NS_S = 1000000000,
};

struct slot {
	uint64_t due_ns;
	enum kind kind;
	uint16_t next_free;
};

struct load;

struct connection {
	struct load *load;
	struct link link;
	struct slot *slots; /* the first two bytes of an id name one */
	uint16_t free;      /* first of the free ones; in_flight: none */
	bool greeted;       /* an answer came: the handshake is over */
};

struct load {
	uint64_t count, connection_count, in_flight, rate;
	struct request_plan plan;
	int events; /* epoll over the connections */
	struct key key, server;
	const char *round_code;
	struct round round;
	uint8_t rules[32];
	struct buf manifest;
	struct requests requests;
	struct arena reply; /* of the one in hand */
	uint64_t sent, answered, wrong;
	uint64_t kinds[KIND_COUNT];
	uint32_t *latency_us;
	struct connection connections[CONNECTIONS_MAX];
};

/* ---- what is sent ---- */

static void send_ballot(struct connection *c, uint64_t due_ns)
{
	struct load *l = c->load;
	struct slot *s = &c->slots[c->free];
	uint8_t id[WIRE_ID_SIZE] = {0};

	be16_put(id, c->free);
	be64_put(id + 8, l->plan.first + l->sent + 1);
	c->free = s->next_free;
	s->due_ns = due_ns;
	link_send(&c->link, requests_next(&l->requests, l->sent++, id, &s->kind));
}

static bool has_room(const struct connection *c)
{
	return c->free < c->load->in_flight;
}

/* ---- what comes back ---- */

static Par__V1__Verdict wanted(enum kind kind)
{
	switch (kind) {
	case KIND_DUPLICATE:
		return PAR__V1__VERDICT__VERDICT_DUPLICATE;
	case KIND_INVALID:
		return PAR__V1__VERDICT__VERDICT_REFUSED;
	case KIND_FRESH:
	case KIND_COUNT:
		break;
	}
	return PAR__V1__VERDICT__VERDICT_ACCEPTED;
}

/* From the second revision on, a sheet replaces one. */
static bool is_right(const Par__V1__IntakeReply *reply, enum kind kind)
{
	Par__V1__Verdict seen;

	if (reply->outcome != PAR__V1__OUTCOME__OUTCOME_DONE ||
	    reply->what_case != PAR__V1__INTAKE_REPLY__WHAT_ACK ||
	    reply->ack->n_sheets != 1)
		return false;
	seen = reply->ack->sheets[0]->verdict;
	return seen == wanted(kind) ||
	       (kind == KIND_FRESH && seen == PAR__V1__VERDICT__VERDICT_REPLACED &&
		reply->ack->sheets[0]->revision > 1);
}

static void take_ack(struct connection *c, const uint8_t *id,
		     const Par__V1__IntakeReply *reply)
{
	struct load *l = c->load;
	uint16_t place = be16_get(id);
	struct slot *s = &c->slots[place];
	uint64_t now = clock_mono_ns(), us = (now - s->due_ns) / 1000;

	l->latency_us[l->answered++] = us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
	l->kinds[s->kind]++;
	l->wrong += !is_right(reply, s->kind);
	s->next_free = c->free;
	c->free = place;
	if (!l->rate && l->sent < l->count)
		send_ballot(c, now);
}

static void ask_manifest(struct connection *c, uint32_t part)
{
	Par__V1__ManifestQuery query = PAR__V1__MANIFEST_QUERY__INIT;
	Par__V1__IntakeRequest request = PAR__V1__INTAKE_REQUEST__INIT;
	uint8_t id[WIRE_ID_SIZE], packed[512];
	struct bytes round = bytes_str(c->load->round_code);

	randombytes_buf(id, sizeof id);
	query.round.data = (uint8_t *)(uintptr_t)round.data;
	query.round.len = round.len;
	query.part = part;
	request.version = WIRE_VERSION;
	request.id.data = id;
	request.id.len = sizeof id;
	request.what_case = PAR__V1__INTAKE_REQUEST__WHAT_MANIFEST;
	request.manifest = &query;
	link_send(&c->link,
		  bytes_of(packed, par__v1__intake_request__pack(&request, packed)));
}

/* Every connection asks for the parts; those of the first are kept. */
static void take_manifest(struct connection *c, const Par__V1__IntakeReply *reply)
{
	struct load *l = c->load;
	bool good = reply->outcome == PAR__V1__OUTCOME__OUTCOME_DONE &&
		    reply->what_case == PAR__V1__INTAKE_REPLY__WHAT_MANIFEST;

	bench_must("no manifest", good ? 0 : ERR_REFUSED);
	c->greeted = reply->manifest->index == reply->manifest->count;
	if (c == l->connections)
		bench_must("manifest", buf_put(&l->manifest, reply->manifest->data.data,
					       reply->manifest->data.len));
	if (!c->greeted)
		ask_manifest(c, reply->manifest->index + 1);
}

/* link_fn */
static void on_reply(void *ctx, struct bytes payload)
{
	struct connection *c = ctx;
	struct load *l = c->load;
	ProtobufCAllocator allocator = proto_allocator(&l->reply);
	Par__V1__IntakeReply *reply =
	    par__v1__intake_reply__unpack(&allocator, payload.len, payload.data);

	bench_must("reply", reply && reply->id.len == WIRE_ID_SIZE ? 0 : ERR_FORMAT);
	if (!c->greeted)
		take_manifest(c, reply);
	else
		take_ack(c, reply->id.data, reply);
	arena_reset(&l->reply);
}

static void await(struct load *l, int ms)
{
	struct epoll_event events[CONNECTIONS_MAX];
	int count = epoll_wait(l->events, events, CONNECTIONS_MAX, ms);

	bench_must("answers", ms == SILENCE_MS && !count ? ERR_TIMEOUT : 0);
	for (int i = 0; i < count; i++) {
		struct connection *c = events[i].data.ptr;

		link_take(&c->link, on_reply, c);
	}
}

/* ---- before the clock starts ---- */

static void connect_one(struct load *l, struct connection *c, void *zmq,
			const char *endpoint)
{
	c->load = l;
	c->slots = calloc(l->in_flight, sizeof *c->slots);
	bench_must("slots", c->slots ? 0 : -ENOMEM);
	for (uint16_t i = 0; i < l->in_flight; i++)
		c->slots[i].next_free = i + 1;
	link_open(&c->link, zmq, endpoint, &l->key, &l->server, l->events, c);
	ask_manifest(c, 1);
	link_take(&c->link, on_reply, c);
}

static void connect_all(struct load *l, void *zmq, const char *endpoint)
{
	struct faults faults;

	l->events = epoll_create1(EPOLL_CLOEXEC);
	bench_must("epoll", l->events < 0 ? -errno : 0);
	buf_init(&l->manifest, MANIFEST_BYTES_MAX);
	for (size_t i = 0; i < l->connection_count; i++)
		connect_one(l, &l->connections[i], zmq, endpoint);
	for (size_t i = 0; i < l->connection_count; i++)
		while (!l->connections[i].greeted)
			await(l, SILENCE_MS);
	faults_init(&faults);
	bench_must("manifest",
		   manifest_decode(buf_bytes(&l->manifest), &l->round, &faults));
	bench_must("rules", manifest_rules_digest(&l->round, l->rules));
	faults_free(&faults);
	buf_free(&l->manifest);
}

/* ---- the load ---- */

static void run_closed(struct load *l)
{
	for (uint64_t i = 0; i < l->in_flight * l->connection_count; i++)
		if (l->sent < l->count)
			send_ballot(&l->connections[i % l->connection_count],
				    clock_mono_ns());
	for (uint64_t i = 0; i < l->connection_count; i++)
		link_take(&l->connections[i].link, on_reply, &l->connections[i]);
	while (l->answered < l->count)
		await(l, SILENCE_MS);
}

/* NULL: all have as many unanswered as they may. */
static struct connection *next_with_room(struct load *l)
{
	for (uint64_t i = 0; i < l->connection_count; i++) {
		struct connection *c =
		    &l->connections[(l->sent + i) % l->connection_count];

		if (has_room(c))
			return c;
	}
	return NULL;
}

static uint64_t due(const struct load *l, uint64_t started)
{
	return started + (uint64_t)((double)l->sent * NS_S / (double)l->rate);
}

static void run_open(struct load *l, uint64_t started)
{
	enum { NAP_NS = 50000 };
	const struct timespec nap = {.tv_nsec = NAP_NS};

	while (l->answered < l->count) {
		struct connection *c = next_with_room(l);
		uint64_t now = clock_mono_ns();

		for (; c && l->sent < l->count && due(l, started) <= now;
		     c = next_with_room(l)) {
			send_ballot(c, due(l, started));
			link_take(&c->link, on_reply, c);
		}
		await(l, 0);
		nanosleep(&nap, NULL);
	}
}

static int by_value(const void *a, const void *b)
{
	uint32_t x, y;

	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return (x > y) - (x < y);
}

static void report(const struct load *l, double seconds)
{
	qsort(l->latency_us, l->count, sizeof *l->latency_us, by_value);
	printf("rate %.1f\nseconds %.3f\n", (double)l->count / seconds, seconds);
	printf("p50_ms %.3f\np99_ms %.3f\nmax_ms %.3f\n",
	       l->latency_us[l->count / 2] / 1e3,
	       l->latency_us[l->count * 99 / 100] / 1e3,
	       l->latency_us[l->count - 1] / 1e3);
	printf("fresh %llu\nduplicate %llu\ninvalid %llu\nused %llu\nwrong %llu\n",
	       (unsigned long long)l->kinds[KIND_FRESH],
	       (unsigned long long)l->kinds[KIND_DUPLICATE],
	       (unsigned long long)l->kinds[KIND_INVALID],
	       (unsigned long long)l->requests.fresh, (unsigned long long)l->wrong);
}

static int run(struct load *l)
{
	uint64_t started;

	l->plan.lag = 2 * l->in_flight * l->connection_count;
	requests_init(&l->requests, &l->plan, &l->round, l->rules);
	requests_make_ahead(&l->requests, l->count);
	started = clock_mono_ns();
	if (l->rate)
		run_open(l, started);
	else
		run_closed(l);
	report(l, bench_since(&started));
	requests_free(&l->requests);
	return l->wrong > 0;
}

/* ---- the command line ---- */

struct option {
	const char *name;
	uint64_t *value;
};

static bool take_option(const struct option options[], const char *word)
{
	for (; options->name; options++) {
		size_t len = strlen(options->name);

		if (strncmp(word, options->name, len) != 0 || word[len] != '=')
			continue;
		*options->value = strtoull(word + len + 1, NULL, 10);
		return true;
	}
	return false;
}

static bool take_options(struct load *l, int count, char *words[])
{
	uint64_t units = 0, unit_first = 0, respondents = 0, duplicates = 0,
		 invalid = 0;
	const struct option options[] = {
	    {"first", &l->plan.first},
	    {"count", &l->count},
	    {"connections", &l->connection_count},
	    {"in_flight", &l->in_flight},
	    {"rate", &l->rate},
	    {"units", &units},
	    {"unit_first", &unit_first},
	    {"respondents", &respondents},
	    {"duplicates", &duplicates},
	    {"invalid", &invalid},
	    {NULL, NULL},
	};

	for (int i = 0; i < count; i++)
		if (!take_option(options, words[i]))
			return false;
	l->plan.units = (uint32_t)units;
	l->plan.unit_first = (uint32_t)unit_first;
	l->plan.respondents = (uint32_t)respondents;
	l->plan.duplicates = (uint32_t)duplicates;
	l->plan.invalid = (uint32_t)invalid;
	return l->count && l->connection_count &&
	       l->connection_count <= CONNECTIONS_MAX && l->in_flight &&
	       l->in_flight <= IN_FLIGHT_MAX && units && respondents &&
	       !(duplicates && invalid);
}

static void read_keys(struct load *l, const char *dir)
{
	char path[4096];
	struct faults faults;

	faults_init(&faults);
	snprintf(path, sizeof path, "%s/operator.key", dir);
	bench_must("operator.key", key_read(path, &l->key, &faults));
	snprintf(path, sizeof path, "%s/collector.pub", dir);
	bench_must("collector.pub", key_read(path, &l->server, &faults));
	faults_free(&faults);
}

int main(int argc, char *argv[])
{
	static struct load l;

	if (sodium_init() < 0 || argc < 5 || !take_options(&l, argc - 4, argv + 4)) {
		fprintf(stderr, "bench_intake ENDPOINT KEYS ROUND NAME=VALUE ...\n");
		return 2;
	}
	l.round_code = argv[3];
	l.latency_us = calloc(l.count, sizeof *l.latency_us);
	bench_must("memory", l.latency_us ? 0 : -ENOMEM);
	arena_init(&l.reply, REPLY_CHUNK);
	read_keys(&l, argv[2]);
	connect_all(&l, zmq_ctx_new(), argv[1]);
	return run(&l);
}
