/* The CSV that people make: every mark, every line end, and each fault by its line. */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "common/base/csv.h"
#include "common/base/err.h"

static const struct csv_column columns[] = {{"code", true}, {"name", false}};

/* Rows as "line:code|name;" and faults as "line:text;", one after another. */
struct outcome {
	struct buf rows;
	struct buf faults;
	bool present[2];
	int err;
};

static int on_row(void *ctx, unsigned line, const char *const cells[])
{
	struct outcome *o = ctx;

	if (strcmp(cells[0], "stop") == 0)
		return ERR_REFUSED;
	return buf_printf(&o->rows, "%u:%s|%s;", line, cells[0], cells[1]);
}

static void print_faults(struct outcome *o, const struct faults *f)
{
	for (size_t i = 0; i < f->listed; i++)
		assert_int_equal(
		    buf_printf(&o->faults, "%u:%s;", f->list[i].line, f->list[i].text),
		    0);
	assert_int_equal(buf_put(&o->faults, "", 1), 0);
	assert_int_equal(buf_put(&o->rows, "", 1), 0);
}

static void read_path(const char *path, struct outcome *o)
{
	struct csv_source source = {path, "units.csv", columns, 2, o->present};
	struct faults f;

	buf_init(&o->rows, 1 << 20);
	buf_init(&o->faults, 1 << 20);
	faults_init(&f);
	o->err = csv_read(&source, on_row, o, &f);
	print_faults(o, &f);
	faults_free(&f);
}

static void read_bytes(const void *data, size_t len, struct outcome *o)
{
	const char *dir = getenv("TMPDIR");
	char path[4096];
	FILE *file;
	int fd;

	snprintf(path, sizeof(path), "%s/csv-test-XXXXXX", dir ? dir : "/tmp");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	file = fdopen(fd, "w");
	assert_int_equal(fwrite(data, 1, len, file), len);
	fclose(file);
	read_path(path, o);
	unlink(path);
}

static void forget(struct outcome *o)
{
	buf_free(&o->rows);
	buf_free(&o->faults);
}

static void gives(const char *text, const char *rows, const char *faults)
{
	struct outcome o;

	read_bytes(text, strlen(text), &o);
	assert_int_equal(o.err, 0);
	assert_string_equal((char *)o.rows.data, rows);
	assert_string_equal((char *)o.faults.data, faults);
	forget(&o);
}

static void marks_and_line_ends(void **state)
{
	(void)state;
	gives("code,name\na,b\n", "2:a|b;", "");
	gives("\xef\xbb\xbf"
	      "code;name\r\na;1,5\r\n",
	      "2:a|1,5;", "");
	gives("code\tname\na\tb c", "2:a|b c;", "");
	gives("name,code\r\nb,a\r\n", "2:a|b;", "");
	gives("\"code\",\"name\"\n\"a\"\"x\",\" b \"\n", "2:a\"x|b;", "");
	gives("code\na\n", "2:a|;", "");
	gives("code,name\na\n", "2:a|;", "");
	gives("code,name,,\na,b,,\n", "2:a|b;", "");
	gives("\n\ncode;name\na;b\n", "4:a|b;", "");
}

static void cells_are_composed(void **state)
{
	(void)state;
	gives("code,name\na,\xc2\xa0Ti\xcc\x89nh \n", "2:a|Tỉnh;", "");
}

static void line_is_that_of_the_row(void **state)
{
	(void)state;
	gives("code,name\n\n ,\na,\"x\ny\r\nz\"\n\n\nb,c\n", "4:a|x\ny\nz;9:b|c;", "");
}

static void bad_utf8_is_told_with_its_line(void **state)
{
	(void)state;
	gives("code,name\na,\"x\n\xff\"\nb,c\n", "4:b|c;",
	      "3:not UTF-8 text, or a control character, or over 30 marks "
	      "on one letter; save the file as "
	      "\"CSV UTF-8\";");
}

static void header_faults_are_all_told(void **state)
{
	(void)state;
	gives("name,nome,name\nx,y,z\n", "",
	      "1:unknown column \"nome\": remove it or correct its name;"
	      "1:repeated column \"name\": remove one;"
	      "1:missing column \"code\": add it;");
	gives("code,nome\na,y\n", "2:a|;",
	      "1:unknown column \"nome\": remove it or correct its name;");
	gives("", "", "0:the file is empty; its first line must name the columns;");
}

static void row_faults_do_not_stop_reading(void **state)
{
	struct buf text;

	(void)state;
	gives("code,name\na,b,c\nd,e,\n", "3:d|e;",
	      "2:too many cells, no column for \"c\": remove it;");
	buf_init(&text, 1 << 20);
	assert_int_equal(buf_printf(&text, "code,name\na,%05000d\nb,c\n%c", 0, '\0'),
			 0);
	gives((char *)text.data, "3:b|c;",
	      "2:a cell is longer than 4096 bytes; shorten it;");
	buf_free(&text);
}

static void open_quote_is_told_where_it_opens(void **state)
{
	(void)state;
	gives("code,name\na,b\nc,\"d\ne,f\n", "2:a|b;",
	      "3:a quotation mark is opened here and never closed;");
}

static void many_cells_are_no_danger(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text, 1 << 20);
	assert_int_equal(buf_put_str(&text, "code\na"), 0);
	for (int i = 0; i < 200; i++)
		assert_int_equal(buf_put_str(&text, ",x"), 0);
	assert_int_equal(buf_put(&text, "\nb\n", 4), 0);
	gives((char *)text.data, "3:b|;",
	      "2:too many cells, no column for \"x\": remove it;");
	buf_free(&text);
}

static void zero_byte_is_a_fault(void **state)
{
	static const char text[] = "code\na\0b\nc\n";
	struct outcome o;

	(void)state;
	read_bytes(text, sizeof(text) - 1, &o);
	assert_string_equal((char *)o.rows.data, "3:c|;");
	assert_memory_equal(o.faults.data, "2:not UTF-8", 11);
	forget(&o);
}

static void missing_file_is_a_fault(void **state)
{
	struct outcome o;

	(void)state;
	read_path("/nonexistent/units.csv", &o);
	assert_int_equal(o.err, 0);
	assert_string_equal((char *)o.faults.data,
			    "0:cannot be opened: No such file or directory;");
	forget(&o);
	read_path("/", &o);
	assert_int_equal(o.err, -EIO);
	forget(&o);
}

static void handler_can_stop(void **state)
{
	static const char text[] = "code,name\na,b\nstop,\nc,d\n";
	struct outcome o;

	(void)state;
	read_bytes(text, strlen(text), &o);
	assert_int_equal(o.err, ERR_REFUSED);
	assert_string_equal((char *)o.rows.data, "2:a|b;");
	assert_true(o.present[0] && o.present[1]);
	forget(&o);
	read_bytes("code\na\n", 7, &o);
	assert_true(o.present[0] && !o.present[1]);
	forget(&o);
}

static void cell_is(const char *text, const char *expected)
{
	struct buf b;

	buf_init(&b, 100);
	assert_int_equal(csv_put_cell(&b, text), 0);
	assert_true(bytes_equal(buf_bytes(&b), bytes_str(expected)));
	buf_free(&b);
}

static void cells_are_quoted_and_no_formulas(void **state)
{
	(void)state;
	cell_is("", "");
	cell_is("Sở Nội vụ", "Sở Nội vụ");
	cell_is("a,b", "\"a,b\"");
	cell_is("a\"b", "\"a\"\"b\"");
	cell_is("a\nb", "\"a\nb\"");
	cell_is(" a", "\" a\"");
	cell_is("=1+1", "'=1+1");
	cell_is("@x", "'@x");
	cell_is("+x", "'+x");
	cell_is("-", "'-");
	cell_is("-1+2", "'-1+2");
	cell_is("=a,b", "\"'=a,b\"");
	cell_is("-12.5", "-12.5");
	cell_is("+84", "+84");
	cell_is("-1.25e-05", "-1.25e-05");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(marks_and_line_ends),
	    cmocka_unit_test(cells_are_composed),
	    cmocka_unit_test(line_is_that_of_the_row),
	    cmocka_unit_test(bad_utf8_is_told_with_its_line),
	    cmocka_unit_test(header_faults_are_all_told),
	    cmocka_unit_test(row_faults_do_not_stop_reading),
	    cmocka_unit_test(open_quote_is_told_where_it_opens),
	    cmocka_unit_test(many_cells_are_no_danger),
	    cmocka_unit_test(zero_byte_is_a_fault),
	    cmocka_unit_test(missing_file_is_a_fault),
	    cmocka_unit_test(handler_can_stop),
	    cmocka_unit_test(cells_are_quoted_and_no_formulas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
