#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <string.h>

#include "services/collector/decide.h"
#include "tests/unit/collector/small_round.h"

static const struct rater rater = {.number = 5, .stratum = 0};

static struct fold_round *round_of(struct fold *f)
{
	return fold_round_by_number(f, 1);
}

/* Decides one sheet; when `take`, it goes into the fold. */
static struct decision decide(struct fold *f, uint32_t unit, uint32_t revision,
			      uint8_t answer, bool take)
{
	struct seal seal = {.rater = rater.number, .via = "test"};
	struct decision out;
	struct faults faults;
	struct ballot b;
	struct buf bytes;
	size_t fresh;

	faults_init(&faults);
	small_ballot("r1", fold_round_rules(round_of(f)), unit, revision, answer,
		     &bytes);
	assert_int_equal(ballot_decode(buf_bytes(&bytes), &b, &faults), 0);
	fresh = decide_ballot(round_of(f), &rater, &b, &out);
	assert_int_equal(fresh, verdict_is_new(out.verdict));
	assert_int_equal(out.faults.count > 0, out.verdict == VERDICT_REFUSED);
	if (take)
		assert_int_equal(
		    small_apply(f, ENTRY_BALLOT, 1, &seal, buf_bytes(&bytes)), 0);
	ballot_free(&b);
	buf_free(&bytes);
	faults_free(&faults);
	return out;
}

static void expect(struct fold *f, uint32_t unit, uint32_t revision, uint8_t answer,
		   enum verdict verdict)
{
	struct decision d = decide(f, unit, revision, answer, true);

	assert_int_equal(d.verdict, verdict);
	decide_free(&d, 1);
}

static void test_verdicts(void **state)
{
	struct fold *f = small_fold();
	struct decision d;

	(void)state;
	expect(f, 0, 2, 4, VERDICT_ACCEPTED); /* entry 2 */
	expect(f, 0, 2, 4, VERDICT_DUPLICATE);
	expect(f, 0, 1, 3, VERDICT_SUPERSEDED); /* entry 4 */
	expect(f, 0, 3, 5, VERDICT_REPLACED);   /* entry 5 */
	expect(f, 1, 1, 5, VERDICT_ACCEPTED);
	d = decide(f, 0, 1, 3, false);
	assert_int_equal(d.verdict, VERDICT_DUPLICATE);
	assert_int_equal(d.first_n, 4);
	d = decide(f, 0, 2, 1, false);
	assert_int_equal(d.verdict, VERDICT_CONFLICT);
	assert_int_equal(d.first_n, 2);
	assert_int_equal(d.highest_revision, 3);
	fold_free(f);
}

static void test_refused(void **state)
{
	struct fold *f = small_fold();

	(void)state;
	expect(f, 0, 1, 6, VERDICT_REFUSED);
	expect(f, 0, 1, 0, VERDICT_REFUSED);
	expect(f, 2, 1, 4, VERDICT_REFUSED);
	expect(f, 0, 0, 4, VERDICT_REFUSED);
	expect(f, 0, MODEL_REVISION_MAX + 1, 4, VERDICT_REFUSED);
	/* None of them counts in the fold either. */
	assert_int_equal(fold_round_counts(round_of(f), -1).sheets_taken, 0);
	expect(f, 0, MODEL_REVISION_MAX, 4, VERDICT_ACCEPTED);
	fold_free(f);
}

static void test_after_closing(void **state)
{
	struct fold *f = small_fold();
	struct decision d;

	(void)state;
	expect(f, 0, 1, 4, VERDICT_ACCEPTED);
	assert_int_equal(small_apply(f, ENTRY_CLOSE, 1, NULL, bytes_of(NULL, 0)), 0);
	expect(f, 0, 1, 4, VERDICT_DUPLICATE);
	expect(f, 0, 1, 5, VERDICT_CONFLICT);
	d = decide(f, 1, 1, 4, false);
	assert_int_equal(d.verdict, VERDICT_REFUSED);
	assert_non_null(strstr(d.faults.list[0].text, "closed"));
	decide_free(&d, 1);
	fold_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_verdicts),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_after_closing),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
