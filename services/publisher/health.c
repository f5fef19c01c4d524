#include "services/publisher/health.h"

static bool ready(void *ctx, struct buf *words)
{
	struct publisher *p = ctx;

	if (p->alarm[0] == '\0')
		return true;
	/* Words that do not fit are not worth a failure. */
	if (buf_put_str(words, p->alarm) != 0)
		buf_reset(words);
	return false;
}

static int metrics(void *ctx, struct buf *out)
{
	struct publisher *p = ctx;
	struct feed_stats feed = {0};
	uint64_t used, limit;
	size_t releases;
	int err;

	releases_list(p->releases, &releases);
	releases_usage(p->releases, &used, &limit);
	if (p->server != NULL)
		feed = feed_server_stats(p->server);
	const struct {
		const char *name, *type;
		uint64_t value;
	} list[] = {
	    {"par_publisher_position", "gauge", releases_position(p->releases).n},
	    {"par_publisher_releases", "gauge", releases},
	    {"par_publisher_answers", "counter", p->served},
	    {"par_publisher_scorer_up", "gauge", p->scorer == CLIENT_UP},
	    {"par_publisher_alarm", "gauge", p->alarm[0] != '\0'},
	    {"par_publisher_store_used_bytes", "gauge", used},
	    {"par_publisher_store_limit_bytes", "gauge", limit},
	    {"par_publisher_feed_requests", "counter", feed.requests},
	    {"par_publisher_feed_items", "counter", feed.items},
	    {"par_publisher_feed_refused", "counter", feed.refused},
	    {"par_publisher_feed_parked", "gauge", feed.parked},
	    {"par_publisher_handshakes_refused", "counter", gate_refused(p->gate)},
	};

	err = 0;
	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]) && err == 0; i++)
		err = metric_put(out, list[i].name, list[i].type, list[i].value);
	return err;
}

int health_start(struct publisher *p)
{
	const struct health health = {.ctx = p, .ready = ready, .metrics = metrics};

	return health_open(p->loop, p->settings->health, &health, &p->health);
}
