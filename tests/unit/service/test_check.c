/* --health against a listener of a thread: ready, not ready, something else, nobody. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/err.h"
#include "common/net/http.h"
#include "common/service/check.h"

struct fixture {
	struct loop *loop;
	struct http *http;
	struct loop_timer tick;
	pthread_t thread;
	bool ready;
	atomic_bool over;
	char where[32];
	char words[512]; /* that the check printed */
};

static bool is_ready(void *ctx, struct buf *words)
{
	const struct fixture *f = ctx;

	return f->ready || buf_put_str(words, "reading the journal: 3 of 10") < 0;
}

static int put_metrics(void *ctx, struct buf *out)
{
	(void)ctx;
	(void)out;
	return 0;
}

static void on_tick(void *ctx)
{
	struct fixture *f = ctx;

	if (f->over)
		loop_stop(f->loop);
	loop_timer_set(f->loop, &f->tick, 5);
}

static void *serve(void *ctx)
{
	struct fixture *f = ctx;

	return loop_run(f->loop) ? f : NULL;
}

static int open_fixture(void **state)
{
	static struct fixture f;
	const struct health health = {
	    .ctx = &f, .ready = is_ready, .metrics = put_metrics};

	f = (struct fixture){0};
	assert_int_equal(loop_open(&f.loop), 0);
	assert_int_equal(health_open(f.loop, "0.0.0.0:0", &health, &f.http), 0);
	snprintf(f.where, sizeof(f.where), "0.0.0.0:%u", http_port(f.http));
	loop_timer_init(&f.tick, on_tick, &f);
	on_tick(&f);
	*state = &f;
	return 0;
}

static void start(struct fixture *f, bool ready)
{
	f->ready = ready;
	assert_int_equal(pthread_create(&f->thread, NULL, serve, f), 0);
}

static void stop(struct fixture *f)
{
	void *failed;

	f->over = true;
	assert_int_equal(pthread_join(f->thread, &failed), 0);
	assert_null(failed);
}

static int close_fixture(void **state)
{
	struct fixture *f = *state;

	http_close(f->http);
	loop_timer_stop(f->loop, &f->tick);
	loop_close(f->loop);
	return 0;
}

/* check_health() with its stdout kept in f->words. */
static int check_at(struct fixture *f, const char *where, struct faults *faults)
{
	FILE *kept = tmpfile();
	int out = dup(STDOUT_FILENO);

	fflush(stdout);
	dup2(fileno(kept), STDOUT_FILENO);
	int err = check_health(where, faults);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	close(out);
	rewind(kept);
	f->words[fread(f->words, 1, sizeof(f->words) - 1, kept)] = '\0';
	fclose(kept);
	return err;
}

static void expect(struct fixture *f, const char *where, int err, const char *words)
{
	struct faults faults;

	faults_init(&faults);
	assert_int_equal(check_at(f, where, &faults), err);
	assert_int_equal(faults.count, err == ERR_CONFIG);
	faults_free(&faults);
	if (!strstr(f->words, words))
		fail_msg("no \"%s\" in: %s", words, f->words);
}

static void one_that_is_ready_says_so(void **state)
{
	struct fixture *f = *state;

	start(f, true);
	expect(f, f->where, ERR_GONE, "ready\n");
	stop(f);
}

static void one_that_is_not_says_why(void **state)
{
	struct fixture *f = *state;

	start(f, false);
	expect(f, f->where, ERR_RETRY, "not ready: reading the journal: 3 of 10\n");
	stop(f);
}

static void one_that_hangs_is_given_up(void **state)
{
	struct fixture *f = *state;

	expect(f, f->where, ERR_RETRY, "within 5 s");
}

static int listen_once(struct fixture *f)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&at, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	snprintf(f->where, sizeof(f->where), "127.0.0.1:%u", ntohs(at.sin_port));
	return fd;
}

static void nobody_is_told_as_nobody(void **state)
{
	struct fixture *f = *state;
	int bound = listen_once(f);

	expect(f, f->where, ERR_RETRY, "refused; is it running");
	close(bound);
}

struct strange {
	int fd;
	const char *answer;
};

static void *answer_once(void *ctx)
{
	const struct strange *s = ctx;
	char asked[512];
	int fd = accept(s->fd, NULL, NULL);

	if (recv(fd, asked, sizeof(asked), 0) > 0)
		(void)!send(fd, s->answer, strlen(s->answer), MSG_NOSIGNAL);
	close(fd);
	return NULL;
}

static void expect_of(struct fixture *f, const char *answer, const char *words)
{
	struct strange s = {listen_once(f), answer};
	pthread_t thread;

	assert_int_equal(listen(s.fd, 1), 0);
	assert_int_equal(pthread_create(&thread, NULL, answer_once, &s), 0);
	expect(f, f->where, ERR_RETRY, words);
	pthread_join(thread, NULL);
	close(s.fd);
}

static void others_are_not_believed(void **state)
{
	expect_of(*state, "HTTP/1.1 404 Not Found\r\n\r\nready\n", "HTTP status 404");
	expect_of(*state, "HTTP/1.1 200 OK\r\nready", "something else answers");
	expect_of(*state, "HTTP/1.1 -1 OK\r\n\r\nready\n", "something else answers");
	expect_of(*state, "", "not answering");
	expect_of(*state, "ready\r\n\r\n", "something else answers");
}

static void an_address_is_needed(void **state)
{
	const char *const bad[] = {"", "7406", "127.0.0.1", "localhost:7406",
				   "127.0.0.1:0"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		expect(*state, bad[i], ERR_CONFIG, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(one_that_is_ready_says_so, open_fixture,
					    close_fixture),
	    cmocka_unit_test_setup_teardown(one_that_is_not_says_why, open_fixture,
					    close_fixture),
	    cmocka_unit_test_setup_teardown(one_that_hangs_is_given_up, open_fixture,
					    close_fixture),
	    cmocka_unit_test_setup_teardown(nobody_is_told_as_nobody, open_fixture,
					    close_fixture),
	    cmocka_unit_test_setup_teardown(others_are_not_believed, open_fixture,
					    close_fixture),
	    cmocka_unit_test_setup_teardown(an_address_is_needed, open_fixture,
					    close_fixture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
