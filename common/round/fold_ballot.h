#ifndef PAR_ROUND_FOLD_BALLOT_H
#define PAR_ROUND_FOLD_BALLOT_H

/*
 * Of the fold and of the collector's door: ballots as they nearly always come and lie
 * in the journal, read without building a message. It decides nothing. What it reads is
 * what ballot_decode_in() would give; what it does not read, for whatever reason, is
 * left to that.
 */

#include "common/round/ballot.h"

/*
 * A ballot of version 1 for this round whose sheets are complete and ascend by unit.
 * The list of sheets is the arena's, the views are the body's.
 */
bool fold_ballot_read(struct arena *a, struct bytes body, struct bytes round,
		      struct ballot *out);

#endif
