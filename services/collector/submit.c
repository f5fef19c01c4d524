#include "services/collector/submit.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/base/sha256.h"
#include "common/round/fold_ballot.h"
#include "services/collector/commit.h"
#include "services/collector/throttle.h"

/* A ballot whose sender and round are known. */
struct submission {
	const struct request *request;
	const Par__V1__Submit *message;
	struct ballot ballot;
	struct fold_round *round;
	struct rater rater;
	size_t fresh; /* sheets that go into the journal */
	uint8_t digest[32];
};

/* ---- who and where ---- */

static bool credential_is_right(const struct request *q, const Par__V1__Submit *m,
				struct faults *faults)
{
	size_t before = faults->count;

	if (m->credential_case == PAR__V1__SUBMIT__CREDENTIAL__NOT_SET)
		faults_add(faults, NULL, 0,
			   "the ballot comes without a code or a respondent");
	if (q->role != ROLE_OPERATOR &&
	    m->credential_case == PAR__V1__SUBMIT__CREDENTIAL_RESPONDENT)
		faults_add(
		    faults, NULL, 0,
		    "only role operator may name a respondent; role %s gives the "
		    "enterprise's code",
		    role_name(q->role));
	if (q->role != ROLE_OPERATOR && m->import_id)
		faults_add(faults, NULL, 0, "only role operator imports");
	return faults->count == before;
}

static const struct rater *rater_of(const struct roster *r, const Par__V1__Submit *m)
{
	if (m->credential_case == PAR__V1__SUBMIT__CREDENTIAL_CODE)
		return roster_by_code(r, proto_bytes(m->code));
	return roster_by_respondent(r, proto_bytes(m->respondent));
}

static bool find_rater(struct collector *c, struct submission *s, struct faults *faults)
{
	const char *round = fold_round_model(s->round)->code;
	const struct roster *roster =
	    rosters_of(&c->rosters, fold_round_number(s->round));
	const struct rater *rater = roster ? rater_of(roster, s->message) : NULL;
	bool by_code = s->message->credential_case == PAR__V1__SUBMIT__CREDENTIAL_CODE;

	if (rater) {
		s->rater = *rater;
		return true;
	}
	/* Who has no code does not learn what became of the roster either. */
	if (by_code || roster)
		faults_add(faults, NULL, 0, "this %s is not in the roster of round %s",
			   by_code ? "code" : "respondent", round);
	else
		faults_add(faults, NULL, 0, "the roster of round %s was forgotten",
			   round);
	if (by_code)
		throttle_wrong_code(c, s->request);
	return false;
}

static bool find_round(struct collector *c, struct submission *s, struct faults *faults)
{
	struct bytes code = s->ballot.round;

	s->round = fold_round_by_code(c->fold, code);
	if (!s->round) {
		faults_add(faults, NULL, 0, "there is no round %.*s", (int)code.len,
			   (const char *)code.data);
		return false;
	}
	return ballot_is_for(&s->ballot, fold_round_model(s->round),
			     fold_round_rules(s->round), faults);
}

/* ---- the batch ---- */

/* A sheet that the batch holds already cannot be decided before it is committed. */
static bool batch_touches(const struct collector *c, const struct submission *s)
{
	uint32_t round = fold_round_number(s->round);

	for (uint32_t i = 0; i < s->ballot.sheet_count; i++)
		if (batch_has_key(&c->batch, round, s->rater.number,
				  s->ballot.sheets[i].unit))
			return true;
	return false;
}

static int put_keys(struct collector *c, const struct submission *s)
{
	uint32_t round = fold_round_number(s->round);
	int err = 0;

	for (uint32_t i = 0; i < s->ballot.sheet_count && !err; i++)
		if (verdict_is_new(c->decisions[i].verdict))
			err = batch_put_key(&c->batch, round, s->rater.number,
					    s->ballot.sheets[i].unit);
	return err;
}

/* Each byte is given once; a system call for every ballot would cost more than it. */
static void take_random(struct collector *c, uint8_t *out, size_t len)
{
	if (c->random_left < len) {
		randombytes_buf(c->random, sizeof c->random);
		c->random_left = sizeof c->random;
	}
	c->random_left -= len;
	memcpy(out, c->random + c->random_left, len);
	sodium_memzero(c->random + c->random_left, len);
}

static struct seal seal_of(struct collector *c, const struct submission *s)
{
	enum { HOUR = 3600 };
	int64_t now = clock_wall_s();
	struct seal seal = {
	    .rater = s->rater.number,
	    .stratum = s->rater.stratum,
	    .cluster = s->rater.cluster,
	    .import_id = s->message->import_id,
	    .time = now - now % HOUR,
	};

	take_random(c, seal.random, sizeof seal.random);
	memcpy(seal.via, s->request->peer->user_id, sizeof seal.via);
	seal.via[sizeof seal.via - 1] = '\0';
	return seal;
}

static int put_ballot(struct collector *c, const struct submission *s,
		      struct bytes answer)
{
	struct seal seal = seal_of(c, s);
	int err = batch_put_ballot(&c->batch, fold_round_number(s->round), &seal,
				   proto_bytes(s->message->ballot), s->digest);

	if (!err)
		err = batch_put_answer(&c->batch, s->request->peer, s->request->id,
				       answer);
	if (!err)
		err = put_keys(c, s);
	return err;
}

/* ---- the acknowledgement ---- */

static int take_digest(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		       struct bytes record)
{
	(void)n;
	(void)chain;
	if (record.len < ENTRY_HEADER)
		return ERR_CORRUPT;
	entry_body_digest(bytes_of(record.data, ENTRY_HEADER), ctx);
	return 1;
}

/* Of the ballot that first carried the sheet: an earlier one, this one, or none. */
static int first_digest(struct collector *c, const struct submission *s,
			const struct decision *d, ProtobufCBinaryData *out)
{
	uint8_t *digest;
	int err;

	if (!d->first_n) {
		if (verdict_is_new(d->verdict))
			*out = proto_view(bytes_of(s->digest, sizeof s->digest));
		return 0;
	}
	digest = arena_bytes(&c->answers, 32);
	if (!digest)
		return -ENOMEM;
	err = journal_read(c->journal, 0, d->first_n, take_digest, digest, NULL);
	if (err < 0)
		return err;
	*out = proto_view(bytes_of(digest, 32));
	return 0;
}

static Par__V1__Verdict wire_verdict(enum verdict v)
{
	static const Par__V1__Verdict names[VERDICT_COUNT] = {
	    [VERDICT_ACCEPTED] = PAR__V1__VERDICT__VERDICT_ACCEPTED,
	    [VERDICT_REPLACED] = PAR__V1__VERDICT__VERDICT_REPLACED,
	    [VERDICT_SUPERSEDED] = PAR__V1__VERDICT__VERDICT_SUPERSEDED,
	    [VERDICT_DUPLICATE] = PAR__V1__VERDICT__VERDICT_DUPLICATE,
	    [VERDICT_CONFLICT] = PAR__V1__VERDICT__VERDICT_CONFLICT,
	    [VERDICT_REFUSED] = PAR__V1__VERDICT__VERDICT_REFUSED,
	};

	return names[v];
}

static int put_sheet(struct collector *c, const struct submission *s, size_t i,
		     size_t *room, Par__V1__SheetVerdict *out)
{
	const struct sheet *sheet = &s->ballot.sheets[i];
	const struct decision *d = &c->decisions[i];
	int err;

	par__v1__sheet_verdict__init(out);
	out->unit = sheet->unit + 1;
	out->revision = sheet->revision;
	out->verdict = wire_verdict(d->verdict);
	out->highest_revision = d->highest_revision;
	err = first_digest(c, s, d, &out->first_digest);
	if (!err && d->faults.count)
		err = answer_words(c, &d->faults, room, &out->n_faults, &out->faults);
	return err;
}

static int put_sheets(struct collector *c, const struct submission *s,
		      Par__V1__Acknowledgement *ack)
{
	enum { SHEET_BYTES = 56 };
	size_t count = s->ballot.sheet_count;
	size_t fixed = count * SHEET_BYTES;
	size_t room = fixed < ANSWER_BYTES_MAX ? ANSWER_BYTES_MAX - fixed : 0;
	Par__V1__SheetVerdict *sheets;

	ack->sheets = arena_get(&c->answers, count * sizeof *ack->sheets);
	sheets = arena_get(&c->answers, count * sizeof *sheets);
	if (!ack->sheets || !sheets)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		int err = put_sheet(c, s, i, &room, &sheets[i]);

		if (err)
			return err;
		ack->sheets[i] = &sheets[i];
	}
	ack->n_sheets = count;
	return 0;
}

static int acknowledge(struct collector *c, const struct submission *s,
		       struct bytes *packed)
{
	Par__V1__Acknowledgement ack = PAR__V1__ACKNOWLEDGEMENT__INIT;
	Par__V1__IntakeReply reply;
	int err = put_sheets(c, s, &ack);

	if (err)
		return err;
	ack.round = proto_view(s->ballot.round);
	ack.digest = proto_view(bytes_of(s->digest, sizeof s->digest));
	answer_init(&reply, s->request->id, PAR__V1__OUTCOME__OUTCOME_DONE);
	reply.what_case = PAR__V1__INTAKE_REPLY__WHAT_ACK;
	reply.ack = &ack;
	return answer_pack(c, &reply, packed);
}

/* ---- the handler ---- */

static void count(struct collector *c, const struct submission *s)
{
	for (uint32_t i = 0; i < s->ballot.sheet_count; i++)
		c->counts.verdicts[c->decisions[i].verdict]++;
	c->counts.ballots += s->fresh > 0;
}

static int decided(struct collector *c, struct submission *s)
{
	struct bytes answer;
	int err = acknowledge(c, s, &answer);

	if (err)
		return err;
	if (!s->message->dry_run)
		count(c, s);
	if (s->fresh && !s->message->dry_run)
		return put_ballot(c, s, answer);
	err = wire_send(c->intake, s->request->peer, answer);
	(void)err; /* Gone or slow: the client asks again. */
	return 0;
}

static void decide(struct collector *c, struct submission *s)
{
	int err = 0;

	if (batch_touches(c, s))
		err = commit_batch(c);
	if (err && err != ERR_FULL)
		return;
	sha256(proto_bytes(s->message->ballot), s->digest);
	s->fresh = decide_ballot(s->round, &s->rater, &s->ballot, c->decisions);
	err = decided(c, s);
	decide_free(c->decisions, s->ballot.sheet_count);
	if (err)
		collector_fail(c, "ballot-failed", err);
}

/* As ballot_decode_in(), but no message is built of what one of our clients made. */
static int read_ballot(struct collector *c, struct bytes in, struct ballot *out,
		       struct faults *faults)
{
	for (uint32_t number = fold_round_count(c->fold); number > 0; number--) {
		const struct fold_round *r = fold_round_by_number(c->fold, number);
		struct bytes code = bytes_str(r ? fold_round_model(r)->code : "");

		if (fold_ballot_read(&c->answers, in, code, out))
			return 0;
	}
	return ballot_decode_in(&c->answers, in, out, faults);
}

void on_submit(struct collector *c, const struct request *q)
{
	struct submission s = {.request = q, .message = q->message->submit};
	struct faults faults;
	int err;

	if (c->nearly_full) {
		answer_say(c, q, PAR__V1__OUTCOME__OUTCOME_TRY_LATER,
			   "the journal is nearly full: try again later");
		return;
	}
	if (throttle_holds(c, q))
		return;
	faults_init(&faults);
	err = read_ballot(c, proto_bytes(s.message->ballot), &s.ballot, &faults);
	if (err == -ENOMEM) {
		faults_free(&faults);
		collector_fail(c, "ballot-failed", err);
		return;
	}
	if (!err && credential_is_right(q, s.message, &faults) &&
	    find_round(c, &s, &faults) && find_rater(c, &s, &faults))
		decide(c, &s);
	else
		answer_refuse(c, q, PAR__V1__OUTCOME__OUTCOME_REFUSED, &faults);
	faults_free(&faults);
}
