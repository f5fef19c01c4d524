#include "services/collector/intake.h"

#include <errno.h>
#include <sched.h>
#include <sodium.h>

#include "common/base/clock.h"
#include "common/base/err.h"
#include "services/collector/answer.h"
#include "services/collector/commit.h"
#include "services/collector/control.h"
#include "services/collector/query.h"
#include "services/collector/roster_query.h"
#include "services/collector/submit.h"

enum {
	TURN_MESSAGES = BATCH_ENTRIES_MAX,
	TURN_BYTES = 8 << 20,
	TURN_MS = 50,
	LOOKS_MAX = 4,
	MESSAGES_A_LOOK = 16, /* at the clock */
};

struct turn {
	unsigned messages;
	size_t bytes;
	uint64_t end_ms;
};

struct handler {
	Par__V1__IntakeRequest__WhatCase what;
	unsigned roles;
	void (*fn)(struct collector *c, const struct request *q);
};

static const struct handler handlers[] = {
    {PAR__V1__INTAKE_REQUEST__WHAT_SUBMIT, ROLE_INTAKE | ROLE_OPERATOR, on_submit},
    {PAR__V1__INTAKE_REQUEST__WHAT_COMMAND, ROLE_OPERATOR | ROLE_RELEASER, on_command},
    {PAR__V1__INTAKE_REQUEST__WHAT_MANIFEST, INTAKE_ROLES, on_manifest_query},
    {PAR__V1__INTAKE_REQUEST__WHAT_STATUS, ROLE_OPERATOR | ROLE_RELEASER | ROLE_AUDITOR,
     on_status_query},
    {PAR__V1__INTAKE_REQUEST__WHAT_ROSTER, ROLE_OPERATOR, on_roster_query},
};

static const struct handler *handler_of(Par__V1__IntakeRequest__WhatCase what)
{
	for (size_t i = 0; i < sizeof handlers / sizeof *handlers; i++)
		if (handlers[i].what == what)
			return &handlers[i];
	return NULL;
}

/* What is wrong with a message before its meaning; NULL: nothing. */
static const char *envelope_fault(const Par__V1__IntakeRequest *m, enum role role)
{
	if (m->version > WIRE_VERSION)
		return "this message is of a newer version: update the collector first";
	if (m->version != WIRE_VERSION)
		return "this message names no version";
	if (m->id.len != WIRE_ID_SIZE || sodium_is_zero(m->id.data, m->id.len))
		return "the id of a message has 16 random bytes";
	if (proto_has_unknown(&m->base))
		return "this message has fields that version 1 does not know";
	if (!handler_of(m->what_case))
		return "this message asks for nothing";
	if (role == ROLE_NONE)
		return "this key is not admitted";
	if (!(handler_of(m->what_case)->roles & role))
		return "the role of this key may not do that";
	return NULL;
}

static void on_message(struct collector *c, const struct wire_message *m)
{
	static const uint8_t no_id[WIRE_ID_SIZE];
	const Par__V1__IntakeRequest *in = decoder_unpack(
	    &c->requests, &par__v1__intake_request__descriptor, m->payload);
	struct request q = {.peer = &m->peer, .id = no_id, .message = in};
	const char *fault = "this message does not parse";

	c->counts.messages++;
	arena_reset(&c->answers);
	q.role = gate_role(c->gate, m->peer.user_id);
	if (in && in->id.len == WIRE_ID_SIZE)
		q.id = in->id.data;
	if (in)
		fault = envelope_fault(in, q.role);
	if (fault)
		answer_say(c, &q, PAR__V1__OUTCOME__OUTCOME_REFUSED, fault);
	else
		handler_of(in->what_case)->fn(c, &q);
}

/* 0: one was handled. -EAGAIN: none is there. Any other: the collector has failed. */
static int receive(struct collector *c, struct turn *t)
{
	struct wire_message m;
	int err = wire_receive(c->intake, true, &m);

	t->messages += !err || err == ERR_FORMAT;
	if (err == ERR_FORMAT) {
		c->counts.refused++;
		return 0;
	}
	if (err && err != -EAGAIN)
		collector_fail(c, "receive-failed", err);
	if (err)
		return err;
	t->bytes += m.payload.len;
	on_message(c, &m);
	wire_message_free(&m);
	return 0;
}

static bool goes_on(const struct collector *c, const struct turn *t)
{
	if (t->messages >= TURN_MESSAGES || t->bytes >= TURN_BYTES || c->failed)
		return false;
	return t->messages % MESSAGES_A_LOOK || clock_mono_ms() < t->end_ms;
}

/* -EAGAIN: all that was there is handled. Any other: the turn is over. */
static int receive_all(struct collector *c, struct turn *t)
{
	while (goes_on(c, t)) {
		int err = receive(c, t);

		if (!err && batch_is_full(&c->batch))
			err = commit_batch(c);
		if (err)
			return err;
	}
	return 0;
}

void on_intake(void *ctx)
{
	struct collector *c = ctx;
	struct turn t = {.end_ms = clock_mono_ms() + TURN_MS};
	unsigned before, looks = 0;
	int err;

	collector_look_at_room(c);
	/*
	 * While we decide, more is being opened by the library's thread. To look again
	 * makes fewer flushes carry more; but a steady trickle must not keep those that
	 * are decided from their answers.
	 */
	do {
		before = t.messages;
		err = receive_all(c, &t);
		if (err == -EAGAIN && t.messages > before)
			(void)sched_yield();
	} while (err == -EAGAIN && t.messages > before && looks++ < LOOKS_MAX);
	if (!c->failed)
		err = commit_batch(c);
}
