/* Revisions go one after the other; verdicts have words. */

#include "services/par/submit.h"
#include "common/client/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void groups_are_runs_of_a_revision(void **state)
{
	(void)state;
	struct folder_sheet list[] = {{.revision = 1}, {.revision = 1},
				      {.revision = 2}, {.revision = 7},
				      {.revision = 7}, {.revision = 7}};
	const struct folder_sheets sheets = {.list = list, .count = 6};
	assert_int_equal(submit_group_end(&sheets, 0), 2);
	assert_int_equal(submit_group_end(&sheets, 2), 3);
	assert_int_equal(submit_group_end(&sheets, 3), 6);
	assert_int_equal(submit_group_end(&sheets, 6), 6);
}

static void verdicts_have_names(void **state)
{
	(void)state;
	static const struct {
		Par__V1__Verdict wire;
		const char *name;
	} expected[] = {
	    {PAR__V1__VERDICT__VERDICT_ACCEPTED, "accepted"},
	    {PAR__V1__VERDICT__VERDICT_REPLACED, "replaced"},
	    {PAR__V1__VERDICT__VERDICT_SUPERSEDED, "superseded"},
	    {PAR__V1__VERDICT__VERDICT_DUPLICATE, "duplicate"},
	    {PAR__V1__VERDICT__VERDICT_CONFLICT, "conflict"},
	    {PAR__V1__VERDICT__VERDICT_REFUSED, "refused"},
	    {PAR__V1__VERDICT__VERDICT_UNSPECIFIED, "refused"},
	    {99, "refused"},
	};
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		Par__V1__SheetVerdict v = PAR__V1__SHEET_VERDICT__INIT;
		Par__V1__SheetVerdict *sheets[] = {&v};
		Par__V1__Acknowledgement ack = PAR__V1__ACKNOWLEDGEMENT__INIT;
		ack.n_sheets = 1;
		ack.sheets = sheets;
		v.verdict = expected[i].wire;
		assert_string_equal(verdict_name(verdict_of(&ack, 0)),
				    expected[i].name);
	}
}

static void duplicate_of_the_same_ballot_was_accepted(void **state)
{
	(void)state;
	uint8_t this[32] = {1}, other[32] = {2};
	Par__V1__SheetVerdict v = PAR__V1__SHEET_VERDICT__INIT;
	Par__V1__SheetVerdict *sheets[] = {&v};
	Par__V1__Acknowledgement ack = PAR__V1__ACKNOWLEDGEMENT__INIT;
	ack.n_sheets = 1;
	ack.sheets = sheets;
	ack.digest = (ProtobufCBinaryData){sizeof this, this};
	v.verdict = PAR__V1__VERDICT__VERDICT_DUPLICATE;
	v.first_digest = (ProtobufCBinaryData){sizeof other, other};
	assert_int_equal(verdict_of(&ack, 0), VERDICT_DUPLICATE);
	v.first_digest.data = this;
	assert_int_equal(verdict_of(&ack, 0), VERDICT_ACCEPTED);
}

static void conflict_names_both(void **state)
{
	(void)state;
	uint8_t digest[32];
	char words[VERDICT_WORDS];
	Par__V1__SheetVerdict v = PAR__V1__SHEET_VERDICT__INIT;
	memset(digest, 0xcd, sizeof digest);
	v.first_digest = (ProtobufCBinaryData){sizeof digest, digest};
	v.highest_revision = 3;
	verdict_conflict(&v, words);
	assert_non_null(strstr(words, "cdcdcdcd"));
	assert_non_null(strstr(words, "highest revision 3"));
	assert_non_null(strstr(words, "revision 4"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(groups_are_runs_of_a_revision),
	    cmocka_unit_test(verdicts_have_names),
	    cmocka_unit_test(duplicate_of_the_same_ballot_was_accepted),
	    cmocka_unit_test(conflict_names_both),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
