/* A round through its manifest and back, and the digest of its rules. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "world.h"

static void encode(const struct round *r, bool with_roster, struct buf *out)
{
	buf_init(out, MANIFEST_BYTES_MAX);
	assert_int_equal(manifest_encode(r, with_roster, out), 0);
}

static void a_round_comes_back_as_it_was(void **state)
{
	struct round r, back;
	struct faults f;
	struct buf first, second;

	(void)state;
	faults_init(&f);
	world_model(&r);
	encode(&r, true, &first);
	assert_int_equal(manifest_decode(buf_bytes(&first), &back, &f), 0);
	assert_int_equal(f.count, 0);
	encode(&back, true, &second);
	assert_true(bytes_equal(buf_bytes(&first), buf_bytes(&second)));

	assert_string_equal(back.code, r.code);
	assert_string_equal(back.title.vi, "Kỳ đánh giá");
	assert_int_equal(back.roster_rows, WORLD_ROWS);
	assert_memory_equal(back.roster_digest, r.roster_digest, 32);
	assert_int_equal(back.scales[1].values[1].micro, 40 * DECIMAL_ONE);
	assert_null(back.scales[0].values);
	assert_string_equal(back.scales[1].labels[2].en, "Level");
	assert_int_equal(back.criteria[3].block_count, 1);
	assert_int_equal(back.criteria[3].blocks[0], 0);
	assert_null(back.criteria[1].blocks);
	assert_int_equal(back.criteria[6].parent, 4);
	assert_true(back.criteria[6].down);
	assert_int_equal(back.units[2].excludes[0], 6);
	assert_int_equal(back.blocks[1].full_rank, 12);
	assert_true(back.bands[1].above);
	assert_int_equal(back.answer_count, WORLD_ANSWERS);
	model_free(&r);
	model_free(&back);
	buf_free(&first);
	buf_free(&second);
	faults_free(&f);
}

static void a_composite_comes_back_as_it_was(void **state)
{
	struct round r, back;
	struct faults f;
	struct buf first, second;

	(void)state;
	faults_init(&f);
	world_composite(&r);
	encode(&r, true, &first);
	assert_int_equal(manifest_decode(buf_bytes(&first), &back, &f), 0);
	encode(&back, true, &second);
	assert_true(bytes_equal(buf_bytes(&first), buf_bytes(&second)));
	assert_int_equal(back.mode, MODE_COMPOSITE);
	assert_int_equal(back.composite.lo.micro, DECIMAL_ONE);
	assert_int_equal(back.composite.hi.micro, 10 * DECIMAL_ONE);
	assert_int_equal(back.composite.factor.micro, 10 * DECIMAL_ONE);
	assert_true(back.composite.minmax);
	assert_true(back.composite.has_max_eq_min);
	assert_int_equal(back.composite.max_eq_min.micro, 5500000);
	assert_int_equal(back.composite.pool_count, 2);
	assert_string_equal(back.composite.pool[0], "vòng-0");
	assert_string_equal(back.composite.pool[1], "a");
	assert_int_equal(back.flags.ballots_hour, 61);
	assert_int_equal(back.flags.identical_scores, 10);
	assert_int_equal(back.annulment_reason_count, 1);
	assert_string_equal(back.annulment_reasons[0], "Trả lời thay");
	model_free(&r);
	model_free(&back);
	buf_free(&first);
	buf_free(&second);
	faults_free(&f);
}

/* A max_eq_min of 0 is one, and not the same as none. */
static void max_eq_min_of_zero_is_told_from_none(void **state)
{
	uint8_t none[32], zero[32];
	struct round r, back;
	struct faults f;
	struct buf b;

	(void)state;
	faults_init(&f);
	world_composite(&r);
	r.composite.lo.micro = 0;
	r.composite.max_eq_min.micro = 0;
	encode(&r, true, &b);
	assert_int_equal(manifest_rules_digest(&r, zero), 0);
	assert_int_equal(manifest_decode(buf_bytes(&b), &back, &f), 0);
	assert_true(back.composite.has_max_eq_min);
	model_free(&back);
	buf_free(&b);
	r.composite.has_max_eq_min = false;
	encode(&r, true, &b);
	assert_int_equal(manifest_rules_digest(&r, none), 0);
	assert_int_equal(manifest_decode(buf_bytes(&b), &back, &f), 0);
	assert_false(back.composite.has_max_eq_min);
	assert_memory_not_equal(none, zero, 32);
	model_free(&back);
	model_free(&r);
	buf_free(&b);
	faults_free(&f);
}

/*
 * The rules of the good round as they were before composite, flags and reasons were
 * known: journals written then still open, and ballots that name them are taken.
 */
static void what_is_not_said_leaves_the_rules_as_they_were(void **state)
{
	static const char before[] = "152c1be88156d13191fc4bf111fd427a"
				     "40b1900fadc95ccd264ca4977e82a376";
	uint8_t digest[32];
	char text[65];
	struct round r, back;
	struct faults f;
	struct buf b;

	(void)state;
	faults_init(&f);
	world_model(&r);
	assert_int_equal(manifest_rules_digest(&r, digest), 0);
	sodium_bin2hex(text, sizeof text, digest, sizeof digest);
	assert_string_equal(text, before);
	encode(&r, true, &b);
	assert_int_equal(manifest_decode(buf_bytes(&b), &back, &f), 0);
	assert_true(model_flags_are_default(&back.flags));
	assert_int_equal(back.flags.straight_scores, 10);
	assert_int_equal(back.composite.lo.micro, 0);
	assert_int_equal(back.composite.hi.micro, 100 * DECIMAL_ONE);
	assert_int_equal(back.composite.factor.micro, DECIMAL_ONE);
	assert_int_equal(back.annulment_reason_count, 0);
	model_free(&r);
	model_free(&back);
	buf_free(&b);
	faults_free(&f);
}

static void the_rules_do_not_hang_on_the_roster(void **state)
{
	struct round r;
	uint8_t before[32], after[32], expected[32];
	struct buf b;

	(void)state;
	world_model(&r);
	assert_int_equal(manifest_rules_digest(&r, before), 0);
	encode(&r, false, &b);
	crypto_hash_sha256(expected, b.data, b.len);
	assert_memory_equal(before, expected, 32);
	memset(r.roster_digest, 99, 32);
	assert_int_equal(manifest_rules_digest(&r, after), 0);
	assert_memory_equal(before, after, 32);
	r.dense_ties = true;
	assert_int_equal(manifest_rules_digest(&r, after), 0);
	assert_memory_not_equal(before, after, 32);
	model_free(&r);
	buf_free(&b);
}

static int setup(void **state)
{
	(void)state;
	return sodium_init() < 0 ? -1 : 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_round_comes_back_as_it_was),
	    cmocka_unit_test(a_composite_comes_back_as_it_was),
	    cmocka_unit_test(max_eq_min_of_zero_is_told_from_none),
	    cmocka_unit_test(what_is_not_said_leaves_the_rules_as_they_were),
	    cmocka_unit_test(the_rules_do_not_hang_on_the_roster),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
