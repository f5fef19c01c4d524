#include "services/publisher/downstream.h"

static struct position head(void *ctx)
{
	struct publisher *p = ctx;

	return releases_position(p->releases);
}

static int contains(void *ctx, const struct position *position)
{
	struct publisher *p = ctx;

	return releases_contains(p->releases, position);
}

static int read_items(void *ctx, uint64_t n, feed_emit_fn *emit, void *emit_ctx)
{
	struct publisher *p = ctx;

	return releases_read(p->releases, n, emit, emit_ctx);
}

static int info(void *ctx, struct buf *out)
{
	struct publisher *p = ctx;

	return heads_encode(&p->heads, p->settings->site, out);
}

static void on_failed(void *ctx, int err)
{
	publisher_fail(ctx, "reading the releases", err);
}

int downstream_start(struct publisher *p)
{
	const unsigned roles = ROLE_DOWNSTREAM | ROLE_INTERNAL;
	const struct feed_source source = {
	    .ctx = p,
	    .head = head,
	    .contains = contains,
	    .read = read_items,
	    .info = info,
	    .failed = on_failed,
	    .failed_ctx = p,
	};
	char bound[ENDPOINT_MAX];
	int err = gate_feed_router(p->gate, p->settings->feed, roles, &p->router);

	if (err == 0)
		err = gate_endpoint(p->router, bound);
	if (err == 0)
		err = gate_prove(p->gate, bound);
	if (err == 0)
		err = feed_server_open(p->loop, p->gate, p->router, roles, &source,
				       &p->server);
	return err;
}
