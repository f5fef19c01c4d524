#ifndef PAR_SCORER_DRAFTS_H
#define PAR_SCORER_DRAFTS_H

/*
 * Pure. The few analyses that are kept at hand, and which are to be made: of the state
 * now of a round, or of the cut of one of its releases. Whoever asks for the state now
 * gets one whose cut is not before the asking: one made for that very request (a client
 * repeats its id until it is answered), or one that nothing has changed since. That of
 * a release never changes.
 */

#include "common/base/faults.h"
#include "common/round/entry.h"
#include "common/report/analysis.h"

enum { DRAFTS_MAX = 2, DRAFT_ID_SIZE = 16 };

struct draft {
	uint32_t round;               /* number; 0: free */
	uint32_t release;             /* number; 0: the state now */
	bool wanted;                  /* to be made, or being made */
	uint8_t asked[DRAFT_ID_SIZE]; /* the request it is or was made for */
	uint64_t need_n;              /* entry that must be folded before it is made */
	uint64_t used; /* when it was last asked for, counted in askings */
	bool made;
	struct position cut;       /* chain all 0 of a release's */
	struct analysis *analysis; /* owned; NULL: faults say why there is no result */
	struct faults faults;
};

struct drafts {
	struct draft list[DRAFTS_MAX];
	uint64_t askings;
};

/* One asking, and where the fold is. */
struct draft_asking {
	uint32_t round;
	uint32_t release;
	uint8_t id[DRAFT_ID_SIZE];
	bool first_part; /* later parts are of what the first was of */
	uint64_t folded_n;
	uint64_t head_n;    /* of the journal, as last known */
	uint64_t changed_n; /* newest entry of the round that is folded */
};

void drafts_init(struct drafts *d);
void drafts_free(struct drafts *d);
/* The draft that answers, until the next call; NULL: not yet, ask again. */
const struct draft *drafts_ask(struct drafts *d, const struct draft_asking *a);
/* One to be made now that folded_n is folded, those asked longest ago first; or NULL.
 */
struct draft *drafts_next(struct drafts *d, uint64_t folded_n);
/* What is there will do, or it has become pointless: it is no longer wanted. */
void draft_settle(struct draft *d);
/* Ends a making. Takes the analysis (NULL: there is none) and the faults. */
void draft_fill(struct draft *d, const struct position *cut, struct analysis *analysis,
		const struct faults *faults);

#endif
