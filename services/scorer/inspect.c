#include "services/scorer/inspect.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/err.h"
#include "common/base/log.h"
#include "common/net/part_wire.h"
#include "common/net/wire.h"
#include "common/round/proto.h"
#include "par/v1/inspect.pb-c.h"
#include "services/scorer/edge.h"
#include "services/scorer/publish.h"
#include "services/scorer/scorer.h"

enum { TURN_MESSAGES = 64, REPLY_MAX = FEED_MESSAGE_MAX };

/* What is answered to one request. */
struct reply {
	Par__V1__Outcome outcome;
	struct faults faults;
	struct buf scores;
	struct whole whole; /* the scores */
	uint32_t part;      /* the one asked for */
	struct part cut;    /* and sent */
	bool status;
};

static void refuse(struct reply *a, const char *words)
{
	a->outcome = PAR__V1__OUTCOME__OUTCOME_REFUSED;
	faults_add(&a->faults, NULL, 0, "%s", words);
}

static void refuse_all(struct reply *a, const struct faults *faults)
{
	for (size_t i = 0; i < faults->listed; i++)
		refuse(a, faults->list[i].text);
}

static void try_later(struct reply *a, const char *words)
{
	a->outcome = PAR__V1__OUTCOME__OUTCOME_TRY_LATER;
	faults_add(&a->faults, NULL, 0, "%s", words);
}

/* What is not known yet may stand in what is still to be folded. */
static void refuse_at_head(const struct scorer *s, struct reply *a, const char *words)
{
	const struct reading *rd = &s->reading;

	if (s->halted.count > 0)
		refuse_all(a, &s->halted);
	if (s->halted.count > 0 || (rd->reached && rd->at.n >= rd->head.n))
		refuse(a, words);
	else
		try_later(a, "the journal is still being read");
}

/* ---- scores ---- */

static uint32_t newest_release(const struct fold_round *round)
{
	uint32_t number = fold_round_releases(round);

	while (number > 0 && fold_round_retracted(round, number))
		number--;
	return number;
}

static void answer_release(struct scorer *s, const struct fold_round *round,
			   uint32_t number, struct reply *a)
{
	const struct fold_release *r = fold_release_of(round, number);
	int err;

	if (r == NULL) {
		refuse_at_head(s, a, "this round has no release of that number");
		return;
	}
	err = results_scores(s->results, r->ordinal, &a->scores);
	if (err == 0)
		a->outcome = PAR__V1__OUTCOME__OUTCOME_DONE;
	else if (err == ERR_NOT_FOUND && s->halted.count > 0)
		refuse_all(a, &s->halted);
	else
		try_later(a, "the result is being computed");
	if (err != 0 && err != ERR_NOT_FOUND)
		scorer_error(s, "reading the results store", err);
}

static void answer_draft(struct scorer *s, const struct fold_round *round,
			 const uint8_t id[WIRE_ID_SIZE], struct reply *a)
{
	const struct draft *d;

	if (s->halted.count > 0) {
		refuse_all(a, &s->halted);
		return;
	}
	d = jobs_draft(s, round, id, a->part == 1);
	if (d == NULL) {
		try_later(a, "the result is being computed");
		return;
	}
	if (d->scores.len == 0)
		refuse_all(a, &d->faults);
	else if (buf_put(&a->scores, d->scores.data, d->scores.len) == 0)
		a->outcome = PAR__V1__OUTCOME__OUTCOME_DONE;
	else
		try_later(a, "the result is being computed");
}

static void answer_round(struct scorer *s, const struct fold_round *round,
			 const Par__V1__ScoresQuery *q, const uint8_t id[WIRE_ID_SIZE],
			 struct reply *a)
{
	uint32_t number = 0;

	if (q->which_case == PAR__V1__SCORES_QUERY__WHICH_NUMBER)
		number = q->number;
	else if (q->which_case == PAR__V1__SCORES_QUERY__WHICH_NEWEST)
		number = newest_release(round);
	if (number > 0)
		answer_release(s, round, number, a);
	else
		answer_draft(s, round, id, a);
}

static void answer_scores(struct scorer *s, const Par__V1__ScoresQuery *q,
			  const uint8_t id[WIRE_ID_SIZE], struct reply *a)
{
	const struct fold_round *round =
	    fold_round_by_code(s->reading.fold, bytes_of(q->round.data, q->round.len));

	a->part = q->part;
	if (q->which_case == PAR__V1__SCORES_QUERY__WHICH__NOT_SET || q->part == 0 ||
	    (q->which_case == PAR__V1__SCORES_QUERY__WHICH_NUMBER && q->number == 0))
		refuse(a, "the query must say which result and which part, from 1");
	else if (round == NULL)
		refuse_at_head(s, a, "there is no round of this code");
	else if (fold_round_state(round) == ROUND_VOID)
		refuse(a, "this round is void: it has no scores");
	else if (fold_round_state(round) == ROUND_OPEN &&
		 !fold_round_model(round)->trial)
		refuse_at_head(s, a,
			       "no score before the round is closed (METHOD P3): close "
			       "the round first");
	else
		answer_round(s, round, q, id, a);
}

static void log_access(const struct wire_peer *peer, const Par__V1__ScoresQuery *q,
		       const struct reply *a)
{
	char user[USER_ID_MAX + 1], round[MODEL_CODE_MAX + 1];
	char number[32] = "newest";

	if (a->outcome == PAR__V1__OUTCOME__OUTCOME_TRY_LATER || q->part > 1)
		return;
	if (q->which_case == PAR__V1__SCORES_QUERY__WHICH_NUMBER)
		snprintf(number, sizeof(number), "%u", q->number);
	else if (q->which_case == PAR__V1__SCORES_QUERY__WHICH_DRAFT)
		snprintf(number, sizeof(number), "draft");
	text_quoted(bytes_str(peer->user_id), user, sizeof(user));
	text_quoted(bytes_of(q->round.data, q->round.len), round, sizeof(round));
	log_event(LOG_INFO, "scores-asked",
		  "user=\"%s\" round=\"%s\" release=%s refused=%d", user, round, number,
		  a->outcome == PAR__V1__OUTCOME__OUTCOME_REFUSED);
}

/* ---- the answer on the wire ---- */

static void cut_part(struct reply *a)
{
	whole_init(&a->whole, buf_bytes(&a->scores), PART_INSPECT_MAX);
	if (!whole_part(&a->whole, a->part, &a->cut))
		refuse(a, "this result has fewer parts");
}

static int pack_reply(const struct scorer *s, struct reply *a,
		      const uint8_t id[WIRE_ID_SIZE], struct buf *out)
{
	Par__V1__Position folded = edge_position(&s->reading.at);
	Par__V1__ScorerStatus status = PAR__V1__SCORER_STATUS__INIT;
	Par__V1__Part part = part_wire_message(&a->cut);
	Par__V1__InspectReply reply = PAR__V1__INSPECT_REPLY__INIT;
	int err;

	reply.version = WIRE_VERSION;
	reply.id = proto_view(bytes_of(id, WIRE_ID_SIZE));
	reply.outcome = a->outcome;
	reply.faults = calloc(a->faults.listed + 1, sizeof(*reply.faults));
	if (reply.faults == NULL)
		return -ENOMEM;
	reply.n_faults = a->faults.listed;
	for (size_t i = 0; i < a->faults.listed; i++)
		reply.faults[i] = edge_text(a->faults.list[i].text);
	if (a->outcome == PAR__V1__OUTCOME__OUTCOME_DONE && a->status) {
		status.folded = &folded;
		status.releases = results_head(s->results).n;
		reply.what_case = PAR__V1__INSPECT_REPLY__WHAT_SCORER;
		reply.scorer = &status;
	} else if (a->outcome == PAR__V1__OUTCOME__OUTCOME_DONE) {
		reply.what_case = PAR__V1__INSPECT_REPLY__WHAT_SCORES;
		reply.scores = &part;
	}
	err = edge_pack(&reply.base, out);
	free(reply.faults);
	return err;
}

/* A reply that cannot be made or sent is forgotten: the client asks again. */
static void send_reply(struct scorer *s, const struct wire_peer *peer, struct reply *a,
		       const uint8_t id[WIRE_ID_SIZE])
{
	struct buf out;
	int err;

	if (a->scores.len > 0)
		cut_part(a);
	if (a->outcome == PAR__V1__OUTCOME__OUTCOME_REFUSED)
		s->inspect.refused++;
	buf_init(&out, REPLY_MAX);
	err = pack_reply(s, a, id, &out);
	if (err == 0)
		err = wire_send(s->inspect.router, peer, buf_bytes(&out));
	if (err != 0)
		log_event(LOG_DEBUG, "reply-dropped", "error=\"%s\"", err_str(err));
	buf_free(&out);
}

/* ---- requests ---- */

static void answer_request(struct scorer *s, const struct wire_peer *peer,
			   const Par__V1__InspectRequest *q)
{
	unsigned roles = ROLE_OPERATOR | ROLE_AUDITOR;
	struct reply a = {.outcome = PAR__V1__OUTCOME__OUTCOME_UNSPECIFIED};

	faults_init(&a.faults);
	buf_init(&a.scores, PUBLISH_BYTES_MAX);
	if (((unsigned)gate_role(s->gate, peer->user_id) & roles) == 0) {
		refuse(&a, "this key is not admitted here as operator or auditor");
	} else if (q->version != WIRE_VERSION) {
		refuse(&a, "this scorer understands version 1 of the messages");
	} else if (q->what_case == PAR__V1__INSPECT_REQUEST__WHAT_SCORES) {
		answer_scores(s, q->scores, q->id.data, &a);
		log_access(peer, q->scores, &a);
	} else if (q->what_case == PAR__V1__INSPECT_REQUEST__WHAT_SCORER) {
		a.outcome = PAR__V1__OUTCOME__OUTCOME_DONE;
		a.status = true;
	} else {
		refuse(&a, "this request asks for nothing that is known here");
	}
	send_reply(s, peer, &a, q->id.data);
	faults_free(&a.faults);
	buf_free(&a.scores);
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
