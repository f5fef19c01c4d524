/* The result as a whole: order does not matter, everything that counts is in the hash.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sodium.h>

#include "common/base/err.h"
#include "common/round/manifest.h"
#include "tests/unit/method/build.h"

enum { RATERS = 300 };

static struct build *mixed(void)
{
	struct build *b = build_new(5);

	build_criterion(b, "1", NULL, "60", SOURCE_NONE);
	build_criterion(b, "1.1", "1", "40", SOURCE_SURVEY);
	build_criterion(b, "1.2", "1", "20", SOURCE_SURVEY);
	build_criterion(b, "2", NULL, "30", SOURCE_APPRAISED);
	build_criterion(b, "3", NULL, "10", SOURCE_MEASURED);
	build_unit(b, "P", 0);
	build_unit(b, "Q", 0);
	b->round.bonus_max.micro = 2 * DECIMAL_ONE;
	build_columns(b, 1);
	build_stratum(b, "a", 1000);
	build_stratum(b, "b", 500);
	build_finish(b);
	for (uint32_t i = 0; i < RATERS; i++)
		for (uint32_t u = 0; u < 2; u++) {
			const char answers[] = {"12345"[(i * 7 + u) % 5],
						"n2345"[(i * 3 + i / 9 + u) % 5], 0};

			build_sheet(b, i, u, i % 3 == 0, i % 10 == 0 ? i / 40 + 1 : 0,
				    answers);
		}
	for (uint32_t u = 0; u < 2; u++) {
		build_points(b, u, "2", "21.5");
		build_bonus(b, u, TARGET_BONUS, "0.5", "x");
		build_bonus(b, u, TARGET_BONUS, "1", "y");
		build_measured(b, u, "3", "87.5");
	}
	return b;
}

static void shuffle(struct build *b, uint64_t seed)
{
	for (size_t i = b->sample.sheet_count - 1; i > 0; i--) {
		struct sample_sheet kept = b->sheets[i];
		size_t j;

		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		j = (size_t)(seed % (i + 1));
		b->sheets[i] = b->sheets[j];
		b->sheets[j] = kept;
	}
}

/* Neither the order of sheets nor how raters and clusters are numbered shows. */
static void order_and_numbers_do_not_matter(void **state)
{
	struct build *b = mixed();
	struct result first = build_result(b);

	(void)state;
	for (uint64_t seed = 1; seed < 6; seed++) {
		struct appraisal kept = b->appraisals[1];
		struct result again;

		shuffle(b, seed * 88172645463325252u);
		for (size_t i = 0; i < b->sample.sheet_count; i++) {
			b->sheets[i].rater = (b->sheets[i].rater * 3 + 1) % 4001;
			if (b->sheets[i].cluster)
				b->sheets[i].cluster = b->sheets[i].cluster * 5 + 2;
		}
		b->appraisals[1] = b->appraisals[2];
		b->appraisals[2] = kept;
		again = build_result(b);
		assert_memory_equal(first.hash, again.hash, RESULT_HASH);
		assert_string_equal(first.units[1].ci_low, again.units[1].ci_low);
		result_free(&again);
	}
	result_free(&first);
	build_free(b);
}

static void assert_other_hash(const struct build *b, const uint8_t hash[RESULT_HASH])
{
	struct result r = build_result(b);

	assert_memory_not_equal(r.hash, hash, RESULT_HASH);
	result_free(&r);
}

static void what_counts_is_in_the_hash(void **state)
{
	struct build *b = mixed();
	struct result r = build_result(b);

	(void)state;
	b->answers[4][1] = ANSWER_REFUSED; /* was a score or no contact */
	assert_other_hash(b, r.hash);
	b->answers[4][1] = ANSWER_DONT_KNOW;
	assert_other_hash(b, r.hash);
	result_free(&r);
	r = build_result(b);
	b->answers[4][1] = ANSWER_REFUSED; /* no figure moves by this */
	assert_other_hash(b, r.hash);
	b->answers[4][1] = ANSWER_DONT_KNOW;
	b->round.strata[1].members++;
	assert_other_hash(b, r.hash);
	b->round.strata[1].members--;
	b->appraisals[0].points.micro++;
	assert_other_hash(b, r.hash);
	b->appraisals[0].points.micro--;
	b->measured[1].value.micro--;
	assert_other_hash(b, r.hash);
	b->measured[1].value.micro++;
	b->round.half_even = true;
	assert_other_hash(b, r.hash);
	b->round.half_even = false;
	for (size_t i = 0; i < b->sample.sheet_count; i++)
		b->sheets[i].cluster = 0;
	assert_other_hash(b, r.hash);
	result_free(&r);
	build_free(b);
}

struct hashed {
	crypto_hash_sha256_state state;
};

static void numbers(struct hashed *h, const uint64_t *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint8_t bytes[8];

		be64_put(bytes, list[i]);
		crypto_hash_sha256_update(&h->state, bytes, sizeof bytes);
	}
}

static void text(struct hashed *h, const char *s)
{
	const uint64_t len = strlen(s);

	numbers(h, &len, 1);
	crypto_hash_sha256_update(&h->state, (const uint8_t *)s, len);
}

static struct build *small(void)
{
	struct build *b = build_new(2);

	build_criterion(b, "1", NULL, "60", SOURCE_SURVEY);
	build_criterion(b, "2", NULL, "30", SOURCE_APPRAISED);
	build_criterion(b, "3", NULL, "10", SOURCE_MEASURED);
	build_unit(b, "P", 0);
	build_columns(b, 1);
	build_stratum(b, "a", 10);
	build_stratum(b, "b", 5);
	b->round.bonus_max.micro = 9 * DECIMAL_ONE;
	build_band(b, "50", false);
	build_finish(b);
	for (uint32_t i = 0; i < 4; i++)
		build_sheet(b, i, 0, 0, 0, i == 1 ? "1" : "2");
	build_sheet(b, 4, 0, 1, 0, "n");
	build_points(b, 0, "2", "15");
	build_bonus(b, 0, TARGET_BONUS, "1.5", "why");
	build_measured(b, 0, "3", "-0.5");
	return b;
}

/* The layout that digest.h promises, written out for a small round. */
static void the_hash_is_what_digest_h_says(void **state)
{
	struct build *b = small();
	struct result r = build_result(b);
	const struct unit_result *u = &r.units[0];
	uint8_t rules[32], hash[RESULT_HASH];
	struct hashed h;

	(void)state;
	assert_int_equal(manifest_rules_digest(&b->round, rules), 0);
	crypto_hash_sha256_init(&h.state);
	text(&h, "par-result/2");
	crypto_hash_sha256_update(&h.state, rules, sizeof rules);
	numbers(&h, (const uint64_t[]){2}, 1);
	text(&h, "a");
	numbers(&h, (const uint64_t[]){10, 4}, 2);
	text(&h, "b");
	numbers(&h, (const uint64_t[]){5, 1}, 2);
	numbers(&h, (const uint64_t[]){0, 0, 0, 6, 1}, 5);
	numbers(&h, (const uint64_t[]){0, 0, 0, 7, 3}, 5);
	numbers(&h, (const uint64_t[]){0, 1, 0, 1, 1}, 5);
	numbers(&h, (const uint64_t[]){UINT64_MAX}, 1);
	numbers(&h, (const uint64_t[]){2, 0, 0, 1, 15000000}, 5);
	text(&h, "file");
	numbers(&h, (const uint64_t[]){0, 1, 0, 1500000}, 4);
	text(&h, "why");
	numbers(&h, (const uint64_t[]){1, 0, 2, UINT64_MAX - 499999}, 4);
	text(&h, "file");
	/* 60 x 3/4 + 30 x 1/2 + 1.5 */
	assert_string_equal(u->exact, "123/2");
	numbers(&h, (const uint64_t[]){1}, 1);
	text(&h, "123/2");
	text(&h, "61.50");
	numbers(&h, (const uint64_t[]){STATUS_RANKED, 1, 1, 1, 1, u->band_certain}, 6);
	text(&h, u->se);
	text(&h, u->ci_low);
	text(&h, u->ci_high);
	numbers(&h, (const uint64_t[]){4, 3, 3}, 3);
	crypto_hash_sha256_final(&h.state, hash);
	assert_memory_equal(hash, r.hash, RESULT_HASH);
	assert_string_not_equal(u->ci_low, "");
	result_free(&r);
	build_free(b);
}

static void thin_groups_are_named(void **state)
{
	struct build *b = build_new(5);
	struct result r;

	(void)state;
	build_criterion(b, "1", NULL, "100", SOURCE_SURVEY);
	build_unit(b, "P", 0);
	build_columns(b, 2);
	build_stratum(b, "one x", 40);
	build_stratum(b, "two x", 50);
	build_stratum(b, "two y", 5);
	build_stratum(b, "three x", 9);
	build_finish(b);
	for (uint32_t i = 0; i < 20; i++)
		build_sheet(b, i, 0, 0, 0, "4");
	build_sheet(b, 20, 0, 1, 0, "4");
	r = build_result(b);
	assert_false(r.unweighted);
	assert_int_equal(r.respondents, 21);
	assert_int_equal(r.thin_count, 1);
	assert_string_equal(r.thin[0], "two / x + two / y");
	assert_int_equal(r.not_represented_count, 1);
	assert_string_equal(r.not_represented[0], "three / x");
	result_free(&r);
	build_free(b);
}

static void an_empty_round(void **state)
{
	struct build *b = build_new(5);
	struct result r;

	(void)state;
	build_criterion(b, "1", NULL, "100", SOURCE_SURVEY);
	build_unit(b, "P", 0);
	build_finish(b);
	r = build_result(b);
	assert_true(r.unweighted);
	assert_int_equal(r.respondents, 0);
	assert_int_equal(r.thin_count + r.not_represented_count, 0);
	assert_false(r.units[0].has_figure);
	assert_int_equal(r.units[0].status, STATUS_INSUFFICIENT);
	assert_int_equal(r.units[0].band, -1);
	result_free(&r);
	build_free(b);
}

static void assert_refused(const struct build *b)
{
	struct faults faults;
	struct result r;

	faults_init(&faults);
	assert_int_equal(result_compute(&b->sample, 1, &r, &faults), ERR_REFUSED);
	assert_int_equal(faults.count, 1);
	faults_free(&faults);
}

static void a_frame_smaller_than_its_respondents(void **state)
{
	struct build *b = mixed();

	(void)state;
	b->round.strata[1].members = 99; /* a third of 300 responded */
	assert_refused(b);
	build_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(order_and_numbers_do_not_matter),
	    cmocka_unit_test(what_counts_is_in_the_hash),
	    cmocka_unit_test(the_hash_is_what_digest_h_says),
	    cmocka_unit_test(thin_groups_are_named),
	    cmocka_unit_test(an_empty_round),
	    cmocka_unit_test(a_frame_smaller_than_its_respondents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
