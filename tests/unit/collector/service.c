#include "tests/unit/collector/service.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/base/err.h"
#include "common/round/proto.h"
#include "common/store/store.h"
#include "tests/unit/collector/small_round.h"

enum { TURNS_MAX = 20000, TURN_MS = 50 };

static const enum role roles[] = {ROLE_OPERATOR, ROLE_RELEASER, ROLE_INTAKE,
				  ROLE_AUDITOR, ROLE_INTERNAL};

static char *path(const char *dir, const char *name)
{
	char *out = NULL;

	assert_true(asprintf(&out, "%s/%s", dir, name) > 0);
	return out;
}

static unsigned free_port(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	assert_int_equal(close(fd), 0);
	return ntohs(a.sin_port);
}

/* The public half goes to the allow-list. */
static void make_key(struct service *s, const char *name, enum role role,
		     struct key *out)
{
	char *file = NULL, *to = NULL;

	assert_int_equal(key_make(name, role, out), 0);
	assert_int_equal(key_write(out, s->keys), 0);
	assert_true(asprintf(&file, "%s/%s.pub", s->keys, name) > 0);
	assert_true(asprintf(&to, "%s/%s.pub", s->allow, name) > 0);
	assert_int_equal(link(file, to), 0);
	free(file);
	free(to);
}

static void start(struct service *s)
{
	struct faults faults;
	int err;

	faults_init(&faults);
	assert_int_equal(loop_open(&s->loop), 0);
	err = collector_open(s->loop, &s->config, &s->own, &s->collector, &faults);
	for (size_t i = 0; i < faults.listed; i++)
		fprintf(stderr, "%s\n", faults.list[i].text);
	assert_int_equal(err, 0);
	faults_free(&faults);
}

static void stop(struct service *s)
{
	client_close(s->client);
	s->client = NULL;
	collector_close(s->collector);
	loop_close(s->loop);
}

struct service *service_make(void)
{
	return service_make_limited(64 << 20);
}

struct service *service_make_limited(uint64_t journal_bytes)
{
	struct service *s = calloc(1, sizeof *s);
	struct key key;

	assert_non_null(s);
	s->dir = small_dir();
	s->data = path(s->dir, "data");
	s->allow = path(s->dir, "allow");
	s->keys = path(s->dir, "keys");
	assert_int_equal(mkdir(s->allow, 0700), 0);
	(void)snprintf(s->intake, sizeof s->intake, "tcp://127.0.0.1:%u", free_port());
	(void)snprintf(s->feed, sizeof s->feed, "tcp://127.0.0.1:%u", free_port());
	(void)snprintf(s->health, sizeof s->health, "127.0.0.1:%u", free_port());
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
		make_key(s, role_name(roles[i]), roles[i], &key);
	make_key(s, "collector", ROLE_INTERNAL, &s->own);
	s->config = (struct collector_config){
	    .data = s->data,
	    .allow = s->allow,
	    .intake = s->intake,
	    .feed = s->feed,
	    .health = s->health,
	    .journal_bytes = journal_bytes,
	    .ballots_per_second = 100000,
	};
	for (size_t i = 0; i < ANSWERS_MAX; i++)
		buf_init(&s->answers[i], 1 << 20);
	start(s);
	return s;
}

void service_free(struct service *s)
{
	char *command = NULL;

	stop(s);
	assert_true(asprintf(&command, "rm -r '%s'", s->dir) > 0);
	assert_int_equal(system(command), 0);
	free(command);
	for (size_t i = 0; i < ANSWERS_MAX; i++)
		buf_free(&s->answers[i]);
	free(s->dir);
	free(s->data);
	free(s->allow);
	free(s->keys);
	free(s);
}

void service_restart(struct service *s)
{
	stop(s);
	start(s);
}

/* ---- the client ---- */

static int id_of(struct bytes payload, uint8_t id[WIRE_ID_SIZE])
{
	Par__V1__IntakeReply *r =
	    par__v1__intake_reply__unpack(NULL, payload.len, payload.data);
	bool right = r && r->id.len == WIRE_ID_SIZE;

	if (right)
		memcpy(id, r->id.data, WIRE_ID_SIZE);
	if (r)
		par__v1__intake_reply__free_unpacked(r, NULL);
	return right ? 0 : ERR_FORMAT;
}

static bool on_reply(void *ctx, const uint8_t id[WIRE_ID_SIZE], struct bytes payload)
{
	struct service *s = ctx;

	(void)id;
	assert_true(s->answer_count < ANSWERS_MAX);
	buf_reset(&s->answers[s->answer_count]);
	assert_int_equal(
	    buf_put(&s->answers[s->answer_count], payload.data, payload.len), 0);
	s->answer_count++;
	return true;
}

static void on_state(void *ctx, enum client_state state)
{
	(void)ctx;
	(void)state;
}

static void use_role(struct service *s, enum role role)
{
	struct client_config config = {.endpoint = s->intake,
				       .server_public = s->own.public_text,
				       .max_message = 1 << 20,
				       .resend_ms = 5000,
				       .in_flight_max = ANSWERS_MAX};
	struct faults faults;
	struct key key;
	char *file = NULL;

	if (s->client && s->role == role)
		return;
	client_close(s->client);
	faults_init(&faults);
	assert_true(asprintf(&file, "%s/%s.key", s->keys, role_name(role)) > 0);
	assert_int_equal(key_read(file, &key, &faults), 0);
	config.key = &key;
	assert_int_equal(
	    client_open(s->loop, &config, id_of, on_reply, on_state, s, &s->client), 0);
	s->role = role;
	free(file);
	faults_free(&faults);
}

static void send_request(struct service *s, enum role role, const uint8_t *id,
			 Par__V1__IntakeRequest *request)
{
	uint8_t own[WIRE_ID_SIZE];
	struct buf packed;

	if (id)
		memcpy(own, id, sizeof own);
	else
		randombytes_buf(own, sizeof own);
	if (!request->version)
		request->version = WIRE_VERSION;
	request->id = proto_view(bytes_of(own, sizeof own));
	buf_init(&packed, 1 << 20);
	assert_int_equal(
	    buf_reserve(&packed, par__v1__intake_request__get_packed_size(request)), 0);
	packed.len = par__v1__intake_request__pack(request, packed.data);
	use_role(s, role);
	assert_int_equal(client_send(s->client, own, buf_bytes(&packed)), 0);
	buf_free(&packed);
}

void service_post(struct service *s, enum role role, Par__V1__IntakeRequest *request)
{
	if (!s->client || !client_unanswered(s->client))
		s->answer_count = 0;
	send_request(s, role, NULL, request);
}

void service_wait(struct service *s, size_t count)
{
	for (int i = 0; i < TURNS_MAX && s->answer_count < count; i++)
		assert_int_equal(loop_turn(s->loop, TURN_MS), 0);
	assert_int_equal(s->answer_count, count);
}

Par__V1__IntakeReply *service_answer(struct service *s, size_t i)
{
	Par__V1__IntakeReply *r =
	    par__v1__intake_reply__unpack(NULL, s->answers[i].len, s->answers[i].data);

	assert_non_null(r);
	return r;
}

Par__V1__IntakeReply *service_ask(struct service *s, enum role role, const uint8_t *id,
				  Par__V1__IntakeRequest *request)
{
	s->answer_count = 0;
	send_request(s, role, id, request);
	service_wait(s, 1);
	return service_answer(s, 0);
}

Par__V1__IntakeReply *service_command(struct service *s, enum role role,
				      const uint8_t *id, const Par__V1__Command *m,
				      size_t part_bytes)
{
	size_t len = par__v1__command__get_packed_size(m);
	uint8_t *data = malloc(len), digest[32], own[WIRE_ID_SIZE];
	Par__V1__IntakeReply *r = NULL;
	Par__V1__Part part = PAR__V1__PART__INIT;

	assert_non_null(data);
	(void)par__v1__command__pack(m, data);
	crypto_hash_sha256(digest, data, len);
	randombytes_buf(own, sizeof own);
	part.digest = proto_view(bytes_of(digest, sizeof digest));
	part.count = (uint32_t)((len + part_bytes - 1) / part_bytes);
	for (part.index = 1; part.index <= part.count; part.index++) {
		Par__V1__IntakeRequest q = PAR__V1__INTAKE_REQUEST__INIT;
		size_t from = (part.index - 1) * part_bytes;
		size_t left = len - from;

		if (r)
			par__v1__intake_reply__free_unpacked(r, NULL);
		part.data = proto_view(
		    bytes_of(data + from, left < part_bytes ? left : part_bytes));
		q.what_case = PAR__V1__INTAKE_REQUEST__WHAT_COMMAND;
		q.command = &part;
		r = service_ask(s, role, id ? id : own, &q);
	}
	free(data);
	return r;
}
