/* Turns: timers, hooks, watches that go while they are called, signals. */

#include "world.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

struct fixture {
	struct loop *loop;
	struct loop_timer timers[3];
	char order[16];
	int pipe[2], other[2];
	int calls, hooks, hook_wait, hangups;
};

static int open_fixture(void **state)
{
	static struct fixture f;

	f = (struct fixture){.hook_wait = -1};
	assert_int_equal(loop_open(&f.loop), 0);
	assert_int_equal(pipe(f.pipe), 0);
	assert_int_equal(pipe(f.other), 0);
	*state = &f;
	return 0;
}

static int close_fixture(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 2; i++) {
		close(f->pipe[i]);
		close(f->other[i]);
	}
	loop_close(f->loop);
	return 0;
}

static void on_first(void *ctx)
{
	strcat(((struct fixture *)ctx)->order, "1");
}

static void on_second(void *ctx)
{
	strcat(((struct fixture *)ctx)->order, "2");
}

static void on_again(void *ctx)
{
	struct fixture *f = ctx;

	strcat(f->order, "a");
	loop_timer_set(f->loop, &f->timers[0], 0);
}

static void on_stopper(void *ctx)
{
	struct fixture *f = ctx;

	strcat(f->order, "s");
	loop_timer_stop(f->loop, &f->timers[1]);
}

static void test_timers_fire_in_order_and_once(void **state)
{
	struct fixture *f = *state;

	loop_timer_init(&f->timers[0], on_first, f);
	loop_timer_init(&f->timers[1], on_second, f);
	loop_timer_set(f->loop, &f->timers[1], 4);
	loop_timer_set(f->loop, &f->timers[0], 2);
	loop_timer_set(f->loop, &f->timers[0], 1); /* it moves */
	while (strlen(f->order) < 2)
		assert_int_equal(loop_turn(f->loop, -1), 0);
	assert_string_equal(f->order, "12");
	assert_int_equal(f->timers[0].at_ms, 0);
	assert_int_equal(loop_turn(f->loop, 0), 0);
	assert_string_equal(f->order, "12");
}

static void test_timer_set_in_its_call_waits_for_the_next_turn(void **state)
{
	struct fixture *f = *state;

	loop_timer_init(&f->timers[0], on_again, f);
	loop_timer_set(f->loop, &f->timers[0], 0);
	assert_int_equal(loop_turn(f->loop, -1), 0);
	assert_string_equal(f->order, "a");
	assert_int_equal(loop_turn(f->loop, -1), 0);
	assert_string_equal(f->order, "aa");
	loop_timer_stop(f->loop, &f->timers[0]);
}

static void test_timer_stopped_by_another_of_its_turn(void **state)
{
	struct fixture *f = *state;

	loop_timer_init(&f->timers[0], on_stopper, f);
	loop_timer_init(&f->timers[1], on_second, f);
	loop_timer_set(f->loop, &f->timers[0], 0);
	loop_timer_set(f->loop, &f->timers[1], 0);
	assert_int_equal(loop_turn(f->loop, -1), 0);
	assert_int_equal(loop_turn(f->loop, 0), 0);
	assert_string_equal(f->order, "s");
}

static void on_pipe(void *ctx)
{
	struct fixture *f = ctx;

	f->calls++;
	loop_remove_fd(f->loop, f->pipe[0]);
	loop_remove_fd(f->loop, f->other[0]);
}

static void test_removed_watch_is_not_called(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(write(f->pipe[1], "x", 1), 1);
	assert_int_equal(write(f->other[1], "x", 1), 1);
	assert_int_equal(loop_add_fd(f->loop, f->pipe[0], on_pipe, f), 0);
	assert_int_equal(loop_add_fd(f->loop, f->other[0], on_pipe, f), 0);
	assert_int_equal(loop_turn(f->loop, 0), 0);
	assert_int_equal(f->calls, 1); /* the other was ready in the same turn */
	assert_int_equal(loop_turn(f->loop, 0), 0);
	assert_int_equal(f->calls, 1);

	assert_int_equal(loop_add_fd(f->loop, f->pipe[0], on_pipe, f), 0);
	assert_int_equal(loop_turn(f->loop, 0), 0);
	assert_int_equal(f->calls, 2);
}

static int on_turn(void *ctx)
{
	struct fixture *f = ctx;

	f->hooks++;
	return f->hook_wait;
}

static void test_hook_ends_the_wait(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(loop_add_turn(f->loop, on_turn, f), 0);
	f->hook_wait = 1;
	assert_int_equal(loop_turn(f->loop, -1), 0); /* would never end else */
	assert_int_equal(f->hooks, 1);
	loop_remove_turn(f->loop, f);
	assert_int_equal(loop_turn(f->loop, 0), 0);
	assert_int_equal(f->hooks, 1);
}

static void on_hangup(void *ctx)
{
	struct fixture *f = ctx;

	f->hangups++;
	raise(SIGTERM);
}

static void test_signals(void **state)
{
	struct fixture *f = *state;

	loop_on_hangup(f->loop, on_hangup, f);
	raise(SIGHUP);
	raise(SIGPIPE);
	assert_int_equal(loop_run(f->loop), 0);
	assert_int_equal(f->hangups, 1);
	assert_true(loop_stopped(f->loop));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_timers_fire_in_order_and_once,
					    open_fixture, close_fixture),
	    cmocka_unit_test_setup_teardown(
		test_timer_set_in_its_call_waits_for_the_next_turn, open_fixture,
		close_fixture),
	    cmocka_unit_test_setup_teardown(test_timer_stopped_by_another_of_its_turn,
					    open_fixture, close_fixture),
	    cmocka_unit_test_setup_teardown(test_removed_watch_is_not_called,
					    open_fixture, close_fixture),
	    cmocka_unit_test_setup_teardown(test_hook_ends_the_wait,
					    open_fixture, close_fixture),
	    cmocka_unit_test_setup_teardown(test_signals, open_fixture, close_fixture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
