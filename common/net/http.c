#include "common/net/http.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <microhttpd.h>

#include "common/net/callers.h"
#include "common/net/http_private.h"
#include "common/net/listener.h"

enum {
	REQUEST_MS = 10000,  /* to send a whole request */
	RESPONSE_MS = 60000, /* to take the response */
	IDLE_S = 10,
	CONNECTION_BYTES = 16 << 10,
	BODY_MAX = 64 << 20,
	BODIES_MAX = 2 * BODY_MAX,
};

struct http {
	struct loop *loop;
	http_fn *fn;
	void *ctx;
	void *owned;
	struct MHD_Daemon *daemon;
	int epoll;
	unsigned port;
	struct callers callers;
	size_t bodies; /* bytes of all that are being sent */
};

/* ---- connections ---- */

static enum MHD_Result on_knock(void *ctx, const struct sockaddr *from, socklen_t len)
{
	const struct http *h = ctx;

	(void)len;
	return callers_admit(&h->callers, from) ? MHD_YES : MHD_NO;
}

static struct caller *caller_open(struct http *h, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *fd =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	const union MHD_ConnectionInfo *from =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	if (!fd || !from)
		return NULL;
	struct caller *c = callers_add(&h->callers, fd->connect_fd, from->client_addr);
	caller_give_ms(&h->callers, c, REQUEST_MS);
	return c;
}

static void on_connection(void *ctx, struct MHD_Connection *connection,
			  void **socket_ctx, enum MHD_ConnectionNotificationCode code)
{
	struct http *h = ctx;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		*socket_ctx = caller_open(h, connection);
		return;
	}
	callers_remove(&h->callers, *socket_ctx);
	*socket_ctx = NULL;
}

static void give_time(struct http *h, struct MHD_Connection *connection, uint64_t ms)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	if (info)
		caller_give_ms(&h->callers, info->socket_context, ms);
}

static void on_completed(void *ctx, struct MHD_Connection *connection,
			 void **request_ctx, enum MHD_RequestTerminationCode code)
{
	(void)request_ctx;
	(void)code;
	give_time(ctx, connection, REQUEST_MS);
}

/* ---- one request ---- */

static const char *header(struct MHD_Connection *connection, const char *name)
{
	const char *value =
	    MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);

	return value ? value : "";
}

static bool etag_matches(const struct http_request *q, const struct http_response *r)
{
	if (r->status != MHD_HTTP_OK || !r->etag[0])
		return false;
	/* Weak comparison, over a list: the quotes are part of the tag. */
	return strcmp(q->etag, "*") == 0 || strstr(q->etag, r->etag);
}

static bool add_headers(struct MHD_Response *to, const struct http_response *r)
{
	char attachment[sizeof(r->filename) + 32];
	const char *cache =
	    r->immutable ? "public, max-age=31536000, immutable" : "no-cache";

	snprintf(attachment, sizeof(attachment), "attachment; filename=\"%s\"",
		 r->filename);
	const char *const headers[][2] = {
	    {MHD_HTTP_HEADER_CACHE_CONTROL, cache},
	    {MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT_LANGUAGE},
	    {"X-Content-Type-Options", "nosniff"},
	    {MHD_HTTP_HEADER_CONTENT_TYPE, r->type},
	    {MHD_HTTP_HEADER_ETAG, r->etag[0] ? r->etag : NULL},
	    {MHD_HTTP_HEADER_LOCATION, r->location[0] ? r->location : NULL},
	    {MHD_HTTP_HEADER_CONTENT_DISPOSITION, r->filename[0] ? attachment : NULL},
	    {MHD_HTTP_HEADER_ALLOW,
	     r->status == MHD_HTTP_METHOD_NOT_ALLOWED ? "GET, HEAD" : NULL},
	};
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		if (headers[i][1] && MHD_add_response_header(to, headers[i][0],
							     headers[i][1]) != MHD_YES)
			return false;
	return true;
}

/* What is being sent, as long as the client takes. */
struct body {
	struct http *http;
	struct buf bytes;
};

static void free_body(void *ctx)
{
	struct body *body = ctx;

	body->http->bodies -= body->bytes.cap;
	buf_free(&body->bytes);
	free(body);
}

/* So that those who do not take what they asked for cannot fill the memory. */
static void limit_bodies(const struct http *h, struct http_response *r)
{
	if (h->bodies + r->body.cap <= BODIES_MAX)
		return;
	buf_free(&r->body);
	*r = (struct http_response){.status = MHD_HTTP_SERVICE_UNAVAILABLE};
}

/* The response takes the body; it is freed also when there is none. */
static struct MHD_Response *make_response(struct http *h, struct http_response *r)
{
	struct body *body = malloc(sizeof(*body));
	if (!body) {
		buf_free(&r->body);
		return NULL;
	}
	*body = (struct body){.http = h, .bytes = r->body};
	h->bodies += body->bytes.cap;
	struct MHD_Response *to =
	    MHD_create_response_from_buffer_with_free_callback_cls(
		body->bytes.len, body->bytes.data, free_body, body);
	if (!to)
		free_body(body);
	return to;
}

static enum MHD_Result respond(struct http *h, struct MHD_Connection *connection,
			       struct http_response *r)
{
	limit_bodies(h, r);
	struct MHD_Response *to = make_response(h, r);
	if (!to)
		return MHD_NO;
	enum MHD_Result done = MHD_NO;
	if (add_headers(to, r))
		done = MHD_queue_response(connection, r->status, to);
	MHD_destroy_response(to);
	return done;
}

static enum MHD_Result respond_to_get(struct http *h, struct MHD_Connection *connection,
				      const char *path)
{
	const struct http_request q = {
	    .path = path,
	    .language = header(connection, MHD_HTTP_HEADER_ACCEPT_LANGUAGE),
	    .etag = header(connection, MHD_HTTP_HEADER_IF_NONE_MATCH),
	};
	struct http_response r = {.status = MHD_HTTP_NOT_FOUND};

	buf_init(&r.body, BODY_MAX);
	h->fn(h->ctx, &q, &r);
	if (etag_matches(&q, &r)) {
		r.status = MHD_HTTP_NOT_MODIFIED;
		buf_reset(&r.body);
	}
	return respond(h, connection, &r);
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection,
				  const char *url, const char *method,
				  const char *version, const char *upload,
				  size_t *upload_len, void **request_ctx)
{
	struct http *h = ctx;

	(void)version;
	(void)upload;
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 &&
	    strcmp(method, MHD_HTTP_METHOD_HEAD) != 0) {
		struct http_response r = {.status = MHD_HTTP_METHOD_NOT_ALLOWED};
		return respond(h, connection, &r);
	}
	/* First comes a call with the headers alone. */
	if (!*request_ctx) {
		*request_ctx = h;
		return MHD_YES;
	}
	if (*upload_len) {
		*upload_len = 0;
		return MHD_YES;
	}
	give_time(h, connection, RESPONSE_MS);
	return respond_to_get(h, connection, url);
}

/* ---- in the loop ---- */

/* What there is to do is done by the hook at the start of the next turn. */
static void on_readable(void *ctx)
{
	(void)ctx;
}

static int on_turn(void *ctx)
{
	struct http *h = ctx;
	MHD_UNSIGNED_LONG_LONG wait;

	MHD_run(h->daemon);
	if (MHD_get_timeout(h->daemon, &wait) != MHD_YES)
		return -1;
	return wait > REQUEST_MS ? REQUEST_MS : (int)wait;
}

/* ---- the server ---- */

/* The daemon takes the listener, also when it does not start. */
static int start(struct http *h, int listener, unsigned connections)
{
	h->daemon = MHD_start_daemon(
	    MHD_USE_EPOLL, 0, on_knock, h, on_request, h, MHD_OPTION_LISTEN_SOCKET,
	    listener, MHD_OPTION_CONNECTION_LIMIT, connections,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
	    MHD_OPTION_NOTIFY_CONNECTION, on_connection, h, MHD_OPTION_NOTIFY_COMPLETED,
	    on_completed, h, MHD_OPTION_END);
	if (!h->daemon)
		return -EMFILE;
	const union MHD_DaemonInfo *info =
	    MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (!info)
		return -EINVAL;
	h->epoll = info->epoll_fd;
	int err = loop_add_fd(h->loop, h->epoll, on_readable, h);
	if (err)
		return err;
	return loop_add_turn(h->loop, on_turn, h);
}

int http_open_owning(struct loop *l, const char *listen, unsigned connections,
		     unsigned per_address, http_fn *fn, void *owned, void *ctx,
		     struct http **out)
{
	struct http *h = calloc(1, sizeof(*h));
	if (!h)
		return -ENOMEM;
	*h = (struct http){.loop = l, .fn = fn, .ctx = ctx, .epoll = -1};
	callers_init(&h->callers, l, per_address);
	int listener = -1;
	int err = listener_open(listen, &listener, &h->port);
	if (!err)
		err = start(h, listener, connections);
	if (err) {
		http_close(h);
		return err;
	}
	h->owned = owned;
	*out = h;
	return 0;
}

int http_open(struct loop *l, const char *listen, unsigned connections,
	      unsigned per_address, http_fn *fn, void *ctx, struct http **out)
{
	return http_open_owning(l, listen, connections, per_address, fn, NULL, ctx,
				out);
}

void http_close(struct http *h)
{
	if (!h)
		return;
	if (h->epoll >= 0)
		loop_remove_fd(h->loop, h->epoll);
	loop_remove_turn(h->loop, h);
	if (h->daemon)
		MHD_stop_daemon(h->daemon);
	callers_stop(&h->callers);
	free(h->owned);
	free(h);
}

uint64_t http_worst_bytes(unsigned connections)
{
	/* A body doubles its room while it is made. */
	return (uint64_t)connections * CONNECTION_BYTES + BODIES_MAX + 2 * BODY_MAX;
}

unsigned http_port(const struct http *h)
{
	return h->port;
}
