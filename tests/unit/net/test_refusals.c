/* However many are refused, somebody is told now and then, and of all. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>

#include "common/net/refusals.h"

enum { QUIET_MS = 30 };

struct fixture {
	struct loop *loop;
	struct refusals refusals;
	size_t lines;
	uint64_t count;
	char user[USER_ID_MAX + 1];
};

static void on_refusal(void *ctx, const char *user_id, uint64_t count)
{
	struct fixture *f = ctx;

	f->lines++;
	f->count = count;
	snprintf(f->user, sizeof(f->user), "%s", user_id);
}

static int open_fixture(void **state)
{
	static struct fixture f;

	f = (struct fixture){0};
	assert_int_equal(loop_open(&f.loop), 0);
	refusals_init(&f.refusals, f.loop, QUIET_MS);
	f.refusals.fn = on_refusal;
	f.refusals.ctx = &f;
	*state = &f;
	return 0;
}

static int close_fixture(void **state)
{
	struct fixture *f = *state;

	refusals_stop(&f->refusals);
	loop_close(f->loop);
	return 0;
}

static void until_quiet_ends(struct fixture *f)
{
	while (f->refusals.quiet.at_ms && f->lines < 2)
		assert_int_equal(loop_turn(f->loop, QUIET_MS), 0);
}

static void the_first_is_told_at_once_and_the_rest_together(void **state)
{
	struct fixture *f = *state;

	refusals_add(&f->refusals, "a.1");
	assert_int_equal(f->lines, 1);
	assert_int_equal(f->count, 1);
	assert_string_equal(f->user, "a.1");
	refusals_add(&f->refusals, "b.2");
	refusals_add(&f->refusals, "c.3");
	assert_int_equal(f->lines, 1);
	until_quiet_ends(f);
	assert_int_equal(f->lines, 2);
	assert_int_equal(f->count, 2);
	assert_string_equal(f->user, "c.3");
}

static void after_a_quiet_time_the_next_is_told_at_once(void **state)
{
	struct fixture *f = *state;

	refusals_add(&f->refusals, "a.1");
	until_quiet_ends(f);
	assert_int_equal(f->lines, 1);
	refusals_add(&f->refusals, "b.2");
	assert_int_equal(f->lines, 2);
	assert_int_equal(f->count, 1);
}

static void nobody_need_listen(void **state)
{
	struct fixture *f = *state;

	f->refusals.fn = NULL;
	refusals_add(&f->refusals, "a.1");
	assert_int_equal(f->refusals.quiet.at_ms, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		the_first_is_told_at_once_and_the_rest_together, open_fixture,
		close_fixture),
	    cmocka_unit_test_setup_teardown(after_a_quiet_time_the_next_is_told_at_once,
					    open_fixture, close_fixture),
	    cmocka_unit_test_setup_teardown(nobody_need_listen, open_fixture,
					    close_fixture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
