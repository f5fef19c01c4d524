#include "tests/unit/collector/asking.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "common/round/proto.h"
#include "tests/unit/collector/small_round.h"

ProtobufCBinaryData text(const char *s)
{
	return proto_view(bytes_str(s));
}

bool says(const Par__V1__IntakeReply *r, const char *words)
{
	for (size_t i = 0; i < r->n_faults; i++)
		if (memmem(r->faults[i].data, r->faults[i].len, words, strlen(words)))
			return true;
	for (size_t i = 0; i < r->n_faults; i++)
		fprintf(stderr, "said: %.*s\n", (int)r->faults[i].len,
			(const char *)r->faults[i].data);
	return false;
}

/* Checks and frees a refusal. */
void expect_refused(Par__V1__IntakeReply *r, const char *words)
{
	assert_int_equal(r->outcome, REFUSED);
	assert_true(says(r, words));
	par__v1__intake_reply__free_unpacked(r, NULL);
}

Par__V1__CommandResult expect_done(Par__V1__IntakeReply *r)
{
	Par__V1__CommandResult out;

	for (size_t i = 0; i < r->n_faults; i++)
		fprintf(stderr, "said: %.*s\n", (int)r->faults[i].len,
			(const char *)r->faults[i].data);
	assert_int_equal(r->outcome, DONE);
	assert_int_equal(r->what_case, PAR__V1__INTAKE_REPLY__WHAT_RESULT);
	out = *r->result;
	out.position = NULL;
	par__v1__intake_reply__free_unpacked(r, NULL);
	return out;
}

/* ---- commands ---- */

const struct row first_rows[SMALL_ROWS] = {
    {"An Phú", "lon", "ma-1", ""},
    {"Bình Minh", "lon", "ma-2", "chung"},
    {"Cát Tường", "nho", "", "chung"},
    {"Đại Lợi", "lon", "", ""},
};

const struct opening plain = {.code = "r1", .rows = {3, 1}, .members = {3, 1}};

struct rows {
	Par__V1__RosterRow messages[8], *list[8];
	ProtobufCBinaryData strata[8];
};

static void set_rows(struct rows *out, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		Par__V1__RosterRow *m = &out->messages[i];

		par__v1__roster_row__init(m);
		out->strata[i] = text(rows[i].stratum);
		m->respondent = text(rows[i].respondent);
		m->strata = &out->strata[i];
		m->n_strata = 1;
		m->code = text(rows[i].code);
		m->cluster = text(rows[i].cluster);
		out->list[i] = m;
	}
}

/* What an opening may have more than a small manifest, in memory of its own. */
struct extras {
	Par__V1__Composite composite;
	ProtobufCBinaryData pool, reason;
};

static void put_extras(struct extras *e, const struct opening *o, Par__V1__Manifest *m)
{
	par__v1__composite__init(&e->composite);
	if (o->pool) {
		e->pool = text(o->pool);
		e->composite.hi = 10 * DECIMAL_ONE;
		e->composite.factor = DECIMAL_ONE;
		e->composite.minmax = true;
		e->composite.n_pool = 1;
		e->composite.pool = &e->pool;
		m->mode = PAR__V1__MODE__MODE_COMPOSITE;
		m->composite = &e->composite;
	}
	if (o->reason) {
		e->reason = text(o->reason);
		m->n_annulment_reasons = 1;
		m->annulment_reasons = &e->reason;
	}
}

static void take_extras(Par__V1__Manifest *m)
{
	m->composite = NULL;
	m->n_annulment_reasons = 0;
	m->annulment_reasons = NULL;
}

Par__V1__IntakeReply *open_round(struct service *s, const struct opening *o,
				 const uint8_t *id, size_t part_bytes)
{
	Par__V1__OpenRound open = PAR__V1__OPEN_ROUND__INIT;
	struct extras extras;
	Par__V1__Command m = PAR__V1__COMMAND__INIT;
	Par__V1__IntakeReply *r;
	struct rows rows;
	struct buf manifest;

	small_manifest(o->code, o->trial, o->auto_close, o->rows, o->members,
		       &manifest);
	open.manifest = par__v1__manifest__unpack(NULL, manifest.len, manifest.data);
	put_extras(&extras, o, open.manifest);
	set_rows(&rows, first_rows, SMALL_ROWS);
	open.n_rows = o->rows[0] + o->rows[1] == 0 ? 0 : SMALL_ROWS;
	open.rows = rows.list;
	m.what_case = PAR__V1__COMMAND__WHAT_OPEN;
	m.open = &open;
	r = service_command(s, ROLE_OPERATOR, id, &m, part_bytes);
	take_extras(open.manifest);
	par__v1__manifest__free_unpacked(open.manifest, NULL);
	buf_free(&manifest);
	return r;
}

Par__V1__IntakeReply *add_rows(struct service *s, const char *code,
			       const struct row *list, size_t count)
{
	Par__V1__AddRoster add = PAR__V1__ADD_ROSTER__INIT;
	Par__V1__Command m = PAR__V1__COMMAND__INIT;
	struct rows rows;

	set_rows(&rows, list, count);
	add.round = text(code);
	add.n_rows = count;
	add.rows = rows.list;
	m.what_case = PAR__V1__COMMAND__WHAT_ROSTER;
	m.roster = &add;
	return service_command(s, ROLE_OPERATOR, NULL, &m, 1000);
}

Par__V1__IntakeReply *close_round(struct service *s, enum role role, const char *code,
				  const uint8_t *id)
{
	Par__V1__CloseRound close = PAR__V1__CLOSE_ROUND__INIT;
	Par__V1__Command m = PAR__V1__COMMAND__INIT;

	close.round = text(code);
	m.what_case = PAR__V1__COMMAND__WHAT_CLOSE;
	m.close = &close;
	return service_command(s, role, id, &m, 1000);
}

Par__V1__IntakeReply *void_round(struct service *s, const char *code,
				 const char *reason)
{
	Par__V1__VoidRound v = PAR__V1__VOID_ROUND__INIT;
	Par__V1__Command m = PAR__V1__COMMAND__INIT;

	v.round = text(code);
	v.reason = text(reason);
	m.what_case = PAR__V1__COMMAND__WHAT_VOID;
	m.void_ = &v;
	return service_command(s, ROLE_OPERATOR, NULL, &m, 1000);
}

Par__V1__IntakeReply *release(struct service *s, const char *code,
			      Par__V1__ReleaseKind kind)
{
	Par__V1__Release release = PAR__V1__RELEASE__INIT;
	Par__V1__Command m = PAR__V1__COMMAND__INIT;

	release.round = text(code);
	release.kind = kind;
	release.decision = text("Quyết định 1");
	m.what_case = PAR__V1__COMMAND__WHAT_RELEASE;
	m.release = &release;
	return service_command(s, ROLE_RELEASER, NULL, &m, 1000);
}

Par__V1__IntakeReply *retract(struct service *s, const char *code, uint32_t number)
{
	Par__V1__Retract retraction = PAR__V1__RETRACT__INIT;
	Par__V1__Command m = PAR__V1__COMMAND__INIT;

	retraction.round = text(code);
	retraction.number = number;
	retraction.reason = text("sai sót");
	m.what_case = PAR__V1__COMMAND__WHAT_RETRACT;
	m.retract = &retraction;
	return service_command(s, ROLE_RELEASER, NULL, &m, 1000);
}

static Par__V1__IntakeReply *annul_as(struct service *s, const char *code,
				      const char *respondent, uint64_t import_id,
				      const char *reason)
{
	Par__V1__Annul a = PAR__V1__ANNUL__INIT;
	Par__V1__Command m = PAR__V1__COMMAND__INIT;

	a.round = text(code);
	a.reason = text(reason);
	if (respondent) {
		a.whom_case = PAR__V1__ANNUL__WHOM_RESPONDENT;
		a.respondent = text(respondent);
	} else {
		a.whom_case = PAR__V1__ANNUL__WHOM_IMPORT_ID;
		a.import_id = import_id;
	}
	m.what_case = PAR__V1__COMMAND__WHAT_ANNUL;
	m.annul = &a;
	return service_command(s, ROLE_RELEASER, NULL, &m, 1000);
}

Par__V1__IntakeReply *annul(struct service *s, const char *code, const char *respondent,
			    uint64_t import_id)
{
	return annul_as(s, code, respondent, import_id, "trùng lặp");
}

Par__V1__IntakeReply *annul_for(struct service *s, const char *code,
				const char *respondent, const char *reason)
{
	return annul_as(s, code, respondent, 0, reason);
}

/* ---- ballots ---- */

Par__V1__IntakeReply *submit(struct service *s, const struct sending *what,
			     uint8_t digest[32])
{
	const char *round = what->round ? what->round : "r1";
	const struct fold_round *r =
	    fold_round_by_code(s->collector->fold, bytes_str(round));
	static const uint8_t none[32];
	Par__V1__IntakeRequest q = PAR__V1__INTAKE_REQUEST__INIT;
	Par__V1__Submit m = PAR__V1__SUBMIT__INIT;
	Par__V1__IntakeReply *reply;
	struct buf ballot;

	small_ballot(round, r ? fold_round_rules(r) : none, what->unit, what->revision,
		     what->answer, &ballot);
	crypto_hash_sha256(digest, ballot.data, ballot.len);
	m.ballot = proto_view(buf_bytes(&ballot));
	m.import_id = what->import_id;
	m.dry_run = what->dry_run;
	m.credential_case = what->code ? PAR__V1__SUBMIT__CREDENTIAL_CODE
				       : PAR__V1__SUBMIT__CREDENTIAL_RESPONDENT;
	m.code = text(what->code ? what->code : what->respondent);
	q.what_case = PAR__V1__INTAKE_REQUEST__WHAT_SUBMIT;
	q.submit = &m;
	reply = service_ask(s, what->role, NULL, &q);
	buf_free(&ballot);
	return reply;
}

/* Sends one sheet and expects this verdict; `first` is whose digest is named. */
void expect_verdict(struct service *s, const struct sending *what,
		    Par__V1__Verdict verdict, const uint8_t first[32], uint8_t own[32])
{
	uint8_t digest[32];
	Par__V1__IntakeReply *r = submit(s, what, digest);
	const Par__V1__SheetVerdict *v;

	assert_int_equal(r->outcome, DONE);
	assert_int_equal(r->what_case, PAR__V1__INTAKE_REPLY__WHAT_ACK);
	assert_true(bytes_equal(proto_bytes(r->ack->round),
				bytes_str(what->round ? what->round : "r1")));
	assert_true(bytes_equal(proto_bytes(r->ack->digest), bytes_of(digest, 32)));
	assert_int_equal(r->ack->n_sheets, 1);
	v = r->ack->sheets[0];
	assert_int_equal(v->unit, what->unit + 1);
	assert_int_equal(v->revision, what->revision);
	assert_int_equal(v->verdict, verdict);
	if (verdict == PAR__V1__VERDICT__VERDICT_REFUSED)
		assert_true(v->n_faults > 0 && v->first_digest.len == 0);
	else
		assert_true(bytes_equal(proto_bytes(v->first_digest),
					bytes_of(first ? first : digest, 32)));
	if (own)
		memcpy(own, digest, 32);
	par__v1__intake_reply__free_unpacked(r, NULL);
}

uint64_t entries(const struct service *s)
{
	return fold_n(s->collector->fold);
}
