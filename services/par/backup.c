/* par backup: a journal that is an exact copy of the collector's, made over link 2. */

#include "services/par/commands.h"

#include "common/base/err.h"
#include "services/par/copy.h"
#include "services/par/link2.h"
#include "services/par/position.h"
#include "services/par/show.h"

#include <inttypes.h>
#include <string.h>

struct backing {
	struct copy copy;
	struct journal *journal; /* NULL: none yet */
	struct copy_batch batch;
	struct position at; /* all 0: nothing yet */
	uint64_t before;    /* entries that were there */
	struct progress progress;
};

static int tell_damaged(const struct backing *b, uint64_t n, const char *what)
{
	show_say("entry %" PRIu64 " as the collector sends it: %s; nothing of it was "
		 "taken. %s holds what came before; `par doctor` looks at the rest",
		 n, what, b->copy.dir);
	return ERR_CORRUPT;
}

/* Digests and chain; the checksum on disk is the collector's and was checked by it. */
static int check(struct backing *b, const struct feed_item *item)
{
	struct entry e;
	if (item->payload.len == ENTRY_HEADER) {
		show_say("entry %" PRIu64 " came without its seal and body: a backup "
			 "needs a key of role internal",
			 item->n);
		return ERR_CONFIG;
	}
	int err = entry_decode(item->payload, true, &e);
	if (err == ERR_VERSION)
		show_say("entry %" PRIu64 " was made by a newer version: use its par",
			 item->n);
	if (err == ERR_VERSION)
		return err;
	if (err != 0)
		return tell_damaged(b, item->n, "its digests do not hold");
	if (position_step(&b->at, item->n, item->chain, e.header) != 0)
		return tell_damaged(b, item->n, "its chain does not hold");
	return 0;
}

static int begin(struct backing *b, const uint8_t journal[JOURNAL_ID_SIZE])
{
	if (b->journal)
		return 0;
	int err = copy_journal(&b->copy, journal, &b->journal);
	if (err != 0)
		return err;
	b->at = journal_head(b->journal, 0);
	return copy_batch_init(&b->batch, b->journal);
}

static int on_batch(void *ctx, const struct link2_batch *in)
{
	struct backing *b = ctx;
	int err = begin(b, in->journal);
	for (size_t i = 0; i < in->count && err == 0; i++) {
		err = check(b, &in->items[i]);
		if (err == 0)
			err = copy_put(&b->batch, in->items[i].payload);
	}
	if (err == 0)
		err = copy_flush(&b->batch);
	if (err != 0)
		return err;
	progress_show(&b->progress, b->at.n, in->last);
	return 0;
}

static int open_copy(struct backing *b, const char *dir)
{
	int err = copy_open(dir, &b->copy);
	if (err != 0 || !copy_has_journal(&b->copy))
		return err;
	err = copy_journal(&b->copy, NULL, &b->journal);
	if (err != 0)
		return err;
	b->at = journal_head(b->journal, 0);
	b->before = b->at.n;
	return copy_batch_init(&b->batch, b->journal);
}

static void tell_forked(const struct backing *b)
{
	show_say("the collector's journal does not hold entry %" PRIu64
		 " of %s: it was restored or replaced since, and the two have forked. "
		 "Nothing was changed. Keep %s as it is, and make the backup in "
		 "another directory",
		 b->before, b->copy.dir, b->copy.dir);
}

static int follow(const struct options *o, struct backing *b)
{
	progress_init(&b->progress, "backing up");
	int err = link2_follow(o, ROLE_INTERNAL, &b->at, on_batch, b);
	progress_end(&b->progress);
	if (err == ERR_FORKED)
		tell_forked(b);
	if (err == ERR_FULL)
		show_say("%s: the disk is full; run the same command again when there "
			 "is room",
			 b->copy.dir);
	return err;
}

static void print_done(const struct backing *b)
{
	char text[POSITION_TEXT];
	printf("entries %" PRIu64 "\nnew %" PRIu64 "\nposition %s\n", b->at.n,
	       b->at.n - b->before, position_text(&b->at, text));
}

int backup(const struct options *o, char *const words[])
{
	struct backing b = {.copy = {.lock = -1}};
	int err = open_copy(&b, words[0]);
	if (err == 0)
		err = follow(o, &b);
	if (err == 0)
		print_done(&b);
	copy_batch_free(&b.batch);
	journal_close(b.journal);
	copy_close(&b.copy);
	return err;
}
