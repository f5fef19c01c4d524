#ifndef PAR_NET_HTTP_H
#define PAR_NET_HTTP_H

/*
 * A small HTTP server in the loop, over libmicrohttpd: GET and HEAD only, nothing of
 * the request but its path, Accept-Language and If-None-Match is looked at. A request
 * that is not complete after 10 s is shut.
 */

#include "common/base/bytes.h"
#include "common/net/loop.h"

struct http_request {
	const char *path;     /* decoded, begins with '/' */
	const char *language; /* Accept-Language or "" */
	const char *etag;     /* If-None-Match or "" */
};

struct http_response {
	unsigned status;
	const char *type;   /* Content-Type */
	char etag[80];      /* with quotes; "" for none. Equal to the request's: 304 */
	bool immutable;     /* Cache-Control: immutable; else no-cache */
	char location[512]; /* for 301, 302, 303 */
	char filename[160]; /* Content-Disposition: attachment; "" for none */
	struct buf body;    /* freed by the server */
};

/* Fills *out, which comes with status 404 and an empty body. */
typedef void http_fn(void *ctx, const struct http_request *request,
		     struct http_response *out);

struct http;

/*
 * Listens on "ADDRESS:PORT" ("127.0.0.1:8080", "[::1]:8080"). connections is the most
 * at a time, and per_address of them for one address that is not this machine's own
 * (callers.h). What is being sent is bounded for all together: over it, the answer is
 * 503. -errno, ERR_CONFIG.
 */
int http_open(struct loop *l, const char *listen, unsigned connections,
	      unsigned per_address, http_fn *fn, void *ctx, struct http **out)
    __attribute__((warn_unused_result));
void http_close(struct http *h); /* NULL is fine */
/* What clients of so many connections can make it hold. */
uint64_t http_worst_bytes(unsigned connections);
unsigned http_port(const struct http *h); /* where it listens, also when 0 was asked */

/*
 * The health listener of a service: /livez is 200 while the loop turns, /readyz 200 or
 * 503 with words, /metrics in Prometheus text format.
 */
struct health {
	void *ctx;
	bool (*ready)(void *ctx, struct buf *words); /* words: why not */
	int (*metrics)(void *ctx, struct buf *out);
};
/* *health is copied. */
int health_open(struct loop *l, const char *listen, const struct health *health,
		struct http **out) __attribute__((warn_unused_result));
/* A figure of /metrics: a counter where the name ends in _total, else a gauge. */
struct metric {
	const char *name, *help; /* help: one line, no backslash */
	uint64_t value;
};
/* Adds # HELP, # TYPE and the value of each. */
int metrics_put(struct buf *out, const struct metric list[], size_t count)
    __attribute__((warn_unused_result));

#endif
