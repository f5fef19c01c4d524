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

static int put_journal(const struct collector *c, struct buf *out)
{
	struct journal_usage usage = journal_usage(c->journal);
	const struct metric list[] = {
	    {"par_journal_entries", "Entries of the journal.", fold_n(c->fold)},
	    {"par_journal_used_bytes", "Bytes that the journal takes.", usage.used},
	    {"par_journal_limit_bytes",
	     "Its declared limit; from 95 % on ballots are put off.", usage.limit},
	    {"par_commits_total", "Commits, each synced once.", c->counts.commits},
	    {"par_commit_entries_total", "Entries that they wrote.", c->counts.entries},
	    {"par_commit_entries_max", "Entries of the largest commit.",
	     c->counts.batch_max},
	};

	return metrics_put(out, list, sizeof list / sizeof *list);
}

static int put_intake(const struct collector *c, struct buf *out)
{
	const struct collector_counts *n = &c->counts;
	const struct metric list[] = {
	    {"par_intake_messages_total", "Requests received on link 1.", n->messages},
	    {"par_intake_refused_total", "Requests refused as a whole.", n->refused},
	    {"par_intake_later_total", "Requests told to try again later.", n->later},
	    {"par_codes_wrong_total", "Ballots under a code that is not in the roster.",
	     n->wrong_codes},
	    {"par_ballots_out_of_tries_total",
	     "Ballots put off, as too many wrong codes came from their key.",
	     n->out_of_tries},
	    {"par_ballots_too_fast_total",
	     "Ballots put off, as their key sends more a second than it may.",
	     n->too_fast},
	    {"par_ballots_total", "Ballots taken into the journal.", n->ballots},
	    {"par_commands_total", "Commands carried out.", n->commands},
	};

	return metrics_put(out, list, sizeof list / sizeof *list);
}

static int put_sheets(const struct collector *c, struct buf *out)
{
	const uint64_t *n = c->counts.verdicts;
	const struct metric list[] = {
	    {"par_sheets_accepted_total", "Sheets taken, the first of their unit.",
	     n[VERDICT_ACCEPTED]},
	    {"par_sheets_replaced_total", "Sheets taken in place of a lower revision.",
	     n[VERDICT_REPLACED]},
	    {"par_sheets_superseded_total",
	     "Sheets taken below a higher revision; they count nothing.",
	     n[VERDICT_SUPERSEDED]},
	    {"par_sheets_duplicate_total", "Sheets that were taken before.",
	     n[VERDICT_DUPLICATE]},
	    {"par_sheets_conflict_total",
	     "Sheets refused, as other answers came first under their revision.",
	     n[VERDICT_CONFLICT]},
	    {"par_sheets_refused_total", "Sheets refused for a fault.",
	     n[VERDICT_REFUSED]},
	};

	return metrics_put(out, list, sizeof list / sizeof *list);
}

static int put_peers(const struct collector *c, struct buf *out)
{
	struct feed_stats feed = feed_server_stats(c->feed);
	const struct metric list[] = {
	    {"par_feed_requests_total", "Requests received on link 2.", feed.requests},
	    {"par_feed_items_total", "Entries given on link 2.", feed.items},
	    {"par_feed_refused_total", "Requests refused on link 2.", feed.refused},
	    {"par_feed_parked", "Readers of link 2 that wait for the next entry.",
	     feed.parked},
	    {"par_keys_admitted", "Keys on the allow-list.", gate_size(c->gate)},
	    {"par_handshakes_refused_total",
	     "Handshakes refused, each link's own test at the start among them.",
	     gate_refused(c->gate)},
	};

	return metrics_put(out, list, sizeof list / sizeof *list);
}

static int put_all(void *ctx, struct buf *out)
{
	const struct collector *c = ctx;
	int err = put_journal(c, out);

	if (!err)
		err = put_intake(c, out);
	if (!err)
		err = put_sheets(c, out);
	if (!err)
		err = put_peers(c, out);
	return err;
}

void metrics_health(struct collector *c, struct health *out)
{
	*out = (struct health){.ctx = c, .ready = is_ready, .metrics = put_all};
}
