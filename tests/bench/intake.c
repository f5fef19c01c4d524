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
#include <time.h>

#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/net/client.h"
#include "common/round/manifest.h"
#include "common/round/proto.h"
#include "par/v1/intake.pb-c.h"
#include "tests/bench/bench.h"
#include "tests/bench/requests.h"

enum {
	CONNECTIONS_MAX = 64,
	IN_FLIGHT_MAX = 4096,
	RESEND_MS = 30000,
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
	struct client *client;
	struct slot *slots; /* the first two bytes of an id name one */
	uint16_t free;      /* first of the free ones; in_flight: none */
};

struct load {
	uint64_t count, connection_count, in_flight, rate;
	struct request_plan plan;
	struct loop *loop;
	struct key key, server;
	const char *round_code;
	struct round round;
	uint8_t rules[32];
	struct buf manifest;
	uint32_t parts; /* of the manifest, taken */
	bool have_manifest;
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
	bench_must("send",
		   client_send(c->client, id,
			       requests_next(&l->requests, l->sent++, id, &s->kind)));
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

static void take_manifest(struct load *l, const Par__V1__IntakeReply *reply)
{
	bench_must("no manifest",
		   reply->outcome == PAR__V1__OUTCOME__OUTCOME_DONE &&
			   reply->what_case == PAR__V1__INTAKE_REPLY__WHAT_MANIFEST
		       ? 0
		       : ERR_REFUSED);
	bench_must("manifest", buf_put(&l->manifest, reply->manifest->data.data,
				       reply->manifest->data.len));
	l->parts = reply->manifest->index;
	l->have_manifest = reply->manifest->index == reply->manifest->count;
}

static bool on_reply(void *ctx, const uint8_t id[WIRE_ID_SIZE], struct bytes payload)
{
	struct connection *c = ctx;
	struct arena *a = &c->load->reply;
	ProtobufCAllocator allocator = proto_allocator(a);
	Par__V1__IntakeReply *reply =
	    par__v1__intake_reply__unpack(&allocator, payload.len, payload.data);

	bench_must("reply", reply ? 0 : ERR_FORMAT);
	if (c->load->have_manifest)
		take_ack(c, id, reply);
	else
		take_manifest(c->load, reply);
	arena_reset(a);
	return true;
}

static void on_state(void *ctx, enum client_state state)
{
	(void)ctx;
	bench_must("the operator's key", state == CLIENT_DENIED ? ERR_DENIED : 0);
}

/* ---- before the clock starts ---- */

static void connect_one(struct load *l, struct connection *c, const char *endpoint)
{
	struct client_config config = {
	    .endpoint = endpoint,
	    .server_public = l->server.public_text,
	    .key = &l->key,
	    .max_message = 1 << 20,
	    .resend_ms = RESEND_MS,
	    .in_flight_max = l->in_flight + 1, /* the next goes before one is let go */
	};

	c->load = l;
	c->slots = calloc(l->in_flight, sizeof *c->slots);
	bench_must("slots", c->slots ? 0 : -ENOMEM);
	for (uint16_t i = 0; i < l->in_flight; i++)
		c->slots[i].next_free = i + 1;
	bench_must("connect", client_open(l->loop, &config, wire_id, on_reply, on_state,
					  c, &c->client));
}

static void ask_manifest(struct load *l)
{
	Par__V1__ManifestQuery query = PAR__V1__MANIFEST_QUERY__INIT;
	Par__V1__IntakeRequest request = PAR__V1__INTAKE_REQUEST__INIT;
	uint8_t id[WIRE_ID_SIZE], packed[512];
	struct bytes round = bytes_str(l->round_code);

	randombytes_buf(id, sizeof id);
	query.round.data = (uint8_t *)(uintptr_t)round.data;
	query.round.len = round.len;
	query.part = l->parts + 1;
	request.version = WIRE_VERSION;
	request.id.data = id;
	request.id.len = sizeof id;
	request.what_case = PAR__V1__INTAKE_REQUEST__WHAT_MANIFEST;
	request.manifest = &query;
	bench_must("send", client_send(l->connections[0].client, id,
				       bytes_of(packed, par__v1__intake_request__pack(
							    &request, packed))));
}

static void fetch_manifest(struct load *l)
{
	struct faults faults;

	buf_init(&l->manifest, MANIFEST_BYTES_MAX);
	while (!l->have_manifest) {
		uint32_t before = l->parts;

		ask_manifest(l);
		while (l->parts == before)
			bench_must("loop", loop_turn(l->loop, 1000));
	}
	faults_init(&faults);
	bench_must("manifest",
		   manifest_decode(buf_bytes(&l->manifest), &l->round, &faults));
	bench_must("rules", manifest_rules_digest(&l->round, l->rules));
	faults_free(&faults);
	buf_free(&l->manifest);
}

/* Else the first ballots would wait for handshakes. */
static void await_all(struct load *l)
{
	for (size_t i = 0; i < l->connection_count; i++)
		while (client_state(l->connections[i].client) != CLIENT_UP)
			bench_must("loop", loop_turn(l->loop, 1000));
}

/* ---- the load ---- */

static void run_closed(struct load *l)
{
	for (uint64_t i = 0; i < l->in_flight * l->connection_count; i++)
		if (l->sent < l->count)
			send_ballot(&l->connections[i % l->connection_count],
				    clock_mono_ns());
	while (l->answered < l->count)
		bench_must("loop", loop_turn(l->loop, 1000));
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
		     c = next_with_room(l))
			send_ballot(c, due(l, started));
		bench_must("loop", loop_turn(l->loop, 0));
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
	bench_must("loop", loop_open(&l.loop));
	for (size_t i = 0; i < l.connection_count; i++)
		connect_one(&l, &l.connections[i], argv[1]);
	fetch_manifest(&l);
	await_all(&l);
	return run(&l);
}
