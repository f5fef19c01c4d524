#ifndef PAR_NET_HTTP_GET_H
#define PAR_NET_HTTP_GET_H

/*
 * One GET of one of our own HTTP servers (http.h), for a program that does nothing
 * else: it waits. Nothing of HTTP is understood but the status and where the body is.
 */

#include "common/base/bytes.h"

/*
 * Asks a server that listens at `where`, "ADDRESS:PORT"; 0.0.0.0 and [::] are this
 * machine. The body is appended. ERR_CONFIG: that is no address and port; ERR_TIMEOUT;
 * ERR_FORMAT: the answer is not HTTP; -errno; of buf_put().
 */
int http_get(const char *where, const char *path, unsigned timeout_ms, unsigned *status,
	     struct buf *body) __attribute__((warn_unused_result));

#endif
