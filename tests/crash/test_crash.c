/*
 * test_crash STORE          no power cut loses what was told; 0, or 1 with words
 * test_crash STORE FAULT    a build with this fault loses: 0 when losses are found
 *
 * A chain of recordings shares the things that are stored; each but the first begins on
 * a disk that a power cut in the one before has left. 2,500 disks a store, 250,000 with
 * PAR_LONG; a tenth in all builds but gcc's without sanitizers; PAR_STATES of them if
 * that is set. PAR_SEED chooses others.
 */

#include <limits.h>
#include <malloc.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/crash/recording.h"
#include "tests/crash/replay.h"

enum {
	STATES = 2500,
	STATES_LONG = 250000,
	STATES_FAULTY = 300,
	RECORDINGS = 10,
	RECORDING_STATES_MIN = 25,
	RECORDING_STATES_MAX = 250,
	CHAIN = 3,
	KEPT_BYTES = 32 << 20,
};

static const struct crash_case *const cases[] = {
    &crash_store, &crash_journal, &crash_roster, &crash_results, &crash_releases,
};

static const struct fault faults[] = {
    {.name = "", .preload = "", .deaf = ""},
    {.name = "nosync", .preload = CRASH_NOSYNC, .deaf = ""},
    {.name = "no-file-sync", .preload = "", .deaf = "files"},
    {.name = "no-name-sync", .preload = "", .deaf = "names"},
};

struct test {
	const struct crash_case *c;
	const struct fault *fault;
	uint64_t seed;
	size_t states;
	char base[PATH_MAX - 64];
	char program[PATH_MAX];
	size_t recordings, kills;
	struct replayed sum;
};

static const struct crash_case *case_of(const char *name)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (strcmp(cases[i]->name, name) == 0)
			return cases[i];
	}
	return NULL;
}

static const struct fault *fault_of(const char *name)
{
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		if (strcmp(faults[i].name, name) == 0)
			return &faults[i];
	}
	return NULL;
}

static uint64_t number_in(const char *variable, uint64_t otherwise)
{
	const char *text = getenv(variable);

	return text && text[0] ? strtoull(text, NULL, 10) : otherwise;
}

static size_t states_wanted(const struct fault *fault)
{
	const char *is_long = getenv("PAR_LONG");
	size_t states = is_long && is_long[0] ? STATES_LONG : STATES;

	if (fault->name[0])
		states = STATES_FAULTY;
	return (size_t)number_in("PAR_STATES", states / CRASH_SHARE);
}

/* Where syncing costs nothing, if there is such a place. */
static int make_base(struct test *t)
{
	const char *tmp = getenv("TMPDIR");
	char path[sizeof(t->base)], *real;

	if (access("/dev/shm", W_OK) == 0)
		tmp = "/dev/shm";
	snprintf(path, sizeof(path), "%.3900s/par-crash-XXXXXX", tmp ? tmp : "/tmp");
	real = mkdtemp(path) ? realpath(path, NULL) : NULL;
	if (!real) {
		perror(path);
		return -1;
	}
	snprintf(t->base, sizeof(t->base), "%s", real);
	free(real);
	return 0;
}

struct round {
	void *things;
	uint64_t seed;
	struct told told; /* before this recording */
};

/* The marks of the recordings before come first in the log. */
static int start_log(const char *path, const struct told *told)
{
	FILE *out = fopen(path, "we");
	struct teller teller;

	if (!out)
		return -1;
	teller.log = fileno(out);
	for (size_t i = 0; i < told->count; i++)
		tell(&teller, &told->marks[i]);
	return fclose(out);
}

static int record_and_play(struct test *t, const struct round *round,
			   struct replay *replay, size_t link)
{
	struct path log = path_of(t->base, "log");
	struct recording_place place = {t->program, replay->after, log.text};
	struct dice dice = dice_of(round->seed, link);
	struct buf bytes;
	int kills, err;

	if (start_log(log.text, &round->told) != 0)
		return -1;
	kills = recording_run(t->c, &place, t->fault, round->seed, &dice);
	if (kills < 0)
		return -1;
	t->kills += (size_t)kills;
	t->recordings++;
	log_load(log.text, &bytes);
	replay->log = buf_bytes(&bytes);
	replay->seed = dice_next(&dice);
	err = replay_run(replay, &t->sum);
	buf_free(&bytes);
	return err;
}

/*
 * One recording: from what lies in `work` to a new disk in `work`. 1: there is none, as
 * after a recording in which nothing was left to do.
 */
static int run_link(struct test *t, struct round *round, size_t link, size_t states)
{
	struct path work = path_of(t->base, "work"), scratch = path_of(t->base, "disk");
	struct path next = path_of(t->base, "next");
	struct told next_told = {0};
	struct replay replay = {
	    .c = t->c,
	    .things = round->things,
	    .counted = disk_load(work.text),
	    .played = disk_load(work.text),
	    .after = work.text,
	    .first = round->told.count,
	    .states = states,
	    .go_on = t->fault->name[0] != '\0',
	    .scratch = scratch.text,
	    .next = next.text,
	    .next_told = &next_told,
	};
	int err = record_and_play(t, round, &replay, link);

	disk_free(replay.counted);
	disk_free(replay.played);
	told_free(&round->told);
	round->told = next_told;
	replay_remove(work.text);
	if (err == 0 && rename(next.text, work.text) != 0)
		err = 1;
	return err;
}

static bool is_unfinished(const struct test *t)
{
	return t->sum.lost == 0 && t->sum.states < t->states;
}

static size_t states_of_recording(const struct test *t)
{
	size_t states = t->states / RECORDINGS;

	if (t->fault->name[0])
		return t->states;
	if (states < RECORDING_STATES_MIN)
		return RECORDING_STATES_MIN;
	return states < RECORDING_STATES_MAX ? states : RECORDING_STATES_MAX;
}

/* With a fault there is one link: what it has lost is no start for another. */
static int run_chain(struct test *t, uint64_t seed)
{
	size_t links = t->fault->name[0] ? 1 : CHAIN;
	struct round round = {.seed = seed, .things = t->c->make(seed)};
	struct path work = path_of(t->base, "work");
	int err = mkdir(work.text, 0700);

	for (size_t i = 0; i < links && err == 0 && is_unfinished(t); i++)
		err = run_link(t, &round, i, states_of_recording(t));
	replay_remove(work.text);
	told_free(&round.told);
	t->c->free(round.things);
	return err < 0 ? err : 0;
}

static int report(const struct test *t, int err)
{
	const struct replayed *s = &t->sum;
	bool faulty = t->fault->name[0] != '\0';

	printf("%s%s%s: %zu disks at %zu cut points of %zu operations, "
	       "%zu recordings with %zu kills, seed %llu: ",
	       t->c->name, faulty ? " with " : "", t->fault->name, s->states, s->cuts,
	       s->operations, t->recordings, t->kills, (unsigned long long)t->seed);
	if (err < 0)
		puts("ended by an error of the test");
	else if (s->lost == 0)
		puts(faulty ? "nothing lost, so this test sees nothing"
			    : "nothing lost");
	else
		printf("%zu lose something; %s\n", s->lost, s->first);
	return err < 0 || faulty != (s->lost > 0);
}

static int run(struct test *t)
{
	int err = make_base(t);

	if (err < 0)
		return 1;
	for (uint64_t seed = t->seed; err == 0 && is_unfinished(t); seed++)
		err = run_chain(t, seed);
	replay_remove(t->base);
	return report(t, err);
}

/* Opening a store takes megabytes for a moment, and it is opened very often. */
static void keep_memory(void)
{
	(void)mallopt(M_MMAP_THRESHOLD, KEPT_BYTES);
	(void)mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
}

int main(int argc, char **argv)
{
	struct test t = {0};

	if (sodium_init() < 0)
		return 1;
	keep_memory();
	t.c = argc > 1 ? case_of(argv[1]) : NULL;
	t.fault = fault_of(argc > 2 ? argv[2] : "");
	if (argc == 6 && strcmp(argv[1], "--work") == 0 && case_of(argv[2]))
		return recording_work(case_of(argv[2]), argv[3], argv[4],
				      strtoull(argv[5], NULL, 10));
	if (!t.c || !t.fault) {
		fputs("test_crash store|journal|roster|results|releases "
		      "[nosync|no-file-sync|no-name-sync]\n",
		      stderr);
		return 2;
	}
	if (readlink("/proc/self/exe", t.program, sizeof(t.program) - 1) < 0)
		return 1;
	t.seed = number_in("PAR_SEED", 1);
	t.states = states_wanted(t.fault);
	return run(&t);
}
