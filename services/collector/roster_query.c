#include "services/collector/roster_query.h"

#include <sodium.h>
#include <string.h>

#include "common/base/err.h"
#include "common/base/log.h"
#include "common/net/part_wire.h"
#include "services/collector/control.h"
#include "services/collector/roster_store.h"

void roster_query_drop(struct collector *c)
{
	struct roster_parts *kept = &c->roster_parts;

	if (kept->data.data)
		sodium_memzero(kept->data.data, kept->data.cap);
	buf_free(&kept->data);
	buf_init(&kept->data, PARTS_WHOLE_MAX);
	kept->round = 0;
}

/* ---- the wholes ---- */

/*
 * Messages that follow each other are one message with the fields of all: so each row
 * and each record is packed by itself.
 */
static int put(struct buf *out, const ProtobufCMessage *m)
{
	size_t size = protobuf_c_message_get_packed_size(m);
	int err = buf_reserve(out, size);

	if (!err)
		out->len += protobuf_c_message_pack(m, out->data + out->len);
	return err;
}

static Par__V1__CodeOrigin wire_origin(enum code_origin origin)
{
	static const Par__V1__CodeOrigin names[] = {
	    [CODE_NONE] = PAR__V1__CODE_ORIGIN__CODE_ORIGIN_NONE,
	    [CODE_OF_ROSTER] = PAR__V1__CODE_ORIGIN__CODE_ORIGIN_ROSTER,
	    [CODE_MADE] = PAR__V1__CODE_ORIGIN__CODE_ORIGIN_MADE,
	};

	return names[origin];
}

static int put_respondents(const struct roster *r, struct buf *out)
{
	Par__V1__Respondents m = PAR__V1__RESPONDENTS__INIT;
	Par__V1__Respondent row = PAR__V1__RESPONDENT__INIT, *rows = &row;
	int err = 0;

	m.n_rows = 1;
	m.rows = &rows;
	for (uint32_t i = 0; i < roster_count(r) && !err; i++) {
		row.name = proto_view(roster_respondent(r, i));
		row.code = wire_origin(roster_code_origin(r, i));
		err = put(out, &m.base);
	}
	return err;
}

static int on_record(void *ctx, const char *table, struct bytes key, struct bytes value)
{
	Par__V1__RosterCopy m = PAR__V1__ROSTER_COPY__INIT;
	Par__V1__RosterRecord record = PAR__V1__ROSTER_RECORD__INIT, *records = &record;

	record.table = proto_view(bytes_str(table));
	record.key = proto_view(key);
	record.value = proto_view(value);
	m.n_records = 1;
	m.records = &records;
	return put(ctx, &m.base);
}

static int put_copy(const struct rosters *rs, uint32_t number, struct buf *out)
{
	Par__V1__RosterCopy m = PAR__V1__ROSTER_COPY__INIT;
	int err;

	m.number = number;
	err = put(out, &m.base);
	return err ? err : roster_store_scan(rs->dir, number, on_record, out);
}

static int prepare(struct collector *c, const struct request *q, uint32_t number)
{
	struct roster_parts *kept = &c->roster_parts;
	bool copy = q->message->roster->what == PAR__V1__ROSTER_PART__ROSTER_PART_COPY;
	int err;

	log_event(LOG_INFO, "roster-read", "user=\"%s\" round=%u what=%s",
		  q->peer->user_id, number, copy ? "copy" : "respondents");
	roster_query_drop(c);
	if (copy)
		err = put_copy(&c->rosters, number, &kept->data);
	else
		err = put_respondents(rosters_of(&c->rosters, number), &kept->data);
	if (err)
		return err;
	whole_init(&kept->whole, buf_bytes(&kept->data), PART_INTAKE_MAX);
	kept->round = number;
	kept->what = (int)q->message->roster->what;
	memcpy(kept->user_id, q->peer->user_id, sizeof kept->user_id);
	return 0;
}

/* ---- the answers ---- */

/* The round's number; 0: refused. */
static uint32_t round_of(struct collector *c, const struct request *q)
{
	const Par__V1__RosterQuery *m = q->message->roster;
	const struct fold_round *r = fold_round_by_code(c->fold, proto_bytes(m->round));
	uint32_t number = r ? fold_round_number(r) : 0;
	const char *fault = NULL;

	if (!r)
		fault = "there is no such round";
	else if (!rosters_of(&c->rosters, number))
		fault = "the roster of this round was forgotten";
	else if (m->what != PAR__V1__ROSTER_PART__ROSTER_PART_RESPONDENTS &&
		 m->what != PAR__V1__ROSTER_PART__ROSTER_PART_COPY)
		fault = "this asks for nothing of the roster";
	if (!fault)
		return number;
	answer_say(c, q, PAR__V1__OUTCOME__OUTCOME_REFUSED, fault);
	return 0;
}

static void send_part(struct collector *c, const struct request *q,
		      const struct part *part)
{
	Par__V1__Part message = part_wire_message(part);
	Par__V1__IntakeReply reply;

	answer_init(&reply, q->id, PAR__V1__OUTCOME__OUTCOME_DONE);
	reply.what_case = PAR__V1__INTAKE_REPLY__WHAT_ROSTER;
	reply.roster = &message;
	answer_send(c, q, &reply);
	if (part->index == part->count)
		roster_query_drop(c);
}

/* Whoever reads of it is in the log: what another one asked for is made anew. */
static bool is_kept(const struct collector *c, const struct request *q, uint32_t number)
{
	const Par__V1__RosterQuery *m = q->message->roster;
	const struct roster_parts *kept = &c->roster_parts;

	return m->part > 1 && kept->round == number && kept->what == (int)m->what &&
	       strcmp(kept->user_id, q->peer->user_id) == 0;
}

void on_roster_query(struct collector *c, const struct request *q)
{
	uint32_t number = round_of(c, q);
	struct part part;
	int err;

	if (!number)
		return;
	err = is_kept(c, q, number) ? 0 : prepare(c, q, number);
	if (err == ERR_LIMIT)
		answer_say(c, q, PAR__V1__OUTCOME__OUTCOME_REFUSED,
			   "this roster is larger than 16 MiB and cannot be sent; to "
			   "copy it, stop the collector and copy its directory");
	else if (control_is_lack(err))
		answer_say(c, q, PAR__V1__OUTCOME__OUTCOME_TRY_LATER,
			   "no disk space or no descriptor is left to read the roster "
			   "with: try again later");
	else if (err)
		collector_fail(c, "roster-failed", err);
	else if (whole_part(&c->roster_parts.whole, q->message->roster->part, &part))
		send_part(c, q, &part);
	else
		answer_say(c, q, PAR__V1__OUTCOME__OUTCOME_REFUSED,
			   "the roster has no such part");
}
