/* A round as it is handed out, sheets that become a ballot, and what is answered. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "common/base/sha256.h"
#include "common/client/acknowledgement.h"
#include "common/client/round.h"
#include "common/round/ballot.h"
#include "tests/unit/round/world.h"

static const uint8_t good[WORLD_ANSWERS] = {1, 251, 3};
/* The third question is of the other block. */
static const uint8_t other[WORLD_ANSWERS] = {5, 252, PAR_ANSWER_NOT_SHOWN};

static struct par_round *make_round(void)
{
	struct held_round *h;
	struct faults faults;
	struct buf manifest;
	struct round r;

	faults_init(&faults);
	world_model(&r);
	buf_init(&manifest, MANIFEST_BYTES_MAX);
	assert_int_equal(manifest_encode(&r, true, &manifest), 0);
	model_free(&r);
	assert_int_equal(round_make(&manifest, &h, &faults), 0);
	assert_null(manifest.data);
	return &h->public;
}

static void round_as_others_see_it(void **state)
{
	(void)state;
	struct par_round *r = make_round();

	assert_string_equal(r->code, "vòng-1");
	assert_int_equal(r->unit_count, WORLD_UNITS);
	assert_int_equal(r->question_count, WORLD_ANSWERS);
	assert_string_equal(r->questions[0]->code, "1.1");
	assert_string_equal(r->questions[2]->field, "1");
	assert_int_equal(r->questions[2]->levels, 3);
	assert_string_equal(r->units[2]->code, "u3");
	assert_string_equal(r->units[2]->block, "B");
	assert_int_equal(r->units[0]->levels[2], 3);
	assert_int_equal(r->units[2]->levels[2], 0);
	assert_true(r->manifest_size > 0);
	par_round_free(r);
	par_round_free(NULL);
}

static void damaged_manifest(void **state)
{
	(void)state;
	struct held_round *h = NULL;
	struct faults faults;
	struct buf manifest;

	faults_init(&faults);
	buf_init(&manifest, 100);
	assert_int_equal(buf_put_str(&manifest, "no manifest"), 0);
	assert_int_not_equal(round_make(&manifest, &h, &faults), 0);
	faults_free(&faults);
	assert_null(h);
	assert_non_null(manifest.data);
	buf_free(&manifest);
}

/* Sheets in any order become one that the collector takes. */
static void ballot_of_two(void **state)
{
	(void)state;
	struct par_round *r = make_round();
	const struct par_sheet sheets[] = {{"u3", 7, other, WORLD_ANSWERS},
					   {"u1", 1, good, WORLD_ANSWERS}};
	struct par_ballot *first, *second;
	struct ballot b;
	uint8_t digest[SHA256_SIZE];
	char words[PAR_WORDS], hex[65];

	assert_int_equal(par_ballot_make(r, sheets, 2, &first, words), 0);
	assert_string_equal(words, "");
	assert_int_equal(ballot_decode(bytes_of(first->bytes, first->size), &b, NULL),
			 0);
	assert_int_equal(b.sheet_count, 2);
	assert_int_equal(b.sheets[0].unit, 0);
	assert_int_equal(b.sheets[1].unit, 2);
	assert_int_equal(b.sheets[1].revision, 7);
	assert_memory_equal(b.sheets[1].answers.data, other, WORLD_ANSWERS);
	assert_true(
	    ballot_is_for(&b, &round_held(r)->model, round_held(r)->rules, NULL));
	sha256(bytes_of(first->bytes, first->size), digest);
	hex_encode(bytes_of(digest, sizeof digest), hex);
	assert_string_equal(first->digest, hex);
	/* Nobody can guess the answers by the digest. */
	assert_int_equal(par_ballot_make(r, sheets, 2, &second, NULL), 0);
	assert_string_not_equal(first->digest, second->digest);
	ballot_free(&b);
	/* The fields are the caller's: for a stored one, say. */
	first->size += sizeof digest * 1000;
	par_ballot_free(first);
	par_ballot_free(second);
	par_ballot_free(NULL);
	par_round_free(r);
}

static void refused(const struct par_round *r, const struct par_sheet *sheets,
		    size_t count, const char *says)
{
	struct par_ballot *none = NULL;
	char words[PAR_WORDS];

	assert_int_equal(par_ballot_make(r, sheets, count, &none, words),
			 PAR_ERROR_REFUSED);
	if (!strstr(words, says))
		fail_msg("\"%s\" is not in \"%s\"", says, words);
	assert_null(none);
	assert_int_equal(par_ballot_make(r, sheets, count, &none, NULL),
			 PAR_ERROR_REFUSED);
}

static void faulty_sheets(void **state)
{
	(void)state;
	struct par_round *r = make_round();
	const struct par_sheet twice[] = {{"u1", 1, good, WORLD_ANSWERS},
					  {"u2", 1, good, WORLD_ANSWERS},
					  {"u1", 2, good, WORLD_ANSWERS}};
	const struct par_sheet unknown[] = {{"u9", 1, good, WORLD_ANSWERS},
					    {"u8", 1, good, WORLD_ANSWERS}};
	const struct par_sheet revision = {"u1", 1001, good, WORLD_ANSWERS};
	const struct par_sheet asked = {"u3", 1, good, WORLD_ANSWERS};
	const struct par_sheet few = {"u1", 1, good, 2};

	refused(r, twice, 3, "unit u1 stands twice");
	refused(r, unknown, 2, "no unit u9; round vòng-1 has no unit u8");
	refused(r, &revision, 1, "1001");
	refused(r, &asked, 1, "1.3");
	refused(r, &few, 1, "2");
	refused(r, NULL, 0, "a sheet at least");
	par_round_free(r);
}

static void too_many_sheets(void **state)
{
	(void)state;
	struct par_round *r = make_round();
	struct par_sheet *sheets = calloc(BALLOT_SHEETS_MAX + 1, sizeof *sheets);
	struct par_ballot *none = NULL;
	char words[PAR_WORDS];

	assert_non_null(sheets);
	assert_int_equal(
	    par_ballot_make(r, sheets, BALLOT_SHEETS_MAX + 1, &none, words),
	    PAR_ERROR_LIMIT);
	assert_string_not_equal(words, "");
	free(sheets);
	par_round_free(r);
}

/* ---- acknowledgements ---- */

static ProtobufCBinaryData view(const char *text)
{
	return (ProtobufCBinaryData){strlen(text), (uint8_t *)(uintptr_t)text};
}

static const char one[] = "11111111111111111111111111111111";
static const char two[] = "22222222222222222222222222222222";

static struct par_acknowledgement *answered(Par__V1__SheetVerdict *v)
{
	Par__V1__Acknowledgement ack = PAR__V1__ACKNOWLEDGEMENT__INIT;
	struct par_acknowledgement *made = NULL;

	ack.round = view("vòng-1");
	ack.digest = view(one);
	ack.sheets = &v;
	ack.n_sheets = 1;
	if (acknowledgement_make(&ack, &made) != 0)
		return NULL;
	return made;
}

static void verdict_is(Par__V1__Verdict wire, const char *first, enum par_verdict want,
		       const char *text)
{
	Par__V1__SheetVerdict v = PAR__V1__SHEET_VERDICT__INIT;

	v.unit = 3;
	v.revision = 4;
	v.verdict = wire;
	v.first_digest = view(first);
	struct par_acknowledgement *ack = answered(&v);
	assert_non_null(ack);
	assert_string_equal(ack->round, "vòng-1");
	assert_int_equal(strlen(ack->digest), 64);
	assert_int_equal(ack->sheet_count, 1);
	assert_int_equal(ack->sheets[0]->unit, 2);
	assert_int_equal(ack->sheets[0]->revision, 4);
	assert_int_equal(ack->sheets[0]->verdict, want);
	assert_string_equal(par_verdict_text(want), text);
	par_acknowledgement_free(ack);
}

static void verdicts(void **state)
{
	(void)state;
	verdict_is(PAR__V1__VERDICT__VERDICT_ACCEPTED, one, PAR_VERDICT_ACCEPTED,
		   "accepted");
	verdict_is(PAR__V1__VERDICT__VERDICT_REPLACED, one, PAR_VERDICT_REPLACED,
		   "replaced");
	verdict_is(PAR__V1__VERDICT__VERDICT_SUPERSEDED, one, PAR_VERDICT_SUPERSEDED,
		   "superseded");
	verdict_is(PAR__V1__VERDICT__VERDICT_DUPLICATE, two, PAR_VERDICT_DUPLICATE,
		   "duplicate");
	/* Its first answer was lost. */
	verdict_is(PAR__V1__VERDICT__VERDICT_DUPLICATE, one, PAR_VERDICT_ACCEPTED,
		   "accepted");
	verdict_is(PAR__V1__VERDICT__VERDICT_REFUSED, "", PAR_VERDICT_REFUSED,
		   "refused");
	verdict_is((Par__V1__Verdict)99, "", PAR_VERDICT_REFUSED, "refused");
	assert_string_equal(par_verdict_text((enum par_verdict)0), "unknown");
}

static void why_not(void **state)
{
	(void)state;
	Par__V1__SheetVerdict v = PAR__V1__SHEET_VERDICT__INIT;
	ProtobufCBinaryData faults[] = {view("sai thang"), view("late")};

	v.unit = v.revision = 1;
	v.verdict = PAR__V1__VERDICT__VERDICT_CONFLICT;
	v.first_digest = view(two);
	v.highest_revision = 8;
	v.faults = faults;
	v.n_faults = 2;
	struct par_acknowledgement *ack = answered(&v);
	assert_non_null(ack);
	assert_int_equal(ack->sheets[0]->highest_revision, 8);
	assert_int_equal(ack->sheets[0]->fault_count, 3);
	assert_non_null(strstr(ack->sheets[0]->faults[0], "with revision 9"));
	assert_string_equal(ack->sheets[0]->faults[1], "sai thang");
	par_acknowledgement_free(ack);
	par_acknowledgement_free(NULL);
}

static void nonsense(void **state)
{
	(void)state;
	Par__V1__SheetVerdict v = PAR__V1__SHEET_VERDICT__INIT;
	ProtobufCBinaryData bad = view("\xff");

	v.verdict = PAR__V1__VERDICT__VERDICT_ACCEPTED;
	assert_null(answered(&v)); /* of no unit */
	v.unit = 1;
	v.first_digest = view("short");
	assert_null(answered(&v));
	v.first_digest = view("");
	v.faults = &bad;
	v.n_faults = 1;
	assert_null(answered(&v));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(round_as_others_see_it),
	    cmocka_unit_test(damaged_manifest),
	    cmocka_unit_test(ballot_of_two),
	    cmocka_unit_test(faulty_sheets),
	    cmocka_unit_test(too_many_sheets),
	    cmocka_unit_test(verdicts),
	    cmocka_unit_test(why_not),
	    cmocka_unit_test(nonsense),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
