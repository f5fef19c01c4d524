/*
 * A closed-loop load on link 1: CONNECTIONS clients with IN_FLIGHT ballots each, for
 * COUNT ballots, one sheet a ballot, by the operator's key. Sheet number i is the rater
 * i / units about unit i % units, so runs with other FIRST numbers never meet.
 *
 *   bench_intake ENDPOINT KEYS ROUND FIRST COUNT CONNECTIONS IN_FLIGHT
 *
 * Prints: ballots a second, median and 99th percentile of the latency in ms.
 */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/net/client.h"
#include "common/round/ballot.h"
#include "common/round/manifest.h"
#include "par/v1/intake.pb-c.h"

enum { CONNECTIONS_MAX = 64, IN_FLIGHT_MAX = 4096 };

struct slot {
	uint8_t id[WIRE_ID_SIZE];
	uint64_t sent_ns;
};

struct load;

struct connection {
	struct load *load;
	struct client *client;
	struct slot *slots; /* in_flight of them; id[0..1] names the slot */
};

struct load {
	struct loop *loop;
	struct key key, server;
	char *round_code;
	struct round round;
	uint8_t rules[32];
	struct buf manifest;
	bool have_manifest;
	uint64_t first, count, sent, answered, wrong;
	uint32_t *latency_us;
	uint8_t *answers;
	struct connection connections[CONNECTIONS_MAX];
	size_t connection_count, in_flight;
};

static void die(const char *what, int err)
{
	fprintf(stderr, "bench_intake: %s: %s\n", what, err_str(err));
	exit(1);
}

static void must(const char *what, int err)
{
	if (err < 0)
		die(what, err);
}

static int id_of(struct bytes payload, uint8_t id[WIRE_ID_SIZE])
{
	Par__V1__IntakeReply *reply =
	    par__v1__intake_reply__unpack(NULL, payload.len, payload.data);
	if (!reply)
		return ERR_FORMAT;
	bool good = reply->id.len == WIRE_ID_SIZE;
	if (good)
		memcpy(id, reply->id.data, WIRE_ID_SIZE);
	par__v1__intake_reply__free_unpacked(reply, NULL);
	return good ? 0 : ERR_FORMAT;
}

static void send_request(struct connection *c, Par__V1__IntakeRequest *request,
			 uint8_t id[WIRE_ID_SIZE])
{
	uint8_t packed[64 * 1024];
	request->version = WIRE_VERSION;
	request->id.len = WIRE_ID_SIZE;
	request->id.data = id;
	if (par__v1__intake_request__get_packed_size(request) > sizeof(packed))
		die("request", ERR_LIMIT);
	size_t len = par__v1__intake_request__pack(request, packed);
	must("send", client_send(c->client, id, bytes_of(packed, len)));
}

static void send_ballot(struct connection *c, size_t slot)
{
	struct load *l = c->load;
	if (l->sent == l->count)
		return;
	uint64_t number = l->first + l->sent++;
	uint8_t nonce[32];
	randombytes_buf(nonce, sizeof(nonce));
	for (uint32_t i = 0; i < l->round.answer_count; i++)
		l->answers[i] = (uint8_t)(1 + (number * 31 + i * 7) % 5);
	struct sheet sheet = {(uint32_t)(number % l->round.unit_count),
			      1,
			      {l->answers, l->round.answer_count}};
	struct ballot ballot = {bytes_str(l->round_code),
				{l->rules, sizeof(l->rules)},
				{nonce, sizeof(nonce)},
				&sheet,
				1,
				NULL};
	struct buf encoded;
	buf_init(&encoded, BALLOT_BYTES_MAX);
	must("ballot", ballot_encode(&ballot, &encoded));
	char respondent[32];
	snprintf(respondent, sizeof(respondent), "R%llu",
		 (unsigned long long)(number / l->round.unit_count + 1));
	Par__V1__Submit submit = PAR__V1__SUBMIT__INIT;
	submit.credential_case = PAR__V1__SUBMIT__CREDENTIAL_RESPONDENT;
	submit.respondent.data = (uint8_t *)respondent;
	submit.respondent.len = strlen(respondent);
	submit.ballot.data = encoded.data;
	submit.ballot.len = encoded.len;
	Par__V1__IntakeRequest request = PAR__V1__INTAKE_REQUEST__INIT;
	request.what_case = PAR__V1__INTAKE_REQUEST__WHAT_SUBMIT;
	request.submit = &submit;
	struct slot *s = &c->slots[slot];
	randombytes_buf(s->id, sizeof(s->id));
	be16_put(s->id, (uint16_t)slot);
	s->sent_ns = clock_mono_ns();
	send_request(c, &request, s->id);
	buf_free(&encoded);
}

static void take_manifest(struct load *l, const Par__V1__IntakeReply *reply)
{
	if (reply->outcome != PAR__V1__OUTCOME__OUTCOME_DONE ||
	    reply->what_case != PAR__V1__INTAKE_REPLY__WHAT_MANIFEST)
		die("no manifest", ERR_REFUSED);
	must("manifest", buf_put(&l->manifest, reply->manifest->data.data,
				 reply->manifest->data.len));
	l->have_manifest = reply->manifest->index == reply->manifest->count;
	l->sent = reply->manifest->index;
}

static void take_ack(struct connection *c, const uint8_t *id,
		     const Par__V1__IntakeReply *reply)
{
	struct load *l = c->load;
	size_t slot = be16_get(id);
	uint64_t us = (clock_mono_ns() - c->slots[slot].sent_ns) / 1000;
	l->latency_us[l->answered++] = us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
	if (reply->outcome != PAR__V1__OUTCOME__OUTCOME_DONE ||
	    reply->what_case != PAR__V1__INTAKE_REPLY__WHAT_ACK ||
	    reply->ack->sheets[0]->verdict != PAR__V1__VERDICT__VERDICT_ACCEPTED)
		l->wrong++;
	send_ballot(c, slot);
}

static bool on_reply(void *ctx, const uint8_t id[WIRE_ID_SIZE], struct bytes payload)
{
	struct connection *c = ctx;
	Par__V1__IntakeReply *reply =
	    par__v1__intake_reply__unpack(NULL, payload.len, payload.data);
	if (!reply)
		return false;
	if (!c->load->answers)
		take_manifest(c->load, reply);
	else
		take_ack(c, id, reply);
	par__v1__intake_reply__free_unpacked(reply, NULL);
	return true;
}

static void on_state(void *ctx, enum client_state state)
{
	(void)ctx;
	if (state == CLIENT_DENIED)
		die("the operator's key", ERR_DENIED);
}

static void connect_one(struct load *l, struct connection *c, const char *endpoint)
{
	struct client_config config = {
	    .endpoint = endpoint,
	    .server_public = l->server.public_text,
	    .key = &l->key,
	    .max_message = 1 << 20,
	    .resend_ms = 30000,
	    .in_flight_max = IN_FLIGHT_MAX,
	};
	c->load = l;
	c->slots = calloc(l->in_flight, sizeof(*c->slots));
	if (!c->slots)
		die("memory", -ENOMEM);
	must("connect",
	     client_open(l->loop, &config, id_of, on_reply, on_state, c, &c->client));
}

static void fetch_manifest(struct load *l)
{
	uint8_t id[WIRE_ID_SIZE];
	while (!l->have_manifest) {
		Par__V1__ManifestQuery query = PAR__V1__MANIFEST_QUERY__INIT;
		query.round.data = (uint8_t *)l->round_code;
		query.round.len = strlen(l->round_code);
		uint64_t before = l->sent;
		query.part = (uint32_t)before + 1;
		Par__V1__IntakeRequest request = PAR__V1__INTAKE_REQUEST__INIT;
		request.what_case = PAR__V1__INTAKE_REQUEST__WHAT_MANIFEST;
		request.manifest = &query;
		randombytes_buf(id, sizeof(id));
		send_request(&l->connections[0], &request, id);
		while (l->sent == before)
			must("loop", loop_turn(l->loop, 1000));
	}
	struct faults faults;
	faults_init(&faults);
	must("manifest", manifest_decode(buf_bytes(&l->manifest), &l->round, &faults));
	must("rules", manifest_rules_digest(&l->round, l->rules));
	faults_free(&faults);
	buf_free(&l->manifest);
	l->sent = 0;
	l->answers = calloc(1, l->round.answer_count);
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static void run(struct load *l)
{
	uint64_t started = clock_mono_ns();
	for (size_t slot = 0; slot < l->in_flight; slot++)
		for (size_t i = 0; i < l->connection_count; i++)
			send_ballot(&l->connections[i], slot);
	while (l->answered < l->count)
		must("loop", loop_turn(l->loop, 1000));
	double seconds = (double)(clock_mono_ns() - started) / 1e9;
	qsort(l->latency_us, l->count, sizeof(*l->latency_us), by_value);
	printf("%.0f %.3f %.3f\n", (double)l->count / seconds,
	       l->latency_us[l->count / 2] / 1e3,
	       l->latency_us[l->count * 99 / 100] / 1e3);
	if (l->wrong > 0) {
		fprintf(stderr, "%llu were not accepted\n",
			(unsigned long long)l->wrong);
		exit(1);
	}
}

static void load_keys(struct load *l, const char *dir)
{
	char path[4096];
	struct faults faults;
	faults_init(&faults);
	snprintf(path, sizeof(path), "%s/operator.key", dir);
	must("operator.key", key_read(path, &l->key, &faults));
	snprintf(path, sizeof(path), "%s/collector.pub", dir);
	must("collector.pub", key_read(path, &l->server, &faults));
	faults_free(&faults);
}

int main(int argc, char *argv[])
{
	if (argc != 8 || sodium_init() < 0) {
		fprintf(stderr,
			"bench_intake ENDPOINT KEYS ROUND FIRST COUNT CONNECTIONS "
			"IN_FLIGHT\n");
		return 2;
	}
	static struct load l;
	l.round_code = argv[3];
	l.first = strtoull(argv[4], NULL, 10);
	l.count = strtoull(argv[5], NULL, 10);
	l.connection_count = strtoul(argv[6], NULL, 10);
	l.in_flight = strtoul(argv[7], NULL, 10);
	if (l.connection_count == 0 || l.connection_count > CONNECTIONS_MAX ||
	    l.in_flight == 0 || l.in_flight > IN_FLIGHT_MAX || l.count == 0)
		return 2;
	buf_init(&l.manifest, MANIFEST_BYTES_MAX);
	l.latency_us = calloc(l.count, sizeof(*l.latency_us));
	load_keys(&l, argv[2]);
	must("loop", loop_open(&l.loop));
	for (size_t i = 0; i < l.connection_count; i++)
		connect_one(&l, &l.connections[i], argv[1]);
	fetch_manifest(&l);
	run(&l);
	return 0;
}
