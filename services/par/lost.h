#ifndef PAR_PAR_LOST_H
#define PAR_PAR_LOST_H

/*
 * What was published and is not in a copy of the journal: out of the lines that
 * `par watch` printed and of the fold over the copy.
 */

#include "common/round/fold.h"

#include "par/v1/entry.pb-c.h"

struct lost_item {
	char *round;     /* code, "": of which round is not known */
	uint32_t number; /* of the release made or retracted; 0 then */
	bool retraction;
	Par__V1__ReleaseKind kind; /* of a release; unspecified: not known */
};

/* The ordinals that follow those of the copy, without a gap. */
struct lost {
	struct lost_item *list;
	size_t count;
};

/*
 * Reads the lines of `path`, in any order; the last of those with the same n holds.
 * Ordinals that no line tells of were releases that could not be computed: they get the
 * numbers that are missing in a round, or none. ERR_CONFIG, told: what is no such line,
 * or lines that do not go on from the copy. -ENOMEM.
 */
int lost_find(const char *path, const struct fold *f, struct lost *out)
    __attribute__((warn_unused_result));
void lost_free(struct lost *l); /* all 0 is fine */

#endif
