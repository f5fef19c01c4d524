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
	const struct {
		const char *name, *type;
		uint64_t value;
	} all[] = {
	    {"par_scorer_folded", "gauge", s->reading.at.n},
	    {"par_scorer_head", "gauge", s->reading.head.n},
	    {"par_scorer_releases", "gauge", results_head(s->results).n},
	    {"par_scorer_computing", "gauge", worker_busy(s->worker)},
	    {"par_scorer_inspect_requests", "counter", s->inspect.requests},
	    {"par_scorer_inspect_refused", "counter", s->inspect.refused},
	    {"par_scorer_feed_refused", "counter",
	     feed_server_stats(s->serving).refused},
	    {"par_scorer_handshakes_refused", "counter", gate_refused(s->gate)},
	};
	int err = 0;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]) && err == 0; i++)
		err = metric_put(out, all[i].name, all[i].type, all[i].value);
	return err;
}

int health_start(struct scorer *s, const char *listen, struct http **out)
{
	const struct health health = {.ctx = s, .ready = ready, .metrics = metrics};

	return health_open(s->loop, listen, &health, out);
}
