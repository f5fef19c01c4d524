/* Every code has words of its own, whoever made it. */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "common/base/err.h"

static const char unknown[] = "unknown error";

static void own_codes_have_words(void **state)
{
	(void)state;
	for (int code = ERR_OLD; code <= ERR_RETRY; code++)
		assert_string_not_equal(err_str(code), unknown);
	assert_string_equal(err_str(ERR_OLD - 1), unknown);
	assert_string_equal(err_str(0), "no error");
}

static void system_codes_have_words(void **state)
{
	(void)state;
	assert_string_equal(err_str(-ENOENT), "No such file or directory");
	assert_string_equal(err_str(-1999), unknown);
}

static void zmq_codes_have_words(void **state)
{
	(void)state;
	assert_non_null(strstr(err_str(-(156384712 + 53)), "terminated"));
	assert_non_null(strstr(err_str(-(156384712 + 17)), "host"));
	assert_string_equal(err_str(-(156384712 + 200)), unknown);
}

static void lmdb_codes_have_words(void **state)
{
	(void)state;
	for (int code = -30799; code <= -30779; code++)
		assert_memory_equal(err_str(code), "store: ", 7);
	assert_string_equal(err_str(-30800), unknown);
	assert_string_equal(err_str(-30778), unknown);
}

static void errno_is_taken_or_fallback(void **state)
{
	(void)state;
	errno = EACCES;
	assert_int_equal(err_errno(-EIO), -EACCES);
	errno = 0;
	assert_int_equal(err_errno(-EIO), -EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(own_codes_have_words),
	    cmocka_unit_test(system_codes_have_words),
	    cmocka_unit_test(zmq_codes_have_words),
	    cmocka_unit_test(lmdb_codes_have_words),
	    cmocka_unit_test(errno_is_taken_or_fallback),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
