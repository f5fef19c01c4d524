/*
 * The environment beneath all stores: made, filled, removed, and made again under the
 * same name. Told is: that it is there, each value, and that it is gone.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "common/store/store.h"
#include "tests/crash/case.h"

enum { TABLE, TABLES, MAP_BYTES = 4 << 20, LIVES = 12, VALUES = 4, VALUE_SIZE = 3000 };

/* round: the life, from 1; n: values */
enum what { MADE = 1, PUT, REMOVING, REMOVED };

struct value {
	uint8_t key[4];
	uint8_t bytes[VALUE_SIZE];
};

struct things {
	struct value list[LIVES + 2][VALUES]; /* by life */
};

static void *make(uint64_t seed)
{
	struct things *t = calloc(1, sizeof(*t));
	struct dice dice = dice_of(seed, 5);

	if (!t)
		abort();
	for (size_t life = 0; life < LIVES + 2; life++) {
		for (uint32_t i = 0; i < VALUES; i++) {
			be32_put(t->list[life][i].key, i);
			dice_fill(&dice, t->list[life][i].bytes, VALUE_SIZE);
		}
	}
	return t;
}

static int open_store(const char *dir, bool *created, struct store **out)
{
	static const char *const tables[TABLES] = {"values"};

	return store_open(path_of(dir, "env").text, MAP_BYTES, tables, TABLES, created,
			  out);
}

static int put(struct store *s, const struct value *v)
{
	struct store_txn t;

	store_begin(s, true, &t);
	store_put(&t, TABLE, bytes_of(v->key, sizeof(v->key)),
		  bytes_of(v->bytes, VALUE_SIZE));
	return store_commit(&t);
}

/* ---- what was told ---- */

struct view {
	uint32_t life; /* the last that was told of; 0: none */
	uint64_t values;
	bool removing, removed;
};

static struct view view_of(const struct told *told)
{
	struct view v = {.removed = true};

	for (size_t i = 0; i < told->count; i++) {
		const struct mark *m = &told->marks[i];

		if (m->what == MADE && m->round != v.life)
			v = (struct view){.life = m->round};
		if (m->what == PUT)
			v.values = m->n;
		v.removing = v.removing || m->what == REMOVING;
		v.removed = v.removed || m->what == REMOVED;
	}
	return v;
}

/* ---- the work ---- */

static void tell_life(struct teller *teller, enum what what, uint32_t life, uint64_t n)
{
	tell(teller, &(struct mark){.what = what, .round = life, .n = n});
}

static int fill(const struct things *t, const char *dir, uint32_t life, uint64_t from,
		struct teller *teller)
{
	struct store *s;
	int err = open_store(dir, NULL, &s);

	if (err < 0)
		return err;
	tell_life(teller, MADE, life, 0);
	for (uint64_t i = from; i < VALUES && err == 0; i++) {
		err = put(s, &t->list[life][i]);
		if (err == 0)
			tell_life(teller, PUT, life, i + 1);
	}
	store_close(s);
	return err;
}

static int take_away(const char *dir, uint32_t life, struct teller *teller)
{
	int err;

	tell_life(teller, REMOVING, life, 0);
	err = store_remove(path_of(dir, "env").text);
	/* Gone already: a run before was killed right after. */
	if (err < 0 && err != -ENOENT)
		return err;
	tell_life(teller, REMOVED, life, 0);
	return 0;
}

static int work(const void *things, const char *dir, const struct told *told,
		struct teller *teller)
{
	struct view v = view_of(told);
	int err = 0;

	if (v.removing && !v.removed)
		err = take_away(dir, v.life, teller);
	else if (!v.removed)
		err = fill(things, dir, v.life, v.values, teller);
	if (err == 0 && !v.removing && !v.removed)
		err = take_away(dir, v.life, teller);
	for (uint32_t life = v.life + 1; life <= LIVES && err == 0; life++) {
		err = fill(things, dir, life, 0, teller);
		if (err == 0)
			err = take_away(dir, life, teller);
	}
	return err;
}

/* ---- the check ---- */

struct reading {
	const struct value *list; /* of one life */
	uint64_t n;
};

static int on_value(void *ctx, struct bytes key, struct bytes value)
{
	struct reading *r = ctx;
	const struct value *v;

	if (r->n == VALUES)
		return ERR_FORMAT;
	v = &r->list[r->n++];
	return bytes_equal(key, bytes_of(v->key, sizeof(v->key))) &&
		       bytes_equal(value, bytes_of(v->bytes, VALUE_SIZE))
		   ? 0
		   : ERR_FORKED;
}

static int count_values(struct store *s, const struct value *list, uint64_t *n)
{
	struct reading r = {.list = list};
	struct store_txn t;
	int err;

	store_begin(s, false, &t);
	err = store_scan(&t, TABLE, bytes_of(NULL, 0), on_value, &r);
	store_abort(&t);
	*n = r.n;
	return err;
}

/* Whole or not there: what it may hold depends on what was told. */
static int check_values(const struct view *v, bool created, uint64_t n,
			struct finding *f)
{
	if (v->removed)
		return n == 0 ? 0 : finding_say(f, "what was removed is there again");
	if (created)
		return v->removing ? 0 : finding_say(f, "what was made is gone");
	if (n < v->values || n > v->values + 1)
		return finding_say(f, "%u values are there, %u were told", (unsigned)n,
				   (unsigned)v->values);
	return 0;
}

static bool is_ours(const void *ctx, const char *name)
{
	(void)ctx;
	return strcmp(name, "env") == 0;
}

static int check_store(const struct things *t, const char *dir, const struct view *v,
		       struct store *s, bool created, struct finding *f)
{
	char stray[256];
	uint64_t n;
	int err = count_values(s, t->list[v->life], &n);

	if (err < 0)
		return finding_say(f, "after %u values: %s", (unsigned)n, err_str(err));
	err = check_values(v, created, n, f);
	if (err == 0 && stray_name(dir, is_ours, NULL, stray))
		err = finding_say(f, "%s was left", stray);
	if (err == 0 && n < VALUES && put(s, &t->list[v->life][n]) < 0)
		err = finding_say(f, "the next value is not taken");
	return err;
}

static int check(const void *things, const char *dir, const struct told *told,
		 struct dice *dice, struct finding *f)
{
	struct view v = view_of(told);
	bool created;
	struct store *s;
	int err = open_store(dir, &created, &s);

	(void)dice;
	if (err < 0)
		return finding_say(f, "open: %s", err_str(err));
	err = check_store(things, dir, &v, s, created, f);
	store_close(s);
	if (err < 0)
		return err;
	if (store_remove(path_of(dir, "env").text) < 0)
		return finding_say(f, "it is not removed");
	err = open_store(dir, &created, &s);
	if (err < 0 || !created)
		return finding_say(f, "it is not made again");
	store_close(s);
	return 0;
}

const struct crash_case crash_store = {
    .name = "store",
    .make = make,
    .free = free,
    .work = work,
    .check = check,
};
