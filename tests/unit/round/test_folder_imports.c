/* appraisals.csv and measured.csv. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/err.h"
#include "common/round/folder.h"
#include "dir.h"
#include "world.h"

static void appraisals_are_read_or_all_their_faults_told(void **state)
{
	struct appraisal *list;
	struct faults f;
	struct round r;
	size_t count;
	char path[300];
	struct dir d;

	(void)state;
	world_model(&r);
	dir_make(&d);
	dir_path(&d, "appraisals.csv", path);
	dir_put(&d, "appraisals.csv",
		"unit;criterion;points;evidence;by\n"
		"u1;2.1;12,5;QĐ 1;HĐ\n"
		"u1;bonus;1;b;\n");
	faults_init(&f);
	assert_int_equal(folder_read_appraisals(path, &r, &list, &count, &f), 0);
	assert_int_equal(count, 2);
	assert_int_equal(list[0].points.micro, 12500000);
	assert_string_equal(list[0].evidence, "QĐ 1");
	assert_int_equal(list[1].target, TARGET_BONUS);
	appraisals_free(list, count);

	dir_put(&d, "appraisals.csv",
		"unit,criterion,points,evidence,by\n"
		"u9,9,x,,\n"
		"u1,1.1,1,,\n"
		"u1,2,1,,\n"
		"u1,2.2,1,,\n"
		"u1,2.1,30.1,,\n"
		"u1,penalty,1,,\n"
		"u1,bonus,-1,,\n");
	assert_int_equal(folder_read_appraisals(path, &r, &list, &count, &f),
			 ERR_REFUSED);
	assert_true(world_says_at(&f, "appraisals.csv", 2, "unit \"u9\" is not in"));
	assert_true(
	    world_says_at(&f, "appraisals.csv", 2, "criterion \"9\" is not in"));
	assert_true(world_says_at(&f, "appraisals.csv", 2, "points \"x\""));
	assert_true(world_says_at(&f, "appraisals.csv", 3, "is surveyed"));
	assert_true(world_says_at(&f, "appraisals.csv", 4, "has parts"));
	assert_true(world_says_at(&f, "appraisals.csv", 5, "is measured"));
	assert_true(world_says_at(&f, "appraisals.csv", 6, "outside 0 to"));
	assert_true(world_says_at(&f, "appraisals.csv", 7, "has no penalty"));
	assert_true(world_says_at(&f, "appraisals.csv", 8, "positive number"));
	assert_int_equal(f.count, 9);
	faults_free(&f);
	model_free(&r);
	dir_drop(&d);
}

static void measured_values_are_read_or_all_their_faults_told(void **state)
{
	struct measured *list;
	struct faults f;
	struct round r;
	size_t count;
	char path[300];
	struct dir d;

	(void)state;
	world_model(&r);
	dir_make(&d);
	dir_path(&d, "measured.csv", path);
	dir_put(&d, "measured.csv", "unit,criterion,value,evidence\nu1,2.2,-7.25,e\n");
	faults_init(&f);
	assert_int_equal(folder_read_measured(path, &r, &list, &count, &f), 0);
	assert_int_equal(count, 1);
	assert_int_equal(list[0].value.micro, -7250000);
	measured_free(list, count);
	dir_put(&d, "measured.csv",
		"unit,criterion,value,evidence\n"
		"u3,2.2,1,\n"
		"u1,2.1,1,\n");
	assert_int_equal(folder_read_measured(path, &r, &list, &count, &f),
			 ERR_REFUSED);
	assert_true(world_says_at(&f, "measured.csv", 2, "does not apply"));
	assert_true(world_says_at(&f, "measured.csv", 3, "is appraised"));
	faults_free(&f);
	model_free(&r);
	dir_drop(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(appraisals_are_read_or_all_their_faults_told),
	    cmocka_unit_test(measured_values_are_read_or_all_their_faults_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
