#ifndef PAR_TESTS_CRASH_ROSTER_BOOKS_H
#define PAR_TESTS_CRASH_ROSTER_BOOKS_H

/*
 * The rosters of all rounds as the collector keeps them (rosters.c), with the marks of
 * the test in the place of the journal.
 */

#include "services/collector/roster_files.h"
#include "services/collector/roster_store.h"
#include "tests/crash/case.h"

enum { ROUNDS_MAX = 20 };

/* Marks; n and bytes: rows and their digest, or place and hash of a code. */
enum what {
	STARTED = 1, /* rows written and not told of are forgotten */
	KEY,         /* bytes: of the roster that is being made */
	WRITTEN,     /* rows of a round */
	TOLD,        /* by the journal, of as many rows */
	DROPPING,    /* the journal will not tell of them */
	DROPPED,
	CODING,     /* a code on its way to its row */
	CODED,      /* it was handed out */
	CODES_DONE, /* all of one step */
	FORGETTING,
	FORGOTTEN,
};

/* What the journal tells of. */
struct round_view {
	uint64_t rows;
	uint8_t digest[32];
	bool forgetting, forgotten;
};

struct view {
	uint32_t rounds;
	struct round_view list[ROUNDS_MAX + 1]; /* by number */
	size_t steps;                           /* that are done */
};

void view_take(struct view *v, const struct mark *m);
struct view view_of(const struct told *told);

struct books {
	const char *dir;
	struct view view;
	struct roster *list[ROUNDS_MAX + 1]; /* by number; NULL: none, forgotten */
};

/* From `dir` and `view`, as at a start of the collector; closed in any case. */
int books_open(struct books *b) __attribute__((warn_unused_result));
void books_close(struct books *b);

/*
 * Makes `rows` more rows of a round durable, of a new one where there is no roster;
 * *mark is what the journal may tell then. `teller` may be NULL.
 */
int books_enrol(struct books *b, uint32_t number, uint32_t rows, struct teller *teller,
		struct mark *mark) __attribute__((warn_unused_result));
/* For every row of a round that came without one. */
int books_make_codes(struct books *b, uint32_t number, struct teller *teller)
    __attribute__((warn_unused_result));

#endif
