#ifndef PAR_PUBLISHER_HEADS_H
#define PAR_PUBLISHER_HEADS_H

/*
 * What rides on the head of links 3 and 4 and is no item: the rounds there are, their
 * state, and their respondents in tens. Kept as last told; never stored.
 */

#include "common/round/fold.h"

struct head {
	char *round;
	struct text2 title;
	enum round_state state;
	bool trial;
	uint64_t respondents; /* in tens; 0: fewer than ten */
};

struct heads {
	struct head *list;
	size_t count;
};

/* From link 3. ERR_FORMAT, -ENOMEM; *out untouched then. Empty info: no rounds. */
int heads_decode(struct bytes info, struct heads *out)
    __attribute__((warn_unused_result));
/* For link 4: appends the same with the address of the pages. -ENOMEM, ERR_LIMIT. */
int heads_encode(const struct heads *h, const char *site, struct buf *out)
    __attribute__((warn_unused_result));
void heads_free(struct heads *h);

#endif
