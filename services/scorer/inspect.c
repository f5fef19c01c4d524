#include "services/scorer/inspect.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/err.h"
#include "common/base/log.h"
#include "common/net/part_wire.h"
#include "common/report/edge.h"
#include "common/round/proto.h"
#include "par/v1/inspect.pb-c.h"
#include "services/scorer/scorer.h"

enum { TURN_MESSAGES = 64, REPLY_MAX = FEED_MESSAGE_MAX };

/* What is sent to one request. */
struct reply {
	struct answer_given answer;
	bool status; /* how far the scorer is, and no result */
	bool of_unit;
	struct whole whole; /* answer.text */
	uint32_t part;      /* the one asked for */
	struct part cut;    /* and sent */
};

static void log_access(const struct wire_peer *peer, const struct question *q,
		       const struct answer_given *a)
{
	char user[USER_ID_MAX + 1], round[MODEL_CODE_MAX + 1], unit[MODEL_CODE_MAX + 1];
	char number[32] = "newest";

	if (a->outcome == PAR__V1__OUTCOME__OUTCOME_TRY_LATER || q->part > 1)
		return;
	if (q->which == WHICH_NUMBER)
		snprintf(number, sizeof(number), "%u", q->number);
	else if (q->which == WHICH_DRAFT)
		snprintf(number, sizeof(number), "draft");
	text_quoted(bytes_str(peer->user_id), user, sizeof(user));
	text_quoted(q->round, round, sizeof(round));
	text_quoted(q->unit, unit, sizeof(unit));
	log_event(LOG_INFO, q->of_unit ? "unit-asked" : "scores-asked",
		  "user=\"%s\" round=\"%s\" unit=\"%s\" release=%s refused=%d", user,
		  round, unit, number, a->outcome == PAR__V1__OUTCOME__OUTCOME_REFUSED);
}

/* ---- the answer on the wire ---- */

static void cut_part(struct reply *r)
{
	whole_init(&r->whole, buf_bytes(&r->answer.text), PART_INSPECT_MAX);
	if (!whole_part(&r->whole, r->part, &r->cut))
		answer_refuse(&r->answer, "this result has fewer parts");
}

/* What was done, by the kind of request. */
static void fill_done(const struct reply *from, Par__V1__ScorerStatus *status,
		      Par__V1__Part *part, Par__V1__InspectReply *to)
{
	if (from->status) {
		to->what_case = PAR__V1__INSPECT_REPLY__WHAT_SCORER;
		to->scorer = status;
	} else if (from->of_unit) {
		to->what_case = PAR__V1__INSPECT_REPLY__WHAT_UNIT;
		to->unit = part;
	} else {
		to->what_case = PAR__V1__INSPECT_REPLY__WHAT_SCORES;
		to->scores = part;
	}
}

static int pack_reply(const struct scorer *s, struct reply *r,
		      const uint8_t id[WIRE_ID_SIZE], struct buf *out)
{
	const struct faults *faults = &r->answer.faults;
	Par__V1__Position folded = edge_position(&s->reading.at);
	Par__V1__ScorerStatus status = PAR__V1__SCORER_STATUS__INIT;
	Par__V1__Part part = part_wire_message(&r->cut);
	Par__V1__InspectReply reply = PAR__V1__INSPECT_REPLY__INIT;
	int err;

	reply.version = WIRE_VERSION;
	reply.id = proto_view(bytes_of(id, WIRE_ID_SIZE));
	reply.outcome = r->answer.outcome;
	reply.faults = calloc(faults->listed + 1, sizeof(*reply.faults));
	if (reply.faults == NULL)
		return -ENOMEM;
	reply.n_faults = faults->listed;
	for (size_t i = 0; i < faults->listed; i++)
		reply.faults[i] = edge_text(faults->list[i].text);
	status.folded = &folded;
	status.releases = results_head(s->results).n;
	if (reply.outcome == PAR__V1__OUTCOME__OUTCOME_DONE)
		fill_done(r, &status, &part, &reply);
	err = edge_pack(&reply.base, out);
	free(reply.faults);
	return err;
}

/* A reply that cannot be made or sent is forgotten: the client asks again. */
static void send_reply(struct scorer *s, const struct wire_peer *peer, struct reply *r,
		       const uint8_t id[WIRE_ID_SIZE])
{
	struct buf out;
	int err;

	if (r->answer.text.len > 0)
		cut_part(r);
	if (r->answer.outcome == PAR__V1__OUTCOME__OUTCOME_REFUSED)
		s->inspect.refused++;
	buf_init(&out, REPLY_MAX);
	err = pack_reply(s, r, id, &out);
	if (err == 0)
		err = wire_send(s->inspect.router, peer, buf_bytes(&out));
	if (err != 0)
		log_event(LOG_DEBUG, "reply-dropped", "error=\"%s\"", err_str(err));
	buf_free(&out);
}

/* ---- requests ---- */

static struct question ask_scores(const Par__V1__ScoresQuery *q)
{
	static const enum which which[] = {
	    [PAR__V1__SCORES_QUERY__WHICH__NOT_SET] = WHICH_NONE,
	    [PAR__V1__SCORES_QUERY__WHICH_NUMBER] = WHICH_NUMBER,
	    [PAR__V1__SCORES_QUERY__WHICH_DRAFT] = WHICH_DRAFT,
	    [PAR__V1__SCORES_QUERY__WHICH_NEWEST] = WHICH_NEWEST,
	};
	struct question out = {.round = proto_bytes(q->round),
			       .which = which[q->which_case],
			       .part = q->part};

	out.number = out.which == WHICH_NUMBER ? q->number : 0;
	return out;
}

static struct question ask_unit(const Par__V1__UnitQuery *q)
{
	static const enum which which[] = {
	    [PAR__V1__UNIT_QUERY__WHICH__NOT_SET] = WHICH_NONE,
	    [PAR__V1__UNIT_QUERY__WHICH_NUMBER] = WHICH_NUMBER,
	    [PAR__V1__UNIT_QUERY__WHICH_DRAFT] = WHICH_DRAFT,
	    [PAR__V1__UNIT_QUERY__WHICH_NEWEST] = WHICH_NEWEST,
	};
	struct question out = {.round = proto_bytes(q->round),
			       .of_unit = true,
			       .unit = proto_bytes(q->unit),
			       .which = which[q->which_case],
			       .part = q->part};

	out.number = out.which == WHICH_NUMBER ? q->number : 0;
	return out;
}

static void answer_asked(struct scorer *s, const struct wire_peer *peer,
			 const struct question *q, const uint8_t id[WIRE_ID_SIZE],
			 struct reply *r)
{
	r->of_unit = q->of_unit;
	r->part = q->part;
	answer_question(s, q, id, &r->answer);
	log_access(peer, q, &r->answer);
}

static void answer_request(struct scorer *s, const struct wire_peer *peer,
			   const Par__V1__InspectRequest *q)
{
	unsigned roles = ROLE_OPERATOR | ROLE_AUDITOR;
	struct reply r = {.status = false};
	struct question question;

	answer_init(&r.answer);
	if (((unsigned)gate_role(s->gate, peer->user_id) & roles) == 0) {
		answer_refuse(&r.answer,
			      "this key is not admitted here as operator or auditor");
	} else if (q->version != WIRE_VERSION) {
		answer_refuse(&r.answer,
			      "this scorer understands version 1 of the messages");
	} else if (q->what_case == PAR__V1__INSPECT_REQUEST__WHAT_SCORES) {
		question = ask_scores(q->scores);
		answer_asked(s, peer, &question, q->id.data, &r);
	} else if (q->what_case == PAR__V1__INSPECT_REQUEST__WHAT_UNIT) {
		question = ask_unit(q->unit);
		answer_asked(s, peer, &question, q->id.data, &r);
	} else if (q->what_case == PAR__V1__INSPECT_REQUEST__WHAT_SCORER) {
		r.answer.outcome = PAR__V1__OUTCOME__OUTCOME_DONE;
		r.status = true;
	} else {
		answer_refuse(&r.answer,
			      "this request asks for nothing that is known here");
	}
	send_reply(s, peer, &r, q->id.data);
	answer_free(&r.answer);
}

/* Without an id there is nothing that an answer could be matched with. */
static void on_message(struct scorer *s, const struct wire_message *m)
{
	Par__V1__InspectRequest *q =
	    par__v1__inspect_request__unpack(NULL, m->payload.len, m->payload.data);

	s->inspect.requests++;
	if (q != NULL && q->id.len == WIRE_ID_SIZE) {
		answer_request(s, &m->peer, q);
	} else {
		s->inspect.refused++;
		log_event(LOG_DEBUG, "request-unreadable", "bytes=%zu", m->payload.len);
	}
	if (q != NULL)
		par__v1__inspect_request__free_unpacked(q, NULL);
}

static void on_readable(void *ctx)
{
	struct scorer *s = ctx;

	for (int i = 0; i < TURN_MESSAGES; i++) {
		struct wire_message m;
		int err = wire_receive(s->inspect.router, true, &m);

		if (err == ERR_FORMAT)
			continue;
		if (err != 0)
			return;
		on_message(s, &m);
		wire_message_free(&m);
	}
}

int inspect_open(struct scorer *s, void *router)
{
	s->inspect = (struct inspect){.router = router};
	return loop_add_socket(s->loop, router, on_readable, s);
}

void inspect_close(struct scorer *s)
{
	if (s->inspect.router != NULL)
		loop_remove_socket(s->loop, s->inspect.router);
	s->inspect.router = NULL;
}
