/* What was published and is not in the copy, out of the lines of `par watch`. */

#include "common/base/err.h"
#include "services/par/lost.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { LINE_MAX_BYTES = 512 };

static char path[] = "/tmp/par-lost-XXXXXX";

static int set_up(void **state)
{
	(void)state;
	strcpy(path, "/tmp/par-lost-XXXXXX");
	int fd = mkstemp(path);
	return fd < 0 ? -1 : close(fd);
}

static int tear_down(void **state)
{
	(void)state;
	return unlink(path);
}

static void add(unsigned n, const char *round, unsigned number, const char *type,
		const char *kind)
{
	FILE *file = fopen(path, "ae");
	assert_non_null(file);
	fprintf(
	    file,
	    "{\"n\":%u,\"round\":\"%s\",\"release\":%u,\"type\":\"%s\",\"kind\":%s}\n",
	    n, round, number, type, kind);
	assert_int_equal(fclose(file), 0);
}

static int find(struct lost *out)
{
	struct fold *f = fold_new(false);
	assert_non_null(f);
	int err = lost_find(path, f, out);
	fold_free(f);
	return err;
}

static void check(const struct lost *l, size_t i, const char *round, unsigned number,
		  bool retraction)
{
	assert_true(i < l->count);
	assert_string_equal(l->list[i].round, round);
	assert_int_equal(l->list[i].number, number);
	assert_int_equal(l->list[i].retraction, retraction);
}

static void lines_in_order(void **state)
{
	(void)state;
	struct lost l = {0};
	add(1, "mùa-1", 1, "release", "\"official\"");
	add(2, "b", 1, "release", "\"official\"");
	add(3, "mùa-1", 1, "retraction", "null");
	add(4, "mùa-1", 2, "release", "\"correction\"");
	assert_int_equal(find(&l), 0);
	assert_int_equal(l.count, 4);
	check(&l, 0, "mùa-1", 1, false);
	check(&l, 1, "b", 1, false);
	check(&l, 2, "mùa-1", 1, true);
	check(&l, 3, "mùa-1", 2, false);
	assert_int_equal(l.list[3].kind,
			 PAR__V1__RELEASE_KIND__RELEASE_KIND_CORRECTION);
	lost_free(&l);
}

static void order_and_repetition_do_not_matter(void **state)
{
	(void)state;
	struct lost l = {0};
	add(2, "b", 1, "release", "\"official\"");
	add(1, "a", 1, "release", "\"official\"");
	add(2, "b", 1, "release", "\"official\"");
	assert_int_equal(find(&l), 0);
	assert_int_equal(l.count, 2);
	check(&l, 0, "a", 1, false);
	check(&l, 1, "b", 1, false);
	lost_free(&l);
}

/* b's number 1 must come before n 3, a's number 1 before n 4. */
static void failures_get_the_numbers_that_are_missing(void **state)
{
	(void)state;
	struct lost l = {0};
	add(3, "b", 2, "release", "\"official\"");
	add(4, "a", 2, "release", "\"official\"");
	add(6, "a", 3, "release", "\"official\"");
	assert_int_equal(find(&l), 0);
	assert_int_equal(l.count, 6);
	check(&l, 0, "b", 1, false);
	check(&l, 1, "a", 1, false);
	check(&l, 4, "", 0, false);
	assert_int_equal(l.list[0].kind,
			 PAR__V1__RELEASE_KIND__RELEASE_KIND_UNSPECIFIED);
	lost_free(&l);
}

/* What a restore once withdrew is lost again. */
static void retraction_of_what_is_not_there_is_a_lost_release(void **state)
{
	(void)state;
	struct lost l = {0};
	add(1, "a", 1, "release", "\"official\"");
	add(1, "a", 1, "retraction", "null");
	assert_int_equal(find(&l), 0);
	assert_int_equal(l.count, 1);
	check(&l, 0, "a", 1, false);
	lost_free(&l);
}

static void refused(void)
{
	struct lost l = {0};
	assert_int_equal(find(&l), ERR_CONFIG);
	assert_null(l.list);
}

static void missing_lines_are_refused(void **state)
{
	(void)state;
	add(1, "a", 3, "release", "\"official\"");
	refused();
}

static void lines_of_two_systems_are_refused(void **state)
{
	(void)state;
	add(1, "a", 1, "release", "\"official\"");
	add(2, "b", 1, "release", "\"official\"");
	add(1, "b", 1, "release", "\"official\"");
	refused();
}

static void other_text_is_refused(void **state)
{
	(void)state;
	add(1, "a", 1, "failure", "null");
	refused();
	assert_int_equal(truncate(path, 0), 0);
	add(0, "a", 1, "release", "null");
	refused();
	assert_int_equal(truncate(path, 0), 0);
	add(4000000000u, "a", 1, "release", "null");
	refused();
}

/* The restored entry could not say of which round they were. */
static void codes_that_no_round_has_are_refused(void **state)
{
	static const char *const codes[] = {"", "\\u001b[31m", "e\\u0301", "a\\nb"};
	char longer[MODEL_CODE_MAX + 2];
	(void)state;
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		add(1, codes[i], 1, "release", "null");
		refused();
		assert_int_equal(truncate(path, 0), 0);
	}
	memset(longer, 'a', sizeof longer);
	longer[sizeof longer - 1] = '\0';
	add(1, longer, 1, "release", "null");
	refused();
}

/* Not in a time that grows with its square. */
static void many_failures_are_counted(void **state)
{
	(void)state;
	struct lost l = {0};
	add(100000, "a", 50000, "release", "\"official\"");
	assert_int_equal(find(&l), 0);
	assert_int_equal(l.count, 100000);
	check(&l, 49998, "a", 49999, false);
	check(&l, 49999, "", 0, false);
	check(&l, 99999, "a", 50000, false);
	lost_free(&l);
}

static void nothing_published_loses_nothing(void **state)
{
	(void)state;
	struct lost l = {0};
	assert_int_equal(find(&l), 0);
	assert_int_equal(l.count, 0);
	lost_free(&l);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(lines_in_order),
	    CASE(order_and_repetition_do_not_matter),
	    CASE(failures_get_the_numbers_that_are_missing),
	    CASE(retraction_of_what_is_not_there_is_a_lost_release),
	    CASE(missing_lines_are_refused),
	    CASE(lines_of_two_systems_are_refused),
	    CASE(other_text_is_refused),
	    CASE(codes_that_no_round_has_are_refused),
	    CASE(many_failures_are_counted),
	    CASE(nothing_published_loses_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
