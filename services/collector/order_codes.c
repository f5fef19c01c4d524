/*
 * The two commands that change a roster and make no entry: codes and the whole roster
 * are credentials, not the frame. What they do is durable before they are answered, and
 * done again it is the same.
 */

#include "services/collector/order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "services/collector/decoder.h"

/* ---- codes ---- */

static const struct roster *open_roster(const struct order_context *x,
					ProtobufCBinaryData code, struct order *o,
					struct faults *faults)
{
	const struct fold_round *r = order_round(x, code, o, faults);
	const struct roster *roster;

	if (!r)
		return NULL;
	roster = rosters_of(x->rosters, o->round);
	if (fold_round_state(r) != ROUND_OPEN)
		faults_add(faults, NULL, 0,
			   "round %s is closed: a code would be of no use",
			   fold_round_model(r)->code);
	else if (!roster)
		faults_add(faults, NULL, 0, "the roster of round %s was forgotten",
			   fold_round_model(r)->code);
	return roster;
}

static int by_place(const void *left, const void *right)
{
	const struct roster_code *a = left, *b = right;

	return (a->place > b->place) - (a->place < b->place);
}

static int by_hash(const void *left, const void *right)
{
	const struct roster_code *a = left, *b = right;

	return memcmp(a->hash, b->hash, sizeof a->hash);
}

/* Sorted by place when it returns. */
static void check_once(struct roster_code *list, size_t count, struct faults *faults)
{
	qsort(list, count, sizeof *list, by_hash);
	for (size_t i = 1; i < count; i++)
		if (by_hash(&list[i - 1], &list[i]) == 0)
			faults_add(faults, NULL, 0, "two rows have the same code");
	qsort(list, count, sizeof *list, by_place);
	for (size_t i = 1; i < count; i++)
		if (list[i].place == list[i - 1].place)
			faults_add(faults, NULL, 0, "a respondent appears twice");
}

static void read_codes(const struct roster *r, const Par__V1__SetCodes *in,
		       struct roster_code *list, struct faults *faults)
{
	size_t count = 0;

	for (size_t i = 0; i < in->n_rows; i++) {
		const Par__V1__CodeRow *row = in->rows[i];
		int err = roster_new_code(r, proto_bytes(row->respondent),
					  proto_bytes(row->code), &list[count], faults);

		count += !err;
	}
	check_once(list, count, faults);
}

/* Leaves those that are in force already out; how many are left. */
static size_t only_new(const struct roster *r, struct roster_code *list, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (!roster_has_new_code(r, &list[i]))
			list[kept++] = list[i];
	return kept;
}

/* Two who make codes at a time must not undo each other unknowingly. */
static void check_unmade(const struct roster *r, const struct roster_code *list,
			 size_t count, struct faults *faults)
{
	for (size_t i = 0; i < count; i++) {
		struct bytes name = roster_respondent(r, list[i].place);

		if (roster_code_origin(r, list[i].place) == CODE_MADE)
			faults_add(faults, NULL, 0,
				   "respondent %.*s has got a code meanwhile; only "
				   "--replace makes another",
				   (int)name.len, (const char *)name.data);
	}
}

static int put_codes(const struct order_context *x, const struct roster *r,
		     const Par__V1__SetCodes *in, struct order *o,
		     struct faults *faults)
{
	struct roster_code *list = calloc(in->n_rows + 1, sizeof *list);
	size_t count = 0;
	int err = 0;

	if (!list)
		return -ENOMEM;
	read_codes(r, in, list, faults);
	if (!faults->count)
		count = only_new(r, list, in->n_rows);
	if (!in->replace)
		check_unmade(r, list, count, faults);
	if (faults->count)
		err = ERR_REFUSED;
	else if (count)
		err = rosters_put_codes(x->rosters, o->round, list, count);
	free(list);
	return err;
}

int order_codes(const struct order_context *x, const Par__V1__Command *m,
		struct order *o, struct faults *faults)
{
	const Par__V1__SetCodes *in = m->codes;
	const struct roster *r = open_roster(x, in->round, o, faults);
	int err;

	if (faults->count)
		return ERR_REFUSED;
	err = put_codes(x, r, in, o, faults);
	o->done = !err;
	o->rows = in->n_rows;
	return err;
}

/* ---- forgetting ---- */

int order_forget(const struct order_context *x, const Par__V1__Command *m,
		 struct order *o, struct faults *faults)
{
	ProtobufCBinaryData code = m->forget->round;
	const struct fold_round *r = fold_round_by_code(x->fold, proto_bytes(code));
	int err;

	if (!r || fold_round_state(r) == ROUND_OPEN) {
		faults_add(faults, NULL, 0,
			   r ? "round %.*s is open and needs its roster: close it first"
			     : "there is no round %.*s",
			   (int)code.len, (const char *)code.data);
		return ERR_REFUSED;
	}
	o->round = fold_round_number(r);
	err = rosters_forget(x->rosters, o->round);
	o->done = !err;
	return err;
}
