/*
 * The results of the scorer. Told is: the newest item, by each opening and each item
 * stored (link 3 hands it out). What is missing after a cut is made again from the
 * journal, to the same bytes.
 */

#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "services/scorer/results.h"
#include "tests/crash/case.h"

enum {
	MAP_BYTES = 8 << 20,
	ITEMS = 40,
	ITEM_MAX = 5000,
	SCORES_MAX = 9000,
	REOPEN_ONE_IN = 9,
};

enum what { TOLD_HEAD = 1 };

struct thing {
	struct position entry; /* of the journal */
	struct buf item, scores;
	uint8_t chain[CHAIN_SIZE];
};

struct things {
	uint8_t journal[JOURNAL_ID_SIZE];
	struct thing list[ITEMS + 1]; /* by ordinal */
};

static void fill(struct buf *out, size_t len, struct dice *dice)
{
	buf_init(out, len);
	if (len > 0 && buf_reserve(out, len) < 0)
		abort();
	if (len > 0)
		dice_fill(dice, out->data, len);
	out->len = len;
}

static void *make(uint64_t seed)
{
	struct things *t = calloc(1, sizeof(*t));
	struct dice dice = dice_of(seed, 2);
	uint8_t chain[CHAIN_SIZE];

	if (!t)
		abort();
	dice_fill(&dice, t->journal, sizeof(t->journal));
	entry_chain_start(t->journal, 0, chain);
	for (uint64_t n = 1; n <= ITEMS; n++) {
		struct thing *thing = &t->list[n];
		bool retraction = dice_coin(&dice, 40);

		fill(&thing->item, 1 + dice_below(&dice, ITEM_MAX), &dice);
		fill(&thing->scores, retraction ? 0 : 1 + dice_below(&dice, SCORES_MAX),
		     &dice);
		memcpy(thing->entry.journal, t->journal, JOURNAL_ID_SIZE);
		thing->entry.n = n * 7;
		dice_fill(&dice, thing->entry.chain, CHAIN_SIZE);
		release_chain_next(chain, n, buf_bytes(&thing->item));
		memcpy(thing->chain, chain, CHAIN_SIZE);
	}
	return t;
}

static void free_things(void *things)
{
	struct things *t = things;

	for (size_t n = 1; n <= ITEMS; n++) {
		buf_free(&t->list[n].item);
		buf_free(&t->list[n].scores);
	}
	free(t);
}

static int open_results(const struct things *t, const char *dir, struct results **out)
{
	struct results *r;
	int err = results_open(path_of(dir, "results").text, MAP_BYTES, &r);

	if (err < 0)
		return err;
	err = results_bind(r, t->journal);
	if (err < 0)
		results_close(r);
	else
		*out = r;
	return err;
}

static int put_next(const struct things *t, struct results *r)
{
	const struct thing *thing = &t->list[results_head(r).n + 1];

	return results_put(r, &thing->entry, buf_bytes(&thing->item),
			   buf_bytes(&thing->scores));
}

static void tell_head(struct results *r, struct teller *teller)
{
	struct mark mark = {.what = TOLD_HEAD, .n = results_head(r).n};

	tell(teller, &mark);
}

static int work(const void *things, const char *dir, const struct told *told,
		struct teller *teller)
{
	const struct things *t = things;
	struct results *r = NULL;
	int err = open_results(t, dir, &r);

	(void)told;
	while (err == 0) {
		tell_head(r, teller);
		if (results_head(r).n == ITEMS)
			break;
		err = put_next(t, r);
		if (err == 0 && results_head(r).n % REOPEN_ONE_IN == 0) {
			results_close(r);
			r = NULL;
			err = open_results(t, dir, &r);
		}
	}
	results_close(r);
	return err;
}

/* ---- the check ---- */

struct reading {
	const struct things *things;
	uint64_t n;
};

static int on_item(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		   struct bytes item)
{
	struct reading *r = ctx;
	const struct thing *thing;

	if (n != r->n + 1 || n > ITEMS)
		return ERR_FORMAT;
	r->n++;
	thing = &r->things->list[n];
	return memcmp(chain, thing->chain, CHAIN_SIZE) == 0 &&
		       bytes_equal(item, buf_bytes(&thing->item))
		   ? 0
		   : ERR_FORKED;
}

static int check_rest(const struct things *t, struct results *r, uint64_t n)
{
	const struct thing *thing = &t->list[n];
	struct position entry;
	struct buf scores;
	int err = results_entry(r, n, &entry);

	if (err == 0 && (entry.n != thing->entry.n ||
			 memcmp(entry.chain, thing->entry.chain, CHAIN_SIZE) != 0))
		err = ERR_FORKED;
	if (err < 0)
		return err;
	buf_init(&scores, SIZE_MAX);
	err = results_scores(r, n, &scores);
	if (err == ERR_NOT_FOUND && thing->scores.len == 0)
		err = 0;
	if (err == 0 && !bytes_equal(buf_bytes(&scores), buf_bytes(&thing->scores)))
		err = ERR_FORKED;
	buf_free(&scores);
	return err;
}

/* All that is there is what it was without a cut. */
static int check_items(const struct things *t, struct results *r, struct finding *f)
{
	struct reading reading = {.things = t};
	int err = results_read(r, 1, on_item, &reading);

	if (err == 0 && reading.n != results_head(r).n)
		err = ERR_CORRUPT;
	for (uint64_t n = 1; n <= reading.n && err == 0; n++)
		err = check_rest(t, r, n);
	return err == 0 ? 0
			: finding_say(f, "after item %llu: %s",
				      (unsigned long long)reading.n, err_str(err));
}

static int check_told(struct results *r, const struct told *told, struct finding *f)
{
	for (size_t i = 0; i < told->count; i++) {
		if (told->marks[i].n > results_head(r).n)
			return finding_say(f, "item %llu was told, the last is %llu",
					   (unsigned long long)told->marks[i].n,
					   (unsigned long long)results_head(r).n);
	}
	return 0;
}

static bool is_ours(const void *ctx, const char *name)
{
	(void)ctx;
	return strcmp(name, "results") == 0;
}

/* Opens it, looks, and goes on up to item `end`. */
static int check_to(const struct things *t, const char *dir, const struct told *told,
		    uint64_t end, struct finding *f)
{
	char stray[256];
	struct results *r;
	int err = open_results(t, dir, &r);

	if (err < 0)
		return finding_say(f, "open: %s", err_str(err));
	err = check_told(r, told, f);
	if (err == 0)
		err = check_items(t, r, f);
	while (err == 0 && results_head(r).n < end) {
		if (put_next(t, r) < 0)
			err = finding_say(f, "the next item is not taken");
	}
	if (err == 0 && stray_name(dir, is_ours, NULL, stray))
		err = finding_say(f, "%s was left", stray);
	results_close(r);
	return err;
}

static int check(const void *things, const char *dir, const struct told *told,
		 struct dice *dice, struct finding *f)
{
	const struct told all = {.marks = &(struct mark){.what = TOLD_HEAD, .n = ITEMS},
				 .count = 1};
	int err = check_to(things, dir, told, ITEMS, f);

	(void)dice;
	return err < 0 ? err : check_to(things, dir, &all, ITEMS, f);
}

const struct crash_case crash_results = {
    .name = "results",
    .make = make,
    .free = free_things,
    .work = work,
    .check = check,
};
