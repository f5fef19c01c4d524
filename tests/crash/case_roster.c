/*
 * The rosters of the collector: rows and key of a round are durable before the journal
 * tells of them. The marks stand for the journal here: what it tells of is there after
 * a cut; what it does not tell of is gone, with its key. A code that was handed out is
 * there; a roster that was forgotten is gone, its key overwritten.
 */

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "tests/crash/roster_books.h"

enum { STEPS = 14, ROWS_MAX = 12 };

enum action { ENROL, ENROL_FRESH, MAKE_CODES, FORGET };

struct step {
	enum action action;
	bool dropped;  /* the journal does not take it */
	uint32_t pick; /* which of the rounds that are there */
	uint32_t rows;
};

struct things {
	struct step steps[STEPS];
};

static void *make(uint64_t seed)
{
	static const enum action actions[] = {
	    ENROL,      ENROL_FRESH, ENROL_FRESH, ENROL_FRESH,
	    MAKE_CODES, MAKE_CODES,  FORGET,
	};
	struct things *t = calloc(1, sizeof(*t));
	struct dice dice = dice_of(seed, 4);

	if (!t)
		abort();
	for (size_t i = 0; i < STEPS; i++) {
		t->steps[i] = (struct step){
		    .action = actions[dice_below(&dice, 7)],
		    .dropped = dice_coin(&dice, 64),
		    .pick = (uint32_t)dice_next(&dice),
		    .rows = 1 + (uint32_t)dice_below(&dice, ROWS_MAX),
		};
	}
	return t;
}

/* ---- the work ---- */

static int drop(struct books *b, uint32_t number, struct roster_mark mark, bool fresh,
		struct teller *teller)
{
	tell(teller, &(struct mark){.what = DROPPING, .round = number});
	if (!fresh)
		return roster_rollback(b->list[number], mark);
	roster_free(b->list[number]);
	b->list[number] = NULL;
	return roster_files_remove(b->dir, number);
}

static int enrol(struct books *b, const struct step *step, uint32_t number,
		 struct teller *teller)
{
	bool fresh = !b->list[number];
	struct roster_mark before = {0};
	struct mark mark;
	int err;

	if (!fresh)
		before = roster_mark(b->list[number]);
	err = books_enrol(b, number, step->rows, teller, &mark);
	if (err == 0 && step->dropped)
		err = drop(b, number, before, fresh, teller);
	if (err < 0)
		return err;
	mark.what = step->dropped ? DROPPED : TOLD;
	tell(teller, &mark);
	if (!step->dropped)
		view_take(&b->view, &mark);
	return 0;
}

static int forget(struct books *b, uint32_t number, struct teller *teller)
{
	struct mark mark = {.what = FORGETTING, .round = number};
	int err;

	tell(teller, &mark);
	err = roster_files_forget(b->dir, number);
	if (err < 0)
		return err;
	roster_free(b->list[number]);
	b->list[number] = NULL;
	mark.what = FORGOTTEN;
	tell(teller, &mark);
	view_take(&b->view, &mark);
	return 0;
}

/* One of the rounds whose roster is not forgotten; 0: there is none. */
static uint32_t choose(const struct view *v, uint32_t pick)
{
	uint32_t there[ROUNDS_MAX], count = 0;

	for (uint32_t i = 1; i <= v->rounds; i++) {
		if (!v->list[i].forgotten)
			there[count++] = i;
	}
	return count > 0 ? there[pick % count] : 0;
}

static int take_step(struct books *b, const struct step *step, struct teller *teller)
{
	uint32_t number = choose(&b->view, step->pick);

	if (step->action == ENROL_FRESH || number == 0)
		return enrol(b, step, b->view.rounds + 1, teller);
	switch (step->action) {
	case ENROL:
		return enrol(b, step, number, teller);
	case MAKE_CODES:
		return books_make_codes(b, number, teller);
	case FORGET:
	case ENROL_FRESH:
		break;
	}
	return forget(b, number, teller);
}

static int work(const void *things, const char *dir, const struct told *told,
		struct teller *teller)
{
	const struct things *t = things;
	struct path place = path_of(dir, "rosters");
	struct books b = {.dir = place.text, .view = view_of(told)};
	int err;

	tell(teller, &(struct mark){.what = STARTED});
	err = books_open(&b);
	for (size_t i = b.view.steps; i < STEPS && err == 0; i++)
		err = take_step(&b, &t->steps[i], teller);
	books_close(&b);
	return err;
}

/* ---- the check ---- */

static bool is_ours(const void *ctx, const char *name)
{
	const struct books *b = ctx;
	char *end;
	unsigned long number = strtoul(name, &end, 10);

	if (number < 1 || number > b->view.rounds)
		return false;
	if (!b->list[number])
		return strcmp(end, ".forgotten") == 0;
	return end[0] == '\0' || strcmp(end, ".key") == 0;
}

static int check_forgotten(const struct books *b, struct finding *f)
{
	for (uint32_t i = 1; i <= b->view.rounds; i++) {
		const struct round_view *r = &b->view.list[i];

		if (r->forgotten && b->list[i])
			return finding_say(f, "roster %u is not forgotten", i);
		if (!r->forgetting && !b->list[i])
			return finding_say(f, "roster %u is gone", i);
	}
	return 0;
}

/* A code that was handed out holds until another one of its row may do. */
static int check_code(const struct books *b, const struct told *told, size_t at,
		      struct finding *f)
{
	const struct mark *m = &told->marks[at];
	const struct roster *r = b->list[m->round];
	bool found = false;

	for (size_t i = at; r && i < told->count && !found; i++) {
		const struct mark *o = &told->marks[i];
		struct roster_code code = {.place = (uint32_t)m->n};

		if ((o->what != CODING && o->what != CODED) || o->round != m->round ||
		    o->n != m->n)
			continue;
		memcpy(code.hash, o->bytes, sizeof(code.hash));
		found = roster_has_new_code(r, &code);
	}
	if (!r || found)
		return 0;
	return finding_say(f, "the code of row %u of roster %u is gone", (unsigned)m->n,
			   m->round);
}

/* All that the journal tells of is there and nothing else. */
static int check_books(const struct books *b, const struct told *told,
		       struct finding *f)
{
	char stray[256];
	int err = check_forgotten(b, f);

	for (size_t i = 0; i < told->count && err == 0; i++) {
		if (told->marks[i].what == CODED)
			err = check_code(b, told, i, f);
	}
	if (err == 0 && stray_name(b->dir, is_ours, b, stray))
		err = finding_say(f, "%s was left", stray);
	return err;
}

/* More rows for every round, and a new one. */
static int work_on(struct books *b, struct view *view, struct finding *f)
{
	uint32_t end = b->view.rounds + 1;
	struct mark mark;

	for (uint32_t number = 1; number <= end; number++) {
		int err;

		if (!b->list[number] && number < end)
			continue;
		err = books_enrol(b, number, 2, NULL, &mark);
		if (err < 0)
			return finding_say(f, "the next rows are not taken: %s",
					   err_str(err));
		mark.what = TOLD;
		view_take(view, &mark);
	}
	return 0;
}

static int check_once(const char *dir, struct view *view, const struct told *told,
		      struct finding *f)
{
	struct path place = path_of(dir, "rosters");
	struct books b = {.dir = place.text, .view = *view};
	int err = books_open(&b);

	err = err < 0 ? finding_say(f, "open: %s", err_str(err))
		      : check_books(&b, told, f);
	if (err == 0)
		err = work_on(&b, view, f);
	books_close(&b);
	return err;
}

/* With rows that were written last the journal may tell of them, unknown to anybody. */
static int check(const void *things, const char *dir, const struct told *told,
		 struct dice *dice, struct finding *f)
{
	struct view view = view_of(told);
	struct mark last = {0};
	int err;

	(void)things;
	if (told->count > 0)
		last = told->marks[told->count - 1];
	if (last.what == WRITTEN && dice_coin(dice, 128)) {
		last.what = TOLD;
		view_take(&view, &last);
	}
	err = check_once(dir, &view, told, f);
	return err < 0 ? err : check_once(dir, &view, told, f);
}

/* The key of a roster that was forgotten. */
static bool is_gone(const struct told *told, size_t mark)
{
	const struct mark *m = &told->marks[mark];
	bool forgotten = false;

	for (size_t i = mark; m->what == KEY && i < told->count; i++)
		forgotten = forgotten || (told->marks[i].what == FORGOTTEN &&
					  told->marks[i].round == m->round);
	return forgotten;
}

const struct crash_case crash_roster = {
    .name = "roster",
    .make = make,
    .free = free,
    .work = work,
    .check = check,
    .is_gone = is_gone,
};
