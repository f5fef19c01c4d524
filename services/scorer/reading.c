#include "services/scorer/reading.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/base/log.h"
#include "services/scorer/scorer.h"

/* Who asks for the state now waits for two polls at most. */
enum { TURN_MS = 50, POLL_MS = 100 };

/* ---- the batch ---- */

static void batch_free(struct batch *b)
{
	free(b->items);
	free(b->bytes);
	*b = (struct batch){.items = NULL};
}

static int batch_copy(const struct feed_item items[], size_t count, struct batch *out)
{
	struct batch b = {.count = count};
	size_t size = count * CHAIN_SIZE;
	uint8_t *to;

	for (size_t i = 0; i < count; i++)
		size += items[i].payload.len;
	b.items = calloc(count, sizeof(*b.items));
	b.bytes = malloc(size + 1);
	if (b.items == NULL || b.bytes == NULL) {
		batch_free(&b);
		return -ENOMEM;
	}
	to = b.bytes;
	for (size_t i = 0; i < count; i++) {
		b.items[i].n = items[i].n;
		b.items[i].chain = memcpy(to, items[i].chain, CHAIN_SIZE);
		to += CHAIN_SIZE;
		b.items[i].payload = bytes_of(to, items[i].payload.len);
		memcpy(to, items[i].payload.data, items[i].payload.len);
		to += items[i].payload.len;
	}
	*out = b;
	return 0;
}

/* ---- folding ---- */

static int apply(struct scorer *s, const struct entry *e, const struct position *here)
{
	if (e->kind == ENTRY_RELEASE || e->kind == ENTRY_RETRACT ||
	    e->kind == ENTRY_RESTORED)
		return releasing_apply(s, e, here);
	return fold_apply(s->reading.fold, here->n, e);
}

/* Rounds that open, close or go: what rides on the head of link 3 is new. */
static void tell_rounds(struct scorer *s, enum entry_kind kind)
{
	if (s->reading.reached &&
	    (kind == ENTRY_OPEN || kind == ENTRY_CLOSE || kind == ENTRY_VOID))
		feed_server_wake(s->serving);
}

static void fold_item(struct scorer *s, const struct feed_item *item)
{
	struct reading *rd = &s->reading;
	struct position here = rd->at;
	struct entry e;
	int err = entry_decode(item->payload, true, &e);

	if (err == 0)
		err = position_step(&here, item->n, item->chain, e.header);
	if (err == 0)
		err = apply(s, &e, &here);
	if (err == 0) {
		rd->at = here;
		tell_rounds(s, e.kind);
	} else if (err == -ENOMEM) {
		scorer_error(s, "folding the journal", err);
	} else {
		scorer_halt(s, "entry %llu of the journal: %s",
			    (unsigned long long)rd->at.n + 1, err_str(err));
	}
}

/* The next item, if it may be folded now. */
static const struct feed_item *next_item(const struct scorer *s)
{
	const struct batch *b = &s->reading.batch;

	if (b->next == b->count || releasing_waits(s) || scorer_stopped(s))
		return NULL;
	return &b->items[b->next];
}

static void fold_some(struct scorer *s)
{
	struct batch *b = &s->reading.batch;
	uint64_t end_ms = clock_mono_ms() + TURN_MS;
	const struct feed_item *item = next_item(s);

	while (item != NULL && clock_mono_ms() < end_ms) {
		b->next++;
		fold_item(s, item);
		item = next_item(s);
	}
	if (b->items == NULL || b->next < b->count)
		return;
	batch_free(b);
	if (s->reading.paused) {
		s->reading.paused = false;
		feed_reader_resume(s->reading.reader);
	}
}

/* The first time at the collector's head: what is stored must all have been met. */
static void note_reached(struct scorer *s)
{
	struct reading *rd = &s->reading;

	if (rd->reached || position_is_start(&rd->head) || rd->at.n < rd->head.n ||
	    releasing_waits(s) || scorer_stopped(s) || releasing_is_foreign(s))
		return;
	if (results_head(s->results).n > fold_release_count(rd->fold)) {
		scorer_fail(s, "alarm-results-forked",
			    "the results store has releases that the journal does not "
			    "have: an older journal was put in its place. Put the "
			    "right one back; if it is lost, make the collector's "
			    "directory with `par restore`: a copy that is put there by "
			    "hand gives the same numbers twice");
		return;
	}
	rd->reached = true;
	feed_server_wake(s->serving);
	log_event(LOG_INFO, "ready", "folded=%llu releases=%llu",
		  (unsigned long long)rd->at.n,
		  (unsigned long long)fold_release_count(rd->fold));
}

static int on_turn(void *ctx)
{
	struct scorer *s = ctx;

	fold_some(s);
	note_reached(s);
	jobs_next(s);
	return next_item(s) != NULL ? 0 : -1;
}

/* ---- the reader ---- */

/* The journal is known by its first answer and stays the same. */
static int bind_journal(struct scorer *s, const uint8_t journal[JOURNAL_ID_SIZE])
{
	struct reading *rd = &s->reading;

	if (!position_is_start(&rd->at)) {
		if (memcmp(rd->at.journal, journal, JOURNAL_ID_SIZE) == 0)
			return 0;
		scorer_halt(s, "the collector now has another journal; start again");
		return ERR_FORKED;
	}
	if (results_bind(s->results, journal) != 0) {
		scorer_fail(s, "alarm-results-forked",
			    "the results were made from another journal than the "
			    "collector's: it was restored from a copy, or is another "
			    "one. Stop the scorer, delete the directory results in its "
			    "--data directory, start it: they are made again from the "
			    "journal");
		return ERR_FORKED;
	}
	memcpy(rd->at.journal, journal, JOURNAL_ID_SIZE);
	entry_chain_start(journal, 0, rd->at.chain);
	return 0;
}

static int on_items(void *ctx, const struct feed_item items[], size_t count,
		    const uint8_t journal[JOURNAL_ID_SIZE])
{
	struct scorer *s = ctx;
	struct reading *rd = &s->reading;
	int err;

	if (scorer_stopped(s) || bind_journal(s, journal) != 0)
		return -EAGAIN;
	if (rd->batch.items != NULL) {
		rd->paused = true;
		return -EAGAIN;
	}
	err = batch_copy(items, count, &rd->batch);
	if (err == 0)
		return 0;
	scorer_error(s, "reading the journal", err);
	return -EAGAIN;
}

static void on_head(void *ctx, const struct position *head, struct bytes info)
{
	struct scorer *s = ctx;

	(void)info;
	s->reading.heads++;
	if (position_is_start(head) || scorer_stopped(s) ||
	    bind_journal(s, head->journal) != 0)
		return;
	s->reading.head = *head;
}

static void on_state(void *ctx, enum client_state state)
{
	static const char *const events[] = {
	    [CLIENT_CONNECTING] = "collector-away",
	    [CLIENT_UP] = "collector-connected",
	    [CLIENT_DENIED] = "collector-denied",
	};
	struct scorer *s = ctx;

	s->reading.state = state;
	if (state == CLIENT_DENIED)
		log_event(LOG_WARN, events[state],
			  "words=\"this key is not admitted\"");
	else
		log_event(LOG_INFO, events[state], "%s", "");
}

static void on_stop(void *ctx, int err, const char *words)
{
	char safe[256];

	scorer_halt(
	    ctx, "the collector's journal cannot be read on: %s: %s", err_str(err),
	    text_escape(bytes_str(words != NULL ? words : ""), safe, sizeof(safe)));
}

int reading_open(struct scorer *s, const struct client_config *config)
{
	struct reading *rd = &s->reading;
	const struct position start = {.n = 0};
	const struct feed_handlers handlers = {
	    .ctx = s,
	    .on_items = on_items,
	    .on_head = on_head,
	    .on_state = on_state,
	    .on_stop = on_stop,
	};
	int err;

	*rd = (struct reading){.state = CLIENT_CONNECTING};
	rd->fold = fold_new(true);
	if (rd->fold == NULL)
		return -ENOMEM;
	err = loop_add_turn(s->loop, on_turn, s);
	if (err != 0)
		return err;
	return feed_reader_open(s->loop, config, &start, POLL_MS, &handlers,
				&rd->reader);
}

void reading_close(struct scorer *s)
{
	if (s->loop != NULL)
		loop_remove_turn(s->loop, s);
	feed_reader_close(s->reading.reader);
	batch_free(&s->reading.batch);
	fold_free(s->reading.fold);
	s->reading = (struct reading){.reader = NULL};
}
