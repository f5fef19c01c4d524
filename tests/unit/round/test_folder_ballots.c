/* ballots.csv into sheets. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "world.h"

struct reading {
	struct round r;
	struct faults f;
	struct folder_sheets sheets;
	char path[200];
};

static void begin(struct reading *x, const char *text)
{
	const char *base = getenv("TMPDIR");
	ssize_t len = (ssize_t)strlen(text);
	int fd;

	world_model(&x->r);
	faults_init(&x->f);
	snprintf(x->path, sizeof x->path, "%s/par-ballots-XXXXXX",
		 base != NULL ? base : "/tmp");
	fd = mkstemp(x->path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, (size_t)len), len);
	close(fd);
	assert_int_equal(folder_read_ballots(x->path, &x->r, &x->sheets, &x->f), 0);
	assert_int_equal(unlink(x->path), 0);
}

static void end(struct reading *x)
{
	folder_sheets_free(&x->sheets);
	faults_free(&x->f);
	model_free(&x->r);
}

static void check_sheet(const struct reading *x, size_t i, const char *respondent,
			uint32_t unit, uint32_t revision, const uint8_t *answers)
{
	const struct folder_sheet *s = &x->sheets.list[i];

	assert_string_equal(s->respondent, respondent);
	assert_int_equal(s->unit, unit);
	assert_int_equal(s->revision, revision);
	assert_memory_equal(s->answers, answers, WORLD_ANSWERS);
}

static void says(const struct reading *x, unsigned line, const char *words)
{
	const char *name = strrchr(x->path, '/') + 1;

	if (!world_says_at(&x->f, name, line, words))
		fail_msg("not said in line %u: %s", line, words);
}

static void rows_become_sheets_by_revision_then_as_they_came(void **state)
{
	static const uint8_t a[] = {5, 251, 255}, b[] = {252, 253, 255};
	static const uint8_t c[] = {1, 254, 3}, d[] = {255, 255, 2};
	struct reading x;

	(void)state;
	begin(&x, "\xef\xbb\xbfrespondent;unit;criterion;answer;revision\r\n"
		  "DN b;u2;1.1;1;2\r\n"
		  "DN a;u1;1.1;5;\r\n"
		  "DN a;u3;1.1;no_contact;1\r\n"
		  "DN b;u2;1.3;3;2\r\n"
		  "DN a;u1;1.2;;\r\n"
		  "DN a;u3;1.2;dont_know;\r\n"
		  "DN b;u2;1.2;refused;2\r\n"
		  "DN c;u1;1.3;2;1\r\n"
		  "DN c;u1;1.2;not_shown;1\r\n");
	assert_int_equal(x.f.count, 0);
	assert_int_equal(x.sheets.count, 4);
	assert_int_equal(x.sheets.refused, 0);
	check_sheet(&x, 0, "DN a", 0, 1, a);
	check_sheet(&x, 1, "DN a", 2, 1, b);
	check_sheet(&x, 2, "DN c", 0, 1, d);
	check_sheet(&x, 3, "DN b", 1, 2, c);
	assert_int_equal(x.sheets.list[0].first_line, 3);
	assert_int_equal(x.sheets.list[3].first_line, 2);
	end(&x);
}

static void a_faulty_row_refuses_its_sheet_with_all_reasons(void **state)
{
	static const uint8_t good[] = {1, 255, 255};
	struct reading x;

	(void)state;
	begin(&x, "respondent,unit,criterion,answer,revision\n"
		  "r1,u1,1.1,1,\n" /* good */
		  "r2,u1,1.1,1,\n" /* repeated below */
		  "r2,u1,1.1,2,\n"
		  "r3,u9,7,x,\n"           /* unit, criterion */
		  "r4,u1,1,1,\n"           /* a parent */
		  "r5,u1,2.1,1,\n"         /* appraised */
		  "r6,u3,1.3,not_shown,\n" /* not applicable, whatever the answer */
		  "r7,u1,1.1,6,\n"         /* outside the scale */
		  "r7,u1,1.2,zero,\n"
		  "r8,u1,1.1,1,0\n" /* revision */
		  "r8,u1,1.1,1,1001\n"
		  ",u1,1.1,1,\n"     /* respondent */
		  "r6,u1,1.1,1,\n"); /* good: another sheet of r6 */
	assert_int_equal(x.sheets.count, 2);
	check_sheet(&x, 0, "r1", 0, 1, good);
	check_sheet(&x, 1, "r6", 0, 1, good);
	assert_int_equal(x.sheets.refused, 9);
	says(&x, 4, "criterion 1.1 stands twice in this sheet, which began in line 3");
	says(&x, 5, "unit \"u9\" is not in the round vòng-1");
	says(&x, 5, "criterion \"7\" is not in the round");
	says(&x, 6, "criterion \"1\" has parts");
	says(&x, 7, "criterion \"2.1\" is not surveyed");
	says(&x, 8, "criterion \"1.3\" does not apply to this unit");
	says(&x, 9, "answer \"6\" to criterion 1.1 is none of: 1 to 5, empty");
	says(&x, 10, "answer \"zero\"");
	says(&x, 11, "revision \"0\" is not a whole number in 1 to 1000");
	says(&x, 12, "revision \"1001\"");
	says(&x, 13, "respondent is empty");
	assert_int_equal(x.f.count, 11);
	end(&x);
}

static void a_row_that_cannot_be_read_refuses_all(void **state)
{
	static const char *const bad[] = {"r2,u1,1.1,1,,more\n", "r2,u1,1.1,\xff,\n"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		for (int last = 0; last < 2; last++) {
			struct reading x;
			char text[300];

			snprintf(text, sizeof text,
				 "respondent,unit,criterion,answer,revision\n"
				 "r1,u1,1.1,1,\n%s%s",
				 bad[i], last ? "" : "r3,u1,1.1,1,\n");
			begin(&x, text);
			assert_int_equal(x.sheets.count, 0);
			assert_int_equal(x.sheets.refused, last ? 1 : 2);
			says(&x, 0, "no sheet of this file was taken");
			end(&x);
		}
	}
}

static void a_missing_file_or_column_is_told(void **state)
{
	struct reading x;

	(void)state;
	begin(&x, "respondent,unit,answer\nr1,u1,1\n");
	assert_int_equal(x.sheets.count, 0);
	says(&x, 1, "missing column \"criterion\"");
	folder_sheets_free(&x.sheets);
	assert_int_equal(folder_read_ballots(x.path, &x.r, &x.sheets, &x.f), 0);
	says(&x, 0, "cannot be opened");
	end(&x);
}

static void names_in_either_unicode_form_are_one(void **state)
{
	struct reading x;

	(void)state;
	begin(&x, "respondent,unit,criterion,answer\n"
		  "Vi\xe1\xbb\x87t,u1,1.1,1\n"
		  "Vie\xcc\xa3\xcc\x82t,u1,1.2,2\n");
	assert_int_equal(x.f.count, 0);
	assert_int_equal(x.sheets.count, 1);
	assert_string_equal(x.sheets.list[0].respondent, "Vi\xe1\xbb\x87t");
	end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rows_become_sheets_by_revision_then_as_they_came),
	    cmocka_unit_test(a_faulty_row_refuses_its_sheet_with_all_reasons),
	    cmocka_unit_test(a_row_that_cannot_be_read_refuses_all),
	    cmocka_unit_test(a_missing_file_or_column_is_told),
	    cmocka_unit_test(names_in_either_unicode_form_are_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
