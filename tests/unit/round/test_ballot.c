#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "common/base/err.h"
#include "world.h"

enum { SHEETS = 2 };

static const uint8_t rules[32] = {1};
static const uint8_t nonce[32] = {2};
static const uint8_t answers[SHEETS][WORLD_ANSWERS] = {{1, 2, 3}, {251, 252, 255}};

/* Field by field as protobuf writes them; tests break it on purpose. */
static void put(struct buf *b, uint8_t tag, struct bytes value)
{
	uint8_t head[2] = {tag, (uint8_t)value.len};

	assert_true(value.len < 128);
	assert_int_equal(buf_put(b, head, 2), 0);
	assert_int_equal(buf_put(b, value.data, value.len), 0);
}

static void put_number(struct buf *b, uint8_t tag, uint8_t value)
{
	uint8_t pair[2] = {tag, value};

	assert_int_equal(buf_put(b, pair, 2), 0);
}

static void put_sheet(struct buf *b, uint8_t unit, uint8_t revision,
		      const uint8_t *text)
{
	struct buf s;

	buf_init(&s, 100);
	put_number(&s, 0x08, unit);
	put_number(&s, 0x10, revision);
	put(&s, 0x1a, bytes_of(text, WORLD_ANSWERS));
	put(b, 0x22, buf_bytes(&s));
	buf_free(&s);
}

enum { VERSION_TAG = 0x08, ROUND_TAG = 0x12, RULES_TAG = 0x1a, NONCE_TAG = 0x2a };

static void put_head(struct buf *b)
{
	buf_init(b, BALLOT_BYTES_MAX + 100);
	put_number(b, VERSION_TAG, 1);
	put(b, ROUND_TAG, bytes_str("vòng-1"));
	put(b, RULES_TAG, bytes_of(rules, sizeof rules));
}

static void put_good(struct buf *b)
{
	put_head(b);
	put_sheet(b, 1, 1, answers[0]);
	put_sheet(b, 3, 7, answers[1]);
	put(b, NONCE_TAG, bytes_of(nonce, sizeof nonce));
}

static void says(struct buf *b, int expected, const char *words)
{
	struct ballot out;
	struct faults f;

	faults_init(&f);
	assert_int_equal(ballot_decode(buf_bytes(b), &out, &f), expected);
	if (!world_says(&f, words))
		fail_msg("not said: %s", words);
	faults_free(&f);
	buf_free(b);
}

static void a_ballot_is_read_and_written_the_same(void **state)
{
	struct buf b, again;
	struct ballot out;
	struct faults f;

	(void)state;
	put_good(&b);
	faults_init(&f);
	assert_int_equal(ballot_decode(buf_bytes(&b), &out, &f), 0);
	assert_int_equal(f.count, 0);
	assert_int_equal(out.sheet_count, 2);
	assert_int_equal(out.sheets[0].unit, 0);
	assert_int_equal(out.sheets[1].unit, 2);
	assert_int_equal(out.sheets[1].revision, 7);
	assert_memory_equal(out.sheets[1].answers.data, answers[1], WORLD_ANSWERS);
	buf_init(&again, BALLOT_BYTES_MAX);
	assert_int_equal(ballot_encode(&out, &again), 0);
	assert_true(bytes_equal(buf_bytes(&b), buf_bytes(&again)));
	ballot_free(&out);
	buf_free(&b);
	buf_free(&again);
}

static void every_prefix_is_refused(void **state)
{
	struct buf b;

	(void)state;
	put_good(&b);
	for (size_t len = 0; len < b.len; len++) {
		uint8_t *copy = malloc(len + 1);
		struct ballot out;
		struct faults f;

		faults_init(&f);
		memcpy(copy, b.data, len);
		assert_int_equal(ballot_decode(bytes_of(copy, len), &out, &f),
				 ERR_FORMAT);
		assert_true(f.count > 0);
		faults_free(&f);
		free(copy);
	}
	buf_free(&b);
}

/* A flip is refused or is another ballot in its one encoding; nothing else. */
static void every_flipped_bit_is_refused_or_canonical(void **state)
{
	struct buf b, again;

	(void)state;
	put_good(&b);
	buf_init(&again, BALLOT_BYTES_MAX);
	for (size_t i = 0; i < b.len * 8; i++) {
		struct ballot out;

		b.data[i / 8] ^= (uint8_t)(1 << i % 8);
		if (ballot_decode(buf_bytes(&b), &out, NULL) == 0) {
			buf_reset(&again);
			assert_int_equal(ballot_encode(&out, &again), 0);
			assert_true(bytes_equal(buf_bytes(&b), buf_bytes(&again)));
			ballot_free(&out);
		}
		b.data[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	buf_free(&b);
	buf_free(&again);
}

static void fields_out_of_order_are_refused(void **state)
{
	struct buf b;

	(void)state;
	put_head(&b);
	put(&b, NONCE_TAG, bytes_of(nonce, sizeof nonce));
	put_sheet(&b, 1, 1, answers[0]);
	says(&b, ERR_FORMAT, "not in the one encoding");
}

static void sheets_around_the_nonce_are_refused(void **state)
{
	struct buf b;

	(void)state;
	put_head(&b);
	put_sheet(&b, 1, 1, answers[0]);
	put(&b, NONCE_TAG, bytes_of(nonce, sizeof nonce));
	put_sheet(&b, 2, 1, answers[0]);
	says(&b, ERR_FORMAT, "not in the one encoding");
}

static void a_field_said_twice_is_refused(void **state)
{
	struct buf b;

	(void)state;
	put_good(&b);
	put(&b, NONCE_TAG, bytes_of(nonce, sizeof nonce));
	says(&b, ERR_FORMAT, "not in the one encoding");
}

static void an_unknown_field_is_refused(void **state)
{
	struct buf b;

	(void)state;
	put_good(&b);
	put_number(&b, 0x30, 1);
	says(&b, ERR_FORMAT, "does not know");
}

static void an_unknown_field_of_a_sheet_is_refused(void **state)
{
	struct buf b;

	(void)state;
	put_head(&b);
	put(&b, 0x22, bytes_of("\x08\x01\x10\x01\x1a\x03\x01\x02\x03\x20\x01", 11));
	put(&b, NONCE_TAG, bytes_of(nonce, sizeof nonce));
	says(&b, ERR_FORMAT, "does not know");
}

static void a_number_too_long_is_refused(void **state)
{
	struct buf b;

	(void)state;
	put_head(&b);
	put(&b, 0x22, bytes_of("\x08\x81\x00\x10\x01\x1a\x03\x01\x02\x03", 10));
	put(&b, NONCE_TAG, bytes_of(nonce, sizeof nonce));
	says(&b, ERR_FORMAT, "not in the one encoding");
}

static void a_default_value_spelled_out_is_refused(void **state)
{
	struct buf b;

	(void)state;
	put_head(&b);
	put(&b, 0x22, bytes_of("\x08\x01\x10\x00\x1a\x03\x01\x02\x03", 9));
	put(&b, NONCE_TAG, bytes_of(nonce, sizeof nonce));
	says(&b, ERR_FORMAT, "not in the one encoding");
}

static void versions_are_told_apart(void **state)
{
	struct buf b;

	(void)state;
	put_good(&b);
	b.data[1] = 2;
	says(&b, ERR_VERSION, "newer version");
	buf_init(&b, 100);
	put(&b, ROUND_TAG, bytes_str("x"));
	says(&b, ERR_FORMAT, "names no version");
}

static void what_is_missing_is_named_all_at_once(void **state)
{
	struct buf b;
	struct ballot out;
	struct faults f;

	(void)state;
	buf_init(&b, 100);
	put_number(&b, VERSION_TAG, 1);
	faults_init(&f);
	assert_int_equal(ballot_decode(buf_bytes(&b), &out, &f), ERR_FORMAT);
	assert_true(world_says(&f, "round's code"));
	assert_true(world_says(&f, "digest of the rules has 0 bytes"));
	assert_true(world_says(&f, "random bytes are 0"));
	assert_true(world_says(&f, "holds no sheet"));
	faults_free(&f);
	buf_free(&b);
}

static void bad_text_is_refused(void **state)
{
	static const char *const texts[] = {"\xff", "\xc3", "\x01"};
	struct buf b;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		buf_init(&b, 1000);
		put_number(&b, VERSION_TAG, 1);
		put(&b, ROUND_TAG, bytes_str(texts[i]));
		put(&b, RULES_TAG, bytes_of(rules, sizeof rules));
		put_sheet(&b, 1, 1, answers[0]);
		put(&b, NONCE_TAG, bytes_of(nonce, sizeof nonce));
		says(&b, ERR_FORMAT, "round's code");
	}
}

static void a_unit_twice_is_refused_in_any_order(void **state)
{
	static const uint8_t orders[][3] = {{1, 1, 2}, {1, 2, 1}, {3, 1, 3}};
	struct buf b;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		put_head(&b);
		for (size_t k = 0; k < 3; k++)
			put_sheet(&b, orders[i][k], (uint8_t)(k + 1), answers[0]);
		put(&b, NONCE_TAG, bytes_of(nonce, sizeof nonce));
		says(&b, ERR_FORMAT, "stands twice in the ballot");
	}
}

static void units_in_any_order_are_taken(void **state)
{
	struct buf b;
	struct ballot out;

	(void)state;
	put_head(&b);
	put_sheet(&b, 3, 1, answers[0]);
	put_sheet(&b, 1, 1, answers[0]);
	put(&b, NONCE_TAG, bytes_of(nonce, sizeof nonce));
	assert_int_equal(ballot_decode(buf_bytes(&b), &out, NULL), 0);
	ballot_free(&out);
	buf_free(&b);
}

static void too_much_is_refused(void **state)
{
	struct buf b;

	(void)state;
	put_head(&b);
	for (unsigned i = 0; i <= BALLOT_SHEETS_MAX; i++) {
		uint8_t unit[2] = {(uint8_t)(i % 128 | 0x80), (uint8_t)(i / 128 + 1)};
		uint8_t sheet[8] = {0x22, 5, 0x08, unit[0], unit[1], 0x10, 0x01};

		assert_int_equal(buf_put(&b, sheet, 7), 0);
	}
	put(&b, NONCE_TAG, bytes_of(nonce, sizeof nonce));
	says(&b, ERR_FORMAT, "1001 sheets");

	buf_init(&b, BALLOT_BYTES_MAX + 100);
	assert_int_equal(buf_reserve(&b, BALLOT_BYTES_MAX + 1), 0);
	memset(b.data, 0, BALLOT_BYTES_MAX + 1);
	b.len = BALLOT_BYTES_MAX + 1;
	says(&b, ERR_FORMAT, "more than 61440");
}

static void a_ballot_is_for_its_round_and_rules(void **state)
{
	struct round r;
	struct faults f;
	struct ballot b = {.round = bytes_str("vòng-1"), .rules = bytes_of(rules, 32)};
	uint8_t other[32] = {9};

	(void)state;
	world_model(&r);
	faults_init(&f);
	assert_true(ballot_is_for(&b, &r, rules, &f));
	assert_false(ballot_is_for(&b, &r, other, &f));
	assert_true(world_says(&f, "made by other rules"));
	b.round = bytes_str("vòng-2");
	assert_false(ballot_is_for(&b, &r, rules, &f));
	assert_true(world_says(&f, "for the round \"vòng-2\""));
	model_free(&r);
	faults_free(&f);
}

struct sheet_case {
	struct sheet sheet;
	uint8_t answers[WORLD_ANSWERS];
	const char *words; /* NULL: good */
};

static void a_sheet_is_checked_against_the_round(void **state)
{
	static const struct sheet_case cases[] = {
	    {{.unit = 0, .revision = 1}, {1, 5, 3}, NULL},
	    {{.unit = 1, .revision = 1000}, {251, 252, 253}, NULL},
	    {{.unit = 2, .revision = 1}, {254, 255, 255}, NULL},
	    {{.unit = 0, .revision = 1}, {0, 5, 3}, "answer 0 to criterion 1.1"},
	    {{.unit = 0, .revision = 1}, {6, 5, 3}, "a score is 1 to 5"},
	    {{.unit = 0, .revision = 1}, {1, 1, 4}, "a score is 1 to 3"},
	    {{.unit = 0, .revision = 1}, {1, 250, 3}, "answer 250"},
	    {{.unit = 2, .revision = 1}, {1, 1, 1}, "1.3 does not apply to unit u3"},
	    {{.unit = 2, .revision = 1}, {1, 1, 251}, "1.3 does not apply"},
	    {{.unit = 3, .revision = 1}, {1, 1, 1}, "unit 4 is not in the round"},
	    {{.unit = UINT32_MAX, .revision = 1}, {1, 1, 1}, "unit "},
	    {{.unit = 0, .revision = 0}, {1, 1, 1}, "revision 0 is not in 1 to 1000"},
	    {{.unit = 0, .revision = 1001}, {1, 1, 1}, "revision 1001"},
	};
	struct round r;

	(void)state;
	world_model(&r);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct sheet s = cases[i].sheet;
		struct faults f;

		faults_init(&f);
		s.answers = bytes_of(cases[i].answers, WORLD_ANSWERS);
		assert_int_equal(sheet_check(&s, &r, &f), cases[i].words == NULL);
		assert_int_equal(sheet_check(&s, &r, NULL), cases[i].words == NULL);
		if (cases[i].words != NULL && !world_says(&f, cases[i].words))
			fail_msg("not said: %s", cases[i].words);
		faults_free(&f);
	}
	model_free(&r);
}

static void all_faults_of_a_sheet_are_told(void **state)
{
	struct round r;
	struct faults f;
	struct sheet s = {.unit = 2, .revision = 0};
	static const uint8_t wrong[] = {9, 0, 1};

	(void)state;
	world_model(&r);
	faults_init(&f);
	s.answers = bytes_of(wrong, 3);
	assert_false(sheet_check(&s, &r, &f));
	assert_int_equal(f.count, 4);
	s.answers = bytes_of(wrong, 2);
	assert_false(sheet_check(&s, &r, &f));
	assert_true(world_says(&f, "has 2 answers, and the round asks 3"));
	model_free(&r);
	faults_free(&f);
}

static int setup(void **state)
{
	(void)state;
	return sodium_init() < 0 ? -1 : 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_ballot_is_read_and_written_the_same),
	    cmocka_unit_test(every_prefix_is_refused),
	    cmocka_unit_test(every_flipped_bit_is_refused_or_canonical),
	    cmocka_unit_test(fields_out_of_order_are_refused),
	    cmocka_unit_test(sheets_around_the_nonce_are_refused),
	    cmocka_unit_test(a_field_said_twice_is_refused),
	    cmocka_unit_test(an_unknown_field_is_refused),
	    cmocka_unit_test(an_unknown_field_of_a_sheet_is_refused),
	    cmocka_unit_test(a_number_too_long_is_refused),
	    cmocka_unit_test(a_default_value_spelled_out_is_refused),
	    cmocka_unit_test(versions_are_told_apart),
	    cmocka_unit_test(what_is_missing_is_named_all_at_once),
	    cmocka_unit_test(bad_text_is_refused),
	    cmocka_unit_test(a_unit_twice_is_refused_in_any_order),
	    cmocka_unit_test(units_in_any_order_are_taken),
	    cmocka_unit_test(too_much_is_refused),
	    cmocka_unit_test(a_ballot_is_for_its_round_and_rules),
	    cmocka_unit_test(a_sheet_is_checked_against_the_round),
	    cmocka_unit_test(all_faults_of_a_sheet_are_told),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
