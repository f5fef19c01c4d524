#include "journal_conformance.h"

#include <setjmp.h>
#include <signal.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "common/base/err.h"
#include "journal_bench.h"
#include "trace.h"

enum { SMALL_LIMIT = 2 << 20, KILL_ROUNDS = 20 };

static void on_growth(void *ctx)
{
	struct bench *b = ctx;

	assert_int_equal(b->calls, b->growths + 1);
	b->growths++;
}

static void empty_journal_has_an_id(void **state)
{
	struct bench *b = *state;
	struct position head = journal_head(b->journal, 0), again;
	uint8_t chain[CHAIN_SIZE];

	assert_int_equal(head.n, 0);
	assert_int_equal(head.shard, 0);
	assert_false(position_is_start(&head));
	entry_chain_start(head.journal, 0, chain);
	assert_memory_equal(head.chain, chain, CHAIN_SIZE);
	assert_int_equal(bench_check_all(b->journal), 0);
	bench_reopen(b, LIMIT);
	again = journal_head(b->journal, 0);
	assert_memory_equal(again.journal, head.journal, JOURNAL_ID_SIZE);
}

static void appended_is_read_back(void **state)
{
	struct bench *b = *state;

	assert_int_equal(bench_append(b, 1, BODY_SIZE), 0);
	assert_int_equal(b->first, 1);
	assert_int_equal(bench_append(b, BATCH_MAX, BODY_SIZE), 0);
	assert_int_equal(b->first, 2);
	assert_int_equal(bench_append(b, 2, 300000), 0);
	assert_int_equal(b->first, BATCH_MAX + 2);
	assert_int_equal(bench_check_all(b->journal), BATCH_MAX + 3);
}

static void reading_starts_and_stops_anywhere(void **state)
{
	struct bench *b = *state;
	struct check c = {.next = 7, .stop_at = 9, .stop_with = 1};

	assert_int_equal(bench_append(b, 20, BODY_SIZE), 0);
	assert_int_equal(journal_read(b->journal, 0, 7, bench_check, &c, NULL), 0);
	assert_int_equal(c.next, 10);
	c = (struct check){.next = 1, .stop_at = 2, .stop_with = ERR_REFUSED};
	assert_int_equal(journal_read(b->journal, 0, 1, bench_check, &c, NULL),
			 ERR_REFUSED);
	c = (struct check){.next = 21};
	assert_int_equal(journal_read(b->journal, 0, 21, bench_check, &c, NULL), 0);
	assert_int_equal(c.next, 21);
}

static void reopened_journal_goes_on(void **state)
{
	struct bench *b = *state;
	struct position before, after;

	assert_int_equal(bench_append(b, 5, BODY_SIZE), 0);
	before = journal_head(b->journal, 0);
	bench_reopen(b, LIMIT);
	after = journal_head(b->journal, 0);
	assert_memory_equal(&before, &after, sizeof(before));
	assert_int_equal(bench_append(b, 5, BODY_SIZE), 0);
	assert_int_equal(b->first, 6);
	assert_int_equal(bench_check_all(b->journal), 10);
}

struct collected {
	struct position at[4];
	struct position of;
};

static int collect(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		   struct bytes record)
{
	struct collected *c = ctx;

	(void)record;
	c->at[n] = c->of;
	c->at[n].n = n;
	memcpy(c->at[n].chain, chain, CHAIN_SIZE);
	return 0;
}

static void own_positions_are_contained(void **state)
{
	struct bench *b = *state;
	struct position start = {.n = 0};
	struct collected c = {.of = journal_head(b->journal, 0)};

	c.at[0] = c.of;
	assert_int_equal(bench_append(b, 3, BODY_SIZE), 0);
	assert_int_equal(journal_read(b->journal, 0, 1, collect, &c, NULL), 0);
	for (size_t n = 0; n <= 3; n++)
		assert_int_equal(journal_contains(b->journal, &c.at[n]), 0);
	assert_int_equal(journal_contains(b->journal, &start), 0);
}

static void foreign_positions_are_forked(void **state)
{
	struct bench *b = *state;
	struct position head, p;

	assert_int_equal(bench_append(b, 3, BODY_SIZE), 0);
	head = journal_head(b->journal, 0);
	p = head;
	p.journal[0] ^= 1;
	assert_int_equal(journal_contains(b->journal, &p), ERR_FORKED);
	p = head;
	p.chain[31] ^= 1;
	assert_int_equal(journal_contains(b->journal, &p), ERR_FORKED);
	p = head;
	p.n = 2;
	assert_int_equal(journal_contains(b->journal, &p), ERR_FORKED);
	p.n = 4;
	assert_int_equal(journal_contains(b->journal, &p), ERR_FORKED);
	p.n = 0;
	assert_int_equal(journal_contains(b->journal, &p), ERR_FORKED);
	p = head;
	p.shard = 1;
	assert_int_equal(journal_contains(b->journal, &p), ERR_FORKED);
}

static void growth_is_told_after_success_only(void **state)
{
	struct bench *b = *state;

	journal_on_growth(b->journal, on_growth, b);
	assert_int_equal(bench_append(b, 3, BODY_SIZE), 0);
	assert_int_equal(b->growths, 1);
	assert_int_equal(bench_append(b, BATCH_MAX, LIMIT / BATCH_MAX), ERR_FULL);
	assert_int_equal(b->growths, 0);
	journal_on_growth(b->journal, NULL, NULL);
	assert_int_equal(bench_append(b, 1, BODY_SIZE), 0);
}

static void batch_that_does_not_fit_changes_nothing(void **state)
{
	struct bench *b = *state;
	struct position before, after;

	assert_int_equal(bench_append(b, 3, BODY_SIZE), 0);
	before = journal_head(b->journal, 0);
	assert_int_equal(bench_append(b, BATCH_MAX, LIMIT / BATCH_MAX), ERR_FULL);
	after = journal_head(b->journal, 0);
	assert_memory_equal(&before, &after, sizeof(before));
	assert_int_equal(bench_append(b, 1, BODY_SIZE), 0);
	assert_int_equal(b->first, 4);
	bench_reopen(b, LIMIT);
	assert_int_equal(bench_check_all(b->journal), 4);
}

static void nearly_full_leaves_room_for_control_entries(void **state)
{
	struct bench *b = *state;
	struct journal_usage usage;

	bench_reopen(b, SMALL_LIMIT);
	usage = journal_usage(b->journal);
	assert_int_equal(usage.limit, SMALL_LIMIT);
	assert_false(usage.nearly_full);
	while (!journal_usage(b->journal).nearly_full)
		assert_int_equal(bench_append(b, 1, 1000), 0);
	usage = journal_usage(b->journal);
	assert_in_range(usage.used, SMALL_LIMIT / 100 * 94, SMALL_LIMIT);
	for (int i = 0; i < 10; i++)
		assert_int_equal(bench_append(b, 1, 1000), 0);
	while (bench_append(b, 1, 1000) == 0)
		assert_true(journal_usage(b->journal).used <= SMALL_LIMIT);
	assert_int_equal(b->err, ERR_FULL);
	bench_check_all(b->journal);
}

static void limit_is_taken_anew_at_opening(void **state)
{
	struct bench *b = *state;

	bench_reopen(b, SMALL_LIMIT);
	while (bench_append(b, 8, 4000) == 0)
		;
	assert_int_equal(b->err, ERR_FULL);
	bench_reopen(b, LIMIT);
	assert_int_equal(bench_append(b, 8, 4000), 0);
	assert_int_equal(journal_usage(b->journal).limit, LIMIT);
	bench_check_all(b->journal);
}

static void limit_may_exceed_the_disk(void **state)
{
	struct bench *b = *state;

	if (trace_under_valgrind())
		skip(); /* it has less room for maps than the kernel */
	bench_reopen(b, (uint64_t)1 << 42);
	assert_int_equal(bench_append(b, 1, BODY_SIZE), 0);
	assert_false(journal_usage(b->journal).nearly_full);
	assert_true(journal_usage(b->journal).used < 1 << 20);
}

/* Eight bytes that stand in record n and nowhere else. */
static void damage_record(struct bench *b, uint64_t n)
{
	uint8_t body[16];

	bench_fill(n, body, sizeof(body));
	assert_true(bench_maker->damage(b->place.dir, bytes_of(body, sizeof(body))) >
		    0);
}

static void damage_is_found_by_reading(void **state)
{
	struct bench *b = *state;
	struct check c = {.next = 1};
	struct position third;
	uint64_t bad = 0;

	assert_int_equal(bench_append(b, 3, BODY_SIZE), 0);
	third = journal_head(b->journal, 0);
	assert_int_equal(bench_append(b, 7, BODY_SIZE), 0);
	bench_close(b);
	damage_record(b, 3);
	bench_reopen(b, LIMIT);
	assert_int_equal(journal_read(b->journal, 0, 1, bench_check, &c, &bad),
			 ERR_CORRUPT);
	assert_int_equal(bad, 3);
	assert_int_equal(c.next, 3);
	assert_int_equal(journal_contains(b->journal, &third), ERR_CORRUPT);
}

static void damage_of_the_last_record_is_found_at_opening(void **state)
{
	struct bench *b = *state;

	assert_int_equal(bench_append(b, 3, BODY_SIZE), 0);
	bench_close(b);
	damage_record(b, 3);
	assert_int_equal(journal_open(b->uri, LIMIT, &b->journal), ERR_CORRUPT);
}

static void damage_of_a_chain_is_found(void **state)
{
	struct bench *b = *state;
	struct position head;

	assert_int_equal(bench_append(b, 3, BODY_SIZE), 0);
	head = journal_head(b->journal, 0);
	bench_close(b);
	assert_true(
	    bench_maker->damage(b->place.dir, bytes_of(head.chain, CHAIN_SIZE)) > 0);
	assert_int_equal(journal_open(b->uri, LIMIT, &b->journal), ERR_CORRUPT);
}

static void second_opener_is_refused(void **state)
{
	struct bench *b = *state;
	struct journal *other = NULL;
	int status;
	pid_t child;

	assert_int_equal(journal_open(b->uri, LIMIT, &other), ERR_LOCKED);
	assert_null(other);
	child = fork();
	if (child == 0)
		_exit(journal_open(b->uri, LIMIT, &other) == ERR_LOCKED ? 0 : 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(bench_append(b, 1, BODY_SIZE), 0);
}

static void wrong_uri_is_refused(void **state)
{
	struct journal *j = NULL;

	(void)state;
	assert_int_equal(journal_open("nosuch:/tmp/x", LIMIT, &j), ERR_CONFIG);
	assert_int_equal(journal_open("", LIMIT, &j), ERR_CONFIG);
	assert_null(j);
	journal_close(NULL);
}

static void report(int pipe_end, uint64_t n)
{
	if (write(pipe_end, &n, sizeof(n)) != sizeof(n))
		_exit(2);
}

/* The child of a kill: appends and reports each durable position until it dies. */
static void append_for_ever(struct bench *b, int pipe_end)
{
	size_t count = 1;

	if (journal_open(b->uri, LIMIT, &b->journal) < 0)
		_exit(1);
	for (;;) {
		if (bench_append(b, count, BODY_SIZE) < 0)
			_exit(1);
		report(pipe_end, b->first + count - 1);
		count = count % 7 + 1;
	}
}

/* Reads reports until `enough`, kills, and reads the rest; the last one. */
static uint64_t kill_after(int pipe_end, pid_t child, unsigned enough)
{
	uint64_t n = 0, last = 0;
	int status;

	for (unsigned i = 0; read(pipe_end, &n, sizeof(n)) == sizeof(n); i++) {
		last = n;
		if (i == enough)
			kill(child, SIGKILL);
	}
	close(pipe_end);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	return last;
}

static void what_was_told_survives_kill_9(void **state)
{
	struct bench *b = *state;
	uint64_t told, kept;
	int ends[2];
	pid_t child;

	for (unsigned i = 0; i < KILL_ROUNDS; i++) {
		bench_close(b);
		assert_int_equal(pipe(ends), 0);
		child = fork();
		if (child == 0) {
			close(ends[0]);
			append_for_ever(b, ends[1]);
		}
		close(ends[1]);
		told = kill_after(ends[0], child, randombytes_uniform(40));
		bench_reopen(b, LIMIT);
		kept = bench_check_all(b->journal);
		assert_true(told > 0 && kept >= told);
		assert_int_equal(bench_append(b, 1, BODY_SIZE), 0);
	}
}

static int open_it(void *ctx)
{
	struct bench *b = ctx;

	return journal_open(b->uri, LIMIT, &b->journal);
}

/* What is made for the first time is whole or not there, whenever the maker dies. */
static void making_survives_kill_at_every_step(void **state)
{
	struct bench *b = *state;
	struct place fresh;
	bool killed = true;

	if (trace_under_valgrind())
		skip();
	for (unsigned step = 1; killed; step++) {
		bench_close(b);
		place_make(&fresh);
		bench_maker->uri(fresh.dir, b->uri, sizeof(b->uri));
		killed = trace_kill(open_it, b, step);
		bench_reopen(b, LIMIT);
		assert_int_equal(bench_append(b, 1, BODY_SIZE), 0);
		assert_int_equal(bench_check_all(b->journal), 1);
		place_remove(&fresh);
	}
}

static int open_and_append(void *ctx)
{
	struct bench *b = ctx;
	int err = open_it(b);

	return err < 0 ? err : bench_append(b, 3, BODY_SIZE);
}

/* A batch is there as a whole or not at all. */
static void appending_survives_kill_at_every_step(void **state)
{
	struct bench *b = *state;
	uint64_t before = 0, after;
	bool killed = true;

	if (trace_under_valgrind())
		skip();
	for (unsigned step = 1; killed; step++) {
		bench_close(b);
		killed = trace_kill(open_and_append, b, step);
		bench_reopen(b, LIMIT);
		after = bench_check_all(b->journal);
		assert_true(after == before + 3 || (killed && after == before));
		before = after;
	}
}

int journal_conformance(const struct journal_maker *maker)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(empty_journal_has_an_id, bench_set_up,
					    bench_tear_down),
	    cmocka_unit_test_setup_teardown(appended_is_read_back, bench_set_up,
					    bench_tear_down),
	    cmocka_unit_test_setup_teardown(reading_starts_and_stops_anywhere,
					    bench_set_up, bench_tear_down),
	    cmocka_unit_test_setup_teardown(reopened_journal_goes_on, bench_set_up,
					    bench_tear_down),
	    cmocka_unit_test_setup_teardown(own_positions_are_contained, bench_set_up,
					    bench_tear_down),
	    cmocka_unit_test_setup_teardown(foreign_positions_are_forked, bench_set_up,
					    bench_tear_down),
	    cmocka_unit_test_setup_teardown(growth_is_told_after_success_only,
					    bench_set_up, bench_tear_down),
	    cmocka_unit_test_setup_teardown(batch_that_does_not_fit_changes_nothing,
					    bench_set_up, bench_tear_down),
	    cmocka_unit_test_setup_teardown(nearly_full_leaves_room_for_control_entries,
					    bench_set_up, bench_tear_down),
	    cmocka_unit_test_setup_teardown(limit_is_taken_anew_at_opening,
					    bench_set_up, bench_tear_down),
	    cmocka_unit_test_setup_teardown(limit_may_exceed_the_disk, bench_set_up,
					    bench_tear_down),
	    cmocka_unit_test_setup_teardown(damage_is_found_by_reading, bench_set_up,
					    bench_tear_down),
	    cmocka_unit_test_setup_teardown(
		damage_of_the_last_record_is_found_at_opening, bench_set_up,
		bench_tear_down),
	    cmocka_unit_test_setup_teardown(damage_of_a_chain_is_found, bench_set_up,
					    bench_tear_down),
	    cmocka_unit_test_setup_teardown(second_opener_is_refused, bench_set_up,
					    bench_tear_down),
	    cmocka_unit_test(wrong_uri_is_refused),
	    cmocka_unit_test_setup_teardown(what_was_told_survives_kill_9, bench_set_up,
					    bench_tear_down),
	    cmocka_unit_test_setup_teardown(making_survives_kill_at_every_step,
					    bench_set_up, bench_tear_down),
	    cmocka_unit_test_setup_teardown(appending_survives_kill_at_every_step,
					    bench_set_up, bench_tear_down),
	};

	bench_maker = maker;
	if (sodium_init() < 0)
		return -1;
	return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
