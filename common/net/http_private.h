#ifndef PAR_NET_HTTP_PRIVATE_H
#define PAR_NET_HTTP_PRIVATE_H

/* Only within common/net. */

#include "common/net/http.h"

/* http_open() that frees `owned` when it is closed; on failure the caller still has it.
 */
int http_open_owning(struct loop *l, const char *listen, unsigned connections,
		     unsigned per_address, http_fn *fn, void *owned, void *ctx,
		     struct http **out) __attribute__((warn_unused_result));

#endif
