#include "services/par/intake.h"

#include "common/base/err.h"
#include "common/net/part_wire.h"
#include "common/round/manifest.h"
#include "common/round/proto.h"
#include "services/par/show.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { WHOLE_TRIES = 5 };

static struct ask_envelope envelope(const ProtobufCMessage *reply)
{
	const Par__V1__IntakeReply *r = (const Par__V1__IntakeReply *)reply;
	return (struct ask_envelope){r->version, r->id, r->outcome, r->faults,
				     r->n_faults};
}

const struct ask_link intake_link = {SERVICE_COLLECTOR,
				     &par__v1__intake_reply__descriptor, envelope};

Par__V1__IntakeReply *intake_reply(struct bytes answer)
{
	return (Par__V1__IntakeReply *)ask_read(&intake_link, answer);
}

int intake_pack(const uint8_t id[WIRE_ID_SIZE], Par__V1__IntakeRequest *request,
		struct buf *out)
{
	request->version = WIRE_VERSION;
	request->id = proto_view(bytes_of(id, WIRE_ID_SIZE));
	return ask_pack(&request->base, out);
}

int intake_ask(struct ask *a, const uint8_t id[WIRE_ID_SIZE],
	       Par__V1__IntakeRequest *request, Par__V1__IntakeReply **out)
{
	ProtobufCMessage *reply;
	request->version = WIRE_VERSION;
	request->id = proto_view(bytes_of(id, WIRE_ID_SIZE));
	int err = ask_message(a, id, &request->base, &reply);
	if (err == 0)
		*out = (Par__V1__IntakeReply *)reply;
	return err;
}

/* ---- commands ---- */

static int take_result(const Par__V1__IntakeReply *reply, struct intake_done *out)
{
	if (reply->what_case != PAR__V1__INTAKE_REPLY__WHAT_RESULT)
		return ERR_FORMAT;
	const Par__V1__CommandResult *r = reply->result;
	*out = (struct intake_done){.n = r->position ? r->position->n : 0,
				    .number = r->number,
				    .ordinal = r->ordinal,
				    .rows = r->rows};
	return 0;
}

/* 0: done. 1: the collector wants more. */
static int send_part(struct ask *a, const uint8_t id[WIRE_ID_SIZE],
		     const struct part *part, struct intake_done *out)
{
	Par__V1__Part message = part_wire_message(part);
	Par__V1__IntakeRequest request = PAR__V1__INTAKE_REQUEST__INIT;
	request.what_case = PAR__V1__INTAKE_REQUEST__WHAT_COMMAND;
	request.command = &message;
	Par__V1__IntakeReply *reply = NULL;
	int err = intake_ask(a, id, &request, &reply);
	if (err != 0)
		return err;
	bool more = reply->outcome == PAR__V1__OUTCOME__OUTCOME_MORE;
	err = more ? 1 : take_result(reply, out);
	par__v1__intake_reply__free_unpacked(reply, NULL);
	return err;
}

/* A collector that was restarted between two parts wants the first ones again. */
static int send_whole(struct ask *a, struct bytes data, struct intake_done *out)
{
	uint8_t id[WIRE_ID_SIZE];
	struct whole whole;
	struct part part;
	randombytes_buf(id, sizeof id);
	whole_init(&whole, data, PART_INTAKE_MAX);
	for (int tries = 0; tries < WHOLE_TRIES; tries++) {
		int err = 1;
		for (uint32_t i = 1; err == 1 && whole_part(&whole, i, &part); i++)
			err = send_part(a, id, &part, out);
		if (err <= 0)
			return err;
	}
	show_say("%s goes on asking for parts it was sent", a->peer.name);
	return ERR_FORMAT;
}

static int pack_command(const Par__V1__Command *c, struct buf *out)
{
	size_t size = par__v1__command__get_packed_size(c);
	int err = buf_reserve(out, size);
	if (err == ERR_LIMIT)
		show_say("this command is larger than %d MiB; split the file",
			 PARTS_WHOLE_MAX >> 20);
	if (err == 0)
		out->len = par__v1__command__pack(c, out->data);
	return err;
}

int intake_command(const struct options *o, enum role role, const Par__V1__Command *c,
		   struct intake_done *out)
{
	struct buf whole;
	struct ask a;
	buf_init(&whole, PARTS_WHOLE_MAX);
	int err = pack_command(c, &whole);
	if (err == 0)
		err = ask_open(o, &intake_link, role, &a);
	if (err == 0) {
		err = send_whole(&a, buf_bytes(&whole), out);
		ask_close(&a);
	}
	buf_free(&whole);
	return err;
}

/* ---- what comes in parts ---- */

/* What is asked for: the manifest of a round, or something of its roster. */
struct parts_question {
	enum role role;
	const char *round;
	Par__V1__IntakeRequest__WhatCase what;
	Par__V1__RosterPart roster;
};

static int take_part(const Par__V1__IntakeReply *reply, struct joiner *joiner)
{
	const Par__V1__Part *message = NULL;
	if (reply->what_case == PAR__V1__INTAKE_REPLY__WHAT_MANIFEST)
		message = reply->manifest;
	if (reply->what_case == PAR__V1__INTAKE_REPLY__WHAT_ROSTER)
		message = reply->roster;
	if (!message)
		return ERR_FORMAT;
	struct part part = part_wire_read(message);
	return joiner_take(joiner, &part);
}

static int ask_part(struct ask *a, const struct parts_question *q,
		    struct joiner *joiner)
{
	uint8_t id[WIRE_ID_SIZE];
	randombytes_buf(id, sizeof id);
	Par__V1__ManifestQuery manifest = PAR__V1__MANIFEST_QUERY__INIT;
	Par__V1__RosterQuery roster = PAR__V1__ROSTER_QUERY__INIT;
	Par__V1__IntakeRequest request = PAR__V1__INTAKE_REQUEST__INIT;
	manifest.round = roster.round = ask_text(q->round);
	manifest.part = roster.part = joiner->taken + 1;
	roster.what = q->roster;
	request.what_case = q->what;
	if (q->what == PAR__V1__INTAKE_REQUEST__WHAT_MANIFEST)
		request.manifest = &manifest;
	else
		request.roster = &roster;
	Par__V1__IntakeReply *reply = NULL;
	int err = intake_ask(a, id, &request, &reply);
	if (err != 0)
		return err;
	err = take_part(reply, joiner);
	par__v1__intake_reply__free_unpacked(reply, NULL);
	return err;
}

/* Until one whole has come; another one took its place: from the first part again. */
static int ask_parts(struct ask *a, const struct parts_question *q,
		     struct joiner *joiner)
{
	int err = 0;
	for (int tries = 0; tries < WHOLE_TRIES; tries++) {
		joiner_reset(joiner);
		do
			err = ask_part(a, q, joiner);
		while (err == 0);
		if (err != ERR_RETRY)
			break;
	}
	return err;
}

static int join_parts(const struct options *o, const struct parts_question *q,
		      struct joiner *joiner)
{
	struct ask a;
	int err = ask_open(o, &intake_link, q->role, &a);
	if (err != 0)
		return err;
	err = ask_parts(&a, q, joiner);
	ask_close(&a);
	return err == 1 ? 0 : err;
}

int intake_roster(const struct options *o, const char *code, Par__V1__RosterPart what,
		  struct buf *out)
{
	const struct parts_question q = {.role = ROLE_OPERATOR,
					 .round = code,
					 .what = PAR__V1__INTAKE_REQUEST__WHAT_ROSTER,
					 .roster = what};
	struct joiner joiner;
	joiner_init(&joiner);
	int err = join_parts(o, &q, &joiner);
	if (err == 0)
		*out = joiner.whole;
	else
		joiner_free(&joiner);
	return err;
}

static int decode_manifest(struct bytes whole, struct round *out)
{
	struct faults faults;
	faults_init(&faults);
	int err = manifest_decode(whole, out, &faults);
	if (err != 0)
		show_say("the manifest from the collector: %s", err_str(err));
	faults_print(&faults, "", stderr);
	faults_free(&faults);
	return err;
}

int intake_manifest(const struct options *o, enum role role, const char *code,
		    struct round *out)
{
	const struct parts_question q = {.role = role,
					 .round = code,
					 .what =
					     PAR__V1__INTAKE_REQUEST__WHAT_MANIFEST};
	struct joiner joiner;
	joiner_init(&joiner);
	int err = join_parts(o, &q, &joiner);
	if (err == 0)
		err = decode_manifest(buf_bytes(&joiner.whole), out);
	joiner_free(&joiner);
	return err;
}
