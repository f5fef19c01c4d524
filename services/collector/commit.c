#include "services/collector/commit.h"

#include "common/base/err.h"
#include "common/base/log.h"
#include "services/collector/answer.h"

struct outcome {
	bool called;
	int err;
	uint64_t first;
};

static void on_done(void *ctx, int err, uint64_t first)
{
	struct outcome *o = ctx;

	*o = (struct outcome){true, err, first};
}

static struct outcome append(struct collector *c)
{
	struct bytes records[BATCH_ENTRIES_MAX];
	struct outcome o = {.err = ERR_RETRY};

	for (size_t i = 0; i < c->batch.count; i++)
		records[i] = batch_record(&c->batch, i);
	journal_append(c->journal, 0, records, c->batch.count, on_done, &o);
	return o;
}

static int apply(struct collector *c, uint64_t first)
{
	for (size_t i = 0; i < c->batch.count; i++) {
		struct entry e;
		int err = entry_decode(batch_record(&c->batch, i), false, &e);

		if (!err)
			err = fold_apply(c->fold, first + i, &e);
		if (err)
			return err;
	}
	return 0;
}

static void answer_all(struct collector *c)
{
	for (size_t i = 0; i < c->batch.answer_count; i++) {
		int err = wire_send(c->intake, &c->batch.answers[i].peer,
				    batch_answer_bytes(&c->batch, i));

		(void)err; /* Gone or slow: the client asks again. */
	}
}

static void refuse_all(struct collector *c)
{
	for (size_t i = 0; i < c->batch.answer_count; i++) {
		const struct batch_answer *a = &c->batch.answers[i];
		struct request q = {.peer = &a->peer, .id = a->id};

		answer_say(c, &q, PAR__V1__OUTCOME__OUTCOME_TRY_LATER,
			   "the journal is full: try again later");
	}
}

static void count(struct collector *c)
{
	c->counts.commits++;
	c->counts.entries += c->batch.count;
	if (c->batch.count > c->counts.batch_max)
		c->counts.batch_max = c->batch.count;
}

static int finish(struct collector *c, const struct outcome *o)
{
	int err = o->err;

	if (err == ERR_FULL) {
		if (!c->full)
			log_event(LOG_ERROR, "journal-full",
				  "entries=%llu words=\"free disk, or start with a "
				  "larger --journal-bytes\"",
				  (unsigned long long)fold_n(c->fold));
		c->full = true;
		refuse_all(c);
		return err;
	}
	if (!err)
		err = apply(c, o->first);
	if (err) {
		collector_fail(c, "commit-failed", err);
		return err;
	}
	c->full = false;
	count(c);
	answer_all(c);
	return 0;
}

int commit_batch(struct collector *c)
{
	struct outcome o;
	int err;

	if (!c->batch.count)
		return 0;
	o = append(c);
	err = finish(c, &o);
	batch_reset(&c->batch);
	collector_look_at_room(c);
	return err;
}
