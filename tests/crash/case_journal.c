/*
 * The journal. Told is: its id, and the head, by each answer to an append and by each
 * opening (who asks again for a sheet that is there is answered from it).
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/err.h"
#include "common/store/journal.h"
#include "common/store/store.h"
#include "tests/crash/case.h"

enum {
	LIMIT = 8 << 20,
	GOAL = 160,
	BATCH_MAX = 6,
	RECORDS = GOAL + 4 * BATCH_MAX,
	BODY_MAX = 6000,
	REOPEN_ONE_IN = 24,
};

enum what { TOLD_ID = 1, TOLD_HEAD };

struct things {
	struct bytes records[RECORDS + 1]; /* by position */
	uint8_t batch[RECORDS + 1];        /* that follows a position; 0: inside one */
	struct buf bytes;
};

static void make_record(struct buf *out, struct dice *dice)
{
	uint8_t body[BODY_MAX];
	size_t len = dice_coin(dice, 16) ? BODY_MAX : 100 + dice_below(dice, 500);
	struct seal seal = {.rater = (uint32_t)dice_below(dice, 1000)};

	dice_fill(dice, seal.random, sizeof(seal.random));
	dice_fill(dice, body, len);
	if (entry_encode(ENTRY_BALLOT, 1, &seal, bytes_of(body, len), out) < 0)
		abort();
}

static void *make(uint64_t seed)
{
	struct things *t = calloc(1, sizeof(*t));
	struct dice dice = dice_of(seed, 1);
	size_t start[RECORDS + 2] = {0};

	if (!t)
		abort();
	buf_init(&t->bytes, SIZE_MAX);
	for (size_t n = 1; n <= RECORDS; n++) {
		make_record(&t->bytes, &dice);
		start[n + 1] = t->bytes.len;
	}
	for (size_t n = 1; n <= RECORDS; n++)
		t->records[n] =
		    bytes_of(t->bytes.data + start[n], start[n + 1] - start[n]);
	for (size_t n = 0; n + BATCH_MAX <= RECORDS; n += t->batch[n])
		t->batch[n] = (uint8_t)(1 + dice_below(&dice, BATCH_MAX));
	return t;
}

static void free_things(void *things)
{
	struct things *t = things;

	buf_free(&t->bytes);
	free(t);
}

/* ---- the work ---- */

static int open_journal(const char *dir, int *lock, struct journal **out)
{
	struct path data = path_of(dir, "data"), uri = path_of("lmdb:", "");
	int err = store_lock(data.text, lock);

	if (err < 0)
		return err;
	snprintf(uri.text, sizeof(uri.text), "lmdb:%.4000s/journal", data.text);
	err = journal_open(uri.text, LIMIT, out);
	if (err < 0)
		close(*lock);
	return err;
}

static void close_journal(struct journal *j, int lock)
{
	journal_close(j);
	close(lock);
}

struct answer {
	struct teller *teller; /* NULL: nobody is told */
	size_t count;
	int err;
};

static void on_done(void *ctx, int err, uint64_t first)
{
	struct answer *a = ctx;
	struct mark mark = {.what = TOLD_HEAD, .n = first + a->count - 1};

	a->err = err;
	if (err == 0 && a->teller)
		tell(a->teller, &mark);
}

static int append(const struct things *t, struct journal *j, struct teller *teller)
{
	uint64_t n = journal_head(j, 0).n;
	struct answer answer = {teller, t->batch[n], 0};

	journal_append(j, 0, t->records + n + 1, answer.count, on_done, &answer);
	return answer.err;
}

static void tell_opened(struct journal *j, struct teller *teller)
{
	struct position head = journal_head(j, 0);
	struct mark id = {.what = TOLD_ID}, at = {.what = TOLD_HEAD, .n = head.n};

	memcpy(id.bytes, head.journal, JOURNAL_ID_SIZE);
	tell(teller, &id);
	tell(teller, &at);
}

static int work(const void *things, const char *dir, const struct told *told,
		struct teller *teller)
{
	const struct things *t = things;
	uint64_t n = 0;
	int err = 0;

	(void)told;
	while (n < GOAL && err == 0) {
		struct journal *j;
		int lock;

		err = open_journal(dir, &lock, &j);
		if (err < 0)
			return err;
		tell_opened(j, teller);
		for (n = journal_head(j, 0).n; err == 0 && n < GOAL;) {
			err = append(t, j, teller);
			n = journal_head(j, 0).n;
			if (n % REOPEN_ONE_IN == 0)
				break;
		}
		close_journal(j, lock);
	}
	return err;
}

/* ---- the check ---- */

struct reading {
	const struct things *things;
	uint8_t chain[CHAIN_SIZE];
	uint64_t n;
	struct finding *finding;
};

static int on_record(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		     struct bytes record)
{
	struct reading *r = ctx;

	r->n++;
	if (n != r->n || n > RECORDS)
		return finding_say(r->finding, "after %llu comes %llu",
				   (unsigned long long)r->n - 1, (unsigned long long)n);
	if (!bytes_equal(record, r->things->records[n]))
		return finding_say(r->finding, "record %llu has other bytes",
				   (unsigned long long)n);
	entry_chain_next(r->chain, n, bytes_of(record.data, ENTRY_HEADER));
	if (memcmp(r->chain, chain, CHAIN_SIZE) != 0)
		return finding_say(r->finding, "the chain does not hold at %llu",
				   (unsigned long long)n);
	return 0;
}

/* Every record up to the head is there once, with its bytes and its chain. */
static int check_whole(const struct things *t, struct journal *j, struct finding *f)
{
	struct position head = journal_head(j, 0);
	struct reading r = {.things = t, .finding = f};
	int err;

	entry_chain_start(head.journal, 0, r.chain);
	err = journal_read(j, 0, 1, on_record, &r, NULL);
	if (err < 0)
		return f->words[0] ? -1 : finding_say(f, "read: %s", err_str(err));
	if (r.n != head.n || memcmp(r.chain, head.chain, CHAIN_SIZE) != 0)
		return finding_say(f, "the head is not the last record");
	return 0;
}

static int check_told(const struct things *t, const struct position *head,
		      const struct told *told, struct finding *f)
{
	for (size_t i = 0; i < told->count; i++) {
		const struct mark *m = &told->marks[i];

		if (m->what == TOLD_ID &&
		    memcmp(m->bytes, head->journal, JOURNAL_ID_SIZE) != 0)
			return finding_say(f, "it is another journal now");
		if (m->what == TOLD_HEAD && m->n > head->n)
			return finding_say(f, "the head is %llu and %llu was told",
					   (unsigned long long)head->n,
					   (unsigned long long)m->n);
	}
	if (head->n > RECORDS || t->batch[head->n] == 0)
		return finding_say(f, "a part of a batch is there, up to %llu",
				   (unsigned long long)head->n);
	return 0;
}

static bool is_ours(const void *ctx, const char *name)
{
	(void)ctx;
	return strcmp(name, "lock") == 0 || strcmp(name, "journal") == 0 ||
	       strcmp(name, "journal.head") == 0;
}

/* Opens it, looks at all of it, and appends a batch. */
static int check_once(const struct things *t, const char *dir, const struct told *told,
		      struct finding *f)
{
	char stray[256];
	struct position head;
	struct journal *j;
	int lock, err = open_journal(dir, &lock, &j);

	if (err < 0)
		return finding_say(f, "open: %s", err_str(err));
	head = journal_head(j, 0);
	err = check_told(t, &head, told, f);
	if (err == 0)
		err = check_whole(t, j, f);
	if (err == 0 && append(t, j, NULL) < 0)
		err = finding_say(f, "the next batch is not taken");
	if (err == 0 && stray_name(path_of(dir, "data").text, is_ours, NULL, stray))
		err = finding_say(f, "%s was left", stray);
	close_journal(j, lock);
	return err;
}

static int check(const void *things, const char *dir, const struct told *told,
		 struct dice *dice, struct finding *f)
{
	const struct things *t = things;
	int err = check_once(t, dir, told, f);

	(void)dice;
	return err < 0 ? err : check_once(t, dir, told, f);
}

const struct crash_case crash_journal = {
    .name = "journal",
    .make = make,
    .free = free_things,
    .work = work,
    .check = check,
};
