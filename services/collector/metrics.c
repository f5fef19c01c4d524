#include "services/collector/metrics.h"

static bool is_ready(void *ctx, struct buf *words)
{
	const struct collector *c = ctx;
	const char *why = NULL;
	int err = 0;

	if (!c->bound)
		why = "starting";
	else if (c->full)
		why = "the journal is full";
	else if (c->nearly_full)
		why = "the journal is nearly full: ballots are refused";
	if (why)
		err = buf_put_str(words, why);
	return !why && !err;
}

static int put_verdicts(const struct collector *c, struct buf *out)
{
	static const char *const names[VERDICT_COUNT] = {
	    [VERDICT_ACCEPTED] = "par_sheets_accepted_total",
	    [VERDICT_REPLACED] = "par_sheets_replaced_total",
	    [VERDICT_SUPERSEDED] = "par_sheets_superseded_total",
	    [VERDICT_DUPLICATE] = "par_sheets_duplicate_total",
	    [VERDICT_CONFLICT] = "par_sheets_conflict_total",
	    [VERDICT_REFUSED] = "par_sheets_refused_total",
	};
	int err = 0;

	for (int i = 0; i < VERDICT_COUNT && !err; i++)
		err = metric_put(out, names[i], "counter", c->counts.verdicts[i]);
	return err;
}

static int put_all(void *ctx, struct buf *out)
{
	const struct collector *c = ctx;
	struct journal_usage usage = journal_usage(c->journal);
	struct feed_stats feed = feed_server_stats(c->feed);
	const struct {
		const char *name, *type;
		uint64_t value;
	} list[] = {
	    {"par_journal_entries", "gauge", fold_n(c->fold)},
	    {"par_journal_used_bytes", "gauge", usage.used},
	    {"par_journal_limit_bytes", "gauge", usage.limit},
	    {"par_intake_messages_total", "counter", c->counts.messages},
	    {"par_intake_refused_total", "counter", c->counts.refused},
	    {"par_intake_later_total", "counter", c->counts.later},
	    {"par_codes_wrong_total", "counter", c->counts.wrong_codes},
	    {"par_ballots_out_of_tries_total", "counter", c->counts.out_of_tries},
	    {"par_ballots_too_fast_total", "counter", c->counts.too_fast},
	    {"par_ballots_total", "counter", c->counts.ballots},
	    {"par_commands_total", "counter", c->counts.commands},
	    {"par_commits_total", "counter", c->counts.commits},
	    {"par_commit_entries_total", "counter", c->counts.entries},
	    {"par_commit_entries_max", "gauge", c->counts.batch_max},
	    {"par_feed_requests_total", "counter", feed.requests},
	    {"par_feed_items_total", "counter", feed.items},
	    {"par_feed_refused_total", "counter", feed.refused},
	    {"par_feed_parked", "gauge", feed.parked},
	    {"par_keys_admitted", "gauge", gate_size(c->gate)},
	    {"par_handshakes_refused_total", "counter", gate_refused(c->gate)},
	};
	int err = put_verdicts(c, out);

	for (size_t i = 0; i < sizeof list / sizeof *list && !err; i++)
		err = metric_put(out, list[i].name, list[i].type, list[i].value);
	return err;
}

void metrics_health(struct collector *c, struct health *out)
{
	*out = (struct health){.ctx = c, .ready = is_ready, .metrics = put_all};
}
