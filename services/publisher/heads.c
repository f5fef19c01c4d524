#include "services/publisher/heads.h"

#include <errno.h>
#include <stdlib.h>

#include "common/base/err.h"
#include "common/round/proto.h"
#include "par/v1/release.pb-c.h"

static const int wire_states[] = {
    [ROUND_OPEN] = PAR__V1__ROUND_STATE__ROUND_STATE_OPEN,
    [ROUND_CLOSED] = PAR__V1__ROUND_STATE__ROUND_STATE_CLOSED,
    [ROUND_VOID] = PAR__V1__ROUND_STATE__ROUND_STATE_VOID,
};

enum { STATES = sizeof(wire_states) / sizeof(wire_states[0]) };

static int copy(ProtobufCBinaryData from, char **out)
{
	struct bytes b = proto_bytes(from);

	if (!text_is_utf8(b))
		return ERR_FORMAT;
	*out = bytes_dup(b);
	return *out == NULL ? -ENOMEM : 0;
}

static int head_read(const Par__V1__RoundHead *from, struct head *out)
{
	ProtobufCBinaryData none = {0, NULL};
	unsigned state = 0;
	int err;

	while (state < STATES && wire_states[state] != (int)from->state)
		state++;
	if (state == STATES || from->round.len == 0)
		return ERR_FORMAT;
	out->state = (enum round_state)state;
	out->trial = from->trial;
	out->respondents = from->respondents_tens;
	err = copy(from->round, &out->round);
	if (err == 0)
		err =
		    copy(from->title == NULL ? none : from->title->vi, &out->title.vi);
	if (err == 0)
		err =
		    copy(from->title == NULL ? none : from->title->en, &out->title.en);
	return err;
}

int heads_decode(struct bytes info, struct heads *out)
{
	Par__V1__Heads *message = par__v1__heads__unpack(NULL, info.len, info.data);
	struct heads made = {0};
	int err = 0;

	if (message == NULL)
		return ERR_FORMAT;
	made.list = calloc(message->n_rounds + 1, sizeof(made.list[0]));
	if (made.list == NULL)
		err = -ENOMEM;
	for (size_t i = 0; err == 0 && i < message->n_rounds; i++) {
		made.count++;
		err = head_read(message->rounds[i], &made.list[i]);
	}
	par__v1__heads__free_unpacked(message, NULL);
	if (err != 0)
		heads_free(&made);
	else
		*out = made;
	return err;
}

struct wire_head {
	Par__V1__RoundHead head;
	Par__V1__Text title;
};

static void wire_head_fill(const struct head *from, struct wire_head *out)
{
	par__v1__round_head__init(&out->head);
	par__v1__text__init(&out->title);
	out->title.vi = proto_view(bytes_str(from->title.vi));
	out->title.en = proto_view(bytes_str(from->title.en));
	out->head.round = proto_view(bytes_str(from->round));
	out->head.title = &out->title;
	out->head.state = (Par__V1__RoundState)wire_states[from->state];
	out->head.trial = from->trial;
	out->head.respondents_tens = from->respondents;
}

static int pack(const Par__V1__Heads *message, struct buf *out)
{
	size_t size = par__v1__heads__get_packed_size(message);
	int err = buf_reserve(out, size);

	if (err == 0)
		out->len += par__v1__heads__pack(message, out->data + out->len);
	return err;
}

int heads_encode(const struct heads *h, const char *site, struct buf *out)
{
	Par__V1__Heads message = PAR__V1__HEADS__INIT;
	struct wire_head *heads = calloc(h->count + 1, sizeof(heads[0]));
	Par__V1__RoundHead **list = calloc(h->count + 1, sizeof(list[0]));
	int err = -ENOMEM;

	if (heads != NULL && list != NULL) {
		for (size_t i = 0; i < h->count; i++) {
			wire_head_fill(&h->list[i], &heads[i]);
			list[i] = &heads[i].head;
		}
		message.n_rounds = h->count;
		message.rounds = list;
		message.site = proto_view(bytes_str(site));
		err = pack(&message, out);
	}
	free(heads);
	free(list);
	return err;
}

void heads_free(struct heads *h)
{
	for (size_t i = 0; i < h->count; i++) {
		free(h->list[i].round);
		free(h->list[i].title.vi);
		free(h->list[i].title.en);
	}
	free(h->list);
	*h = (struct heads){0};
}
