#ifndef PAR_PAR_SUBMIT_H
#define PAR_PAR_SUBMIT_H

/*
 * Many ballots of one sheet each, many in flight, in order of revision: no sheet is
 * sent before those with a lower revision have been answered, so that `replaced` and
 * `superseded` say what a reader of the file expects.
 */

#include "common/round/folder.h"
#include "services/par/peer.h"

enum { SUBMIT_WINDOW = GATE_IN_FLIGHT_MAX };

struct submit_counts {
	uint64_t accepted, replaced, superseded, duplicate, conflict, refused;
};

struct submit_plan {
	const struct round *round;
	const struct folder_sheets *sheets;
	const char *file; /* how faults name it */
	uint64_t import_id;
	bool dry_run;
};

/* The end of the run of sheets with the revision of sheet `from`. */
size_t submit_group_end(const struct folder_sheets *sheets, size_t from);

/*
 * Sends all; tells each conflict and refusal with its line. What was answered is
 * counted in *counts also on failure: ERR_TIMEOUT, ERR_DENIED, told; -EINTR, ...
 */
int submit_all(const struct options *o, const struct submit_plan *plan,
	       struct submit_counts *counts) __attribute__((warn_unused_result));

#endif
