#ifndef PAR_PUBLISHER_RANKING_H
#define PAR_PUBLISHER_RANKING_H

/* The ranking of one block as a table, on the page of its release. Pure. */

#include "services/publisher/html.h"
#include "services/publisher/item.h"

/* Its caption has the id "bN", N counted from 1. */
void ranking_table(struct html *h, const struct item *release, size_t block);
/* Units of the block that have a rank. */
size_t ranking_count(const struct item_block *b);

#endif
