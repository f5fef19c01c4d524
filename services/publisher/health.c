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

static int put_store(const struct publisher *p, struct buf *out)
{
	uint64_t used, limit;
	size_t releases;

	releases_list(p->releases, &releases);
	releases_usage(p->releases, &used, &limit);
	const struct metric list[] = {
	    {"par_publisher_position", "Releases and retractions stored.",
	     releases_position(p->releases).n},
	    {"par_publisher_releases",
	     "Releases, also those that could not be computed.", releases},
	    {"par_publisher_store_used_bytes", "Bytes that they take.", used},
	    {"par_publisher_store_limit_bytes", "The declared limit.", limit},
	    {"par_publisher_alarm", "1 once a person must look; /readyz says why.",
	     p->alarm[0] != '\0'},
	    {"par_publisher_scorer_up", "1 while the scorer answers.",
	     p->scorer == CLIENT_UP},
	};

	return metrics_put(out, list, sizeof(list) / sizeof(list[0]));
}

static int put_readers(const struct publisher *p, struct buf *out)
{
	struct feed_stats feed = {0};

	if (p->server != NULL)
		feed = feed_server_stats(p->server);
	const struct metric list[] = {
	    {"par_publisher_answers_total", "Pages and files served.", p->served},
	    {"par_publisher_feed_requests_total", "Requests received on link 4.",
	     feed.requests},
	    {"par_publisher_feed_items_total",
	     "Releases and retractions given on link 4.", feed.items},
	    {"par_publisher_feed_refused_total", "Requests refused on link 4.",
	     feed.refused},
	    {"par_publisher_feed_parked",
	     "Readers of link 4 that wait for the next release.", feed.parked},
	    {"par_publisher_handshakes_refused_total",
	     "Handshakes refused, each link's own test at the start among them.",
	     gate_refused(p->gate)},
	};

	return metrics_put(out, list, sizeof(list) / sizeof(list[0]));
}

static int metrics(void *ctx, struct buf *out)
{
	const struct publisher *p = ctx;
	int err = put_store(p, out);

	return err != 0 ? err : put_readers(p, out);
}

int health_start(struct publisher *p)
{
	const struct health health = {.ctx = p, .ready = ready, .metrics = metrics};

	return health_open(p->loop, p->settings->health, &health, &p->health);
}
