#include "services/collector/rosters.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "services/collector/roster_files.h"
#include "services/collector/roster_store.h"

static int load_one(struct rosters *rs, const struct fold_round *r, uint32_t number,
		    struct faults *faults)
{
	uint64_t rows = fold_round_roster_rows(r);
	int err =
	    roster_store_load(rs->dir, number, rows, rows, fold_round_roster_digest(r),
			      &rs->list[number - 1], faults);

	if (err && err != -ENOMEM)
		faults_add(faults, rs->dir, 0,
			   "put %u/ and %u.key of round %s back from their copies; if "
			   "they are lost for good, make an empty file %u.forgotten: "
			   "that round then takes no ballot, and no sheet of it can be "
			   "annulled by its respondent",
			   number, number, fold_round_model(r)->code, number);
	return err;
}

static int open_one(struct rosters *rs, const struct fold *f, uint32_t number,
		    struct faults *faults)
{
	int err;

	if (!roster_files_forgotten(rs->dir, number))
		return load_one(rs, fold_round_by_number(f, number), number, faults);
	err = roster_files_forget(rs->dir, number);
	if (err)
		faults_add(faults, rs->dir, 0, "roster %u cannot be forgotten: %s",
			   number, err_str(err));
	return err;
}

int rosters_open(const char *dir, const struct fold *f, struct rosters *out,
		 struct faults *faults)
{
	struct rosters rs = {.count = fold_round_count(f)};
	int err;

	rs.dir = strdup(dir);
	rs.list = calloc(rs.count + 1, sizeof *rs.list);
	err = rs.dir && rs.list ? roster_files_prepare(dir, rs.count, faults) : -ENOMEM;
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
		err = roster_files_remove(rs->dir, e->number);
	if (!err && e->fresh)
		err = roster_files_put_key(rs->dir, e->number, e->key);
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
		err = roster_files_remove(rs->dir, e->number);
	} else if (e->roster) {
		/* Rows past the mark on disk give way to the next ones written. */
		err = roster_rollback(e->roster, e->mark);
	}
	end(e);
	return err;
}

int rosters_put_codes(const struct rosters *rs, uint32_t number,
		      const struct roster_code list[], size_t count)
{
	struct roster *r = rosters_of(rs, number);
	int err = roster_store_write_codes(rs->dir, number, r, list, count);

	for (size_t i = 0; i < count && !err; i++)
		err = roster_put_code(r, &list[i]);
	return err;
}

int rosters_forget(struct rosters *rs, uint32_t number)
{
	int err = roster_files_forget(rs->dir, number);

	if (err)
		return err;
	roster_free(rs->list[number - 1]);
	rs->list[number - 1] = NULL;
	return 0;
}
