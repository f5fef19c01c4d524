#ifndef PAR_PUBLISHER_PAGE_H
#define PAR_PUBLISHER_PAGE_H

/*
 * The HTML pages of one release, readable without scripts, on paper and on a telephone:
 * the rankings, and one page a unit. Pure: the same release gives the same bytes.
 * Addresses in them are relative to SITE/ROUND/N/ and SITE/ROUND/N/UNIT/.
 */

#include "services/publisher/html.h"
#include "services/publisher/item.h"

/* Each appends a page. ERR_LIMIT, -ENOMEM. */
int page_release(const struct publication *p, enum language language, struct buf *out)
    __attribute__((warn_unused_result));
/* Of a release that is detailed; `unit` is of `block`, a block of it. */
int page_unit(const struct publication *p, const struct item_block *block,
	      const struct item_unit *unit, enum language language, struct buf *out)
    __attribute__((warn_unused_result));

#endif
