/* The roster in memory: rows, numbers, codes, and taking back. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "common/base/err.h"
#include "common/round/code.h"
#include "tests/unit/collector/roster_made.h"

static void test_rows(void **state)
{
	struct roster *r = roster_new(roster_made_key);
	bool added = true;

	(void)state;
	roster_made_add_new(r, "An Phú", "c1", "", 0);
	roster_made_add_new(r, "Bình Minh", "c2", "chung", 1);
	roster_made_add_new(r, "Cát Tường", "", "chung", 1);
	roster_made_add_new(r, "Đại Lợi", "", "riêng", 2);
	assert_int_equal(roster_made_rater(r, "An Phú").cluster, 0);
	assert_int_equal(roster_made_rater(r, "Bình Minh").cluster, 1);
	assert_int_equal(roster_made_rater(r, "Cát Tường").cluster, 1);
	assert_int_equal(roster_made_rater(r, "Đại Lợi").cluster, 2);
	assert_null(roster_by_respondent(r, bytes_str("An Phu")));
	assert_ptr_equal(roster_by_code(r, bytes_str("c2")),
			 roster_by_respondent(r, bytes_str("Bình Minh")));
	assert_null(roster_by_code(r, bytes_str("c3")));
	/* The same again changes nothing; other data are refused. */
	assert_int_equal(roster_made_add(r, "An Phú", "c1", "", 0, &added), 0);
	assert_false(added);
	assert_int_equal(roster_made_add(r, "An Phú", "c1", "", 1, &added),
			 ERR_REFUSED);
	assert_int_equal(roster_made_add(r, "An Phú", "c9", "", 0, &added),
			 ERR_REFUSED);
	assert_int_equal(roster_made_add(r, "An Phú", "", "", 0, &added), ERR_REFUSED);
	assert_int_equal(roster_made_add(r, "An Phú", "c1", "mới", 0, &added),
			 ERR_REFUSED);
	assert_int_equal(roster_made_add(r, "Mới", "c1", "", 0, &added), ERR_REFUSED);
	assert_int_equal(roster_count(r), 4);
	roster_free(r);
}

static void test_numbers(void **state)
{
	enum { FIRST = 500, ALL = 700 };
	struct roster *r = roster_new(roster_made_key);
	bool seen[2 * ALL] = {false};
	uint32_t before[FIRST];

	(void)state;
	roster_made_add_many(r, 0, FIRST);
	assert_int_equal(roster_number(r, 0), 0);
	for (uint32_t i = 0; i < FIRST; i++) {
		char name[32];

		(void)snprintf(name, sizeof name, "Công ty %u", i);
		before[i] = roster_made_rater(r, name).number;
		assert_true(before[i] < 2 * FIRST);
	}
	roster_made_add_many(r, FIRST, ALL);
	assert_int_equal(roster_number(r, FIRST), 0);
	for (uint32_t i = 0; i < ALL; i++) {
		char name[32];
		uint32_t number;

		(void)snprintf(name, sizeof name, "Công ty %u", i);
		number = roster_made_rater(r, name).number;
		assert_true(number < 2 * ALL);
		assert_false(seen[number]);
		seen[number] = true;
		if (i < FIRST)
			assert_int_equal(number, before[i]);
	}
	roster_free(r);
}

static void test_rollback(void **state)
{
	struct roster *r = roster_new(roster_made_key);
	struct roster_mark mark;
	uint8_t before[32], after[32];

	(void)state;
	roster_made_add_many(r, 0, 10);
	assert_int_equal(roster_digest(r, 10, before), 0);
	mark = roster_mark(r);
	roster_made_add_many(r, 10, 2000);
	assert_int_equal(roster_rollback(r, mark), 0);
	assert_int_equal(roster_count(r), 10);
	assert_null(roster_by_respondent(r, bytes_str("Công ty 11")));
	assert_null(roster_by_code(r, bytes_str("MA-11")));
	assert_non_null(roster_by_code(r, bytes_str("MA-9")));
	assert_int_equal(roster_digest(r, 10, after), 0);
	assert_memory_equal(before, after, sizeof before);
	/* Labels that went with their rows begin anew. */
	roster_made_add_new(r, "khác", "", "nhãn", 0);
	assert_int_equal(roster_made_rater(r, "khác").cluster, mark.clusters + 1);
	roster_free(r);
}

/* ---- codes made later ---- */

static void give(struct roster *r, uint32_t n, uint8_t turn)
{
	struct roster_code code;

	assert_int_equal(roster_made_code(r, n, turn, &code), 0);
	assert_int_equal(roster_put_code(r, &code), 0);
	assert_true(roster_has_new_code(r, &code));
}

static struct roster *numbered(uint32_t rows)
{
	struct roster *r = roster_new(roster_made_key);

	assert_non_null(r);
	roster_made_add_many(r, 0, rows);
	assert_int_equal(roster_number(r, 0), 0);
	return r;
}

static void test_made_codes(void **state)
{
	struct roster *r = numbered(20);
	uint8_t before[32], after[32];
	struct roster_code code;
	int whose;

	(void)state;
	assert_int_equal(roster_digest(r, 20, before), 0);
	assert_int_equal(roster_code_origin(r, 0), CODE_NONE);
	assert_int_equal(roster_code_origin(r, 1), CODE_OF_ROSTER);
	give(r, 0, 1);
	whose = (int)roster_made_rater(r, "Công ty 0").number;
	assert_int_equal(roster_code_origin(r, 0), CODE_MADE);
	assert_int_equal(roster_made_whose(r, 0, 1), whose);
	/* What came with the roster stays. */
	assert_int_equal(roster_made_code(r, 1, 1, &code), ERR_REFUSED);
	assert_int_equal(roster_made_code(r, 99, 1, &code), ERR_REFUSED);
	assert_non_null(roster_by_code(r, bytes_str("MA-1")));
	/* Another one takes its place. */
	give(r, 0, 2);
	assert_int_equal(roster_made_whose(r, 0, 1), -1);
	assert_int_equal(roster_made_whose(r, 0, 2), whose);
	/* None of it is in the digest. */
	assert_int_equal(roster_digest(r, 20, after), 0);
	assert_memory_equal(before, after, sizeof before);
	roster_free(r);
}

/* So often that the index has to be made anew, and none of the old ones is left. */
static void test_replaced_many_times(void **state)
{
	enum { ROWS = 50, TURNS = 20 };
	struct roster *r = numbered(ROWS);

	(void)state;
	for (uint8_t turn = 1; turn <= TURNS; turn++)
		for (uint32_t n = 0; n < ROWS; n += 2)
			give(r, n, turn);
	for (uint8_t turn = 1; turn <= TURNS; turn++)
		for (uint32_t n = 0; n < ROWS; n += 2)
			assert_int_equal(roster_made_whose(r, n, turn) >= 0,
					 turn == TURNS);
	for (uint32_t n = 1; n < ROWS; n += 2) {
		char code[32];

		(void)snprintf(code, sizeof code, "MA-%u", n);
		assert_non_null(roster_by_code(r, bytes_str(code)));
	}
	roster_free(r);
}

static void test_code_of_another(void **state)
{
	struct roster *r = numbered(4);
	uint8_t bytes[CODE_BYTES] = {0, 0, 0, 0, 1};
	char text[CODE_TEXT];
	struct roster_code code;
	struct faults faults;
	bool added;

	(void)state;
	give(r, 0, 1);
	faults_init(&faults);
	assert_int_equal(roster_new_code(r, bytes_str("Công ty 2"),
					 bytes_of(bytes, sizeof bytes), &code, &faults),
			 ERR_REFUSED);
	assert_int_equal(roster_new_code(r, bytes_str("Công ty 2"), bytes_of(bytes, 15),
					 &code, &faults),
			 ERR_REFUSED);
	faults_free(&faults);
	/* Nor can a later row come with it, however it is written. */
	code_text(bytes, text);
	assert_int_equal(roster_made_add(r, "mới", text, "", 0, &added), ERR_REFUSED);
	for (char *p = text; *p; p++)
		*p = *p == '-' ? ' ' : *p;
	assert_int_equal(roster_made_add(r, "mới", text, "", 0, &added), ERR_REFUSED);
	roster_free(r);
}

/* A code of roster.csv that the system made once is read as people type it, too. */
static void test_made_form_in_the_roster(void **state)
{
	static const uint8_t bytes[CODE_BYTES] = {0x20, 0x00, 0x10};
	struct roster *r = roster_new(roster_made_key);
	char text[CODE_TEXT];

	(void)state;
	code_text(bytes, text);
	assert_memory_equal(text, "4001-", 5);
	roster_made_add_new(r, "An Phú", text, "", 0);
	assert_int_equal(roster_code_origin(r, 0), CODE_OF_ROSTER);
	memcpy(text, "4oOl", 4);
	assert_non_null(roster_by_code(r, bytes_str(text)));
	text[0] = '5';
	assert_null(roster_by_code(r, bytes_str(text)));
	roster_free(r);
}

/* Rows that go take nothing with them, and a row that came before keeps its code. */
static void test_rollback_keeps_made_codes(void **state)
{
	struct roster *r = numbered(10);
	struct roster_mark mark = roster_mark(r);

	(void)state;
	give(r, 4, 1);
	give(r, 4, 2);
	roster_made_add_many(r, 10, 2000);
	assert_int_equal(roster_rollback(r, mark), 0);
	assert_int_equal(roster_made_whose(r, 4, 1), -1);
	assert_int_equal(roster_made_whose(r, 4, 2),
			 (int)roster_made_rater(r, "Công ty 4").number);
	roster_free(r);
}

static void test_length_of_codes(void **state)
{
	struct roster *r = roster_new(roster_made_key);
	char text[MODEL_CODE_MAX + 2];

	(void)state;
	memset(text, 'x', sizeof text);
	text[MODEL_CODE_MAX] = '\0';
	roster_made_add_new(r, "An Phú", text, "", 0);
	assert_non_null(roster_by_code(r, bytes_str(text)));
	assert_null(roster_by_code(r, bytes_of(text, sizeof text)));
	assert_null(roster_by_code(r, bytes_str("")));
	roster_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_rollback),
	    cmocka_unit_test(test_made_codes),
	    cmocka_unit_test(test_replaced_many_times),
	    cmocka_unit_test(test_code_of_another),
	    cmocka_unit_test(test_made_form_in_the_roster),
	    cmocka_unit_test(test_rollback_keeps_made_codes),
	    cmocka_unit_test(test_length_of_codes),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
