#include "services/scorer/serving.h"

#include "common/base/err.h"
#include "services/scorer/publish.h"
#include "services/scorer/scorer.h"

static struct position head(void *ctx)
{
	const struct scorer *s = ctx;

	return results_head(s->results);
}

/* While a lost store is made again, a reader that is ahead of it just has to wait. */
static int contains(void *ctx, const struct position *p)
{
	const struct scorer *s = ctx;
	int err = results_contains(s->results, p);

	return err == ERR_FORKED && !s->reading.reached ? ERR_RETRY : err;
}

static int read_items(void *ctx, uint64_t n, feed_emit_fn *emit, void *emit_ctx)
{
	const struct scorer *s = ctx;

	return results_read(s->results, n, emit, emit_ctx);
}

/* Half-folded rounds would look like rounds that went away: nothing until then. */
static int info(void *ctx, struct buf *out)
{
	const struct scorer *s = ctx;

	return s->reading.reached ? publish_heads(s->reading.fold, out) : 0;
}

static void on_failed(void *ctx, int err)
{
	scorer_error(ctx, "reading the results store", err);
}

int serving_open(struct scorer *s, void *router)
{
	const struct feed_source source = {
	    .ctx = s,
	    .head = head,
	    .contains = contains,
	    .read = read_items,
	    .info = info,
	    .failed = on_failed,
	    .failed_ctx = s,
	};

	return feed_server_open(s->loop, s->gate, router, ROLE_INTERNAL, &source,
				&s->serving);
}

void serving_close(struct scorer *s)
{
	feed_server_close(s->serving);
	s->serving = NULL;
}
