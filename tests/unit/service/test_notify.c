/* What a service tells systemd, heard at a socket of the test's own. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/service/notify.h"

enum { PINGS = 3 };

struct fixture {
	struct loop *loop;
	struct notify notify;
	char dir[32];
	char name[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
	int ear; /* where systemd would listen */
	char heard[64];
};

static int open_fixture(void **state)
{
	static struct fixture f;

	f = (struct fixture){.ear = -1, .notify = {.fd = -1}};
	strcpy(f.dir, "/tmp/notify-test-XXXXXX");
	assert_non_null(mkdtemp(f.dir));
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	assert_int_equal(loop_open(&f.loop), 0);
	*state = &f;
	return 0;
}

static int close_fixture(void **state)
{
	struct fixture *f = *state;

	notify_close(&f->notify);
	loop_close(f->loop);
	if (f->ear >= 0)
		close(f->ear);
	unlink(f->name);
	return rmdir(f->dir);
}

/* "@NAME" is an abstract socket. */
static void listen_at(struct fixture *f, const char *name)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	socklen_t len =
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));

	strcpy(f->name, name);
	strcpy(at.sun_path, name);
	if (name[0] == '@')
		at.sun_path[0] = '\0';
	f->ear = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(f->ear, (struct sockaddr *)&at, len), 0);
	setenv("NOTIFY_SOCKET", name, 1);
}

static void listen_at_path(struct fixture *f)
{
	char name[64];

	snprintf(name, sizeof(name), "%s/socket", f->dir);
	listen_at(f, name);
}

/* Turns the loop until something is said. */
static const char *hear(struct fixture *f)
{
	ssize_t got = -1;

	while (got < 0) {
		assert_int_equal(loop_turn(f->loop, 10), 0);
		got = recv(f->ear, f->heard, sizeof(f->heard) - 1, 0);
	}
	f->heard[got] = '\0';
	return f->heard;
}

static bool is_silent(const struct fixture *f)
{
	char byte;

	return recv(f->ear, &byte, 1, 0) < 0 && errno == EAGAIN;
}

static void tells_all(struct fixture *f)
{
	setenv("WATCHDOG_USEC", "20000", 1);
	assert_int_equal(notify_open(&f->notify), 0);
	assert_true(is_silent(f));
	notify_ready(&f->notify, f->loop);
	assert_string_equal(hear(f), "READY=1");
	for (int i = 0; i < PINGS; i++)
		assert_string_equal(hear(f), "WATCHDOG=1");
	notify_close(&f->notify);
	while (strcmp(hear(f), "WATCHDOG=1") == 0)
		continue;
	assert_string_equal(f->heard, "STOPPING=1");
	assert_int_equal(loop_turn(f->loop, 30), 0);
	assert_true(is_silent(f));
}

static void tells_at_a_path(void **state)
{
	listen_at_path(*state);
	tells_all(*state);
}

static void tells_at_an_abstract_name(void **state)
{
	char name[64];

	snprintf(name, sizeof(name), "@par-notify-test-%d", (int)getpid());
	listen_at(*state, name);
	tells_all(*state);
}

static void tells_nobody_who_did_not_ask(void **state)
{
	struct fixture *f = *state;

	setenv("WATCHDOG_USEC", "20000", 1);
	assert_int_equal(notify_open(&f->notify), 0);
	assert_int_equal(f->notify.fd, -1);
	notify_ready(&f->notify, f->loop);
	assert_int_equal(loop_turn(f->loop, 30), 0);
	notify_close(&f->notify);
}

static void feeds_no_watchdog_of_others(void **state)
{
	struct fixture *f = *state;

	listen_at_path(f);
	setenv("WATCHDOG_USEC", "20000", 1);
	setenv("WATCHDOG_PID", "1", 1);
	assert_int_equal(notify_open(&f->notify), 0);
	notify_ready(&f->notify, f->loop);
	assert_string_equal(hear(f), "READY=1");
	assert_int_equal(loop_turn(f->loop, 30), 0);
	assert_true(is_silent(f));
}

static void feeds_its_own(void **state)
{
	struct fixture *f = *state;
	char own[16];

	listen_at_path(f);
	snprintf(own, sizeof(own), "%d", (int)getpid());
	setenv("WATCHDOG_USEC", "20000", 1);
	setenv("WATCHDOG_PID", own, 1);
	assert_int_equal(notify_open(&f->notify), 0);
	assert_int_equal(f->notify.every_ms, 10);
}

static void fill(const struct fixture *f)
{
	while (send(f->notify.fd, "x", 1, MSG_NOSIGNAL) == 1)
		continue;
	assert_int_equal(errno, EAGAIN);
}

/* A busy systemd is not waited for, and hears of it later. */
static void says_it_again_to_who_was_busy(void **state)
{
	struct fixture *f = *state;

	listen_at_path(f);
	setenv("WATCHDOG_USEC", "20000", 1);
	assert_int_equal(notify_open(&f->notify), 0);
	fill(f);
	notify_ready(&f->notify, f->loop);
	assert_int_equal(loop_turn(f->loop, 30), 0);
	assert_false(f->notify.ready);
	while (strcmp(hear(f), "x") == 0)
		continue;
	assert_string_equal(f->heard, "READY=1");
}

static void a_bad_name_is_an_error(void **state)
{
	struct fixture *f = *state;
	char long_name[200];

	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[0] = '/';
	long_name[sizeof(long_name) - 1] = '\0';
	const char *const bad[] = {"", "/", "@", "relative", "vsock:2:1", long_name};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		setenv("NOTIFY_SOCKET", bad[i], 1);
		assert_int_equal(notify_open(&f->notify), -EINVAL);
		assert_int_equal(f->notify.fd, -1);
	}
	setenv("NOTIFY_SOCKET", "/nonexistent/socket", 1);
	assert_int_equal(notify_open(&f->notify), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(tells_at_a_path, open_fixture,
					    close_fixture),
	    cmocka_unit_test_setup_teardown(tells_at_an_abstract_name, open_fixture,
					    close_fixture),
	    cmocka_unit_test_setup_teardown(tells_nobody_who_did_not_ask, open_fixture,
					    close_fixture),
	    cmocka_unit_test_setup_teardown(feeds_no_watchdog_of_others, open_fixture,
					    close_fixture),
	    cmocka_unit_test_setup_teardown(feeds_its_own, open_fixture, close_fixture),
	    cmocka_unit_test_setup_teardown(says_it_again_to_who_was_busy, open_fixture,
					    close_fixture),
	    cmocka_unit_test_setup_teardown(a_bad_name_is_an_error, open_fixture,
					    close_fixture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
