/* A collector and a publisher that state their heads and send less: nobody waits for
 * ever. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "common/base/err.h"
#include "common/net/feed.h"
#include "services/par/commands.h"
#include "services/par/doctor.h"

#include "par/v1/release.pb-c.h"

enum { HEAD = 5, ROLES = ROLE_INTERNAL | ROLE_DOWNSTREAM };

struct fixture {
	char dir[40], allow[64], copy[64];
	struct options options;
	struct loop *loop; /* of the server */
	struct gate *gate;
	struct feed_server *feed;
	struct loop_timer tick;
	pthread_t thread;
	atomic_bool over;
	uint64_t given; /* items that it has, of HEAD that it states */
	char endpoint[ENDPOINT_MAX];
	char words[4096]; /* on stderr */
};

/* ---- the server ---- */

static struct position head(void *ctx)
{
	(void)ctx;
	return (struct position){.journal = {1}, .n = HEAD, .chain = {1}};
}

static int contains(void *ctx, const struct position *p)
{
	(void)ctx;
	(void)p;
	return 0;
}

static int read_items(void *ctx, uint64_t n, feed_emit_fn *emit, void *emit_ctx)
{
	const struct fixture *f = ctx;
	const uint8_t chain[CHAIN_SIZE] = {1};
	int err = 0;

	for (; n <= f->given && err == 0; n++)
		err = emit(emit_ctx, n, chain, bytes_str("not an entry"));
	return err < 0 ? err : 0;
}

static int put_info(void *ctx, struct buf *out)
{
	Par__V1__Heads heads = PAR__V1__HEADS__INIT;
	uint8_t site[] = "http://here", packed[64];

	(void)ctx;
	heads.site = (ProtobufCBinaryData){sizeof(site) - 1, site};
	return buf_put(out, packed, par__v1__heads__pack(&heads, packed));
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

static void open_server(struct fixture *f, const struct key *own)
{
	const struct feed_source source = {.ctx = f,
					   .head = head,
					   .contains = contains,
					   .read = read_items,
					   .info = put_info};
	struct faults faults;
	void *router;

	faults_init(&faults);
	assert_int_equal(loop_open(&f->loop), 0);
	assert_int_equal(gate_open(f->loop, own, f->allow, &f->gate, &faults), 0);
	assert_int_equal(gate_feed_router(f->gate, "tcp://127.0.0.1:*", ROLES, &router),
			 0);
	assert_int_equal(gate_endpoint(router, f->endpoint), 0);
	assert_int_equal(
	    feed_server_open(f->loop, f->gate, router, ROLES, &source, &f->feed), 0);
	loop_timer_init(&f->tick, on_tick, f);
	on_tick(f);
	assert_int_equal(pthread_create(&f->thread, NULL, serve, f), 0);
}

/* Both services have one key here. */
static void make_keys(struct fixture *f, struct key *own)
{
	static const struct {
		const char *name;
		enum role role;
	} others[] = {{"internal", ROLE_INTERNAL}, {"downstream", ROLE_DOWNSTREAM}};
	char from[80], to[80];
	struct key k;

	assert_int_equal(key_make("collector", ROLE_INTERNAL, own), 0);
	assert_int_equal(key_write(own, f->dir), 0);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		assert_int_equal(key_make(others[i].name, others[i].role, &k), 0);
		assert_int_equal(key_write(&k, f->dir), 0);
		assert_int_equal(key_write(&k, f->allow), 0);
	}
	snprintf(from, sizeof(from), "%s/collector.pub", f->dir);
	snprintf(to, sizeof(to), "%s/publisher.pub", f->dir);
	assert_int_equal(symlink(from, to), 0);
}

static int open_fixture(void **state)
{
	static struct fixture f;
	struct key own;

	f = (struct fixture){0};
	assert_true(sodium_init() >= 0);
	strcpy(f.dir, "/tmp/par-silence-XXXXXX");
	assert_non_null(mkdtemp(f.dir));
	snprintf(f.allow, sizeof(f.allow), "%s/allow", f.dir);
	snprintf(f.copy, sizeof(f.copy), "%s/copy", f.dir);
	make_keys(&f, &own);
	open_server(&f, &own);
	f.options = (struct options){.keys = f.dir,
				     .key = "",
				     .journal = f.endpoint,
				     .publisher = f.endpoint,
				     .wait = 2};
	*state = &f;
	return 0;
}

static int close_fixture(void **state)
{
	struct fixture *f = *state;
	char command[64];

	f->over = true;
	pthread_join(f->thread, NULL);
	feed_server_close(f->feed);
	gate_close(f->gate);
	loop_timer_stop(f->loop, &f->tick);
	loop_close(f->loop);
	snprintf(command, sizeof(command), "rm -r %s", f->dir);
	return system(command);
}

/* ---- the commands ---- */

static int run(struct fixture *f, bool is_doctor)
{
	FILE *kept = tmpfile();
	int out = dup(STDERR_FILENO);
	char *const words[] = {f->copy, NULL};

	dup2(fileno(kept), STDERR_FILENO);
	int err = is_doctor ? doctor_links(&f->options) : backup(&f->options, words);
	dup2(out, STDERR_FILENO);
	close(out);
	rewind(kept);
	f->words[fread(f->words, 1, sizeof(f->words) - 1, kept)] = '\0';
	fclose(kept);
	return err;
}

static void has_words(const struct fixture *f, const char *part)
{
	if (!strstr(f->words, part))
		fail_msg("no \"%s\" in:\n%s", part, f->words);
}

static void a_backup_gives_up(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(run(f, false), ERR_TIMEOUT);
	has_words(f, "has not finished within --wait");
	has_words(f, "has 5 entries, and sends none after entry 0");
}

static void a_doctor_gives_up_on_both(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(run(f, true), ERR_TIMEOUT);
	has_words(f, "has 5 entries, and sends none after entry 0");
	has_words(f, "the publisher has not finished within --wait");
}

/* What comes is judged, and is not taken for silence. */
static void what_comes_is_judged(void **state)
{
	struct fixture *f = *state;

	f->given = HEAD;
	assert_int_equal(run(f, true), ERR_CORRUPT);
	has_words(f, "entry 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_backup_gives_up, open_fixture,
					    close_fixture),
	    cmocka_unit_test_setup_teardown(a_doctor_gives_up_on_both, open_fixture,
					    close_fixture),
	    cmocka_unit_test_setup_teardown(what_comes_is_judged, open_fixture,
					    close_fixture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
