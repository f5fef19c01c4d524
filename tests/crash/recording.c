#include "tests/crash/recording.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/err.h"

enum { KILLS_MAX = 20 };

static void set(const char *name, const char *value)
{
	if (value[0] ? setenv(name, value, 1) : unsetenv(name))
		abort();
}

static void become_worker(const struct crash_case *c,
			  const struct recording_place *place,
			  const struct fault *fault, uint64_t seed, const char *last)
{
	char preload[8192], number[32];

	snprintf(preload, sizeof(preload), "%s%s%s", CRASH_RECORD,
		 fault->preload[0] ? ":" : "", fault->preload);
	snprintf(number, sizeof(number), "%llu", (unsigned long long)seed);
	set("LD_PRELOAD", preload);
	set("PAR_CRASH_ROOT", place->work);
	set("PAR_CRASH_LOG", place->log);
	set("PAR_CRASH_LAST", last);
	set("PAR_CRASH_DEAF", fault->deaf);
	execl(place->program, place->program, "--work", c->name, place->work,
	      place->log, number, (char *)NULL);
	_exit(127);
}

/* Killed at its sync `last` (record.c), "": never. 1: it was killed, 0: it is done. */
static int run_worker(const struct crash_case *c, const struct recording_place *place,
		      const struct fault *fault, uint64_t seed, const char *last)
{
	int status = 0;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0)
		become_worker(c, place, fault, seed, last);
	if (child < 0 || waitpid(child, &status, 0) != child)
		return -1;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (last[0] && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return 1;
	fprintf(stderr, "%s: the work that is recorded failed (status %d)\n", c->name,
		status);
	return -1;
}

int recording_run(const struct crash_case *c, const struct recording_place *place,
		  const struct fault *fault, uint64_t seed, struct dice *dice)
{
	/* Many of them right after the start, where things are made or found. */
	static const uint64_t ends[] = {4, 12, 40};
	uint64_t kills = dice_below(dice, KILLS_MAX + 1);
	int done = 0, result = 1;
	char last[32];

	for (uint64_t i = 0; i < kills && result > 0; i++) {
		uint64_t end = ends[dice_below(dice, 3)];

		snprintf(last, sizeof(last), "%llu",
			 (unsigned long long)dice_below(dice, end));
		result = run_worker(c, place, fault, seed, last);
		done += result > 0;
	}
	if (result > 0)
		result = run_worker(c, place, fault, seed, "");
	return result < 0 ? -1 : done;
}

int recording_work(const struct crash_case *c, const char *dir, const char *log,
		   uint64_t seed)
{
	struct told told = {0};
	struct teller teller = {
	    .log = open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600),
	};
	struct buf before;
	void *things;
	int err;

	if (teller.log < 0)
		return 1;
	log_load(log, &before);
	told_read(buf_bytes(&before), &told);
	buf_free(&before);
	things = c->make(seed);
	err = c->work(things, dir, &told, &teller);
	if (err < 0)
		fprintf(stderr, "%s: %s\n", c->name, err_str(err));
	c->free(things);
	told_free(&told);
	close(teller.log);
	return err < 0 ? 1 : 0;
}
