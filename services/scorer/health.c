#include "services/scorer/health.h"

#include "services/scorer/scorer.h"

static int put_reasons(const struct scorer *s, struct buf *words)
{
	const struct reading *rd = &s->reading;
	int err = 0;

	for (size_t i = 0; i < s->halted.listed && err == 0; i++)
		err = buf_printf(words, "%s\n", s->halted.list[i].text);
	if (err == 0 && rd->state == CLIENT_DENIED)
		err = buf_put_str(words, "the collector does not admit this key\n");
	if (err == 0 && rd->state == CLIENT_CONNECTING)
		err = buf_put_str(words, "the collector does not answer\n");
	if (err == 0 && !rd->reached)
		err = buf_printf(words, "reading the journal: %llu of %llu\n",
				 (unsigned long long)rd->at.n,
				 (unsigned long long)rd->head.n);
	return err;
}

static bool ready(void *ctx, struct buf *words)
{
	const struct scorer *s = ctx;

	if (put_reasons(s, words) != 0)
		return false;
	return s->reading.reached && !scorer_stopped(s);
}

static int metrics(void *ctx, struct buf *out)
{
	const struct scorer *s = ctx;
	const struct metric list[] = {
	    {"par_scorer_folded", "Entries of the journal read so far.",
	     s->reading.at.n},
	    {"par_scorer_head", "Entries that the collector has.", s->reading.head.n},
	    {"par_scorer_releases", "Releases and retractions stored.",
	     results_head(s->results).n},
	    {"par_scorer_computing", "1 while a result is being computed.",
	     worker_busy(s->worker)},
	    {"par_scorer_inspect_requests_total", "Requests received on link 5.",
	     s->inspect.requests},
	    {"par_scorer_inspect_refused_total", "Requests refused on link 5.",
	     s->inspect.refused},
	    {"par_scorer_feed_refused_total", "Requests refused on link 3.",
	     feed_server_stats(s->serving).refused},
	    {"par_scorer_handshakes_refused_total",
	     "Handshakes refused, each link's own test at the start among them.",
	     gate_refused(s->gate)},
	};

	return metrics_put(out, list, sizeof(list) / sizeof(list[0]));
}

int health_start(struct scorer *s, const char *listen, struct http **out)
{
	const struct health health = {.ctx = s, .ready = ready, .metrics = metrics};

	return health_open(s->loop, listen, &health, out);
}
