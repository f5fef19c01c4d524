/* Exact numbers as they come, with six decimals, and cut. */

#include "services/par/ask.h"
#include "services/par/fraction.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void assert_six(const char *text, const char *expected)
{
	char six[FIGURE_TEXT];
	assert_string_equal(fraction_six(ask_text(text), six), expected);
}

static void six_decimals(void **state)
{
	(void)state;
	assert_six("925/13", "71.153846");
	assert_six("-925/13", "-71.153846");
	assert_six("2.5", "2.500000");
	assert_six("7", "7.000000");
	assert_six("1/2000000", "0.000001"); /* a half goes up */
	assert_six("1/2000001", "0.000000");
	assert_six("999999999999999999", "999999999999999999.000000");
}

static void what_is_no_number(void **state)
{
	(void)state;
	assert_six("", "");
	assert_six("1/0", "");
	assert_six("a", "");
	assert_six("1/", "");
	assert_six("10000000000000000000000000000000", "");
	assert_six("-10000000000000000000000000000000/1", "");
}

static void cut_after_sixty(void **state)
{
	(void)state;
	char text[72], out[FRACTION_CUT];
	memset(text, '7', sizeof text);
	text[10] = '/';
	text[FRACTION_SHOWN] = '\0';
	assert_string_equal(fraction_cut(ask_text(text), out), text);
	text[FRACTION_SHOWN] = '7';
	text[FRACTION_SHOWN + 1] = '\0';
	fraction_cut(ask_text(text), out);
	assert_int_equal(strncmp(out, text, FRACTION_SHOWN), 0);
	assert_string_equal(out + FRACTION_SHOWN, "... (60 digits)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(six_decimals),
	    cmocka_unit_test(what_is_no_number),
	    cmocka_unit_test(cut_after_sixty),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
