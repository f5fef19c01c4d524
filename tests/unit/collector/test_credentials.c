/*
 * The whole service over loopback: codes that are made, what an operator may ask of a
 * roster, and forgetting it.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/err.h"
#include "common/net/part_wire.h"
#include "common/round/code.h"
#include "common/round/proto.h"
#include "tests/unit/collector/asking.h"
#include "tests/unit/collector/small_round.h"

enum { CODES_MAX = 4 };

/* A respondent and its code, 16 times this byte. */
struct given {
	const char *respondent;
	uint8_t byte;
};

static Par__V1__IntakeReply *put_codes(struct service *s, const uint8_t *id,
				       const struct given *list, size_t count,
				       bool replace)
{
	Par__V1__SetCodes set = PAR__V1__SET_CODES__INIT;
	Par__V1__CodeRow messages[CODES_MAX], *rows[CODES_MAX];
	Par__V1__Command m = PAR__V1__COMMAND__INIT;
	uint8_t codes[CODES_MAX][CODE_BYTES];

	for (size_t i = 0; i < count; i++) {
		memset(codes[i], list[i].byte, CODE_BYTES);
		par__v1__code_row__init(&messages[i]);
		messages[i].respondent = text(list[i].respondent);
		messages[i].code = proto_view(
		    bytes_of(codes[i], list[i].byte == 255 ? 15 : CODE_BYTES));
		rows[i] = &messages[i];
	}
	set.round = text("r1");
	set.n_rows = count;
	set.rows = rows;
	set.replace = replace;
	m.what_case = PAR__V1__COMMAND__WHAT_CODES;
	m.codes = &set;
	return service_command(s, ROLE_OPERATOR, id, &m, 30);
}

static Par__V1__IntakeReply *set_codes(struct service *s, const uint8_t *id,
				       const struct given *list, size_t count)
{
	return put_codes(s, id, list, count, false);
}

static Par__V1__IntakeReply *forget(struct service *s, enum role role, const char *code)
{
	Par__V1__ForgetRoster in = PAR__V1__FORGET_ROSTER__INIT;
	Par__V1__Command m = PAR__V1__COMMAND__INIT;

	in.round = text(code);
	m.what_case = PAR__V1__COMMAND__WHAT_FORGET;
	m.forget = &in;
	return service_command(s, role, NULL, &m, 1000);
}

/* The text that an enterprise types, of the code made of this byte. */
static const char *typed(uint8_t byte, char out[CODE_TEXT])
{
	uint8_t code[CODE_BYTES];

	memset(code, byte, sizeof code);
	return code_text(code, out);
}

static void expect_code(struct service *s, uint8_t byte, Par__V1__Verdict verdict,
			const uint8_t first[32], uint8_t digest[32])
{
	char code[CODE_TEXT];
	struct sending what = {ROLE_INTAKE, typed(byte, code), NULL, 0, 1, 4, 0, false,
			       NULL};

	expect_verdict(s, &what, verdict, first, digest);
}

static void expect_no_code(struct service *s, uint8_t byte)
{
	char code[CODE_TEXT];
	struct sending what = {ROLE_INTAKE, typed(byte, code), NULL, 0, 1, 4, 0, false,
			       NULL};
	uint8_t digest[32];

	expect_refused(submit(s, &what, digest), "this code is not in the roster");
}

static void test_codes(void **state)
{
	static const struct given first[] = {{"Cát Tường", 1}, {"Đại Lợi", 2}};
	static const struct given second[] = {{"Cát Tường", 3}};
	struct service *s = service_make();
	uint8_t id[WIRE_ID_SIZE], digest[32], other[32];

	(void)state;
	randombytes_buf(id, sizeof id);
	expect_done(open_round(s, &plain, NULL, 1000));
	assert_int_equal(expect_done(set_codes(s, id, first, 2)).rows, 2);
	assert_int_equal(entries(s), 1);
	expect_code(s, 1, ACCEPTED, NULL, digest);
	expect_code(s, 2, ACCEPTED, NULL, other);
	/* Sent again, under the same id or another, they change nothing. */
	assert_int_equal(expect_done(set_codes(s, id, first, 2)).rows, 2);
	assert_int_equal(expect_done(set_codes(s, NULL, first, 2)).rows, 2);
	expect_code(s, 1, DUPLICATE, digest, NULL);
	/* Replaced, it is none from there on, also after a restart. */
	expect_refused(set_codes(s, NULL, second, 1), "only --replace makes another");
	assert_int_equal(expect_done(put_codes(s, NULL, second, 1, true)).rows, 1);
	for (int i = 0; i < 2; i++) {
		expect_no_code(s, 1);
		expect_code(s, 3, DUPLICATE, digest, NULL);
		expect_code(s, 2, DUPLICATE, other, NULL);
		service_restart(s);
	}
	service_free(s);
}

static void test_codes_refused(void **state)
{
	static const struct given unknown[] = {{"Cát Tường", 1}, {"Ai Đó", 2}};
	static const struct given of_roster[] = {{"An Phú", 1}};
	static const struct given twice[] = {{"Cát Tường", 1}, {"Cát Tường", 2}};
	static const struct given same[] = {{"Cát Tường", 1}, {"Đại Lợi", 1}};
	static const struct given taken[] = {{"Đại Lợi", 7}};
	static const struct given right[] = {{"Cát Tường", 7}};
	static const struct given small[] = {{"Cát Tường", 255}};
	struct service *s = service_make();

	(void)state;
	expect_refused(set_codes(s, NULL, right, 1), "no round r1");
	expect_done(open_round(s, &plain, NULL, 1000));
	expect_done(set_codes(s, NULL, right, 1));
	expect_refused(set_codes(s, NULL, unknown, 2), "Ai Đó is not in the roster");
	expect_refused(set_codes(s, NULL, of_roster, 1), "that one stays");
	expect_refused(set_codes(s, NULL, twice, 2), "appears twice");
	expect_refused(set_codes(s, NULL, same, 2), "the same code");
	expect_refused(set_codes(s, NULL, taken, 1), "code of another respondent");
	expect_refused(set_codes(s, NULL, small, 1), "has not 16 bytes");
	/* All or none: what stood beside the wrong one was not set. */
	expect_no_code(s, 1);
	expect_code(s, 7, ACCEPTED, NULL, NULL);
	expect_done(close_round(s, ROLE_RELEASER, "r1", NULL));
	expect_refused(set_codes(s, NULL, right, 1), "would be of no use");
	service_free(s);
}

/* Rows that come later, those that came before, and their codes. */
static void test_codes_and_later_rows(void **state)
{
	static const struct given first[] = {{"Cát Tường", 1}};
	static const struct given later[] = {{"Mới", 2}};
	struct row more = {"Mới", "lon", "", ""}, other = {"Khác", "lon", NULL, ""};
	struct row wrong = {"Sai", "lon", NULL, ""};
	struct service *s = service_make();
	char code[CODE_TEXT];

	(void)state;
	expect_done(open_round(s, &plain, NULL, 1000));
	expect_done(set_codes(s, NULL, first, 1));
	/* A roster.csv may bring the code that another has been given. */
	other.code = typed(1, code);
	expect_refused(add_rows(s, "r1", &other, 1), "is another's");
	expect_code(s, 1, ACCEPTED, NULL, NULL);
	assert_int_equal(expect_done(add_rows(s, "r1", &more, 1)).rows, 1);
	expect_done(set_codes(s, NULL, later, 1));
	service_restart(s);
	expect_code(s, 2, ACCEPTED, NULL, NULL);
	(void)typed(9, code);
	code[0] = code[0] == 'A' ? 'B' : 'A';
	wrong.code = code;
	expect_refused(add_rows(s, "r1", &wrong, 1), "a character of it is wrong");
	service_free(s);
}

/* ---- questions ---- */

static Par__V1__IntakeReply *ask_roster(struct service *s, enum role role,
					const char *code, Par__V1__RosterPart what,
					uint32_t part)
{
	Par__V1__RosterQuery m = PAR__V1__ROSTER_QUERY__INIT;
	Par__V1__IntakeRequest q = PAR__V1__INTAKE_REQUEST__INIT;

	m.round = text(code);
	m.what = what;
	m.part = part;
	q.what_case = PAR__V1__INTAKE_REQUEST__WHAT_ROSTER;
	q.roster = &m;
	return service_ask(s, role, NULL, &q);
}

/* All the parts, joined; buf_free(). */
static struct buf read_roster(struct service *s, Par__V1__RosterPart what)
{
	struct joiner joiner;
	int err = 0;

	joiner_init(&joiner);
	while (!err) {
		Par__V1__IntakeReply *r =
		    ask_roster(s, ROLE_OPERATOR, "r1", what, joiner.taken + 1);
		struct part part;

		assert_int_equal(r->outcome, DONE);
		assert_int_equal(r->what_case, PAR__V1__INTAKE_REPLY__WHAT_ROSTER);
		part = part_wire_read(r->roster);
		err = joiner_take(&joiner, &part);
		par__v1__intake_reply__free_unpacked(r, NULL);
	}
	assert_int_equal(err, 1);
	return joiner.whole;
}

#define RESPONDENTS PAR__V1__ROSTER_PART__ROSTER_PART_RESPONDENTS
#define COPY        PAR__V1__ROSTER_PART__ROSTER_PART_COPY

static void test_respondents(void **state)
{
	static const Par__V1__CodeOrigin origins[] = {
	    PAR__V1__CODE_ORIGIN__CODE_ORIGIN_ROSTER,
	    PAR__V1__CODE_ORIGIN__CODE_ORIGIN_ROSTER,
	    PAR__V1__CODE_ORIGIN__CODE_ORIGIN_MADE,
	    PAR__V1__CODE_ORIGIN__CODE_ORIGIN_NONE,
	};
	static const struct given given[] = {{"Cát Tường", 1}};
	struct service *s = service_make();
	Par__V1__Respondents *all;
	struct buf whole;

	(void)state;
	expect_done(open_round(s, &plain, NULL, 1000));
	expect_done(set_codes(s, NULL, given, 1));
	whole = read_roster(s, RESPONDENTS);
	all = par__v1__respondents__unpack(NULL, whole.len, whole.data);
	assert_non_null(all);
	assert_int_equal(all->n_rows, SMALL_ROWS);
	for (size_t i = 0; i < SMALL_ROWS; i++) {
		assert_true(bytes_equal(proto_bytes(all->rows[i]->name),
					bytes_str(first_rows[i].respondent)));
		assert_int_equal(all->rows[i]->code, origins[i]);
	}
	par__v1__respondents__free_unpacked(all, NULL);
	buf_free(&whole);
	/* Nothing of it stays in the process. */
	assert_null(s->collector->roster_parts.data.data);
	service_free(s);
}

static void test_who_may_ask(void **state)
{
	static const enum role others[] = {ROLE_INTAKE, ROLE_RELEASER, ROLE_AUDITOR};
	struct service *s = service_make();

	(void)state;
	expect_done(open_round(s, &plain, NULL, 1000));
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		expect_refused(ask_roster(s, others[i], "r1", RESPONDENTS, 1),
			       "role of this key");
		expect_refused(ask_roster(s, others[i], "r1", COPY, 1),
			       "role of this key");
	}
	expect_refused(forget(s, ROLE_RELEASER, "r1"), "role operator");
	expect_refused(forget(s, ROLE_INTAKE, "r1"), "role of this key");
	expect_refused(ask_roster(s, ROLE_OPERATOR, "r9", COPY, 1), "no such round");
	expect_refused(ask_roster(s, ROLE_OPERATOR, "r1", 0, 1), "asks for nothing");
	expect_refused(ask_roster(s, ROLE_OPERATOR, "r1", COPY, 2), "no such part");
	expect_refused(ask_roster(s, ROLE_OPERATOR, "r1", RESPONDENTS, 0),
		       "no such part");
	service_free(s);
}

/* A copy is what lies on the disk, sealed, and the same each time. */
static void test_copy(void **state)
{
	static const struct given given[] = {{"Cát Tường", 1}};
	struct service *s = service_make();
	struct buf whole, again;
	Par__V1__RosterCopy *copy;

	(void)state;
	expect_done(open_round(s, &plain, NULL, 1000));
	expect_done(set_codes(s, NULL, given, 1));
	whole = read_roster(s, COPY);
	again = read_roster(s, COPY);
	assert_true(bytes_equal(buf_bytes(&whole), buf_bytes(&again)));
	copy = par__v1__roster_copy__unpack(NULL, whole.len, whole.data);
	assert_non_null(copy);
	assert_int_equal(copy->number, 1);
	assert_int_equal(copy->n_records, 2);
	for (size_t i = 0; i < SMALL_ROWS; i++)
		assert_null(memmem(whole.data, whole.len, first_rows[i].respondent,
				   strlen(first_rows[i].respondent)));
	par__v1__roster_copy__free_unpacked(copy, NULL);
	buf_free(&whole);
	buf_free(&again);
	service_free(s);
}

/* ---- forgetting ---- */

static bool exists(const struct service *s, const char *name)
{
	char path[512];

	(void)snprintf(path, sizeof path, "%s/roster/%s", s->data, name);
	return access(path, F_OK) == 0;
}

static void test_forget(void **state)
{
	struct service *s = service_make();
	struct sending named = {ROLE_OPERATOR, NULL, "An Phú", 0, 1, 4, 7, false, NULL};
	struct sending coded = {ROLE_INTAKE, "ma-1", NULL, 0, 1, 4, 0, false, NULL};
	uint8_t digest[32];

	(void)state;
	expect_done(open_round(s, &plain, NULL, 1000));
	expect_verdict(s, &named, ACCEPTED, NULL, NULL);
	expect_refused(forget(s, ROLE_OPERATOR, "r1"), "close it first");
	expect_refused(forget(s, ROLE_OPERATOR, "r9"), "no round r9");
	expect_done(close_round(s, ROLE_RELEASER, "r1", NULL));
	assert_true(exists(s, "1.key") && exists(s, "1"));
	/* Names that somebody asked for and did not take are wiped as well. */
	expect_refused(ask_roster(s, ROLE_OPERATOR, "r1", RESPONDENTS, 2), "no such");
	assert_non_null(s->collector->roster_parts.data.data);
	expect_done(forget(s, ROLE_OPERATOR, "r1"));
	assert_null(s->collector->roster_parts.data.data);
	for (int i = 0; i < 2; i++) {
		assert_false(exists(s, "1.key") || exists(s, "1"));
		assert_true(exists(s, "1.forgotten"));
		expect_done(forget(s, ROLE_OPERATOR, "r1"));
		expect_refused(submit(s, &named, digest), "was forgotten");
		expect_refused(submit(s, &coded, digest), "this code is not in");
		expect_refused(annul(s, "r1", "An Phú", 0), "was forgotten");
		expect_refused(ask_roster(s, ROLE_OPERATOR, "r1", COPY, 1),
			       "was forgotten");
		service_restart(s);
	}
	/* An import can still be annulled, and the round released. */
	expect_done(release(s, "r1", PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL));
	assert_int_equal(expect_done(annul(s, "r1", NULL, 7)).rows, 1);
	service_free(s);
}

static void test_forget_a_void_round(void **state)
{
	struct service *s = service_make();

	(void)state;
	expect_done(open_round(s, &plain, NULL, 1000));
	expect_done(void_round(s, "r1", "nhầm"));
	expect_done(forget(s, ROLE_OPERATOR, "r1"));
	service_restart(s);
	assert_false(exists(s, "1.key"));
	service_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_codes),
	    cmocka_unit_test(test_codes_refused),
	    cmocka_unit_test(test_codes_and_later_rows),
	    cmocka_unit_test(test_respondents),
	    cmocka_unit_test(test_who_may_ask),
	    cmocka_unit_test(test_copy),
	    cmocka_unit_test(test_forget),
	    cmocka_unit_test(test_forget_a_void_round),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
