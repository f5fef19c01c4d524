#include "services/par/submit.h"

#include "common/base/err.h"
#include "common/round/ballot.h"
#include "common/round/manifest.h"
#include "common/round/proto.h"
#include "services/par/ballot_file.h"
#include "services/par/intake.h"
#include "services/par/show.h"
#include "common/client/verdict.h"

#include <sodium.h>
#include <string.h>

enum { LATER_MS = 500, TAG = WIRE_ID_SIZE - 8 };

struct submit {
	const struct submit_plan *plan;
	struct submit_counts *counts;
	struct peer peer;
	struct client *client;
	uint8_t rules[32];
	uint8_t tag[TAG]; /* of this run; an id is the tag and the place of the sheet */
	size_t next;      /* sheet to send */
	size_t group_end; /* sheets before it may be sent now */
	size_t answered;
	struct buf ballot;
	struct buf request;
	struct progress progress;
	bool told_later;
	int err;
};

size_t submit_group_end(const struct folder_sheets *sheets, size_t from)
{
	size_t end = from;
	while (end < sheets->count &&
	       sheets->list[end].revision == sheets->list[from].revision)
		end++;
	return end;
}

static int send_sheet(struct submit *s, size_t place)
{
	const struct folder_sheet *sheet = &s->plan->sheets->list[place];
	uint8_t id[WIRE_ID_SIZE];
	memcpy(id, s->tag, TAG);
	be64_put(id + TAG, place);
	int err = ballot_file_encode(s->plan->round, s->rules, sheet, 1, &s->ballot);
	if (err != 0)
		return err;
	Par__V1__Submit submit = PAR__V1__SUBMIT__INIT;
	submit.credential_case = PAR__V1__SUBMIT__CREDENTIAL_RESPONDENT;
	submit.respondent = ask_text(sheet->respondent);
	submit.import_id = s->plan->import_id;
	submit.ballot = proto_view(buf_bytes(&s->ballot));
	submit.dry_run = s->plan->dry_run;
	Par__V1__IntakeRequest request = PAR__V1__INTAKE_REQUEST__INIT;
	request.what_case = PAR__V1__INTAKE_REQUEST__WHAT_SUBMIT;
	request.submit = &submit;
	err = intake_pack(id, &request, &s->request);
	return err != 0 ? err : client_send(s->client, id, buf_bytes(&s->request));
}

/* Fills the window. */
static int pump(struct submit *s)
{
	if (s->answered == s->group_end && s->group_end < s->plan->sheets->count)
		s->group_end = submit_group_end(s->plan->sheets, s->group_end);
	while (s->next < s->group_end && s->next - s->answered < SUBMIT_WINDOW) {
		int err = send_sheet(s, s->next);
		if (err != 0)
			return err;
		s->next++;
	}
	return 0;
}

/* ---- answers ---- */

static void tell(const struct submit *s, const struct folder_sheet *sheet,
		 const char *words)
{
	fprintf(stderr, "%s:%u: respondent %s, unit %s, revision %u: %s\n",
		s->plan->file, sheet->first_line, sheet->respondent,
		s->plan->round->units[sheet->unit].code, sheet->revision, words);
}

static void tell_faults(const struct submit *s, const struct folder_sheet *sheet,
			const ProtobufCBinaryData *faults, size_t count)
{
	char words[ASK_WORDS];
	if (count == 0)
		tell(s, sheet, "refused, no reason given");
	for (size_t i = 0; i < count; i++)
		tell(s, sheet, show_text(faults[i], words, sizeof words));
}

static void count_verdict(struct submit *s, const struct folder_sheet *sheet,
			  const Par__V1__Acknowledgement *ack)
{
	const Par__V1__SheetVerdict *v = ack->sheets[0];
	char words[VERDICT_WORDS];
	uint64_t *const counters[] = {
	    [VERDICT_ACCEPTED] = &s->counts->accepted,
	    [VERDICT_REPLACED] = &s->counts->replaced,
	    [VERDICT_SUPERSEDED] = &s->counts->superseded,
	    [VERDICT_DUPLICATE] = &s->counts->duplicate,
	    [VERDICT_CONFLICT] = &s->counts->conflict,
	    [VERDICT_REFUSED] = &s->counts->refused,
	};
	enum verdict verdict = verdict_of(ack, 0);
	++*counters[verdict];
	if (verdict == VERDICT_CONFLICT)
		tell(s, sheet, verdict_conflict(v, words));
	if (verdict == VERDICT_REFUSED)
		tell_faults(s, sheet, v->faults, v->n_faults);
}

static int take_answer(struct submit *s, size_t place, const Par__V1__IntakeReply *r)
{
	const struct folder_sheet *sheet = &s->plan->sheets->list[place];
	if (r->outcome == PAR__V1__OUTCOME__OUTCOME_REFUSED) {
		s->counts->refused++;
		tell_faults(s, sheet, r->faults, r->n_faults);
		return 0;
	}
	if (r->what_case != PAR__V1__INTAKE_REPLY__WHAT_ACK || r->ack->n_sheets != 1)
		return ERR_FORMAT;
	count_verdict(s, sheet, r->ack);
	return 0;
}

static bool put_off(struct submit *s, const uint8_t id[WIRE_ID_SIZE],
		    const Par__V1__IntakeReply *r)
{
	if (r->outcome != PAR__V1__OUTCOME__OUTCOME_TRY_LATER)
		return false;
	if (!s->told_later)
		show_say("the collector takes no ballots just now; asking again");
	s->told_later = true;
	client_delay(s->client, id, LATER_MS);
	return true;
}

static bool on_reply(void *ctx, const uint8_t id[WIRE_ID_SIZE], struct bytes answer)
{
	struct submit *s = ctx;
	uint64_t place = be64_get(id + TAG);
	Par__V1__IntakeReply *r = intake_reply(answer);
	if (!r || place >= s->next) {
		s->err = ERR_FORMAT;
		if (r)
			par__v1__intake_reply__free_unpacked(r, NULL);
		return true;
	}
	bool later = put_off(s, id, r);
	if (!later) {
		int err = take_answer(s, place, r);
		if (err != 0)
			s->err = err;
		s->answered++;
		peer_heard(&s->peer);
	}
	par__v1__intake_reply__free_unpacked(r, NULL);
	return !later;
}

static void on_state(void *ctx, enum client_state state)
{
	struct submit *s = ctx;
	peer_state(&s->peer, state);
}

/* ---- the whole ---- */

static int run(struct submit *s)
{
	size_t total = s->plan->sheets->count;
	int err = 0;
	progress_init(&s->progress, "ballots");
	while (err == 0 && s->answered < total) {
		err = pump(s);
		if (err == 0)
			err = peer_turn(&s->peer);
		if (err == 0)
			err = s->err;
		progress_show(&s->progress, s->answered, total);
	}
	progress_end(&s->progress);
	return err;
}

static int start(struct submit *s, const struct options *o)
{
	int err = manifest_rules_digest(s->plan->round, s->rules);
	if (err == 0)
		err = peer_open(o, SERVICE_COLLECTOR, ROLE_OPERATOR, &s->peer);
	if (err != 0)
		return err;
	struct client_config config = peer_config(&s->peer, SUBMIT_WINDOW);
	return client_open(s->peer.loop, &config, wire_id, on_reply, on_state, s,
			   &s->client);
}

int submit_all(const struct options *o, const struct submit_plan *plan,
	       struct submit_counts *counts)
{
	struct submit s = {.plan = plan, .counts = counts};
	randombytes_buf(s.tag, sizeof s.tag);
	buf_init(&s.ballot, BALLOT_BYTES_MAX);
	buf_init(&s.request, PEER_MESSAGE_MAX);
	int err = start(&s, o);
	if (err == 0)
		err = run(&s);
	client_close(s.client);
	peer_close(&s.peer);
	buf_free(&s.ballot);
	buf_free(&s.request);
	return err;
}
