/* When the clock of the day is believed. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "services/collector/daytime.h"

enum { NOON = 1800000000, UP_MS = 5000 };

static void start_is_believed(void **state)
{
	struct daytime d = {0};

	(void)state;
	assert_int_equal(daytime_look(&d, NOON, UP_MS), 0);
	assert_true(daytime_is_believed(&d, UP_MS));
	assert_int_equal(daytime_look(&d, NOON + 60, UP_MS + 60000), 0);
	assert_int_equal(daytime_look(&d, NOON + 61 + 59, UP_MS + 61000), 0);
	assert_true(daytime_is_believed(&d, UP_MS + 61000));
}

static void jump_is_doubted_for_a_while(void **state)
{
	static const int64_t jumps[] = {-7200, -60, 60, 7200, INT64_C(1) << 31};

	(void)state;
	for (size_t i = 0; i < sizeof jumps / sizeof *jumps; i++) {
		struct daytime d = {0};
		uint64_t end = UP_MS + 1000 + DAYTIME_DOUBT_MS;

		assert_int_equal(daytime_look(&d, NOON, UP_MS), 0);
		assert_int_equal(daytime_look(&d, NOON + 1 + jumps[i], UP_MS + 1000),
				 jumps[i]);
		assert_false(daytime_is_believed(&d, UP_MS + 1000));
		assert_int_equal(daytime_look(&d, NOON + 2 + jumps[i], UP_MS + 2000),
				 0);
		assert_false(daytime_is_believed(&d, end - 1));
		assert_true(daytime_is_believed(&d, end));
	}
}

static void jump_back_is_one_too(void **state)
{
	struct daytime d = {0};

	(void)state;
	assert_int_equal(daytime_look(&d, NOON, UP_MS), 0);
	assert_int_equal(daytime_look(&d, NOON + 3600, UP_MS), 3600);
	assert_int_equal(daytime_look(&d, NOON + 5, UP_MS + 5000), -3600);
	assert_false(daytime_is_believed(&d, UP_MS + DAYTIME_DOUBT_MS));
	assert_true(daytime_is_believed(&d, UP_MS + 5000 + DAYTIME_DOUBT_MS));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(start_is_believed),
	    cmocka_unit_test(jump_is_doubted_for_a_while),
	    cmocka_unit_test(jump_back_is_one_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
