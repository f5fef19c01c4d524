#include "services/par/ask.h"

#include "common/base/clock.h"
#include "common/round/proto.h"
#include "services/par/show.h"

enum { LATER_MS = 250 };

static void on_state(void *ctx, enum client_state state)
{
	struct ask *a = ctx;
	peer_state(&a->peer, state);
}

static bool put_off(struct ask *a, const uint8_t id[WIRE_ID_SIZE], struct bytes answer)
{
	char words[ASK_WORDS];
	if (!a->link->later(answer, words, sizeof words))
		return false;
	bool late = clock_mono_ms() - a->peer.since_ms >= PEER_WORDS_MS;
	if (late && !a->told_later && words[0] != '\0') {
		show_say("%s says: %s; asking again", a->peer.name, words);
		a->told_later = true;
	}
	client_delay(a->client, id, LATER_MS);
	return true;
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

int ask_once(struct ask *a, const uint8_t id[WIRE_ID_SIZE], struct bytes question,
	     struct bytes *answer)
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

ProtobufCBinaryData ask_text(const char *text)
{
	return proto_view(bytes_str(text));
}
