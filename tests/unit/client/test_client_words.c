/* Codes and words at the edge of the library. */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/err.h"
#include "common/client/words.h"

static void ends(int err, int code, const char *says)
{
	char words[PAR_WORDS] = "";

	assert_int_equal(words_end(words, err), code);
	assert_int_equal(words_end(NULL, err), code);
	if (!strstr(words, says))
		fail_msg("\"%s\" is not in \"%s\"", says, words);
}

static void codes(void **state)
{
	(void)state;
	ends(0, 0, "");
	ends(ERR_TIMEOUT, PAR_ERROR_TIMEOUT, "do the same again");
	ends(ERR_DENIED, PAR_ERROR_DENIED, "not admitted");
	ends(ERR_REFUSED, PAR_ERROR_REFUSED, "refused");
	ends(ERR_FORKED, PAR_ERROR_FORKED, "start again from the first item");
	ends(ERR_CONFIG, PAR_ERROR_CONFIG, "wrong");
	ends(ERR_VERSION, PAR_ERROR_VERSION, "upgrade");
	ends(ERR_FORMAT, PAR_ERROR_CORRUPT, "no sense");
	ends(ERR_CORRUPT, PAR_ERROR_CORRUPT, "no sense");
	ends(ERR_LIMIT, PAR_ERROR_LIMIT, "larger");
	ends(-ENOMEM, PAR_ERROR_MEMORY, "memory");
	ends(-EMFILE, PAR_ERROR_SYSTEM, "open files");
}

/* What was said already stays. */
static void said_before(void **state)
{
	(void)state;
	char words[PAR_WORDS];

	words_say(words, "%s", "x.key: chmod 600 it");
	assert_int_equal(words_end(words, ERR_CONFIG), PAR_ERROR_CONFIG);
	assert_string_equal(words, "x.key: chmod 600 it");
	words_clear(words);
	assert_string_equal(words, "");
	words_clear(NULL);
	words_say(NULL, "%d", 1);
}

/* Cut where it has to be, and fit for a terminal. */
static void many_faults(void **state)
{
	(void)state;
	char words[PAR_WORDS];
	struct faults faults;

	faults_init(&faults);
	words_faults(words, &faults);
	assert_string_equal(words, "");
	faults_add(&faults, "a.key", 1, "đỏ\x1b[31m");
	faults_add(&faults, NULL, 0, "two");
	words_faults(words, &faults);
	assert_non_null(strstr(words, "a.key:1: đỏ"));
	assert_non_null(strstr(words, "; two"));
	assert_null(strchr(words, '\x1b'));
	for (int i = 0; i < 200; i++)
		faults_add(&faults, NULL, 0, "một lỗi dài %d", i);
	words_faults(words, &faults);
	assert_true(strlen(words) < PAR_WORDS && strlen(words) > PAR_WORDS / 2);
	words_faults(NULL, &faults);
	faults_free(&faults);
}

/* The words of one that is no endpoint name it, beside what else is wrong. */
static bool is_taken(const char *endpoint)
{
	struct par_intake *none = NULL;
	char words[PAR_WORDS];

	assert_int_equal(par_intake_open(endpoint, "/x.pub", "/x.key", &none, words),
			 PAR_ERROR_CONFIG);
	assert_null(none);
	assert_non_null(strstr(words, "/x.key"));
	return !strstr(words, "the endpoint is");
}

static void endpoints(void **state)
{
	const char *const bad[] = {"",
				   "tcp:",
				   "tcp://",
				   "tcp://:7401",
				   "tcp://x",
				   "tcp://x:",
				   "tcp://x:0",
				   "tcp://x:65536",
				   "tcp://x:7401:7402",
				   "tcp://x:a",
				   "tcp://x y:7401",
				   "tcp://*:7401",
				   "tcp://-x:7401",
				   "tcp://[::1]:7401",
				   "ipc:///tmp/x:1"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (is_taken(bad[i]))
			fail_msg("\"%s\" is taken", bad[i]);
	assert_true(is_taken("tcp://par-1.example_a:65535"));
	assert_true(is_taken("tcp://127.0.0.1:1"));
}

static void slips_in_codes(void **state)
{
	(void)state;
	assert_true(par_code_is_mistyped("0000-0000-0000-0000-0000-0000-0001"));
	assert_true(par_code_is_mistyped("\t0000000000000000000000000001\r\n"));
	assert_true(par_code_is_mistyped("\xc2\xa0"
					 "0000000000000000000000000001"));
	assert_false(par_code_is_mistyped("0000-0000-0000-0000-0000-0000-0000\n"));
	assert_false(par_code_is_mistyped("of their own making"));
	assert_false(par_code_is_mistyped("\xff"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(codes),          cmocka_unit_test(said_before),
	    cmocka_unit_test(many_faults),    cmocka_unit_test(endpoints),
	    cmocka_unit_test(slips_in_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
