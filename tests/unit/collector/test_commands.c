/* The whole service over loopback: commands and questions, from opening to release. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <string.h>

#include "common/base/err.h"
#include "common/round/proto.h"
#include "services/collector/roster_store.h"
#include "tests/unit/collector/asking.h"
#include "tests/unit/collector/small_round.h"

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
	wrong.rows[0] = wrong.rows[1] = 0;
	expect_refused(open_round(s, &wrong, NULL, 1000), "who is asked?");
	assert_int_equal(entries(s), 0);
	expect_done(open_round(s, &plain, id, 100));
	assert_int_equal(entries(s), 1);
	/* The same command is answered again; another one finds the code taken. */
	expect_done(open_round(s, &plain, id, 100));
	assert_int_equal(entries(s), 1);
	expect_refused(open_round(s, &plain, NULL, 1000), "earlier round");
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
		       "no official release that could be corrected");
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
	/* Of another kind it is another release, whatever has changed. */
	result = expect_done(
	    release(s, "r1", PAR__V1__RELEASE_KIND__RELEASE_KIND_CORRECTION));
	assert_int_equal(result.number, 3);
	result = expect_done(
	    release(s, "r1", PAR__V1__RELEASE_KIND__RELEASE_KIND_CORRECTION));
	assert_int_equal(result.number, 3);
	service_free(s);
}

static void test_annul(void **state)
{
	struct service *s = service_make();
	struct sending what = {ROLE_OPERATOR, NULL, "An Phú", 0, 1, 4, 7, false, NULL};
	Par__V1__CommandResult result;

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
	/* After an annulment there may be a release (METHOD P6 is the scorer's). */
	what.respondent = "Bình Minh";
	what.import_id = 9;
	expect_verdict(s, &what, ACCEPTED, NULL, NULL);
	expect_done(close_round(s, ROLE_RELEASER, "r1", NULL));
	expect_done(release(s, "r1", PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL));
	assert_int_equal(expect_done(annul(s, "r1", "Bình Minh", 0)).rows, 1);
	result =
	    expect_done(release(s, "r1", PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL));
	assert_int_equal(result.number, 2);
	service_free(s);
}

static void test_declared_reasons(void **state)
{
	static const struct opening declared = {
	    .code = "r1", .rows = {3, 1}, .members = {3, 1}, .reason = "trùng lặp"};
	struct service *s = service_make();
	struct sending what = {ROLE_OPERATOR, NULL, "An Phú", 0, 1, 4, 7, false, NULL};
	Par__V1__IntakeReply *r;

	(void)state;
	expect_done(open_round(s, &declared, NULL, 1000));
	expect_verdict(s, &what, ACCEPTED, NULL, NULL);
	r = annul_for(s, "r1", "An Phú", "lý do khác");
	assert_true(says(r, "give one of these"));
	assert_true(r->n_faults == 2);
	expect_refused(r, "trùng lặp");
	expect_refused(annul_for(s, "r1", "An Phú", ""), "reason is missing");
	assert_int_equal(expect_done(annul_for(s, "r1", "An Phú", "trùng lặp")).rows,
			 1);
	service_free(s);
}

static void test_pool(void **state)
{
	static const struct opening pooled = {
	    .code = "r2", .rows = {3, 1}, .members = {3, 1}, .pool = "r1"};
	static const struct opening again = {
	    .code = "r3", .rows = {3, 1}, .members = {3, 1}, .pool = "r1"};
	struct service *s = service_make();

	(void)state;
	expect_refused(open_round(s, &pooled, NULL, 1000),
		       "the round to be pooled with, r1, does not exist");
	expect_done(open_round(s, &plain, NULL, 1000));
	expect_refused(open_round(s, &pooled, NULL, 1000), "r1 is still open");
	expect_done(close_round(s, ROLE_RELEASER, "r1", NULL));
	expect_done(open_round(s, &pooled, NULL, 1000));
	expect_done(void_round(s, "r1", "nhầm"));
	expect_refused(open_round(s, &again, NULL, 1000), "r1 is void");
	service_restart(s); /* and the fold agrees */
	assert_int_equal(fold_round_count(s->collector->fold), 2);
	service_free(s);
}

static void test_roster(void **state)
{
	static const struct row more[] = {{"An Phú", "lon", "ma-1", ""},
					  {"Mới Một", "vừa", "ma-7", "chung"},
					  {"Mới Hai", "lon", "", ""}};
	static const struct row other[] = {{"Mới Ba", "lon", "", ""},
					   {"An Phú", "nho", "ma-1", ""}};
	static const struct opening framed = {
	    .code = "r2", .rows = {3, 1}, .members = {4, 1}};
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

/* As many other rows in the place of later ones, under the right key, are noticed. */
static void test_later_rows_are_those_of_the_journal(void **state)
{
	static const struct row later[] = {{"Mới Hai", "lon", "", ""}};
	const struct roster_input in = {.respondent = bytes_str("Mới Ba")};
	struct service *s = service_make();
	struct faults faults;
	struct rosters again;
	struct roster_mark mark;
	struct roster *r;
	bool added;

	(void)state;
	faults_init(&faults);
	expect_done(open_round(s, &plain, NULL, 1000));
	r = rosters_of(&s->collector->rosters, 1);
	mark = roster_mark(r);
	expect_done(add_rows(s, "r1", later, 1));
	assert_int_equal(rosters_open(s->collector->rosters.dir, s->collector->fold,
				      &again, &faults),
			 0);
	rosters_close(&again);
	assert_int_equal(roster_rollback(r, mark), 0);
	assert_int_equal(roster_add(r, &in, &faults, &added), 0);
	assert_int_equal(roster_number(r, mark.rows), 0);
	assert_int_equal(roster_store_write(s->collector->rosters.dir, 1, r, mark.rows),
			 0);
	assert_int_equal(rosters_open(s->collector->rosters.dir, s->collector->fold,
				      &again, &faults),
			 ERR_CORRUPT);
	faults_free(&faults);
	service_free(s);
}

static void test_void_and_trial(void **state)
{
	static const struct opening trial = {
	    .code = "thu", .trial = true, .rows = {3, 1}, .members = {3, 1}};
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
	static const struct opening past = {.code = "r1",
					    .auto_close = "2020-01-01T00:00:00+07:00",
					    .rows = {3, 1},
					    .members = {3, 1}};
	static const struct opening future = {.code = "r2",
					      .auto_close = "2999-01-01T00:00:00+07:00",
					      .rows = {3, 1},
					      .members = {3, 1}};
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_open),
	    cmocka_unit_test(test_close_and_release),
	    cmocka_unit_test(test_annul),
	    cmocka_unit_test(test_declared_reasons),
	    cmocka_unit_test(test_pool),
	    cmocka_unit_test(test_roster),
	    cmocka_unit_test(test_later_rows_are_those_of_the_journal),
	    cmocka_unit_test(test_void_and_trial),
	    cmocka_unit_test(test_auto_close),
	    cmocka_unit_test(test_queries),
	    cmocka_unit_test(test_values),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
