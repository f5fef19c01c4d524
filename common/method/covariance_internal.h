#ifndef PAR_METHOD_COVARIANCE_INTERNAL_H
#define PAR_METHOD_COVARIANCE_INTERNAL_H

/* Internal to covariance*.c and draws.c: how the matrix E is kept. */

#include "common/method/covariance.h"
#include "common/method/influence.h"

__extension__ typedef __int128 covariance_signed;
__extension__ typedef unsigned __int128 covariance_wide;

struct covariance {
	const struct score_rules *rules;
	struct profile_set profiles;
	struct influence *influence;
	struct influence_row
	    *rows;      /* by unit; of no entry and no `absent`: not added */
	uint32_t *left; /* of the unit at hand, by profile */
};

/* E of a cluster of this profile about a unit that it has no entry for. */
static inline int64_t covariance_absent(const struct covariance *c, uint32_t unit,
					uint32_t profile)
{
	const int64_t *absent = c->rows[unit].absent;

	return absent ? absent[profile] : 0;
}

/* The entries of some units, by cluster: those of k are first[k] .. first[k + 1] - 1.
 */
struct covariance_entries {
	size_t *first;
	uint32_t *places; /* in the list of units, ascending */
	int64_t *values;  /* E */
};

/* -ENOMEM. */
int covariance_entries(const struct covariance *c, const uint32_t *units,
		       uint32_t count, struct covariance_entries *out)
    __attribute__((warn_unused_result));
void covariance_entries_free(struct covariance_entries *e);

#endif
