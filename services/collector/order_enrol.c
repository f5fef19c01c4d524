/*
 * Opening a round and adding to its roster. The rows are durable in the roster before
 * the entry that tells of them.
 *
 * Which frame a round has is told by its opening: when the members of every stratum
 * were its rows of the roster, they were counted from it and grow with it, and new
 * strata may come; else strata.csv gave them and they stay.
 */

#include "services/collector/order.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "common/round/code.h"
#include "common/round/manifest.h"
#include "services/collector/decoder.h"

enum { ARENA_CHUNK = 64 * 1024, LABELS_TEXT = 256 };

/* The frame while rows are added to it, and the rows' way into the roster. */
struct enrolling {
	struct arena arena;
	struct roster *roster;
	struct stratum *strata; /* room for MODEL_STRATA_MAX */
	uint32_t count;
	uint32_t columns;
	bool grows;   /* new strata may come */
	bool counted; /* members are the rows of the roster */
	uint64_t added;
	struct faults *faults;
};

static bool frame_was_counted(const struct round *model)
{
	for (uint32_t i = 0; i < model->stratum_count; i++)
		if (model->strata[i].members != model->strata[i].rows)
			return false;
	return true;
}

/* The strata are copied, their labels borrowed. */
static int enrolling_init(struct enrolling *e, const struct stratum *strata,
			  uint32_t count, uint32_t columns, struct faults *faults)
{
	*e = (struct enrolling){.columns = columns, .faults = faults};
	arena_init(&e->arena, ARENA_CHUNK);
	e->strata = arena_get(&e->arena, MODEL_STRATA_MAX * sizeof *e->strata);
	if (!e->strata || count > MODEL_STRATA_MAX)
		return -ENOMEM;
	if (count)
		memcpy(e->strata, strata, count * sizeof *strata);
	e->count = count;
	return 0;
}

static const char *stratum_name(char *const labels[], uint32_t count,
				char out[LABELS_TEXT])
{
	size_t len = 0;

	out[0] = '\0';
	for (uint32_t i = 0; i < count && len < LABELS_TEXT - 1; i++) {
		int put = snprintf(out + len, LABELS_TEXT - len, "%s%s", i ? ", " : "",
				   labels[i]);

		len += put > 0 ? (size_t)put : 0;
	}
	return out;
}

/* ---- one row ---- */

static bool row_is_right(const Par__V1__RosterRow *row, uint32_t columns,
			 struct faults *faults)
{
	size_t before = faults->count;

	order_check_text(row->respondent, "respondent", MODEL_CODE_MAX, true, faults);
	order_check_text(row->code, "code", MODEL_CODE_MAX, false, faults);
	if (code_is_mistyped(proto_bytes(row->code)))
		faults_add(faults, NULL, 0,
			   "its code has the form of those that the system makes, and "
			   "a character of it is wrong");
	order_check_text(row->cluster, "cluster", MODEL_CODE_MAX, false, faults);
	if (row->n_strata != columns)
		faults_add(faults, NULL, 0, "it has %zu strata columns instead of %u",
			   row->n_strata, columns);
	for (size_t i = 0; i < row->n_strata; i++)
		order_check_text(row->strata[i], "stratum", MODEL_CODE_MAX, true,
				 faults);
	return faults->count == before;
}

static char **labels_of(struct enrolling *e, const Par__V1__RosterRow *row)
{
	char **labels = arena_get(&e->arena, (e->columns + 1) * sizeof *labels);

	for (size_t i = 0; labels && i < row->n_strata; i++) {
		labels[i] = arena_text(&e->arena, proto_bytes(row->strata[i]));
		if (!labels[i])
			return NULL;
	}
	return labels;
}

/* 0 with the place; ERR_REFUSED with a fault; -ENOMEM. */
static int stratum_of(struct enrolling *e, const Par__V1__RosterRow *row,
		      struct faults *faults, uint32_t *place)
{
	char **labels = labels_of(e, row);
	char name[LABELS_TEXT];
	int32_t known;

	if (!labels)
		return -ENOMEM;
	known =
	    model_stratum(e->strata, e->count, (const char *const *)labels, e->columns);
	if (known >= 0) {
		*place = (uint32_t)known;
		return 0;
	}
	if (!e->grows || e->count == MODEL_STRATA_MAX) {
		faults_add(faults, NULL, 0,
			   e->grows ? "there is no room for stratum %s: too many strata"
				    : "stratum %s is not in the frame of the round",
			   stratum_name(labels, e->columns, name));
		return ERR_REFUSED;
	}
	*place = e->count++;
	e->strata[*place] = (struct stratum){.labels = labels};
	return 0;
}

/* 0: added; 1: the same row is there already. */
static int enrol_row(struct enrolling *e, const Par__V1__RosterRow *row,
		     struct faults *faults)
{
	struct roster_input in = {
	    .respondent = proto_bytes(row->respondent),
	    .code = proto_bytes(row->code),
	    .cluster = proto_bytes(row->cluster),
	};
	bool added;
	int err;

	if (!row_is_right(row, e->columns, faults))
		return ERR_REFUSED;
	err = stratum_of(e, row, faults, &in.stratum);
	if (!err)
		err = roster_add(e->roster, &in, faults, &added);
	if (err || !added)
		return err ? err : 1;
	e->added++;
	e->strata[in.stratum].rows++;
	e->strata[in.stratum].members += e->counted;
	return 0;
}

/* All rows; `once`: none may be there already. ERR_REFUSED with faults, -ENOMEM. */
static int enrol_rows(struct enrolling *e, Par__V1__RosterRow **rows, size_t count,
		      bool once)
{
	for (size_t i = 0; i < count; i++) {
		struct faults own;
		int err;

		faults_init(&own);
		err = enrol_row(e, rows[i], &own);
		if (err == 1 && once)
			faults_add(&own, NULL, 0, "this respondent appears twice");
		for (size_t k = 0; k < own.listed; k++)
			faults_add(e->faults, NULL, 0, "roster row %zu: %s", i + 1,
				   own.list[k].text);
		faults_free(&own);
		if (err < 0 && err != ERR_REFUSED)
			return err;
	}
	return e->faults->count ? ERR_REFUSED : 0;
}

static int check_members(struct enrolling *e)
{
	char name[LABELS_TEXT];

	for (uint32_t i = 0; i < e->count; i++) {
		const struct stratum *s = &e->strata[i];

		if (s->rows > s->members)
			faults_add(e->faults, NULL, 0,
				   "stratum %s would have %llu rows in the roster, but "
				   "strata.csv gave it %llu members",
				   stratum_name(s->labels, e->columns, name),
				   (unsigned long long)s->rows,
				   (unsigned long long)s->members);
	}
	return e->faults->count ? ERR_REFUSED : 0;
}

/* ---- open ---- */

/* METHOD S6: what pooled rounds hold must not change any more. */
static void check_pool(const struct fold *fold, const struct round *model,
		       struct faults *faults)
{
	for (uint32_t i = 0; i < model->composite.pool_count; i++) {
		const char *code = model->composite.pool[i];
		const struct fold_round *r = fold_round_by_code(fold, bytes_str(code));

		if (!r)
			faults_add(faults, NULL, 0,
				   "the round to be pooled with, %s, does not exist",
				   code);
		else if (fold_round_state(r) == ROUND_VOID)
			faults_add(faults, NULL, 0,
				   "round %s is void: nothing can be pooled with it",
				   code);
		else if (fold_round_state(r) == ROUND_OPEN)
			faults_add(faults, NULL, 0,
				   "round %s is still open: close it before a round "
				   "that is pooled with it is opened",
				   code);
	}
}

static int read_manifest(const struct order_context *x, const Par__V1__OpenRound *in,
			 struct round *model, struct faults *faults)
{
	struct buf packed;
	int err;

	if (!in->manifest) {
		faults_add(faults, NULL, 0, "the manifest is missing");
		return ERR_REFUSED;
	}
	buf_init(&packed, MANIFEST_BYTES_MAX);
	err = buf_reserve(&packed, par__v1__manifest__get_packed_size(in->manifest));
	if (!err) {
		packed.len = par__v1__manifest__pack(in->manifest, packed.data);
		err = manifest_decode(buf_bytes(&packed), model, faults);
	}
	buf_free(&packed);
	if (err == -ENOMEM)
		return err;
	if (err) {
		if (!faults->count)
			faults_add(faults, NULL, 0, "the manifest: %s", err_str(err));
		return ERR_REFUSED;
	}
	if (fold_round_by_code(x->fold, bytes_str(model->code)))
		faults_add(faults, NULL, 0, "the code %s is that of an earlier round",
			   model->code);
	check_pool(x->fold, model, faults);
	return 0;
}

static void check_counts(const struct enrolling *e, const struct round *model)
{
	char name[LABELS_TEXT];

	if (!e->added)
		faults_add(e->faults, NULL, 0,
			   "the roster has no row: who is asked? Give one row or more");
	for (uint32_t i = 0; i < model->stratum_count; i++)
		if (e->strata[i].rows != model->strata[i].rows)
			faults_add(e->faults, NULL, 0,
				   "stratum %s has %llu rows in the roster, but the "
				   "manifest says %llu",
				   stratum_name(e->strata[i].labels, e->columns, name),
				   (unsigned long long)e->strata[i].rows,
				   (unsigned long long)model->strata[i].rows);
}

/* The roster goes to the disk and its digest into the manifest. */
static int finish_open(const struct order_context *x, struct round *model,
		       struct order *o)
{
	const struct roster *roster = o->enrolment.roster;
	int err = rosters_write(x->rosters, &o->enrolment);

	if (!err)
		err = roster_digest(roster, roster_count(roster), model->roster_digest);
	model->roster_rows = roster_count(roster);
	if (!err)
		err = manifest_encode(model, true, &o->body);
	o->append = true;
	o->kind = ENTRY_OPEN;
	o->round = o->enrolment.number;
	return err;
}

static int open_round(const struct order_context *x, const Par__V1__OpenRound *in,
		      struct round *model, struct order *o, struct faults *faults)
{
	struct enrolling e;
	int err = enrolling_init(&e, model->strata, model->stratum_count,
				 model->strata_column_count, faults);

	for (uint32_t i = 0; !err && i < e.count; i++)
		e.strata[i].rows = 0;
	if (!err)
		err = rosters_begin(x->rosters, fold_round_count(x->fold) + 1, true,
				    &o->enrolment);
	if (!err) {
		e.roster = o->enrolment.roster;
		err = enrol_rows(&e, in->rows, in->n_rows, true);
	}
	if (!err)
		check_counts(&e, model);
	arena_free(&e.arena);
	if (!err && faults->count)
		err = ERR_REFUSED;
	return err ? err : finish_open(x, model, o);
}

int order_open(const struct order_context *x, const Par__V1__Command *m,
	       struct order *o, struct faults *faults)
{
	struct round model;
	int err = read_manifest(x, m->open, &model, faults);

	if (err)
		return err;
	err = open_round(x, m->open, &model, o, faults);
	model_free(&model);
	return err;
}

/* ---- roster ---- */

static int put_strata(struct enrolling *e, Par__V1__RosterEntry *entry)
{
	Par__V1__Stratum *list = arena_get(&e->arena, e->count * sizeof *list);

	entry->strata = arena_get(&e->arena, e->count * sizeof *entry->strata);
	if (!list || !entry->strata)
		return -ENOMEM;
	for (uint32_t i = 0; i < e->count; i++) {
		Par__V1__Stratum *s = &list[i];

		par__v1__stratum__init(s);
		s->members = e->strata[i].members;
		s->rows = e->strata[i].rows;
		s->labels = arena_get(&e->arena, (e->columns + 1) * sizeof *s->labels);
		if (!s->labels)
			return -ENOMEM;
		for (uint32_t k = 0; k < e->columns; k++)
			s->labels[k] = proto_view(bytes_str(e->strata[i].labels[k]));
		s->n_labels = e->columns;
		entry->strata[i] = s;
	}
	entry->n_strata = e->count;
	return 0;
}

static int finish_roster(const struct order_context *x, struct enrolling *e,
			 struct order *o)
{
	Par__V1__RosterEntry entry = PAR__V1__ROSTER_ENTRY__INIT;
	Par__V1__RosterSeal seal = PAR__V1__ROSTER_SEAL__INIT;
	uint8_t digest[32];
	int err = rosters_write(x->rosters, &o->enrolment);

	if (!err)
		err = roster_digest(e->roster, roster_count(e->roster), digest);
	if (!err)
		err = put_strata(e, &entry);
	if (err)
		return err;
	seal.digest = proto_view(bytes_of(digest, sizeof digest));
	seal.rows = roster_count(e->roster);
	entry.roster = &seal;
	return order_fill(o, ENTRY_ROSTER, &entry.base);
}

static int add_rows(const struct order_context *x, const Par__V1__AddRoster *in,
		    struct enrolling *e, struct order *o)
{
	int err = rosters_begin(x->rosters, o->round, false, &o->enrolment);

	if (err == ERR_NOT_FOUND) {
		faults_add(e->faults, NULL, 0,
			   "the roster of this round was forgotten");
		return ERR_REFUSED;
	}
	if (err)
		return err;
	e->roster = o->enrolment.roster;
	err = enrol_rows(e, in->rows, in->n_rows, false);
	if (!err)
		err = check_members(e);
	if (err || !e->added)
		return err;
	return finish_roster(x, e, o);
}

int order_roster(const struct order_context *x, const Par__V1__Command *m,
		 struct order *o, struct faults *faults)
{
	const Par__V1__AddRoster *in = m->roster;
	const struct fold_round *r = order_round(x, in->round, o, faults);
	const struct round *model = r ? fold_round_model(r) : NULL;
	const struct stratum *strata;
	struct enrolling e;
	uint32_t count;
	int err;

	if (r && fold_round_state(r) != ROUND_OPEN)
		faults_add(faults, NULL, 0, "round %s is closed: its roster stays",
			   model->code);
	if (faults->count)
		return ERR_REFUSED;
	strata = fold_round_strata(r, &count);
	err = enrolling_init(&e, strata, count, model->strata_column_count, faults);
	e.counted = frame_was_counted(model);
	e.grows = e.counted && model->strata_column_count;
	if (!err)
		err = add_rows(x, in, &e, o);
	arena_free(&e.arena);
	return err;
}
