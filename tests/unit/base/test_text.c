/* Text from outside: what is let in, what is put right, what is refused. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/base/err.h"
#include "common/base/text.h"

static void utf8_is_checked(void **state)
{
	(void)state;
	assert_true(text_is_utf8(bytes_str("Sở Nội vụ\tvà\nUBND")));
	assert_true(text_is_utf8(bytes_of(NULL, 0)));
	assert_false(text_is_utf8(bytes_str("S\xf4")));        /* cut short */
	assert_false(text_is_utf8(bytes_str("\xc0\xaf")));     /* overlong */
	assert_false(text_is_utf8(bytes_str("\xed\xa0\x80"))); /* surrogate */
	assert_false(text_is_utf8(bytes_of("a\0b", 3)));       /* control */
	assert_false(text_is_utf8(bytes_str("a\rb")));         /* control */
	assert_false(text_is_utf8(bytes_str("\xc2\x9b"
					    "31m"))); /* C1 control */
}

/* "e" and `count` times a mark, and whether that is text. */
static bool takes_marks(const char *mark, size_t count)
{
	struct buf b;
	bool taken;

	buf_init(&b, 1000);
	assert_int_equal(buf_put(&b, "e", 1), 0);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(buf_put(&b, mark, strlen(mark)), 0);
	taken = text_is_utf8(buf_bytes(&b));
	buf_free(&b);
	return taken;
}

static void runs_of_marks_are_bounded(void **state)
{
	(void)state;
	assert_true(takes_marks("\xcc\x81", TEXT_MARKS_MAX));
	assert_false(takes_marks("\xcc\x81", TEXT_MARKS_MAX + 1));
	/* One character that is two marks once it is decomposed. */
	assert_true(takes_marks("\xe0\xbd\xb3", TEXT_MARKS_MAX / 2));
	assert_false(takes_marks("\xe0\xbd\xb3", TEXT_MARKS_MAX / 2 + 1));
	assert_true(takes_marks("e\xcc\x81", 100));
	assert_true(takes_marks("ế", 100));
}

static void nfc_is_checked(void **state)
{
	(void)state;
	assert_true(text_is_nfc(bytes_str("Tỉnh Mẫu")));
	assert_false(text_is_nfc(bytes_str("Ti\xcc\x89nh")));
	assert_false(text_is_nfc(bytes_str("\xff")));
}

static void clean_gives(const char *in, const char *expected)
{
	char *out;

	assert_int_equal(text_clean(bytes_str(in), &out), 0);
	assert_string_equal(out, expected);
	free(out);
}

static void clean_trims_and_composes(void **state)
{
	char *out = NULL;

	(void)state;
	clean_gives(" \t\r\n\xc2\xa0", "");
	clean_gives("\xc2\xa0 Ti\xcc\x89nh  M\xc3\xa2\xcc\x83u \xc2\xa0\r\n",
		    "Tỉnh  Mẫu");
	clean_gives("à", "à"); /* ends in a byte of the no-break space */
	assert_int_equal(text_clean(bytes_str(" \xff "), &out), ERR_FORMAT);
	assert_int_equal(text_clean(bytes_str("a\x1b[0m"), &out), ERR_FORMAT);
	assert_null(out);
}

static void escape_hides_controls_and_cuts(void **state)
{
	char out[16];

	(void)state;
	assert_string_equal(text_escape(bytes_str("a\n\xff"
						  "b"),
					out, sizeof(out)),
			    "a\\x0A\\xFFb");
	assert_string_equal(text_escape(bytes_str("Sở"), out, 5), "Sở");
	assert_string_equal(text_escape(bytes_str("Sở"), out, 4), "S");
	assert_string_equal(text_escape(bytes_str("12\n"), out, 6), "12");
	assert_string_equal(text_escape(bytes_str("x"), out, 1), "");
}

static void quoted_text_does_not_end_its_quotes(void **state)
{
	char out[16];

	(void)state;
	assert_string_equal(text_quoted(bytes_str("a\" b\\\n"), out, sizeof(out)),
			    "a\\\" b\\\\\\x0A");
	assert_string_equal(text_quoted(bytes_str("a\""), out, 3), "a");
	assert_string_equal(text_escape(bytes_str("a\" \\"), out, sizeof(out)),
			    "a\" \\");
}

static void decimal_is(const char *text, int64_t micro, const char *back)
{
	struct decimal d;
	char out[DECIMAL_TEXT];

	assert_int_equal(text_decimal(text, &d), 0);
	assert_int_equal(d.micro, micro);
	assert_string_equal(decimal_text(d, out), back);
}

static void decimals_are_exact(void **state)
{
	static const char *const wrong[] = {
	    "",    "-",  ".5",      "5.",        "1.2.3",         "1e3",
	    "+1",  " 1", "1,234,5", "1.1234567", "1234567890123", "--1",
	    "0x1", "1 "};
	struct decimal d = {42};

	(void)state;
	decimal_is("12", 12000000, "12");
	decimal_is("-0.5", -500000, "-0.5");
	decimal_is("3,25", 3250000, "3.25");
	decimal_is("-0", 0, "0");
	decimal_is("0.000001", 1, "0.000001");
	decimal_is("100", 100000000, "100");
	decimal_is("999999999999.999999", 999999999999999999, "999999999999.999999");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(text_decimal(wrong[i], &d), ERR_FORMAT);
	assert_int_equal(d.micro, 42);
}

static void whole_numbers_are_bounded(void **state)
{
	uint64_t n = 7;

	(void)state;
	assert_int_equal(text_uint("18446744073709551615", UINT64_MAX, &n), 0);
	assert_true(n == UINT64_MAX);
	assert_int_equal(text_uint("18446744073709551616", UINT64_MAX, &n), ERR_LIMIT);
	assert_int_equal(text_uint("10", 9, &n), ERR_LIMIT);
	assert_int_equal(text_uint("", 9, &n), ERR_FORMAT);
	assert_int_equal(text_uint("-1", 9, &n), ERR_FORMAT);
	assert_int_equal(text_uint("1 ", 9, &n), ERR_FORMAT);
	assert_true(n == UINT64_MAX);
}

static void time_is(const char *text, int64_t seconds)
{
	int64_t t;

	assert_int_equal(text_time(text, &t), 0);
	assert_int_equal(t, seconds);
}

static void times_have_an_offset(void **state)
{
	static const char *const wrong[] = {
	    "2024-12-31T17:00:00",        "2024-12-31",
	    "2024-02-30T00:00:00Z",       "2023-02-29T00:00:00Z",
	    "2024-12-31T24:00:00Z",       "2024-12-31T17:00:00+7:00",
	    "2024-12-31T17:00:00+07:00x", "2024-13-01T00:00:00Z",
	    "2024-1-01T00:00:00Z",        "2024-12-31T17:00:00.Z"};
	int64_t t = 5;

	(void)state;
	time_is("1970-01-01T00:00:00Z", 0);
	time_is("2024-02-29T12:30:45Z", 1709209845);
	time_is("2025-01-01T00:00:00+07:00", 1735664400);
	time_is("2024-12-31T17:00:00.999-00:00", 1735664400);
	time_is("1969-12-31T23:59:59Z", -1);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(text_time(wrong[i], &t), ERR_FORMAT);
	assert_int_equal(t, 5);
}

static void times_print_in_utc(void **state)
{
	char out[TIME_TEXT];

	(void)state;
	assert_string_equal(time_text(1735664400, out), "2024-12-31T17:00:00Z");
	assert_string_equal(time_text(0, out), "1970-01-01T00:00:00Z");
	assert_string_equal(time_text(-62135596800, out), "0001-01-01T00:00:00Z");
	assert_string_equal(time_text(INT64_MAX, out), "9223372036854775807");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(utf8_is_checked),
	    cmocka_unit_test(runs_of_marks_are_bounded),
	    cmocka_unit_test(nfc_is_checked),
	    cmocka_unit_test(clean_trims_and_composes),
	    cmocka_unit_test(escape_hides_controls_and_cuts),
	    cmocka_unit_test(quoted_text_does_not_end_its_quotes),
	    cmocka_unit_test(decimals_are_exact),
	    cmocka_unit_test(whole_numbers_are_bounded),
	    cmocka_unit_test(times_have_an_offset),
	    cmocka_unit_test(times_print_in_utc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
