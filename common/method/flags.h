#ifndef PAR_METHOD_FLAGS_H
#define PAR_METHOD_FLAGS_H

/*
 * METHOD O3: sheets that look alike, come in a crowd, or give one answer throughout.
 * Thresholds are the round's. A flag is for a person to look at; it never excludes a
 * sheet. For the operator and auditors. No rater is named here.
 *
 * identical  live sheets about one unit with the same answer bytes and at least
 *            identical_scores scores, of at least identical_raters raters of one
 *            association, carried by entries of the same hour
 * crowd      sheets not by an import, of an association and hour with more than
 *            ballots_hour ballots that are not by an import and have a live sheet
 * straight   at least straight_scores scores, all equal, on a sheet that is identical
 *            or crowd too
 */

#include "common/method/association.h"

enum flag_kind { FLAG_IDENTICAL, FLAG_CROWD, FLAG_STRAIGHT, FLAG_KINDS };

struct flag_count {
	uint64_t sheets;
	uint64_t raters; /* different ones */
};

/* Flagged sheets of an association about a unit; at least one. */
struct flag_row {
	enum flag_kind kind;
	uint32_t association; /* place in associations.labels */
	uint32_t unit;
	struct flag_count count;
};

struct flags {
	struct associations associations; /* one, "", without strata columns */
	struct flag_row *rows;            /* by kind, association, unit */
	size_t row_count;
	struct flag_count *totals; /* association x FLAG_KINDS, all units */
};

/* O(n log n) in the sheets. The labels live as long as the sample. -ENOMEM. */
int flags_find(const struct sample *s, struct flags *out)
    __attribute__((warn_unused_result));
void flags_free(struct flags *f);

#endif
