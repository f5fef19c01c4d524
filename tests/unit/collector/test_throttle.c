/* The whole service over loopback: who has to wait. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>

#include "services/collector/throttle.h"
#include "tests/unit/collector/asking.h"

#define LATER PAR__V1__OUTCOME__OUTCOME_TRY_LATER

static Par__V1__Outcome outcome_of(struct service *s, const struct sending *what)
{
	uint8_t digest[32];
	Par__V1__IntakeReply *r = submit(s, what, digest);
	Par__V1__Outcome outcome = r->outcome;

	par__v1__intake_reply__free_unpacked(r, NULL);
	return outcome;
}

/* With no try left; one may come back in between, then once more. */
static void expect_later(struct service *s, const struct sending *what)
{
	static const struct sending wrong = {ROLE_INTAKE, "sai", NULL,  0,   1,
					     4,           0,     false, NULL};
	int again = 0;

	do
		while (again < 10 && outcome_of(s, &wrong) == REFUSED)
			again++;
	while (outcome_of(s, what) != LATER && ++again < 10);
	assert_true(again < 10);
}

/* Right and wrong are answered alike while there is no try left. */
static void test_tries(void **state)
{
	struct service *s = service_make();
	struct sending wrong = {ROLE_INTAKE, "sai", NULL, 0, 1, 4, 0, false, NULL};
	struct sending right = {ROLE_INTAKE, "ma-1", NULL, 0, 1, 4, 0, false, NULL};
	struct sending named = {ROLE_OPERATOR, NULL, "Ai Đó", 0, 1, 4, 7, false, NULL};
	unsigned tried = 0;

	(void)state;
	expect_done(open_round(s, &plain, NULL, 1000));
	assert_int_equal(outcome_of(s, &right), DONE);
	while (tried <= 2 * TRIES_AT_ONCE && outcome_of(s, &wrong) == REFUSED)
		tried++;
	/* One a second comes back while they are made. */
	assert_in_range(tried, TRIES_AT_ONCE, TRIES_AT_ONCE + 30);
	assert_int_equal(s->collector->counts.wrong_codes, tried);
	expect_later(s, &right);
	expect_later(s, &wrong);
	right.dry_run = true;
	expect_later(s, &right);
	right.dry_run = false;
	tried = (unsigned)s->collector->counts.wrong_codes;
	/* Another key goes on; names that an operator tries are none. */
	for (int i = 0; i < TRIES_AT_ONCE + 10; i++)
		assert_int_equal(outcome_of(s, &named), REFUSED);
	named.respondent = "An Phú";
	assert_int_equal(outcome_of(s, &named), DONE);
	assert_int_equal(s->collector->counts.wrong_codes, tried);
	/* A try comes back, and a right code takes none away. */
	while (outcome_of(s, &right) == LATER)
		assert_true(s->collector->counts.out_of_tries < 1000000);
	assert_int_equal(outcome_of(s, &right), DONE);
	service_free(s);
}

static void test_ballots_a_second(void **state)
{
	enum { RATE = 5 };
	struct service *s = service_make();
	struct sending what = {ROLE_INTAKE, "ma-1", NULL, 0, 1, 4, 0, false, NULL};
	struct sending other = {ROLE_OPERATOR, NULL, "An Phú", 1, 1, 4, 7, false, NULL};

	(void)state;
	s->config.ballots_per_second = RATE;
	service_restart(s);
	expect_done(open_round(s, &plain, NULL, 1000));
	for (int i = 0; i < RATE; i++)
		assert_int_equal(outcome_of(s, &what), DONE);
	for (int i = 0; outcome_of(s, &what) == DONE; i++)
		assert_true(i < 1000);
	assert_true(s->collector->counts.too_fast > 0);
	assert_int_equal(outcome_of(s, &other), DONE);
	while (outcome_of(s, &what) == LATER)
		assert_true(s->collector->counts.too_fast < 1000000);
	service_free(s);
}

static Par__V1__Outcome ask_manifest(struct service *s, enum role role)
{
	Par__V1__ManifestQuery m = PAR__V1__MANIFEST_QUERY__INIT;
	Par__V1__IntakeRequest q = PAR__V1__INTAKE_REQUEST__INIT;
	Par__V1__IntakeReply *r;
	Par__V1__Outcome outcome;

	m.round = text("r1");
	m.part = 1;
	q.what_case = PAR__V1__INTAKE_REQUEST__WHAT_MANIFEST;
	q.manifest = &m;
	r = service_ask(s, role, NULL, &q);
	outcome = r->outcome;
	par__v1__intake_reply__free_unpacked(r, NULL);
	return outcome;
}

static void test_questions_without_end(void **state)
{
	enum { FEW = 5 };
	struct service *s = service_make();
	unsigned asked = 0;

	(void)state;
	expect_done(open_round(s, &plain, NULL, 1000));
	buckets_free(&s->collector->throttle.questions);
	buckets_init(&s->collector->throttle.questions, FEW, 1);
	while (asked <= 20 * FEW && ask_manifest(s, ROLE_INTAKE) == DONE)
		asked++;
	assert_in_range(asked, FEW, 20 * FEW);
	assert_int_equal(ask_manifest(s, ROLE_OPERATOR), DONE);
	while (ask_manifest(s, ROLE_INTAKE) == LATER)
		assert_true(asked++ < 1000000);
	service_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_tries),
	    cmocka_unit_test(test_ballots_a_second),
	    cmocka_unit_test(test_questions_without_end),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
