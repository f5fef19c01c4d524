#include "services/par/ask.h"

#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/round/proto.h"
#include "services/par/show.h"

enum { LATER_MS = 250 };

static void on_state(void *ctx, enum client_state state)
{
	struct ask *a = ctx;
	peer_state(&a->peer, state);
}

static void tell_later(struct ask *a, const struct ask_envelope *e)
{
	char words[ASK_WORDS];
	bool late = clock_mono_ms() - a->peer.since_ms >= PEER_WORDS_MS;
	if (!late || a->told_later || e->fault_count == 0)
		return;
	show_say("%s says: %s; asking again", a->peer.name,
		 show_text(e->faults[0], words, sizeof words));
	a->told_later = true;
}

static bool put_off(struct ask *a, const uint8_t id[WIRE_ID_SIZE], struct bytes answer)
{
	ProtobufCMessage *reply = ask_read(a->link, answer);
	if (!reply)
		return false;
	struct ask_envelope e = a->link->envelope(reply);
	bool later = e.outcome == PAR__V1__OUTCOME__OUTCOME_TRY_LATER;
	if (later) {
		tell_later(a, &e);
		client_delay(a->client, id, LATER_MS);
	}
	protobuf_c_message_free_unpacked(reply, NULL);
	return later;
}

static bool on_reply(void *ctx, const uint8_t id[WIRE_ID_SIZE], struct bytes answer)
{
	struct ask *a = ctx;
	if (put_off(a, id, answer))
		return false;
	buf_reset(&a->answer);
	a->err = buf_put(&a->answer, answer.data, answer.len);
	a->answered = true;
	return true;
}

int ask_open(const struct options *o, const struct ask_link *link, enum role role,
	     struct ask *a)
{
	*a = (struct ask){.link = link};
	buf_init(&a->answer, PEER_MESSAGE_MAX);
	int err = peer_open(o, link->service, role, &a->peer);
	if (err == 0) {
		struct client_config config = peer_config(&a->peer, 1);
		err = client_open(a->peer.loop, &config, wire_id, on_reply, on_state, a,
				  &a->client);
	}
	if (err != 0)
		ask_close(a);
	return err;
}

void ask_close(struct ask *a)
{
	client_close(a->client);
	a->client = NULL;
	peer_close(&a->peer);
	buf_free(&a->answer);
}

/* The answer lives until the next question. */
static int ask_once(struct ask *a, const uint8_t id[WIRE_ID_SIZE],
		    struct bytes question, struct bytes *answer)
{
	a->answered = false;
	a->told_later = false;
	peer_heard(&a->peer);
	int err = client_send(a->client, id, question);
	while (err == 0 && !a->answered)
		err = peer_turn(&a->peer);
	if (err != 0) {
		client_forget(a->client, id);
		return err;
	}
	if (a->err != 0)
		return a->err;
	*answer = buf_bytes(&a->answer);
	return 0;
}

ProtobufCMessage *ask_read(const struct ask_link *link, struct bytes answer)
{
	ProtobufCMessage *reply =
	    protobuf_c_message_unpack(link->reply, NULL, answer.len, answer.data);
	if (!reply)
		return NULL;
	struct ask_envelope e = link->envelope(reply);
	if (e.version == WIRE_VERSION && e.id.len == WIRE_ID_SIZE)
		return reply;
	protobuf_c_message_free_unpacked(reply, NULL);
	return NULL;
}

int ask_pack(const ProtobufCMessage *request, struct buf *out)
{
	buf_reset(out);
	int err = buf_reserve(out, protobuf_c_message_get_packed_size(request));
	if (err == 0)
		out->len = protobuf_c_message_pack(request, out->data);
	return err;
}

int ask_message(struct ask *a, const uint8_t id[WIRE_ID_SIZE],
		const ProtobufCMessage *request, ProtobufCMessage **reply)
{
	struct buf question;
	struct bytes answer;
	buf_init(&question, PEER_MESSAGE_MAX);
	int err = ask_pack(request, &question);
	if (err == 0)
		err = ask_once(a, id, buf_bytes(&question), &answer);
	buf_free(&question);
	if (err != 0)
		return err;
	ProtobufCMessage *got = ask_read(a->link, answer);
	if (!got)
		return ERR_FORMAT;
	struct ask_envelope e = a->link->envelope(got);
	if (e.outcome == PAR__V1__OUTCOME__OUTCOME_DONE ||
	    e.outcome == PAR__V1__OUTCOME__OUTCOME_MORE) {
		*reply = got;
		return 0;
	}
	show_refusal(a->peer.name, e.faults, e.fault_count);
	protobuf_c_message_free_unpacked(got, NULL);
	return ERR_REFUSED;
}

ProtobufCBinaryData ask_text(const char *text)
{
	return proto_view(bytes_str(text));
}
