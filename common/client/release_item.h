#ifndef PAR_CLIENT_RELEASE_ITEM_H
#define PAR_CLIENT_RELEASE_ITEM_H

/* One item of link 4 as the library hands it out. Pure. */

#include "common/client/client.h"
#include "common/client/taken.h"
#include "common/round/position.h"

struct held_item {
	struct par_item public;
	char position[POSITION_TEXT];
	struct taken taken;
};

/*
 * 0: an item; release_item_free() it. 1: nothing to tell of: a release that could not
 * be computed, or one that was lost and nobody knows which. ERR_FORMAT, ERR_VERSION;
 * -ENOMEM. `payload` has to live as long as the item; `site` is "" or where pages are.
 */
int release_item_make(const struct position *at, struct bytes payload, const char *site,
		      struct held_item *out) __attribute__((warn_unused_result));
void release_item_free(struct held_item *item); /* all 0 is fine */

#endif
