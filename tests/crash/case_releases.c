/*
 * The releases of the publisher. Told is: the last item, by each opening and each batch
 * taken (link 4 hands it out), and each file kept. What is missing after a cut comes
 * again by link 3, and files are made again: to the same bytes.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "services/publisher/releases.h"
#include "tests/crash/case.h"
#include "tests/unit/publisher/example.h"

enum {
	MAP_BYTES = 8 << 20,
	ITEMS = 20,
	BATCH_MAX = 3,
	FILE_MAX = 9000,
	FILES = 2, /* of an item */
	REOPEN_ONE_IN = 5,
};

enum what { TOLD_HEAD = 1, TOLD_FILES };

struct thing {
	struct buf payload;
	uint8_t chain[CHAIN_SIZE];
	char keys[FILES][16];
	struct buf files[FILES];
};

struct things {
	uint8_t journal[JOURNAL_ID_SIZE];
	struct thing list[ITEMS + 1]; /* by ordinal */
};

/* Every fourth item retracts the one before; each release is of a round of its own. */
static void make_payload(struct thing *thing, uint64_t n)
{
	char round[32];

	snprintf(round, sizeof(round), "r%u", (unsigned)(n % 4 == 0 ? n - 1 : n));
	if (n % 4 == 0)
		example_retraction(round, 1, "lý do", &thing->payload);
	else
		example_release(&(struct example){.round = round, .number = 1},
				&thing->payload);
}

static void make_file(struct thing *thing, uint64_t n, size_t which, struct dice *dice)
{
	struct buf *out = &thing->files[which];
	size_t len = 1 + dice_below(dice, FILE_MAX);

	snprintf(thing->keys[which], sizeof(thing->keys[which]), "f%u-%u", (unsigned)n,
		 (unsigned)which);
	buf_init(out, len);
	if (buf_reserve(out, len) < 0)
		abort();
	dice_fill(dice, out->data, len);
	out->len = len;
}

static void *make(uint64_t seed)
{
	struct things *t = calloc(1, sizeof(*t));
	struct dice dice = dice_of(seed, 3);
	uint8_t chain[CHAIN_SIZE];

	if (!t)
		abort();
	dice_fill(&dice, t->journal, sizeof(t->journal));
	entry_chain_start(t->journal, 0, chain);
	for (uint64_t n = 1; n <= ITEMS; n++) {
		struct thing *thing = &t->list[n];

		make_payload(thing, n);
		for (size_t i = 0; i < FILES; i++)
			make_file(thing, n, i, &dice);
		release_chain_next(chain, n, buf_bytes(&thing->payload));
		memcpy(thing->chain, chain, CHAIN_SIZE);
	}
	return t;
}

static void free_things(void *things)
{
	struct things *t = things;

	for (size_t n = 1; n <= ITEMS; n++) {
		buf_free(&t->list[n].payload);
		for (size_t i = 0; i < FILES; i++)
			buf_free(&t->list[n].files[i]);
	}
	free(t);
}

/* Takes the next items as one batch, up to BATCH_MAX. */
static int take_batch(const struct things *t, struct releases *s)
{
	uint64_t n = releases_position(s).n, end = n + 1 + n % BATCH_MAX;
	int err = 0;

	releases_begin(s);
	while (n < end && n < ITEMS && err == 0) {
		const struct thing *thing = &t->list[++n];

		err = releases_put(s, t->journal, n, thing->chain,
				   buf_bytes(&thing->payload));
	}
	if (err == 0)
		return releases_commit(s);
	releases_abort(s);
	return err;
}

static int put_files(const struct things *t, struct releases *s, uint64_t n)
{
	const struct thing *thing = &t->list[n];
	struct releases_file files[FILES];

	for (size_t i = 0; i < FILES; i++)
		files[i] = (struct releases_file){bytes_str(thing->keys[i]),
						  buf_bytes(&thing->files[i])};
	return releases_file_put(s, files, FILES);
}

static void tell_n(struct teller *teller, enum what what, uint64_t n)
{
	struct mark mark = {.what = what, .n = n};

	tell(teller, &mark);
}

/* The files of the items that came last, and what of them is told. */
static int work_files(const struct things *t, struct releases *s, uint64_t from,
		      struct teller *teller)
{
	int err = 0;

	for (uint64_t n = from + 1; n <= releases_position(s).n && err == 0; n++) {
		err = put_files(t, s, n);
		if (err == 0)
			tell_n(teller, TOLD_FILES, n);
	}
	return err;
}

static int work(const void *things, const char *dir, const struct told *told,
		struct teller *teller)
{
	const struct things *t = things;
	struct releases *s = NULL;
	int err = releases_open(dir, MAP_BYTES, &s);

	(void)told;
	while (err == 0 && releases_position(s).n < ITEMS) {
		uint64_t n = releases_position(s).n;

		tell_n(teller, TOLD_HEAD, n);
		err = take_batch(t, s);
		if (err < 0)
			break;
		tell_n(teller, TOLD_HEAD, releases_position(s).n);
		err = work_files(t, s, n, teller);
		if (err == 0 && releases_position(s).n % REOPEN_ONE_IN == 0) {
			releases_close(s);
			s = NULL;
			err = releases_open(dir, MAP_BYTES, &s);
		}
	}
	releases_close(s);
	return err;
}

/* ---- the check ---- */

struct reading {
	const struct things *things;
	uint64_t n;
};

static int on_item(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		   struct bytes payload)
{
	struct reading *r = ctx;
	const struct thing *thing;

	if (n != r->n + 1 || n > ITEMS)
		return ERR_FORMAT;
	r->n++;
	thing = &r->things->list[n];
	return memcmp(chain, thing->chain, CHAIN_SIZE) == 0 &&
		       bytes_equal(payload, buf_bytes(&thing->payload))
		   ? 0
		   : ERR_FORKED;
}

/* The files of an item: all as they were, or, unless they must be there, none. */
static int check_files(const struct things *t, struct releases *s, uint64_t n,
		       bool required, struct finding *f)
{
	const struct thing *thing = &t->list[n];
	size_t there = 0;

	for (size_t i = 0; i < FILES; i++) {
		struct buf file;
		bool same;
		int err;

		buf_init(&file, SIZE_MAX);
		err = releases_file_get(s, bytes_str(thing->keys[i]), &file);
		same = bytes_equal(buf_bytes(&file), buf_bytes(&thing->files[i]));
		buf_free(&file);
		if (err < 0 && err != ERR_NOT_FOUND)
			return finding_say(f, "file: %s", err_str(err));
		if (err == 0 && !same)
			return finding_say(f, "a file has other bytes");
		there += err == 0;
	}
	if (there == FILES || (there == 0 && !required))
		return 0;
	return finding_say(f, "%zu of %d files of item %llu are there", there, FILES,
			   (unsigned long long)n);
}

static int check_items(const struct things *t, struct releases *s, struct finding *f)
{
	struct reading reading = {.things = t};
	int err = releases_read(s, 1, on_item, &reading);

	if (err == 0 && reading.n != releases_position(s).n)
		err = ERR_CORRUPT;
	return err == 0 ? 0
			: finding_say(f, "after item %llu: %s",
				      (unsigned long long)reading.n, err_str(err));
}

static int check_told(const struct things *t, struct releases *s,
		      const struct told *told, struct finding *f)
{
	uint64_t n = releases_position(s).n;
	bool files[ITEMS + 1] = {false};
	int err = 0;

	for (size_t i = 0; i < told->count; i++) {
		const struct mark *m = &told->marks[i];

		if (m->n > n)
			return finding_say(f, "item %llu was told, the last is %llu",
					   (unsigned long long)m->n,
					   (unsigned long long)n);
		if (m->what == TOLD_FILES)
			files[m->n] = true;
	}
	for (uint64_t i = 1; i <= n && err == 0; i++)
		err = check_files(t, s, i, files[i], f);
	return err;
}

static bool is_ours(const void *ctx, const char *name)
{
	(void)ctx;
	return strcmp(name, "releases") == 0;
}

static int check_once(const struct things *t, const char *dir, const struct told *told,
		      struct finding *f)
{
	char stray[256];
	struct releases *s;
	int err = releases_open(dir, MAP_BYTES, &s);

	if (err < 0)
		return finding_say(f, "open: %s", err_str(err));
	err = check_told(t, s, told, f);
	if (err == 0)
		err = check_items(t, s, f);
	while (err == 0 && releases_position(s).n < ITEMS) {
		if (take_batch(t, s) < 0)
			err = finding_say(f, "the next items are not taken");
	}
	for (uint64_t n = 1; n <= ITEMS && err == 0; n++) {
		if (put_files(t, s, n) < 0)
			err = finding_say(f, "files are not taken");
	}
	if (err == 0 && stray_name(dir, is_ours, NULL, stray))
		err = finding_say(f, "%s was left", stray);
	releases_close(s);
	return err;
}

static int check(const void *things, const char *dir, const struct told *told,
		 struct dice *dice, struct finding *f)
{
	struct mark marks[ITEMS];
	const struct told all = {.marks = marks, .count = ITEMS};
	int err = check_once(things, dir, told, f);

	(void)dice;
	for (uint64_t i = 0; i < ITEMS; i++)
		marks[i] = (struct mark){.what = TOLD_FILES, .n = i + 1};
	return err < 0 ? err : check_once(things, dir, &all, f);
}

const struct crash_case crash_releases = {
    .name = "releases",
    .make = make,
    .free = free_things,
    .work = work,
    .check = check,
};
