#include "services/par/inspect.h"

#include "common/base/err.h"
#include "common/net/part_wire.h"
#include "services/par/show.h"

#include <sodium.h>
#include <string.h>

enum { RESTARTS_MAX = 100 };

static struct ask_envelope envelope(const ProtobufCMessage *reply)
{
	const Par__V1__InspectReply *r = (const Par__V1__InspectReply *)reply;
	return (struct ask_envelope){r->version, r->id, r->outcome, r->faults,
				     r->n_faults};
}

const struct ask_link inspect_link = {SERVICE_SCORER,
				      &par__v1__inspect_reply__descriptor, envelope};

int inspect_ask(struct ask *a, Par__V1__InspectRequest *request,
		Par__V1__InspectReply **out)
{
	uint8_t id[WIRE_ID_SIZE];
	ProtobufCMessage *reply;
	randombytes_buf(id, sizeof id);
	request->version = WIRE_VERSION;
	request->id = (ProtobufCBinaryData){sizeof id, id};
	int err = ask_message(a, id, &request->base, &reply);
	if (err == 0)
		*out = (Par__V1__InspectReply *)reply;
	return err;
}

static int ask_scores_part(struct ask *a, Par__V1__ScoresQuery *query,
			   struct joiner *joiner)
{
	query->part = joiner->taken + 1;
	Par__V1__InspectRequest request = PAR__V1__INSPECT_REQUEST__INIT;
	request.what_case = PAR__V1__INSPECT_REQUEST__WHAT_SCORES;
	request.scores = query;
	Par__V1__InspectReply *reply = NULL;
	int err = inspect_ask(a, &request, &reply);
	if (err != 0)
		return err;
	err = ERR_FORMAT;
	if (reply->what_case == PAR__V1__INSPECT_REPLY__WHAT_SCORES) {
		struct part part = part_wire_read(reply->scores);
		err = joiner_take(joiner, &part);
	}
	par__v1__inspect_reply__free_unpacked(reply, NULL);
	return err;
}

/* A draft may change between two parts: then from the first again. */
static int ask_parts(struct ask *a, Par__V1__ScoresQuery *query, struct joiner *joiner)
{
	int restarts = 0;
	int err = 0;
	while (err == 0) {
		err = ask_scores_part(a, query, joiner);
		if (err == ERR_RETRY && ++restarts <= RESTARTS_MAX) {
			joiner_reset(joiner);
			err = 0;
		}
	}
	return err;
}

int inspect_scores(struct ask *a, Par__V1__ScoresQuery *query, Par__V1__Scores **out)
{
	struct joiner joiner;
	joiner_init(&joiner);
	int err = ask_parts(a, query, &joiner);
	if (err == 1) {
		Par__V1__Scores *s =
		    par__v1__scores__unpack(NULL, joiner.whole.len, joiner.whole.data);
		err = s && s->version == WIRE_VERSION ? 0 : ERR_VERSION;
		if (err == 0)
			*out = s;
		else if (s)
			par__v1__scores__free_unpacked(s, NULL);
	}
	joiner_free(&joiner);
	return err;
}
