#include "tests/crash/replay.h"

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHECK_SECONDS = 120, FOLDERS_OPEN = 16 };

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

void replay_remove(const char *dir)
{
	(void)nftw(dir, remove_one, FOLDERS_OPEN, FTW_DEPTH | FTW_PHYS);
}

/* ---- one disk ---- */

/* Where the child of a cut point writes what it found. */
struct report {
	size_t states, lost;
	char words[256];
};

static void check_state(const struct replay *r, const struct disk *d,
			const struct told *told, struct dice dice, struct report *out)
{
	struct finding finding = {.words = ""};

	if (mkdir(r->scratch, 0700) < 0)
		disk_fail("cannot be made", r->scratch);
	disk_cut(d, &dice, r->scratch);
	out->states++;
	if (r->c->check(r->things, r->scratch, told, &dice, &finding) < 0) {
		out->lost++;
		memcpy(out->words, finding.words, sizeof(out->words));
	}
	replay_remove(r->scratch);
}

/* ---- one cut point ---- */

struct cut {
	size_t number; /* of the operation during which the power fails */
	const char *during;
	size_t states;
};

static void check_gone(const struct replay *r, const struct disk *d,
		       const struct told *told, struct report *out)
{
	for (size_t i = 0; r->c->is_gone && i < told->count; i++) {
		struct bytes what = {told->marks[i].bytes,
				     sizeof(told->marks[i].bytes)};

		if (!r->c->is_gone(told, i) || !disk_may_hold(d, what))
			continue;
		out->lost++;
		snprintf(out->words, sizeof(out->words),
			 "what is to be gone is still in a block of the disk");
		return;
	}
}

static void check_states(const struct replay *r, const struct disk *d,
			 const struct told *told, const struct cut *cut,
			 struct report *out)
{
	check_gone(r, d, told, out);
	for (size_t i = 0; i < cut->states; i++) {
		uint64_t which = ((uint64_t)cut->number << 24) + i;

		check_state(r, d, told, dice_of(r->seed, which), out);
		if (out->lost > 0 && !r->go_on)
			return;
	}
}

static void become_checker(const struct replay *r)
{
	static const struct rlimit none;

	alarm(CHECK_SECONDS);
	/* LMDB's last words and its core, where they are expected. */
	if (r->go_on &&
	    (setrlimit(RLIMIT_CORE, &none) < 0 || !freopen("/dev/null", "w", stderr)))
		_exit(1);
}

/* A broken store may end the process that opens it: that is a loss too. */
static void check_in_child(const struct replay *r, const struct disk *d,
			   const struct told *told, const struct cut *cut,
			   struct report *report)
{
	int status = 0;
	pid_t child;

	*report = (struct report){.words = ""};
	fflush(NULL);
	child = fork();
	if (child == 0) {
		become_checker(r);
		check_states(r, d, told, cut, report);
		_exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		disk_fail("no process for a check", r->c->name);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return;
	report->lost++;
	snprintf(report->words, sizeof(report->words),
		 "the check ended by itself (status %d)", status);
	replay_remove(r->scratch);
}

static void run_cut(const struct replay *r, const struct disk *d,
		    const struct told *told, const struct cut *cut,
		    struct report *report, struct replayed *sum)
{
	if (cut->states == 0)
		return;
	check_in_child(r, d, told, cut, report);
	sum->cuts++;
	sum->states += report->states;
	if (report->lost > 0 && sum->lost == 0)
		snprintf(sum->first, sizeof(sum->first),
			 "power cut during operation %zu, %s: %s", cut->number,
			 cut->during, report->words);
	sum->lost += report->lost;
}

/* ---- all of them ---- */

static void describe(const struct log_op *op, char out[128])
{
	static const char *const words[] = {
	    [LOG_CREATE] = "the making of",  [LOG_MKDIR] = "the making of",
	    [LOG_REMOVE] = "the removal of", [LOG_RENAME] = "the renaming of",
	    [LOG_WRITE] = "a write to",      [LOG_SIZE] = "a new size of",
	    [LOG_MAPPED] = "the mapping of", [LOG_SYNC] = "the sync of",
	    [LOG_MARK] = "right after",
	};

	snprintf(out, 128, "%s %.80s", words[op->kind],
		 op->kind == LOG_MARK ? "somebody was told" : op->path);
}

struct count {
	size_t all;  /* operations and marks */
	size_t open; /* points at which something is open */
};

static int count_cuts(const struct replay *r, struct replayed *sum, struct count *out)
{
	struct disk *d = r->counted;
	struct bytes rest = r->log;
	struct log_op op;

	for (; log_next(&rest, &op); out->all++) {
		disk_begin(d, &op);
		out->open += out->all >= r->first && disk_pending(d) > 0;
		disk_end(d, &op);
		sum->operations += op.kind != LOG_MARK;
	}
	if (rest.len == 0 && disk_is(d, r->after))
		return 0;
	fprintf(stderr, "%s: the recording does not lead to what is on the disk\n",
		r->c->name);
	return -1;
}

/* States of a cut point, so that all of them come to r->states: point `i` of `of`. */
static size_t share(size_t states, size_t i, size_t of)
{
	return states * (i + 1) / of - states * i / of;
}

static void keep_next(const struct replay *r, const struct disk *d,
		      const struct told *told, struct dice *dice)
{
	if (mkdir(r->next, 0700) < 0)
		disk_fail("cannot be made", r->next);
	disk_cut(d, dice, r->next);
	for (size_t i = 0; i < told->count; i++)
		told_add(r->next_told, &told->marks[i]);
}

static void play(const struct replay *r, const struct count *count,
		 struct report *report, struct replayed *sum)
{
	struct disk *d = r->played;
	struct dice dice = dice_of(r->seed, UINT64_MAX);
	size_t next = r->first + (size_t)dice_below(&dice, count->all - r->first);
	size_t open = 0, number = 0;
	struct bytes rest = r->log;
	struct told told = {0};
	struct log_op op;
	char during[128];

	while (log_next(&rest, &op) && (sum->lost == 0 || r->go_on)) {
		struct cut cut = {number, during, 0};

		describe(&op, during);
		disk_begin(d, &op);
		told_op(&told, &op);
		/* Where nothing is open there is one disk only. */
		if (disk_pending(d) == 0)
			cut.states = op.kind == LOG_MARK;
		else if (number >= r->first)
			cut.states = share(r->states, open++, count->open);
		if (number >= r->first)
			run_cut(r, d, &told, &cut, report, sum);
		if (number++ == next && r->next)
			keep_next(r, d, &told, &dice);
		disk_end(d, &op);
	}
	told_free(&told);
}

int replay_run(const struct replay *r, struct replayed *sum)
{
	struct count count = {0};
	struct report *report;

	if (count_cuts(r, sum, &count) < 0)
		return -1;
	if (count.all == r->first)
		return 0;
	report = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (report == MAP_FAILED)
		return -1;
	play(r, &count, report, sum);
	munmap(report, sizeof(*report));
	return 0;
}
