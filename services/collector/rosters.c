#include "services/collector/rosters.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "services/collector/roster_store.h"

static int open_one(struct rosters *rs, const struct fold *f, uint32_t number,
		    struct faults *faults)
{
	const struct fold_round *r = fold_round_by_number(f, number);
	const struct round *model = fold_round_model(r);
	struct faults own;
	int err;

	faults_init(&own);
	err = roster_store_load(rs->dir, number, fold_round_roster_rows(r),
				model->roster_rows, model->roster_digest,
				&rs->list[number - 1], &own);
	/* A forgotten roster is missed only by who could still answer. */
	if (err == ERR_NOT_FOUND && fold_round_state(r) != ROUND_OPEN)
		err = 0;
	for (size_t i = 0; err && i < own.listed; i++)
		faults_add(faults, own.list[i].file, 0, "%s", own.list[i].text);
	faults_free(&own);
	return err;
}

int rosters_open(const char *dir, const struct fold *f, struct rosters *out,
		 struct faults *faults)
{
	struct rosters rs = {.count = fold_round_count(f)};
	int err;

	rs.dir = strdup(dir);
	rs.list = calloc(rs.count + 1, sizeof *rs.list);
	err = rs.dir && rs.list ? roster_store_prepare(dir, rs.count, faults) : -ENOMEM;
	for (uint32_t i = 1; i <= rs.count && !err; i++)
		err = open_one(&rs, f, i, faults);
	if (err) {
		rosters_close(&rs);
		return err;
	}
	*out = rs;
	return 0;
}

void rosters_close(struct rosters *rs)
{
	for (uint32_t i = 0; i < rs->count && rs->list; i++)
		roster_free(rs->list[i]);
	free(rs->list);
	free(rs->dir);
	*rs = (struct rosters){0};
}

struct roster *rosters_of(const struct rosters *rs, uint32_t number)
{
	return number && number <= rs->count ? rs->list[number - 1] : NULL;
}

int rosters_begin(struct rosters *rs, uint32_t number, bool fresh,
		  struct enrolment *out)
{
	struct enrolment e = {.number = number, .fresh = fresh};

	if (fresh) {
		randombytes_buf(e.key, sizeof e.key);
		e.roster = roster_new(e.key);
		if (!e.roster)
			return -ENOMEM;
	} else {
		e.roster = rosters_of(rs, number);
		if (!e.roster)
			return ERR_NOT_FOUND;
	}
	e.mark = roster_mark(e.roster);
	*out = e;
	return 0;
}

int rosters_write(const struct rosters *rs, const struct enrolment *e)
{
	int err = roster_number(e->roster, e->mark.rows);

	if (!err && e->fresh)
		err = roster_store_remove(rs->dir, e->number);
	if (!err && e->fresh)
		err = roster_store_key(rs->dir, e->number, e->key);
	if (err)
		return err;
	return roster_store_write(rs->dir, e->number, e->roster, e->mark.rows);
}

static void end(struct enrolment *e)
{
	sodium_memzero(e, sizeof *e);
}

int rosters_keep(struct rosters *rs, struct enrolment *e)
{
	struct roster **list;

	if (e->roster && e->fresh) {
		list = realloc(rs->list, (e->number + 1) * sizeof *list);
		if (!list)
			return -ENOMEM;
		rs->list = list;
		list[e->number - 1] = e->roster;
		rs->count = e->number;
	}
	end(e);
	return 0;
}

int rosters_drop(struct rosters *rs, struct enrolment *e)
{
	int err = 0;

	if (e->roster && e->fresh) {
		roster_free(e->roster);
		err = roster_store_remove(rs->dir, e->number);
	} else if (e->roster) {
		/* Rows past the mark on disk give way to the next ones written. */
		err = roster_rollback(e->roster, e->mark);
	}
	end(e);
	return err;
}
