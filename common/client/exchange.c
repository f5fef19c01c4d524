#include "common/client/exchange.h"

#include <errno.h>
#include <limits.h>

#include <sodium.h>

#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/client/words.h"
#include "common/round/proto.h"

enum {
	RESEND_MS = 3000,
	LATER_MS = 250, /* doubling */
	LATER_MAX_MS = 4000,
	REQUEST_MAX = 64 * 1024,
};

static void tell_faults(const Par__V1__IntakeReply *r, char *words)
{
	struct faults faults;

	faults_init(&faults);
	for (size_t i = 0; i < r->n_faults; i++)
		faults_add(&faults, NULL, 0, "%.*s", (int)r->faults[i].len,
			   (const char *)r->faults[i].data);
	words_faults(words, &faults);
	faults_free(&faults);
}

/* NULL: not an answer, as *err says. */
static Par__V1__IntakeReply *read_reply(struct bytes payload, int *err)
{
	Par__V1__IntakeReply *r =
	    par__v1__intake_reply__unpack(NULL, payload.len, payload.data);

	*err = ERR_FORMAT;
	if (!r)
		return NULL;
	if (r->version == WIRE_VERSION)
		return r;
	*err = r->version > WIRE_VERSION ? ERR_VERSION : ERR_FORMAT;
	par__v1__intake_reply__free_unpacked(r, NULL);
	return NULL;
}

static bool on_reply(void *ctx, const uint8_t id[WIRE_ID_SIZE], struct bytes payload)
{
	struct exchange *x = ctx;
	Par__V1__IntakeReply *r = read_reply(payload, &x->err);

	if (!r)
		return true;
	if (r->outcome == PAR__V1__OUTCOME__OUTCOME_TRY_LATER) {
		tell_faults(r, x->words);
		par__v1__intake_reply__free_unpacked(r, NULL);
		client_delay(x->client, id, x->later_ms);
		if (x->later_ms < LATER_MAX_MS)
			x->later_ms *= 2;
		x->err = 0;
		return false;
	}
	x->err = 0;
	x->reply = r;
	return true;
}

static void on_state(void *ctx, enum client_state state)
{
	struct exchange *x = ctx;

	if (state != CLIENT_CONNECTING)
		x->judged = true;
}

int exchange_open(const char *endpoint, const char *server_pub, const char *own_key,
		  struct exchange *x, char *words)
{
	int err =
	    link_open(endpoint, server_pub, own_key, ROLE_INTAKE, &x->link, words);
	if (err != 0)
		return err;
	struct client_config config = link_config(&x->link, RESEND_MS);
	return client_open(x->link.loop, &config, wire_id, on_reply, on_state, x,
			   &x->client);
}

void exchange_close(struct exchange *x)
{
	client_close(x->client);
	link_close(&x->link);
}

static int turn(struct exchange *x, uint64_t deadline_ms)
{
	uint64_t now = clock_mono_ms();

	if (now >= deadline_ms)
		return ERR_TIMEOUT;
	uint64_t left = deadline_ms - now;
	return loop_turn(x->link.loop, left < INT_MAX ? (int)left : INT_MAX);
}

/* Until an answer is there. */
static int wait_reply(struct exchange *x, uint64_t deadline_ms)
{
	int err = 0;

	while (err == 0 && !x->reply && x->err == 0)
		err = turn(x, deadline_ms);
	return err != 0 ? err : x->err;
}

/*
 * A key that was taken off the list is refused in words that only a person understands,
 * and its ballots are not to be thrown away: the gate tells it apart.
 */
static int ask_gate(struct exchange *x, uint64_t deadline_ms)
{
	int err = 0;

	x->judged = false;
	client_reconnect(x->client);
	while (err == 0 && !x->judged)
		err = turn(x, deadline_ms);
	if (err != 0)
		return err;
	return client_state(x->client) == CLIENT_DENIED ? ERR_DENIED : ERR_REFUSED;
}

static int pack(const Par__V1__IntakeRequest *request, struct buf *out)
{
	int err = buf_reserve(out, par__v1__intake_request__get_packed_size(request));

	if (err == 0)
		out->len = par__v1__intake_request__pack(request, out->data);
	return err;
}

static int ask(struct exchange *x, const uint8_t id[WIRE_ID_SIZE],
	       const Par__V1__IntakeRequest *request, uint64_t deadline_ms)
{
	struct buf packed;

	buf_init(&packed, REQUEST_MAX);
	int err = pack(request, &packed);
	if (err == 0)
		err = client_send(x->client, id, buf_bytes(&packed));
	if (packed.data)
		sodium_memzero(packed.data, packed.len);
	buf_free(&packed);
	return err != 0 ? err : wait_reply(x, deadline_ms);
}

static int judge(struct exchange *x, uint64_t deadline_ms, Par__V1__IntakeReply **out,
		 char *words)
{
	Par__V1__IntakeReply *r = x->reply;
	int err = ERR_FORMAT;

	words_clear(words);
	if (r->outcome == PAR__V1__OUTCOME__OUTCOME_DONE) {
		*out = r;
		return 0;
	}
	if (r->outcome == PAR__V1__OUTCOME__OUTCOME_REFUSED)
		err = ask_gate(x, deadline_ms);
	if (err == ERR_REFUSED)
		tell_faults(r, words);
	par__v1__intake_reply__free_unpacked(r, NULL);
	return err;
}

int exchange_ask(struct exchange *x, Par__V1__IntakeRequest *request,
		 uint64_t deadline_ms, Par__V1__IntakeReply **out, char *words)
{
	uint8_t id[WIRE_ID_SIZE];

	randombytes_buf(id, sizeof id);
	request->version = WIRE_VERSION;
	request->id = proto_view(bytes_of(id, sizeof id));
	x->reply = NULL;
	x->err = 0;
	x->words = words;
	x->later_ms = LATER_MS;
	int err = ask(x, id, request, deadline_ms);
	client_forget(x->client, id);
	x->words = NULL;
	if (err == 0)
		err = judge(x, deadline_ms, out, words);
	else
		par__v1__intake_reply__free_unpacked(x->reply, NULL);
	if (err != ERR_TIMEOUT && err != ERR_DENIED)
		return err;
	/* What it said when it asked for patience says more. */
	bool said = words && words[0] != '\0';
	enum client_state state = client_state(x->client);
	return link_late(&x->link, state, said && state == CLIENT_UP ? NULL : words);
}
