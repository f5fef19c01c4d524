#ifndef PAR_TEST_SCORER_SMALL_H
#define PAR_TEST_SCORER_SMALL_H

/*
 * A journal in memory of one small round: block "Sở" with units U1, U2, U3 (and more,
 * with long names, that nobody rates), ranked from 10 raters on, two surveyed criteria
 * of one scale of five, 40 invited in one stratum. Every byte is the same in every run.
 * Fails the test when something fails.
 */

#include "common/round/entry.h"
#include "common/round/model.h"

enum { SMALL_ENTRIES_MAX = 64, SMALL_UNITS = 3, SMALL_CRITERIA = 2 };

struct small {
	struct round round;
	uint8_t rules[32];
	uint8_t journal[JOURNAL_ID_SIZE];
	struct buf records[SMALL_ENTRIES_MAX];
	uint8_t chains[SMALL_ENTRIES_MAX + 1][CHAIN_SIZE];
	uint64_t count;
};

/* With the entry that opens the round, of so many units (at least SMALL_UNITS). */
void small_init(struct small *j, bool trial, uint32_t units);
void small_free(struct small *j);
struct position small_head(const struct small *j);

/* One ballot: the same score for both criteria of each unit; 0: no sheet of it. */
void small_ballot(struct small *j, uint32_t rater, const uint8_t scores[SMALL_UNITS]);
/* 25 raters: U1 and U2 by all of them, U3 by five. */
void small_ballots(struct small *j);
/* Those, closed and released. */
void small_released(struct small *j);
void small_annul(struct small *j, uint32_t rater);
void small_close(struct small *j);
/* A release of this number whose cut is the head, n put off by `off`. */
void small_release(struct small *j, uint32_t number, bool trial, uint64_t off);
void small_retract(struct small *j, uint32_t number, const char *reason);

#endif
