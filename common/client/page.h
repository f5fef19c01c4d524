#ifndef PAR_CLIENT_PAGE_H
#define PAR_CLIENT_PAGE_H

/* Where the page of a release is. Pure. */

#include "common/base/bytes.h"

/* SITE/ROUND/NUMBER/, malloc; NULL: out of memory, or an address without end. */
char *page_url(const char *site, struct bytes round, uint32_t number);

#endif
