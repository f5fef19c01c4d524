#ifndef PAR_PUBLISHER_ITEM_UNIT_H
#define PAR_PUBLISHER_ITEM_UNIT_H

/* Internal to item.c: the blocks, units and cells of a release. */

#include "par/v1/release.pb-c.h"
#include "services/publisher/item.h"
#include "services/publisher/taker.h"

/* What item.c took of the release before its blocks is there: `of`. */
void item_take_block(struct taker *t, const Par__V1__PublicBlock *from,
		     const struct item *of, struct item_block *out);

#endif
