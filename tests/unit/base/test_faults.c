/* All faults are kept with their place, and text from outside does no harm. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/base/faults.h"

static void text_is(const struct fault *f, const char *expected)
{
	char *text = fault_text(f);

	assert_string_equal(text, expected);
	free(text);
}

static void place_is_named(void **state)
{
	struct faults f;

	(void)state;
	faults_init(&f);
	faults_add(&f, NULL, 0, "no %s", "file");
	faults_add(&f, "units.csv", 0, "missing");
	faults_add(&f, "units.csv", 12, "unknown block \"%s\"", "Sở\n");
	assert_int_equal(f.count, 3);
	text_is(&f.list[0], "no file");
	text_is(&f.list[1], "units.csv: missing");
	text_is(&f.list[2], "units.csv:12: unknown block \"Sở\\x0A\"");
	faults_free(&f);
}

static void past_the_maximum_only_the_count_grows(void **state)
{
	struct faults f;

	(void)state;
	faults_init(&f);
	for (unsigned i = 1; i <= FAULTS_MAX + 5; i++)
		faults_add(&f, "x", i, "fault %u", i);
	assert_int_equal(f.count, FAULTS_MAX + 5);
	assert_int_equal(f.listed, FAULTS_MAX);
	for (unsigned i = 0; i < FAULTS_MAX; i++)
		assert_int_equal(f.list[i].line, i + 1);
	faults_free(&f);
	assert_int_equal(f.count, 0);
}

static void long_text_is_cut(void **state)
{
	char text[5000];
	struct faults f;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	faults_init(&f);
	faults_add(&f, text, 1, "%s", text);
	assert_true(strlen(f.list[0].text) < 1100);
	assert_true(strlen(f.list[0].file) < 1100);
	faults_free(&f);
}

static void all_are_printed(void **state)
{
	char text[200] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");
	struct faults f;

	(void)state;
	assert_non_null(out);
	faults_init(&f);
	faults_add(&f, "units.csv", 3, "no name");
	faults_add(&f, NULL, 0, "no unit");
	f.count += 2;
	faults_print(&f, "par-x: ", out);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, "par-x: units.csv:3: no name\npar-x: no unit\n"
				  "par-x: and 2 more faults\n");
	faults_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(place_is_named),
	    cmocka_unit_test(past_the_maximum_only_the_count_grows),
	    cmocka_unit_test(long_text_is_cut),
	    cmocka_unit_test(all_are_printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
