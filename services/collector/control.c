#include "services/collector/control.h"

#include <assert.h>
#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/base/log.h"
#include "common/net/part_wire.h"
#include "services/collector/commit.h"
#include "services/collector/order.h"
#include "services/collector/query.h"
#include "services/collector/roster_query.h"

struct rule {
	Par__V1__Command__WhatCase what;
	enum role role;
	const char *name;
	order_fn *order;
};

static const struct rule rules[] = {
    {PAR__V1__COMMAND__WHAT_OPEN, ROLE_OPERATOR, "open", order_open},
    {PAR__V1__COMMAND__WHAT_ROSTER, ROLE_OPERATOR, "roster", order_roster},
    {PAR__V1__COMMAND__WHAT_APPRAISALS, ROLE_OPERATOR, "appraisals", order_appraisals},
    {PAR__V1__COMMAND__WHAT_MEASURED, ROLE_OPERATOR, "measured", order_measured},
    {PAR__V1__COMMAND__WHAT_CODES, ROLE_OPERATOR, "codes", order_codes},
    {PAR__V1__COMMAND__WHAT_FORGET, ROLE_OPERATOR, "forget", order_forget},
    {PAR__V1__COMMAND__WHAT_VOID, ROLE_OPERATOR, "void", order_void},
    {PAR__V1__COMMAND__WHAT_ANNUL, ROLE_RELEASER, "annul", order_annul},
    {PAR__V1__COMMAND__WHAT_CLOSE, ROLE_RELEASER, "close", order_close},
    {PAR__V1__COMMAND__WHAT_RELEASE, ROLE_RELEASER, "release", order_release},
    {PAR__V1__COMMAND__WHAT_RETRACT, ROLE_RELEASER, "retract", order_retract},
};

static const struct rule *rule_of(Par__V1__Command__WhatCase what)
{
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (rules[i].what == what)
			return &rules[i];
	return NULL;
}

/* ---- answers ---- */

static int take_position(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
			 struct bytes record)
{
	struct position *p = ctx;

	(void)record;
	p->n = n;
	memcpy(p->chain, chain, CHAIN_SIZE);
	return 1;
}

/* What the entry n was answered; n = 0: there was nothing to append. */
static void answer_result(struct collector *c, const struct request *q,
			  const struct fold_command *known)
{
	struct position position = journal_head(c->journal, 0);
	Par__V1__CommandResult result = PAR__V1__COMMAND_RESULT__INIT;
	Par__V1__Position wire;
	Par__V1__IntakeReply reply;
	int err = 1;

	if (known->n)
		err = journal_read(c->journal, 0, known->n, take_position, &position,
				   NULL);
	if (err < 0) {
		collector_fail(c, "journal-failed", err);
		return;
	}
	query_position(&position, &wire);
	if (known->n)
		result.position = &wire;
	result.number = known->number;
	result.ordinal = known->ordinal;
	result.rows = known->rows;
	answer_init(&reply, q->id, PAR__V1__OUTCOME__OUTCOME_DONE);
	reply.what_case = PAR__V1__INTAKE_REPLY__WHAT_RESULT;
	reply.result = &result;
	answer_send(c, q, &reply);
}

static void answer_more(struct collector *c, const struct request *q)
{
	Par__V1__IntakeReply reply;

	answer_init(&reply, q->id, PAR__V1__OUTCOME__OUTCOME_MORE);
	answer_send(c, q, &reply);
}

/* Of a command without an entry; the release that stands for one asked for again. */
static struct fold_command known_without(const struct collector *c,
					 const struct order *o)
{
	const struct fold_round *r = fold_round_by_number(c->fold, o->round);
	const struct fold_release *release = NULL;
	struct fold_command known = {.rows = o->rows};

	if (r && o->release)
		release = fold_release_of(r, o->release);
	if (release)
		known = (struct fold_command){.n = release->n,
					      .number = release->number,
					      .ordinal = release->ordinal};
	return known;
}

/* ---- carrying out ---- */

static struct seal seal_of(const char *via, const uint8_t *command)
{
	struct seal seal = {.time = clock_wall_s()};

	memcpy(seal.command, command, sizeof seal.command);
	randombytes_buf(seal.random, sizeof seal.random);
	memcpy(seal.via, via, strnlen(via, sizeof seal.via - 1));
	return seal;
}

/* The batch is empty before; 0, ERR_FULL, or the collector has failed. */
static int append(struct collector *c, const struct order *o, const char *via,
		  const uint8_t *command)
{
	struct seal seal = seal_of(via, command);
	int err =
	    batch_put_record(&c->batch, o->kind, o->round, &seal, buf_bytes(&o->body));

	if (err) {
		collector_fail(c, "command-failed", err);
		return err;
	}
	err = commit_batch(c);
	c->counts.commands += !err;
	return err;
}

static void end_enrolment(struct collector *c, struct order *o, bool keep)
{
	int err = keep ? rosters_keep(&c->rosters, &o->enrolment)
		       : rosters_drop(&c->rosters, &o->enrolment);

	if (err)
		collector_fail(c, "roster-failed", err);
}

static void log_command(const struct request *q, const char *name, uint32_t round,
			const char *outcome)
{
	log_event(LOG_INFO, "command", "kind=%s round=%u via=\"%s\" outcome=%s", name,
		  round, q->peer->user_id, outcome);
}

/* 0: answered for good. ERR_FULL: it may be sent again as it is. */
static int carry_out(struct collector *c, const struct request *q,
		     const struct rule *rule, struct order *o)
{
	struct fold_command known;
	bool found;
	int err;

	if (!o->append) {
		end_enrolment(c, o, false);
		known = known_without(c, o);
		c->counts.commands += o->done;
		if (o->done)
			roster_query_drop(c);
		log_command(q, rule->name, o->round, o->done ? "done" : "unchanged");
		answer_result(c, q, &known);
		return 0;
	}
	err = append(c, o, q->peer->user_id, q->id);
	/* After any other error the entry may be in the journal: its rows stay. */
	end_enrolment(c, o, err != ERR_FULL);
	if (err == ERR_FULL) {
		log_command(q, rule->name, o->round, "try-later");
		answer_say(c, q, PAR__V1__OUTCOME__OUTCOME_TRY_LATER,
			   "the journal is full: try again later");
	}
	if (err)
		return err;
	found = fold_command(c->fold, q->id, &known);
	assert(found);
	log_command(q, rule->name, o->round, "done");
	answer_result(c, q, &known);
	return 0;
}

bool control_is_lack(int err)
{
	return err == ERR_FULL || err == -ENOSPC || err == -EDQUOT || err == -EMFILE ||
	       err == -ENFILE;
}

static void not_ordered(struct collector *c, const struct request *q,
			const struct rule *rule, uint32_t round, int err,
			const struct faults *faults)
{
	if (err == ERR_REFUSED) {
		log_command(q, rule->name, round, "refused");
		answer_refuse(c, q, PAR__V1__OUTCOME__OUTCOME_REFUSED, faults);
	} else if (err == ERR_FULL) {
		log_command(q, rule->name, round, "try-later");
		answer_say(c, q, PAR__V1__OUTCOME__OUTCOME_TRY_LATER,
			   "the roster finds no disk space or no descriptor: try again "
			   "later");
	} else {
		collector_fail(c, "command-failed", err);
	}
}

static int order_and_carry_out(struct collector *c, const struct request *q,
			       const struct rule *rule, const Par__V1__Command *m)
{
	struct order_context x = {c->fold, &c->rosters, journal_head(c->journal, 0)};
	struct faults faults;
	struct order o;
	int err;

	faults_init(&faults);
	order_init(&o);
	err = rule->order(&x, m, &o, &faults);
	if (control_is_lack(err))
		err = ERR_FULL;
	if (!err) {
		err = carry_out(c, q, rule, &o);
	} else {
		end_enrolment(c, &o, false);
		not_ordered(c, q, rule, o.round, err, &faults);
	}
	order_free(&o);
	faults_free(&faults);
	return err;
}

/* ---- from parts to a command ---- */

static void on_whole(struct collector *c, const struct request *q, struct bytes whole)
{
	const Par__V1__Command *m =
	    decoder_unpack(&c->commands, &par__v1__command__descriptor, whole);
	const struct rule *rule = m ? rule_of(m->what_case) : NULL;
	const char *fault = NULL;
	int err = 0;

	if (!m)
		fault = "this command does not parse";
	else if (proto_has_unknown(&m->base))
		fault = "this command has fields that version 1 does not know";
	else if (!rule)
		fault = "this command asks for nothing";
	else if (rule->role != q->role)
		fault = rule->role == ROLE_OPERATOR ? "this takes role operator"
						    : "this takes role releaser";
	if (fault)
		answer_say(c, q, PAR__V1__OUTCOME__OUTCOME_REFUSED, fault);
	else
		err = order_and_carry_out(c, q, rule, m);
	if (err != ERR_FULL)
		assembly_drop(&c->assemblies, q->peer->user_id, q->id);
	decoder_reset(&c->commands);
}

static void on_piece(struct collector *c, const struct request *q)
{
	struct piece piece = {
	    .user_id = q->peer->user_id,
	    .id = q->id,
	    .part = part_wire_read(q->message->command),
	};
	struct faults faults;
	struct bytes whole;
	int err;

	faults_init(&faults);
	err =
	    assembly_add(&c->assemblies, &piece, loop_now_ms(c->loop), &whole, &faults);
	if (err == 0)
		answer_more(c, q);
	else if (err == 1)
		on_whole(c, q, whole);
	else if (err == ERR_REFUSED)
		answer_refuse(c, q, PAR__V1__OUTCOME__OUTCOME_REFUSED, &faults);
	else if (err == ERR_RETRY)
		answer_refuse(c, q, PAR__V1__OUTCOME__OUTCOME_TRY_LATER, &faults);
	else
		collector_fail(c, "command-failed", err);
	faults_free(&faults);
}

void on_command(struct collector *c, const struct request *q)
{
	struct fold_command known;
	int err;

	if (fold_command(c->fold, q->id, &known)) {
		answer_result(c, q, &known);
		return;
	}
	/* A command is decided on all that came before it. */
	err = commit_batch(c);
	if (!err || err == ERR_FULL)
		on_piece(c, q);
}

/* ---- rounds that close by themselves ---- */

static int close_round(struct collector *c, const struct fold_round *r)
{
	/* Nobody asked for it, so it has no id. */
	static const uint8_t command[COMMAND_ID_SIZE];
	char via[USER_ID_MAX + 1];
	struct order o;
	int err;

	key_user_id(c->key, via);
	order_init(&o);
	err = order_close_automatic(r, &o);
	if (!err)
		err = append(c, &o, via, command);
	else
		collector_fail(c, "command-failed", err);
	if (!err)
		log_event(LOG_INFO, "round-closed", "round=%u automatic=true", o.round);
	order_free(&o);
	return err;
}

static bool is_due(const struct fold_round *r, int64_t now)
{
	const struct round *model = fold_round_model(r);
	int64_t closes;

	return fold_round_state(r) == ROUND_OPEN && model->auto_close &&
	       text_time(model->closes, &closes) == 0 && now >= closes;
}

/* Whether the clock of the day may close a round at this moment. */
static bool look_at_clock(struct collector *c, int64_t now)
{
	uint64_t mono_ms = clock_mono_ms();
	int64_t jump = daytime_look(&c->daytime, now, mono_ms);

	if (jump)
		log_event(
		    LOG_WARN, "clock-set",
		    "seconds=%lld words=\"the time of day jumped: no round closes "
		    "by itself for %d minutes\"",
		    (long long)jump, DAYTIME_DOUBT_MS / 60000);
	return daytime_is_believed(&c->daytime, mono_ms);
}

void on_closing(void *ctx)
{
	enum { LOOK_AGAIN_MS = 1000 };
	struct collector *c = ctx;
	int64_t now = clock_wall_s();
	bool believed = look_at_clock(c, now);
	int err = commit_batch(c);

	for (uint32_t i = 1; believed && i <= fold_round_count(c->fold) && !err; i++) {
		const struct fold_round *r = fold_round_by_number(c->fold, i);

		if (is_due(r, now))
			err = close_round(c, r);
	}
	/* The clock of the day may be set, so it is looked at and not computed with. */
	loop_timer_set(c->loop, &c->closing, LOOK_AGAIN_MS);
}
