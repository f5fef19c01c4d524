#include "services/par/inspect.h"

#include "common/base/err.h"
#include "common/net/part_wire.h"
#include "services/par/show.h"

#include <sodium.h>
#include <string.h>

enum { RESTARTS_MAX = 100 };

static Par__V1__InspectReply *read_reply(struct bytes answer)
{
	Par__V1__InspectReply *r =
	    par__v1__inspect_reply__unpack(NULL, answer.len, answer.data);
	if (!r)
		return NULL;
	if (r->version == WIRE_VERSION && r->id.len == WIRE_ID_SIZE)
		return r;
	par__v1__inspect_reply__free_unpacked(r, NULL);
	return NULL;
}

static bool is_later(struct bytes answer, char *words, size_t size)
{
	Par__V1__InspectReply *r = read_reply(answer);
	if (!r)
		return false;
	bool later = r->outcome == PAR__V1__OUTCOME__OUTCOME_TRY_LATER;
	words[0] = '\0';
	if (r->n_faults > 0)
		show_text(r->faults[0], words, size);
	par__v1__inspect_reply__free_unpacked(r, NULL);
	return later;
}

const struct ask_link inspect_link = {SERVICE_SCORER, is_later};

int inspect_ask(struct ask *a, Par__V1__InspectRequest *request,
		Par__V1__InspectReply **out)
{
	uint8_t id[WIRE_ID_SIZE];
	randombytes_buf(id, sizeof id);
	request->version = WIRE_VERSION;
	request->id = (ProtobufCBinaryData){sizeof id, id};
	uint8_t question[1024];
	struct bytes answer;
	size_t size = par__v1__inspect_request__get_packed_size(request);
	if (size > sizeof question)
		return ERR_LIMIT;
	par__v1__inspect_request__pack(request, question);
	int err = ask_once(a, id, bytes_of(question, size), &answer);
	if (err != 0)
		return err;
	Par__V1__InspectReply *reply = read_reply(answer);
	if (!reply)
		return ERR_FORMAT;
	if (reply->outcome == PAR__V1__OUTCOME__OUTCOME_DONE) {
		*out = reply;
		return 0;
	}
	show_refusal(a->peer.name, reply->faults, reply->n_faults);
	par__v1__inspect_reply__free_unpacked(reply, NULL);
	return ERR_REFUSED;
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
