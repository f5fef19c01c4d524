#ifndef PAR_TEST_SCORER_SMALL_H
#define PAR_TEST_SCORER_SMALL_H

/*
 * A journal in memory of small rounds. The first, nho-2024: block "Sở" with units U1,
 * U2, U3 (and more, with long names, that nobody rates), ranked from 10 raters on, two
 * surveyed criteria of one scale of five, at most 3 points of bonus, 40 invited in one
 * stratum. Every byte is the same in every run. Fails the test when something fails.
 */

#include "common/round/fold.h"

enum {
	SMALL_ENTRIES_MAX = 128,
	SMALL_ROUNDS_MAX = 2,
	SMALL_UNITS = 3,
	SMALL_CRITERIA = 2
};

struct small {
	struct round rounds[SMALL_ROUNDS_MAX];
	uint8_t rules[SMALL_ROUNDS_MAX][32];
	uint32_t round_count;
	uint32_t turn; /* number of the round that entries are of */
	uint8_t journal[JOURNAL_ID_SIZE];
	struct buf records[SMALL_ENTRIES_MAX];
	uint8_t chains[SMALL_ENTRIES_MAX + 1][CHAIN_SIZE];
	uint64_t count;
};

/* With the entry that opens the round, of so many units (at least SMALL_UNITS). */
void small_init(struct small *j, bool trial, uint32_t units);
/*
 * Opens bang-2024, the same but composite with minmax and no figure for a range of
 * width 0. Entries are of it from now on, until another turn.
 */
void small_open_flat(struct small *j);
void small_turn(struct small *j, uint32_t number);
void small_free(struct small *j);
struct position small_head(const struct small *j);

/* One ballot: the same score for both criteria of each unit; 0: no sheet of it. */
void small_ballot(struct small *j, uint32_t rater, const uint8_t scores[SMALL_UNITS]);
/* 25 raters: U1 and U2 by all of them, U3 by five. */
void small_ballots(struct small *j);
/* Those, closed and released. */
void small_released(struct small *j);
/* 20 raters who give U1 and U2 the same mean, but do not agree. */
void small_ballots_flat(struct small *j);
/* All of `count` raters from `first` on. */
void small_annul(struct small *j, uint32_t first, uint32_t count);
/* So many bonus rows of one point to U1, with evidence of so many bytes. */
void small_bonus(struct small *j, uint32_t rows, uint32_t bytes);
void small_close(struct small *j);
/* A release of this number whose cut is the head, n put off by `off`. */
void small_release(struct small *j, uint32_t number, enum release_kind kind,
		   uint64_t off);
void small_retract(struct small *j, uint32_t number, const char *reason);

#endif
