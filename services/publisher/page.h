#ifndef PAR_PUBLISHER_PAGE_H
#define PAR_PUBLISHER_PAGE_H

/*
 * The HTML page of one release: a table a block, readable without scripts, on paper and
 * on a telephone. Pure: the same release gives the same bytes. Addresses in it are
 * relative to SITE/ROUND/N/.
 */

#include "services/publisher/html.h"
#include "services/publisher/item.h"

/* Appends the page. ERR_LIMIT, -ENOMEM. */
int page_release(const struct publication *p, enum language language, struct buf *out)
    __attribute__((warn_unused_result));

/*
 * What every page begins and ends with. `title` is that of the window; `root` the way
 * to SITE/, "" or "../../"; `other` the address of the page in the other language.
 */
struct page_frame {
	const char *title;
	const char *root;
	const char *other;
	bool trial;
};
void page_begin(struct html *h, const struct page_frame *f);
void page_end(struct html *h);

#endif
