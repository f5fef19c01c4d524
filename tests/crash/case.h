#ifndef PAR_TESTS_CRASH_CASE_H
#define PAR_TESTS_CRASH_CASE_H

/*
 * What is played through: a store, the work that is recorded on it, and the check of
 * the disk that a power cut left. What the work tells somebody goes into the log as a
 * mark; a check holds the store to the marks that came before the cut.
 */

#include <stdarg.h>

#include "tests/crash/dice.h"
#include "tests/crash/log.h"

/* Something that somebody was told; what each field says is the case's own. */
struct mark {
	uint32_t what;
	uint32_t round;
	uint64_t n;
	uint8_t bytes[32];
};

/* In order. */
struct told {
	struct mark *marks;
	size_t count;
};

/* Ends the program when out of memory. */
void told_add(struct told *t, const struct mark *m);
/* All bytes of a log; the caller frees them. */
void log_load(const char *path, struct buf *out);
/* Adds a mark; any other operation is passed over. */
void told_op(struct told *t, const struct log_op *op);
/* Adds what a log holds. */
void told_read(struct bytes log, struct told *t);
void told_free(struct told *t);

/* Puts marks into the log of the process that is recorded. */
struct teller {
	int log;
};

void tell(struct teller *t, const struct mark *m);

/* What is wrong with a disk, in words. */
struct finding {
	char words[256];
};

/* Gives -1. */
int finding_say(struct finding *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

struct crash_case {
	const char *name;
	/* The things that are stored: the same for the same seed. */
	void *(*make)(uint64_t seed);
	void (*free)(void *things);
	/*
	 * Works below `dir` until all things are stored, going on from what lies there;
	 * `told` is what earlier runs of it told. 0 or an error.
	 */
	int (*work)(const void *things, const char *dir, const struct told *told,
		    struct teller *t);
	/*
	 * Opens what a power cut left below `dir`, holds it to `told`, and works on. 0,
	 * or -1 with a finding.
	 */
	int (*check)(const void *things, const char *dir, const struct told *told,
		     struct dice *dice, struct finding *f);
	/*
	 * Whether the bytes of a mark must be nowhere on the disk, blocks that are free
	 * again included. NULL: of none.
	 */
	bool (*is_gone)(const struct told *told, size_t mark);
};

extern const struct crash_case crash_store;
extern const struct crash_case crash_journal;
extern const struct crash_case crash_roster;
extern const struct crash_case crash_results;
extern const struct crash_case crash_releases;

/* Of the cases: dir/name; what lies in it beside the names of the list, NULL ends it.
 */
struct path {
	char text[4096];
};

struct path path_of(const char *dir, const char *name);
bool path_is_there(const struct path *p);
/* Copies the first name that `allowed` does not know; false: there is none. */
bool stray_name(const char *dir, bool (*allowed)(const void *ctx, const char *name),
		const void *ctx, char out[256]);

#endif
