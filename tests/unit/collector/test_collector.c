/* The whole service over loopback: one small round from its opening to its releases. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/round/proto.h"
#include "tests/unit/collector/service.h"
#include "tests/unit/collector/small_round.h"

#define DONE    PAR__V1__OUTCOME__OUTCOME_DONE
#define REFUSED PAR__V1__OUTCOME__OUTCOME_REFUSED

static ProtobufCBinaryData text(const char *s)
{
	return proto_view(bytes_str(s));
}

static bool says(const Par__V1__IntakeReply *r, const char *words)
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
static void expect_refused(Par__V1__IntakeReply *r, const char *words)
{
	assert_int_equal(r->outcome, REFUSED);
	assert_true(says(r, words));
	par__v1__intake_reply__free_unpacked(r, NULL);
}

static Par__V1__CommandResult expect_done(Par__V1__IntakeReply *r)
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

struct row {
	const char *respondent, *stratum, *code, *cluster;
};

static const struct row first_rows[SMALL_ROWS] = {
    {"An Phú", "lon", "ma-1", ""},
    {"Bình Minh", "lon", "ma-2", "chung"},
    {"Cát Tường", "nho", "", "chung"},
    {"Đại Lợi", "lon", "", ""},
};

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

struct opening {
	const char *code;
	bool trial;
	const char *auto_close;
	uint64_t rows[2], members[2];
};

static const struct opening plain = {"r1", false, NULL, {3, 1}, {3, 1}};

static Par__V1__IntakeReply *open_round(struct service *s, const struct opening *o,
					const uint8_t *id, size_t part_bytes)
{
	Par__V1__OpenRound open = PAR__V1__OPEN_ROUND__INIT;
	Par__V1__Command m = PAR__V1__COMMAND__INIT;
	Par__V1__IntakeReply *r;
	struct rows rows;
	struct buf manifest;

	small_manifest(o->code, o->trial, o->auto_close, o->rows, o->members,
		       &manifest);
	open.manifest = par__v1__manifest__unpack(NULL, manifest.len, manifest.data);
	set_rows(&rows, first_rows, SMALL_ROWS);
	open.n_rows = SMALL_ROWS;
	open.rows = rows.list;
	m.what_case = PAR__V1__COMMAND__WHAT_OPEN;
	m.open = &open;
	r = service_command(s, ROLE_OPERATOR, id, &m, part_bytes);
	par__v1__manifest__free_unpacked(open.manifest, NULL);
	buf_free(&manifest);
	return r;
}

static Par__V1__IntakeReply *add_rows(struct service *s, const char *code,
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

static Par__V1__IntakeReply *close_round(struct service *s, enum role role,
					 const char *code, const uint8_t *id)
{
	Par__V1__CloseRound close = PAR__V1__CLOSE_ROUND__INIT;
	Par__V1__Command m = PAR__V1__COMMAND__INIT;

	close.round = text(code);
	m.what_case = PAR__V1__COMMAND__WHAT_CLOSE;
	m.close = &close;
	return service_command(s, role, id, &m, 1000);
}

static Par__V1__IntakeReply *void_round(struct service *s, const char *code,
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

static Par__V1__IntakeReply *release(struct service *s, const char *code,
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

static Par__V1__IntakeReply *retract(struct service *s, const char *code,
				     uint32_t number)
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

static Par__V1__IntakeReply *annul(struct service *s, const char *code,
				   const char *respondent, uint64_t import_id)
{
	Par__V1__Annul a = PAR__V1__ANNUL__INIT;
	Par__V1__Command m = PAR__V1__COMMAND__INIT;

	a.round = text(code);
	a.reason = text("trùng lặp");
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

/* ---- ballots ---- */

struct sending {
	enum role role;
	const char *code, *respondent; /* one of them */
	uint32_t unit, revision;
	uint8_t answer;
	uint64_t import_id;
	bool dry_run;
	const char *round;
};

static Par__V1__IntakeReply *submit(struct service *s, const struct sending *what,
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
static void expect_verdict(struct service *s, const struct sending *what,
			   Par__V1__Verdict verdict, const uint8_t first[32],
			   uint8_t own[32])
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

#define ACCEPTED      PAR__V1__VERDICT__VERDICT_ACCEPTED
#define REPLACED      PAR__V1__VERDICT__VERDICT_REPLACED
#define SUPERSEDED    PAR__V1__VERDICT__VERDICT_SUPERSEDED
#define DUPLICATE     PAR__V1__VERDICT__VERDICT_DUPLICATE
#define CONFLICT      PAR__V1__VERDICT__VERDICT_CONFLICT
#define SHEET_REFUSED PAR__V1__VERDICT__VERDICT_REFUSED

static uint64_t entries(const struct service *s)
{
	return fold_n(s->collector->fold);
}

/* ---- the tests ---- */

static void test_open(void **state)
{
	struct service *s = service_make();
	uint8_t id[WIRE_ID_SIZE];
	struct opening wrong = plain;

	(void)state;
	randombytes_buf(id, sizeof id);
	wrong.members[1] = 0;
	expect_refused(open_round(s, &wrong, NULL, 1000), "smaller than its sample");
	wrong = plain;
	wrong.rows[0] = 2;
	expect_refused(open_round(s, &wrong, NULL, 1000), "the manifest says 2");
	assert_int_equal(entries(s), 0);
	expect_done(open_round(s, &plain, id, 100));
	assert_int_equal(entries(s), 1);
	/* The same command is answered again; another one finds the code taken. */
	expect_done(open_round(s, &plain, id, 100));
	assert_int_equal(entries(s), 1);
	expect_refused(open_round(s, &plain, NULL, 1000), "earlier round");
	service_free(s);
}

static void test_verdicts(void **state)
{
	struct service *s = service_make();
	struct sending what = {ROLE_INTAKE, "ma-1", NULL, 0, 2, 4, 0, false, NULL};
	uint8_t second[32], first[32];

	(void)state;
	expect_done(open_round(s, &plain, NULL, 1000));
	expect_verdict(s, &what, ACCEPTED, NULL, second);
	expect_verdict(s, &what, DUPLICATE, second, NULL);
	what.revision = 1;
	expect_verdict(s, &what, SUPERSEDED, NULL, first);
	what.revision = 3;
	expect_verdict(s, &what, REPLACED, NULL, NULL);
	assert_int_equal(entries(s), 4);
	what.revision = 1;
	expect_verdict(s, &what, DUPLICATE, first, NULL);
	what.answer = 5;
	expect_verdict(s, &what, CONFLICT, first, NULL);
	/* The same through the operator, and after a restart. */
	service_restart(s);
	what = (struct sending){ROLE_OPERATOR, NULL, "An Phú", 0, 2, 4, 7, false, NULL};
	expect_verdict(s, &what, DUPLICATE, second, NULL);
	what.answer = 6;
	what.unit = 1;
	expect_verdict(s, &what, SHEET_REFUSED, NULL, NULL);
	what.answer = 5;
	what.dry_run = true;
	expect_verdict(s, &what, ACCEPTED, NULL, NULL);
	expect_verdict(s, &what, ACCEPTED, NULL, NULL);
	assert_int_equal(entries(s), 4);
	service_free(s);
}

static void expect_not_taken(struct service *s, const struct sending *what,
			     const char *words)
{
	uint8_t digest[32];

	expect_refused(submit(s, what, digest), words);
}

static void test_refused_ballots(void **state)
{
	struct service *s = service_make();
	struct sending what = {ROLE_INTAKE, "ma-9", NULL, 0, 1, 4, 0, false, NULL};

	(void)state;
	expect_done(open_round(s, &plain, NULL, 1000));
	expect_not_taken(s, &what, "not in the roster of round r1");
	what.code = "";
	expect_not_taken(s, &what, "not in the roster of round r1");
	what.code = "ma-1";
	what.round = "r2";
	expect_not_taken(s, &what, "no round r2");
	what.round = NULL;
	what.import_id = 3;
	expect_not_taken(s, &what, "only role operator imports");
	what = (struct sending){ROLE_INTAKE, NULL, "An Phú", 0, 1, 4, 0, false, NULL};
	expect_not_taken(s, &what, "only role operator");
	what.role = ROLE_OPERATOR;
	what.respondent = "Ai Đó";
	expect_not_taken(s, &what, "not in the roster of round r1");
	what.role = ROLE_AUDITOR;
	expect_not_taken(s, &what, "role of this key");
	assert_int_equal(entries(s), 1);
	service_free(s);
}

static void test_refused_envelopes(void **state)
{
	struct service *s = service_make();
	Par__V1__IntakeRequest q = PAR__V1__INTAKE_REQUEST__INIT;
	Par__V1__StatusQuery status = PAR__V1__STATUS_QUERY__INIT;
	static const uint8_t zero[WIRE_ID_SIZE];

	(void)state;
	q.what_case = PAR__V1__INTAKE_REQUEST__WHAT_STATUS;
	q.status = &status;
	q.version = 2;
	expect_refused(service_ask(s, ROLE_OPERATOR, NULL, &q), "newer version");
	q.version = 1;
	expect_refused(service_ask(s, ROLE_OPERATOR, zero, &q), "16 random bytes");
	expect_refused(service_ask(s, ROLE_INTAKE, NULL, &q), "role of this key");
	q.what_case = PAR__V1__INTAKE_REQUEST__WHAT__NOT_SET;
	expect_refused(service_ask(s, ROLE_OPERATOR, NULL, &q), "asks for nothing");
	service_free(s);
}

static void test_close_and_release(void **state)
{
	struct service *s = service_make();
	struct sending what = {ROLE_INTAKE, "ma-1", NULL, 0, 1, 4, 0, false, NULL};
	uint8_t id[WIRE_ID_SIZE], first[32];
	Par__V1__CommandResult result;
	uint64_t before;

	(void)state;
	randombytes_buf(id, sizeof id);
	expect_done(open_round(s, &plain, NULL, 1000));
	expect_verdict(s, &what, ACCEPTED, NULL, first);
	expect_refused(release(s, "r1", PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL),
		       "still open");
	expect_refused(close_round(s, ROLE_OPERATOR, "r1", NULL), "role releaser");
	expect_done(close_round(s, ROLE_RELEASER, "r1", id));
	before = entries(s);
	expect_done(close_round(s, ROLE_RELEASER, "r1", id));
	expect_refused(close_round(s, ROLE_RELEASER, "r1", NULL), "closed already");
	expect_verdict(s, &what, DUPLICATE, first, NULL);
	what.unit = 1;
	expect_verdict(s, &what, SHEET_REFUSED, NULL, NULL);
	expect_refused(add_rows(s, "r1", first_rows, 1), "closed");
	assert_int_equal(entries(s), before);

	expect_refused(release(s, "r1", PAR__V1__RELEASE_KIND__RELEASE_KIND_TRIAL),
		       "no trial");
	expect_refused(release(s, "r1", PAR__V1__RELEASE_KIND__RELEASE_KIND_CORRECTION),
		       "later version");
	result =
	    expect_done(release(s, "r1", PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL));
	assert_int_equal(result.number, 1);
	assert_int_equal(result.ordinal, 1);
	/* Nothing has changed since: the same release answers. */
	result =
	    expect_done(release(s, "r1", PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL));
	assert_int_equal(result.number, 1);
	assert_int_equal(entries(s), before + 1);
	expect_refused(void_round(s, "r1", "nhầm"), "retract");
	expect_refused(retract(s, "r1", 2), "no release 2");
	result = expect_done(retract(s, "r1", 1));
	assert_int_equal(result.number, 1);
	assert_int_equal(result.ordinal, 2);
	expect_refused(retract(s, "r1", 1), "retracted already");
	result =
	    expect_done(release(s, "r1", PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL));
	assert_int_equal(result.number, 2);
	assert_int_equal(result.ordinal, 3);
	service_free(s);
}

static void test_annul(void **state)
{
	struct service *s = service_make();
	struct sending what = {ROLE_OPERATOR, NULL, "An Phú", 0, 1, 4, 7, false, NULL};

	(void)state;
	expect_done(open_round(s, &plain, NULL, 1000));
	expect_verdict(s, &what, ACCEPTED, NULL, NULL);
	what.respondent = "Đại Lợi";
	what.import_id = 8;
	expect_verdict(s, &what, ACCEPTED, NULL, NULL);
	expect_refused(annul(s, "r1", "Ai Đó", 0), "not in the roster");
	expect_refused(annul(s, "r1", "Cát Tường", 0), "nothing to annul");
	expect_refused(annul(s, "r1", NULL, 9), "no import 9");
	assert_int_equal(expect_done(annul(s, "r1", "An Phú", 0)).rows, 1);
	expect_refused(annul(s, "r1", "An Phú", 0), "annulled in round r1 already");
	assert_int_equal(expect_done(annul(s, "r1", NULL, 8)).rows, 1);
	expect_refused(annul(s, "r1", NULL, 8), "nothing to annul");
	assert_int_equal(
	    fold_round_counts(fold_round_by_number(s->collector->fold, 1), -1)
		.sheets_live,
	    0);
	/* What an annulment left behind is a release's trouble (METHOD P6). */
	what.respondent = "Bình Minh";
	what.import_id = 9;
	expect_verdict(s, &what, ACCEPTED, NULL, NULL);
	expect_done(close_round(s, ROLE_RELEASER, "r1", NULL));
	expect_done(release(s, "r1", PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL));
	assert_int_equal(expect_done(annul(s, "r1", "Bình Minh", 0)).rows, 1);
	expect_refused(release(s, "r1", PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL),
		       "annulled since its last release");
	service_free(s);
}

static void test_roster(void **state)
{
	static const struct row more[] = {{"An Phú", "lon", "ma-1", ""},
					  {"Mới Một", "vừa", "ma-7", "chung"},
					  {"Mới Hai", "lon", "", ""}};
	static const struct row other[] = {{"Mới Ba", "lon", "", ""},
					   {"An Phú", "nho", "ma-1", ""}};
	static const struct opening framed = {"r2", false, NULL, {3, 1}, {4, 1}};
	struct service *s = service_make();
	struct sending what = {ROLE_INTAKE, "ma-7", NULL, 0, 1, 4, 0, false, NULL};
	const struct stratum *strata;
	uint32_t count;

	(void)state;
	expect_done(open_round(s, &plain, NULL, 1000));
	expect_refused(add_rows(s, "r1", other, 2), "with another");
	assert_int_equal(entries(s), 1);
	assert_int_equal(expect_done(add_rows(s, "r1", more, 3)).rows, 2);
	assert_int_equal(expect_done(add_rows(s, "r1", more, 3)).rows, 0);
	assert_int_equal(entries(s), 2);
	service_restart(s);
	expect_verdict(s, &what, ACCEPTED, NULL, NULL);
	strata = fold_round_strata(fold_round_by_number(s->collector->fold, 1), &count);
	assert_int_equal(count, 3);
	assert_int_equal(strata[0].members, 4);
	assert_string_equal(strata[2].labels[0], "vừa");
	assert_int_equal(strata[2].members, 1);

	/* Where strata.csv gave the members, they stay. */
	expect_done(open_round(s, &framed, NULL, 1000));
	expect_refused(add_rows(s, "r2", more, 3), "vừa is not in the frame");
	assert_int_equal(expect_done(add_rows(s, "r2", &more[2], 1)).rows, 1);
	expect_refused(add_rows(s, "r2", other, 1), "4 members");
	service_free(s);
}

static void test_void_and_trial(void **state)
{
	static const struct opening trial = {"thu", true, NULL, {3, 1}, {3, 1}};
	struct service *s = service_make();
	struct sending what = {ROLE_INTAKE, "ma-1", NULL, 0, 1, 4, 0, false, NULL};
	uint8_t first[32];

	(void)state;
	expect_done(open_round(s, &plain, NULL, 1000));
	expect_verdict(s, &what, ACCEPTED, NULL, first);
	expect_refused(void_round(s, "r1", ""), "reason is missing");
	expect_done(void_round(s, "r1", "nhầm danh sách"));
	expect_refused(void_round(s, "r1", "nhầm"), "is void");
	expect_verdict(s, &what, DUPLICATE, first, NULL);
	what.unit = 1;
	expect_verdict(s, &what, SHEET_REFUSED, NULL, NULL);
	expect_refused(close_round(s, ROLE_RELEASER, "r1", NULL), "is void");
	expect_refused(open_round(s, &plain, NULL, 1000), "earlier round");

	expect_done(open_round(s, &trial, NULL, 1000));
	what.round = "thu";
	expect_verdict(s, &what, ACCEPTED, NULL, NULL);
	expect_refused(release(s, "thu", PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL),
		       "trial only");
	expect_done(release(s, "thu", PAR__V1__RELEASE_KIND__RELEASE_KIND_TRIAL));
	service_free(s);
}

static void test_auto_close(void **state)
{
	static const struct opening past = {
	    "r1", false, "2020-01-01T00:00:00+07:00", {3, 1}, {3, 1}};
	static const struct opening future = {
	    "r2", false, "2999-01-01T00:00:00+07:00", {3, 1}, {3, 1}};
	struct service *s = service_make();
	const struct fold *f;

	(void)state;
	expect_done(open_round(s, &past, NULL, 1000));
	expect_done(open_round(s, &future, NULL, 1000));
	service_restart(s);
	f = s->collector->fold;
	assert_int_equal(fold_round_state(fold_round_by_number(f, 1)), ROUND_CLOSED);
	assert_int_equal(fold_round_state(fold_round_by_number(f, 2)), ROUND_OPEN);
	assert_int_equal(entries(s), 3);
	service_free(s);
}

static void test_queries(void **state)
{
	struct service *s = service_make();
	struct sending what = {ROLE_INTAKE, "ma-1", NULL, 0, 1, 4, 0, false, NULL};
	Par__V1__IntakeRequest q = PAR__V1__INTAKE_REQUEST__INIT;
	Par__V1__StatusQuery status = PAR__V1__STATUS_QUERY__INIT;
	Par__V1__ManifestQuery manifest = PAR__V1__MANIFEST_QUERY__INIT;
	Par__V1__IntakeReply *r;
	uint8_t digest[32];

	(void)state;
	expect_done(open_round(s, &plain, NULL, 1000));
	expect_verdict(s, &what, ACCEPTED, NULL, NULL);
	q.what_case = PAR__V1__INTAKE_REQUEST__WHAT_STATUS;
	q.status = &status;
	r = service_ask(s, ROLE_AUDITOR, NULL, &q);
	assert_int_equal(r->what_case, PAR__V1__INTAKE_REPLY__WHAT_STATUS);
	assert_int_equal(r->status->head->n, 2);
	assert_int_equal(r->status->n_rounds, 1);
	assert_int_equal(r->status->rounds[0]->invited, SMALL_ROWS);
	assert_int_equal(r->status->rounds[0]->responded, 1);
	assert_int_equal(r->status->rounds[0]->n_strata, 2);
	assert_int_equal(r->status->rounds[0]->strata[0]->responded, 1);
	par__v1__intake_reply__free_unpacked(r, NULL);

	q.what_case = PAR__V1__INTAKE_REQUEST__WHAT_MANIFEST;
	q.manifest = &manifest;
	manifest.round = text("r1");
	manifest.part = 1;
	r = service_ask(s, ROLE_INTAKE, NULL, &q);
	assert_int_equal(r->what_case, PAR__V1__INTAKE_REPLY__WHAT_MANIFEST);
	assert_int_equal(r->manifest->count, 1);
	crypto_hash_sha256(digest, r->manifest->data.data, r->manifest->data.len);
	assert_memory_equal(digest, r->manifest->digest.data, sizeof digest);
	par__v1__intake_reply__free_unpacked(r, NULL);
	manifest.part = 2;
	expect_refused(service_ask(s, ROLE_INTAKE, NULL, &q), "no such part");
	manifest.round = text("r9");
	expect_refused(service_ask(s, ROLE_INTAKE, NULL, &q), "no round r9");
	service_free(s);
}

static void test_values(void **state)
{
	struct service *s = service_make();
	Par__V1__Appraisal rows[2], *list[] = {&rows[0], &rows[1]};
	Par__V1__AddAppraisals add = PAR__V1__ADD_APPRAISALS__INIT;
	Par__V1__Command m = PAR__V1__COMMAND__INIT;
	Par__V1__IntakeReply *r;

	(void)state;
	expect_done(open_round(s, &plain, NULL, 1000));
	par__v1__appraisal__init(&rows[0]);
	par__v1__appraisal__init(&rows[1]);
	rows[0].unit = 3;
	rows[0].target = PAR__V1__APPRAISAL_TARGET__APPRAISAL_TARGET_CRITERION;
	rows[0].criterion = 2;
	rows[1].unit = 1;
	rows[1].target = PAR__V1__APPRAISAL_TARGET__APPRAISAL_TARGET_CRITERION;
	rows[1].criterion = 2;
	add.round = text("r1");
	add.rows = list;
	add.n_rows = 2;
	m.what_case = PAR__V1__COMMAND__WHAT_APPRAISALS;
	m.appraisals = &add;
	/* A unit that is not there; a criterion that is surveyed. Both are told. */
	r = service_command(s, ROLE_OPERATOR, NULL, &m, 1000);
	assert_true(says(r, "row 1: there is no unit number 3"));
	expect_refused(r, "row 2: ");
	add.n_rows = 0;
	expect_refused(service_command(s, ROLE_OPERATOR, NULL, &m, 1000), "no rows");
	assert_int_equal(entries(s), 1);
	service_free(s);
}

static void post(struct service *s, uint32_t revision, uint8_t answer)
{
	const uint8_t *rules =
	    fold_round_rules(fold_round_by_number(s->collector->fold, 1));
	Par__V1__IntakeRequest q = PAR__V1__INTAKE_REQUEST__INIT;
	Par__V1__Submit m = PAR__V1__SUBMIT__INIT;
	struct buf ballot;

	small_ballot("r1", rules, 0, revision, answer, &ballot);
	m.ballot = proto_view(buf_bytes(&ballot));
	m.credential_case = PAR__V1__SUBMIT__CREDENTIAL_CODE;
	m.code = text("ma-1");
	q.what_case = PAR__V1__INTAKE_REQUEST__WHAT_SUBMIT;
	q.submit = &m;
	service_post(s, ROLE_INTAKE, &q);
	buf_free(&ballot);
}

/* Many in flight, on the same sheet: each is decided on what the ones before did. */
static void test_in_flight(void **state)
{
	static const struct {
		uint32_t revision;
		uint8_t answer;
		Par__V1__Verdict verdict;
	} list[] = {
	    {2, 4, ACCEPTED}, {2, 4, DUPLICATE}, {2, 5, CONFLICT}, {1, 4, SUPERSEDED},
	    {3, 1, REPLACED}, {2, 4, DUPLICATE}, {4, 1, REPLACED},
	};
	enum { COUNT = sizeof list / sizeof *list };
	struct service *s = service_make();

	(void)state;
	expect_done(open_round(s, &plain, NULL, 1000));
	for (size_t i = 0; i < COUNT; i++)
		post(s, list[i].revision, list[i].answer);
	service_wait(s, COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		Par__V1__IntakeReply *r = service_answer(s, i);

		assert_int_equal(r->outcome, DONE);
		assert_int_equal(r->ack->sheets[0]->verdict, list[i].verdict);
		par__v1__intake_reply__free_unpacked(r, NULL);
	}
	assert_int_equal(entries(s), 5);
	service_free(s);
}

/* Sends sheets until the answer is another; revisions of two raters and two units. */
static Par__V1__IntakeReply *fill_with_ballots(struct service *s)
{
	enum { TRIES = 4000 };
	struct sending what = {ROLE_INTAKE, "ma-1", NULL, 0, 0, 4, 0, false, NULL};
	uint8_t digest[32];

	for (uint32_t i = 0; i < TRIES; i++) {
		Par__V1__IntakeReply *r;

		what.code = i / 1000 % 2 ? "ma-2" : "ma-1";
		what.unit = i / 2000;
		what.revision = 1 + i % 1000;
		r = submit(s, &what, digest);
		if (r->outcome != DONE)
			return r;
		par__v1__intake_reply__free_unpacked(r, NULL);
	}
	fail_msg("the journal never became full");
	return NULL;
}

static Par__V1__IntakeReply *fill_with_rounds(struct service *s)
{
	enum { TRIES = 1000 };

	for (int i = 0; i < TRIES; i++) {
		struct opening o = plain;
		char code[16];
		Par__V1__IntakeReply *r;

		(void)snprintf(code, sizeof code, "x%d", i);
		o.code = code;
		r = open_round(s, &o, NULL, 1000);
		if (r->outcome != DONE)
			return r;
		par__v1__intake_reply__free_unpacked(r, NULL);
	}
	fail_msg("the journal never became full");
	return NULL;
}

static void expect_later(Par__V1__IntakeReply *r)
{
	assert_int_equal(r->outcome, PAR__V1__OUTCOME__OUTCOME_TRY_LATER);
	assert_true(says(r, "try again later"));
	par__v1__intake_reply__free_unpacked(r, NULL);
}

/* At 95 % ballots wait and control entries pass; at 100 % these wait too. */
static void test_full(void **state)
{
	struct service *s = service_make_limited(1 << 20);
	uint64_t before;
	uint32_t rounds;
	char path[512];

	(void)state;
	expect_done(open_round(s, &plain, NULL, 1000));
	expect_later(fill_with_ballots(s));
	assert_true(s->collector->nearly_full);
	expect_done(close_round(s, ROLE_RELEASER, "r1", NULL));
	expect_later(fill_with_rounds(s));
	assert_true(s->collector->full);
	before = entries(s);
	rounds = fold_round_count(s->collector->fold);
	/* Nothing of the round that found no room is left. */
	assert_int_equal(s->collector->rosters.count, rounds);
	(void)snprintf(path, sizeof path, "%s/roster/%u.key", s->data, rounds);
	assert_int_equal(access(path, F_OK), 0);
	(void)snprintf(path, sizeof path, "%s/roster/%u.key", s->data, rounds + 1);
	assert_int_equal(access(path, F_OK), -1);
	service_restart(s);
	assert_int_equal(entries(s), before);
	service_free(s);
}

struct following {
	struct service *s;
	uint64_t taken;
};

static int on_items(void *ctx, const struct feed_item items[], size_t count,
		    const uint8_t journal[JOURNAL_ID_SIZE])
{
	struct following *f = ctx;

	(void)journal;
	for (size_t i = 0; i < count; i++) {
		struct entry e;

		assert_int_equal(items[i].n, ++f->taken);
		assert_int_equal(entry_decode(items[i].payload, true, &e), 0);
	}
	return 0;
}

static void on_stop(void *ctx, int err, const char *words)
{
	(void)ctx;
	(void)err;
	fprintf(stderr, "the reader stopped: %s\n", words);
	fail();
}

static void turn_until(struct following *f, uint64_t n)
{
	for (int i = 0; i < 20000 && f->taken < n; i++)
		assert_int_equal(loop_turn(f->s->loop, 50), 0);
	assert_int_equal(f->taken, n);
}

/* Link 2: what is there, and what comes while a poll is parked. */
static void test_feed(void **state)
{
	struct service *s = service_make();
	struct sending what = {ROLE_INTAKE, "ma-1", NULL, 0, 1, 4, 0, false, NULL};
	struct following following = {s, 0};
	struct feed_handlers handlers = {
	    .ctx = &following, .on_items = on_items, .on_stop = on_stop};
	struct client_config config = {.endpoint = s->feed,
				       .server_public = s->own.public_text,
				       .key = &s->own,
				       .resend_ms = 60000};
	struct position start = {0};
	struct feed_reader *reader;

	(void)state;
	expect_done(open_round(s, &plain, NULL, 1000));
	assert_int_equal(
	    feed_reader_open(s->loop, &config, &start, 20000, &handlers, &reader), 0);
	turn_until(&following, 1);
	expect_verdict(s, &what, ACCEPTED, NULL, NULL);
	turn_until(&following, 2);
	feed_reader_close(reader);
	service_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_in_flight),
	    cmocka_unit_test(test_full),
	    cmocka_unit_test(test_feed),
	    cmocka_unit_test(test_open),
	    cmocka_unit_test(test_verdicts),
	    cmocka_unit_test(test_refused_ballots),
	    cmocka_unit_test(test_refused_envelopes),
	    cmocka_unit_test(test_close_and_release),
	    cmocka_unit_test(test_annul),
	    cmocka_unit_test(test_roster),
	    cmocka_unit_test(test_void_and_trial),
	    cmocka_unit_test(test_auto_close),
	    cmocka_unit_test(test_queries),
	    cmocka_unit_test(test_values),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
