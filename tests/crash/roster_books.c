#include "tests/crash/roster_books.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"

enum { CODE_SIZE = 16, CODES_MAX = 200 };

void view_take(struct view *v, const struct mark *m)
{
	struct round_view *r = &v->list[m->round];

	v->steps += m->what == TOLD || m->what == DROPPED || m->what == CODES_DONE ||
		    m->what == FORGOTTEN;
	if (m->what == FORGETTING)
		r->forgetting = true;
	if (m->what == FORGOTTEN)
		r->forgotten = true;
	if (m->what != TOLD)
		return;
	if (m->round > v->rounds)
		v->rounds = m->round;
	r->rows = m->n;
	memcpy(r->digest, m->bytes, sizeof(r->digest));
}

struct view view_of(const struct told *told)
{
	struct view v = {0};

	for (size_t i = 0; i < told->count; i++)
		view_take(&v, &told->marks[i]);
	return v;
}

/* ---- opening ---- */

static int open_round(struct books *b, uint32_t number, struct faults *faults)
{
	const struct round_view *r = &b->view.list[number];

	if (roster_files_forgotten(b->dir, number))
		return roster_files_forget(b->dir, number);
	return roster_store_load(b->dir, number, r->rows, r->rows, r->digest,
				 &b->list[number], faults);
}

int books_open(struct books *b)
{
	struct faults faults;
	int err;

	faults_init(&faults);
	err = roster_files_prepare(b->dir, b->view.rounds, &faults);
	for (uint32_t i = 1; i <= b->view.rounds && err == 0; i++)
		err = open_round(b, i, &faults);
	faults_free(&faults);
	return err;
}

void books_close(struct books *b)
{
	for (size_t i = 0; i <= ROUNDS_MAX; i++)
		roster_free(b->list[i]);
}

/* ---- rows ---- */

static int begin_round(struct books *b, uint32_t number, struct teller *teller)
{
	struct mark mark = {.what = KEY, .round = number};
	int err = roster_files_remove(b->dir, number);

	randombytes_buf(mark.bytes, sizeof(mark.bytes));
	b->list[number] = roster_new(mark.bytes);
	if (!b->list[number])
		abort();
	if (teller)
		tell(teller, &mark);
	return err < 0 ? err : roster_files_put_key(b->dir, number, mark.bytes);
}

static int add_row(struct roster *r, struct faults *faults)
{
	char name[32], code[32];
	struct roster_input in = {.stratum = roster_count(r) % 3};
	bool added;

	snprintf(name, sizeof(name), "enterprise %u", roster_count(r));
	snprintf(code, sizeof(code), "code %u", roster_count(r));
	in.respondent = bytes_str(name);
	if (roster_count(r) % 2 == 0)
		in.code = bytes_str(code);
	return roster_add(r, &in, faults, &added);
}

static int add_rows(struct roster *r, uint32_t count)
{
	uint32_t first = roster_count(r);
	struct faults faults;
	int err = 0;

	faults_init(&faults);
	for (uint32_t i = 0; i < count && err == 0; i++)
		err = add_row(r, &faults);
	faults_free(&faults);
	return err < 0 ? err : roster_number(r, first);
}

int books_enrol(struct books *b, uint32_t number, uint32_t rows, struct teller *teller,
		struct mark *mark)
{
	int err = b->list[number] ? 0 : begin_round(b, number, teller);
	struct roster *r = b->list[number];
	uint32_t first = roster_count(r);

	if (err == 0)
		err = add_rows(r, rows);
	if (err == 0)
		err = roster_store_write(b->dir, number, r, first);
	*mark = (struct mark){.what = WRITTEN, .round = number, .n = roster_count(r)};
	if (err == 0)
		err = roster_digest(r, roster_count(r), mark->bytes);
	if (err == 0 && teller)
		tell(teller, mark);
	return err;
}

/* ---- codes ---- */

static size_t new_codes(const struct roster *r, struct roster_code codes[CODES_MAX])
{
	uint8_t code[CODE_SIZE];
	struct faults faults;
	size_t count = 0;

	faults_init(&faults);
	for (uint32_t i = 0; i < roster_count(r) && count < CODES_MAX; i++) {
		if (roster_code_origin(r, i) == CODE_OF_ROSTER)
			continue;
		randombytes_buf(code, sizeof(code));
		if (roster_new_code(r, roster_respondent(r, i),
				    bytes_of(code, sizeof(code)), &codes[count++],
				    &faults) < 0)
			abort();
	}
	faults_free(&faults);
	return count;
}

static void tell_codes(struct teller *teller, enum what what, uint32_t number,
		       const struct roster_code codes[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct mark mark = {.what = what, .round = number, .n = codes[i].place};

		memcpy(mark.bytes, codes[i].hash, sizeof(mark.bytes));
		tell(teller, &mark);
	}
}

int books_make_codes(struct books *b, uint32_t number, struct teller *teller)
{
	struct roster *r = b->list[number];
	struct roster_code codes[CODES_MAX];
	struct mark done = {.what = CODES_DONE, .round = number};
	size_t count = new_codes(r, codes);
	int err;

	tell_codes(teller, CODING, number, codes, count);
	err = count > 0 ? roster_store_write_codes(b->dir, number, r, codes, count) : 0;
	for (size_t i = 0; i < count && err == 0; i++)
		err = roster_put_code(r, &codes[i]);
	if (err < 0)
		return err;
	tell_codes(teller, CODED, number, codes, count);
	tell(teller, &done);
	view_take(&b->view, &done);
	return 0;
}
