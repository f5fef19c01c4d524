#ifndef PAR_PUBLISHER_FRONT_H
#define PAR_PUBLISHER_FRONT_H

/*
 * The pages that belong to no release: the list of rounds and releases at SITE/, and
 * what is said where there is nothing. Pure.
 */

#include "services/publisher/heads.h"
#include "services/publisher/html.h"
#include "services/publisher/item.h"

/*
 * `list` is in the order of release, oldest first; of a release that could not be
 * computed only that is said. ERR_LIMIT, -ENOMEM.
 */
int front_page(const struct heads *heads, const struct publication *list, size_t count,
	       enum language language, struct buf *out)
    __attribute__((warn_unused_result));
/* In both languages. `site` is the address of the list, no slash at its end. */
int front_not_found(const char *site, struct buf *out)
    __attribute__((warn_unused_result));

#endif
