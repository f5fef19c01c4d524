/* The whole service over loopback: ballots, a full journal, link 2. */

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
#include "tests/unit/collector/asking.h"
#include "tests/unit/collector/small_round.h"

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

enum { SEALS = 150 };

struct seals {
	uint8_t random[SEALS][32];
	size_t count;
};

static int take_seal(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		     struct bytes record)
{
	struct seals *seen = ctx;
	struct entry e;

	(void)n;
	(void)chain;
	assert_int_equal(entry_decode(record, true, &e), 0);
	if (e.kind != ENTRY_BALLOT)
		return 0;
	assert_false(sodium_is_zero(e.seal.random, sizeof e.seal.random));
	for (size_t i = 0; i < seen->count; i++)
		assert_memory_not_equal(seen->random[i], e.seal.random, 32);
	memcpy(seen->random[seen->count++], e.seal.random, 32);
	return 0;
}

/* They are drawn ahead, for several ballots at a time. */
static void test_seals_differ(void **state)
{
	static struct seals seen;
	struct service *s = service_make();
	struct sending what = {ROLE_INTAKE, "ma-1", NULL, 0, 0, 4, 0, false, NULL};

	(void)state;
	expect_done(open_round(s, &plain, NULL, 1000));
	for (what.revision = 1; what.revision <= SEALS; what.revision++)
		expect_verdict(s, &what, what.revision > 1 ? REPLACED : ACCEPTED, NULL,
			       NULL);
	assert_int_equal(
	    journal_read(s->collector->journal, 0, 1, take_seal, &seen, NULL), 0);
	assert_int_equal(seen.count, SEALS);
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
	    cmocka_unit_test(test_verdicts),
	    cmocka_unit_test(test_refused_ballots),
	    cmocka_unit_test(test_refused_envelopes),
	    cmocka_unit_test(test_in_flight),
	    cmocka_unit_test(test_full),
	    cmocka_unit_test(test_seals_differ),
	    cmocka_unit_test(test_feed),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
