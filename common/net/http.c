#include "common/net/http.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <microhttpd.h>

#include "common/net/http_private.h"
#include "common/net/listener.h"

enum {
	REQUEST_MS = 10000,  /* to send a whole request */
	RESPONSE_MS = 60000, /* to take the response */
	IDLE_S = 10,
	TICK_MS = 500,
	CONNECTION_BYTES = 16 << 10,
	BODY_MAX = 64 << 20,
};

/* One connection, so that it can be shut when its time has passed. */
struct caller {
	int fd;
	uint64_t until_ms;
	struct caller *prev, *next;
};

struct http {
	struct loop *loop;
	http_fn *fn;
	void *ctx;
	void *owned;
	struct MHD_Daemon *daemon;
	int epoll;
	unsigned port;
	struct caller *callers;
	struct loop_timer tick;
};

/* ---- time-outs ---- */

static void on_tick(void *ctx)
{
	struct http *h = ctx;
	uint64_t now = loop_now_ms(h->loop);

	/* libmicrohttpd sees the end of the stream and closes it. */
	for (struct caller *c = h->callers; c; c = c->next)
		if (c->until_ms <= now)
			shutdown(c->fd, SHUT_RDWR);
	if (h->callers)
		loop_timer_set(h->loop, &h->tick, TICK_MS);
}

static struct caller *caller_open(struct http *h, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct caller *c = calloc(1, sizeof(*c));
	if (!c || !info) {
		free(c);
		return NULL;
	}
	c->fd = info->connect_fd;
	c->until_ms = loop_now_ms(h->loop) + REQUEST_MS;
	c->next = h->callers;
	if (c->next)
		c->next->prev = c;
	h->callers = c;
	if (!h->tick.at_ms)
		loop_timer_set(h->loop, &h->tick, TICK_MS);
	return c;
}

static void caller_free(struct http *h, struct caller *c)
{
	if (!c)
		return;
	if (c->prev)
		c->prev->next = c->next;
	else
		h->callers = c->next;
	if (c->next)
		c->next->prev = c->prev;
	free(c);
}

static void on_connection(void *ctx, struct MHD_Connection *connection,
			  void **socket_ctx, enum MHD_ConnectionNotificationCode code)
{
	struct http *h = ctx;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		*socket_ctx = caller_open(h, connection);
		return;
	}
	caller_free(h, *socket_ctx);
	*socket_ctx = NULL;
}

static void give_time(struct http *h, struct MHD_Connection *connection, uint64_t ms)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct caller *c = info ? info->socket_context : NULL;

	if (c)
		c->until_ms = loop_now_ms(h->loop) + ms;
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

static void free_body(void *ctx)
{
	struct buf *body = ctx;

	buf_free(body);
	free(body);
}

/* The response takes the body; it is freed also when there is none. */
static struct MHD_Response *make_response(struct http_response *r)
{
	struct buf *body = malloc(sizeof(*body));
	if (!body) {
		buf_free(&r->body);
		return NULL;
	}
	*body = r->body;
	struct MHD_Response *to =
	    MHD_create_response_from_buffer_with_free_callback_cls(
		body->len, body->data, free_body, body);
	if (!to)
		free_body(body);
	return to;
}

static enum MHD_Result respond(struct MHD_Connection *connection,
			       struct http_response *r)
{
	struct MHD_Response *to = make_response(r);
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
	return respond(connection, &r);
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
		return respond(connection, &r);
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
	    MHD_USE_EPOLL, 0, NULL, NULL, on_request, h, MHD_OPTION_LISTEN_SOCKET,
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
		     http_fn *fn, void *owned, void *ctx, struct http **out)
{
	struct http *h = calloc(1, sizeof(*h));
	if (!h)
		return -ENOMEM;
	*h = (struct http){.loop = l, .fn = fn, .ctx = ctx, .epoll = -1};
	loop_timer_init(&h->tick, on_tick, h);
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

int http_open(struct loop *l, const char *listen, unsigned connections, http_fn *fn,
	      void *ctx, struct http **out)
{
	return http_open_owning(l, listen, connections, fn, NULL, ctx, out);
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
	loop_timer_stop(h->loop, &h->tick);
	free(h->owned);
	free(h);
}

unsigned http_port(const struct http *h)
{
	return h->port;
}
