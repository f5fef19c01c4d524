#include "services/collector/answer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"

void answer_init(Par__V1__IntakeReply *reply, const uint8_t *id,
		 Par__V1__Outcome outcome)
{
	par__v1__intake_reply__init(reply);
	reply->version = WIRE_VERSION;
	reply->id = proto_view(bytes_of(id, WIRE_ID_SIZE));
	reply->outcome = outcome;
}

/* A copy in the arena; an empty one when out of memory. */
static ProtobufCBinaryData keep(struct collector *c, const char *text)
{
	char *copy = text ? arena_text(&c->answers, bytes_str(text)) : NULL;

	return proto_view(bytes_str(copy ? copy : ""));
}

static ProtobufCBinaryData say_more(struct collector *c, size_t more)
{
	char text[64];

	(void)snprintf(text, sizeof text, "and %zu more faults", more);
	return keep(c, text);
}

int answer_words(struct collector *c, const struct faults *faults, size_t *room,
		 size_t *count, ProtobufCBinaryData **list)
{
	enum { EACH = 8, MORE = 64 };
	ProtobufCBinaryData *words;
	size_t n = 0;

	words = arena_get(&c->answers, (faults->listed + 1) * sizeof *words);
	if (!words)
		return -ENOMEM;
	for (; n < faults->listed; n++) {
		char *text = fault_text(&faults->list[n]);
		size_t len = (text ? strlen(text) : 0) + EACH;

		if (len + MORE > *room) {
			free(text);
			break;
		}
		words[n] = keep(c, text);
		*room -= len;
		free(text);
	}
	*count = n;
	if (n < faults->count)
		words[(*count)++] = say_more(c, faults->count - n);
	*list = words;
	return 0;
}

int answer_pack(struct collector *c, const Par__V1__IntakeReply *reply,
		struct bytes *out)
{
	size_t size = par__v1__intake_reply__get_packed_size(reply);
	uint8_t *data = arena_bytes(&c->answers, size);

	if (!data)
		return -ENOMEM;
	*out = bytes_of(data, par__v1__intake_reply__pack(reply, data));
	return 0;
}

void answer_send(struct collector *c, const struct request *q,
		 const Par__V1__IntakeReply *reply)
{
	struct bytes packed;
	int err = answer_pack(c, reply, &packed);

	if (err) {
		collector_fail(c, "answer-failed", err);
		return;
	}
	err = wire_send(c->intake, q->peer, packed);
	(void)err; /* -EHOSTUNREACH, -EAGAIN: the client asks again. */
}

void answer_refuse(struct collector *c, const struct request *q,
		   Par__V1__Outcome outcome, const struct faults *faults)
{
	Par__V1__IntakeReply reply;
	size_t room = ANSWER_BYTES_MAX;
	int err;

	answer_init(&reply, q->id, outcome);
	err = answer_words(c, faults, &room, &reply.n_faults, &reply.faults);
	if (err) {
		collector_fail(c, "answer-failed", err);
		return;
	}
	if (outcome == PAR__V1__OUTCOME__OUTCOME_TRY_LATER)
		c->counts.later++;
	else
		c->counts.refused++;
	answer_send(c, q, &reply);
}

void answer_say(struct collector *c, const struct request *q, Par__V1__Outcome outcome,
		const char *words)
{
	struct faults faults;

	faults_init(&faults);
	faults_add(&faults, NULL, 0, "%s", words);
	answer_refuse(c, q, outcome, &faults);
	faults_free(&faults);
}
