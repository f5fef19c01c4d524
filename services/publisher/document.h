#ifndef PAR_PUBLISHER_DOCUMENT_H
#define PAR_PUBLISHER_DOCUMENT_H

/* What every page begins and ends with. */

#include "services/publisher/html.h"

/*
 * `title` is that of the window; `root` the way to SITE/, "" or "../../"; `other` the
 * address of the page in the other language.
 */
struct document {
	const char *title;
	const char *root;
	const char *other;
	bool trial;
};
void document_begin(struct html *h, const struct document *f);
void document_end(struct html *h);

#endif
