#ifndef PAR_COLLECTOR_ROSTERS_H
#define PAR_COLLECTOR_ROSTERS_H

/* The rosters of all rounds: memory and disk of each together. Records. */

#include "services/collector/roster.h"

struct rosters {
	char *dir;
	struct roster **list; /* by number - 1; NULL: forgotten */
	uint32_t count;
};

/*
 * Reads the roster of every round of the fold, after removing what never came to be. A
 * round may have none only where the mark says that it was forgotten; any other loss
 * comes with words that say what to do.
 */
int rosters_open(const char *dir, const struct fold *f, struct rosters *out,
		 struct faults *faults) __attribute__((warn_unused_result));
void rosters_close(struct rosters *rs);

/* NULL: none, or forgotten. */
struct roster *rosters_of(const struct rosters *rs, uint32_t number);

/*
 * Rows on their way: in memory, then on disk, not yet told of by the journal. Exactly
 * one of rosters_keep() and rosters_drop() ends it.
 */
struct enrolment {
	struct roster *roster; /* NULL: nothing under way */
	uint32_t number;
	bool fresh;              /* the roster of a round that is being opened */
	uint8_t key[ROSTER_KEY]; /* of a fresh one */
	struct roster_mark mark;
};

/*
 * Begins: an empty roster for a new round, or more rows for an open one. ERR_NOT_FOUND:
 * it was forgotten. Nothing is on disk yet.
 */
int rosters_begin(struct rosters *rs, uint32_t number, bool fresh,
		  struct enrolment *out) __attribute__((warn_unused_result));
/* Gives the new rows their rater numbers and makes them durable. */
int rosters_write(const struct rosters *rs, const struct enrolment *e)
    __attribute__((warn_unused_result));
/* The journal tells of them. -ENOMEM. */
int rosters_keep(struct rosters *rs, struct enrolment *e)
    __attribute__((warn_unused_result));
/* It does not and will not. */
int rosters_drop(struct rosters *rs, struct enrolment *e)
    __attribute__((warn_unused_result));

/*
 * Codes that were made for rows of a roster that is there: durable, then in force. On
 * ERR_FULL nothing has changed.
 */
int rosters_put_codes(const struct rosters *rs, uint32_t number,
		      const struct roster_code list[], size_t count)
    __attribute__((warn_unused_result));

/* Destroys the roster of a round, on disk and in memory. Done before is fine. */
int rosters_forget(struct rosters *rs, uint32_t number)
    __attribute__((warn_unused_result));

#endif
