/*
 * What counts, in an order that does not depend on arrival. A sample of the head and
 * one of an old cut are made by the same functions; only that at the head the sheets of
 * each rater are counted already.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/round/fold_internal.h"
#include "common/round/list.h"

/* ---- sheets ---- */

static int compare_units(const void *left, const void *right)
{
	const struct sample_sheet *a = left, *b = right;

	return (a->unit > b->unit) - (a->unit < b->unit);
}

/* Of a place where the sheets of a rater and unit begin; 0 for all others. */
static uint32_t live_from(const struct sheets *t, uint32_t sheet, struct sheet_cut cut)
{
	return sheets_at(t, sheet)->first ? sheets_live(t, sheet, cut) : 0;
}

static bool is_now(const struct sheets *t, struct sheet_cut cut)
{
	return cut.sheets == t->count && cut.annulments == t->annulment_count;
}

/* How many sheets of each rater count. */
static void count_live(const struct sheets *t, struct sheet_cut cut, size_t *counts)
{
	if (is_now(t, cut)) {
		for (uint32_t i = 0; i < t->rater_count; i++)
			counts[i] = t->raters[i].live;
		return;
	}
	for (uint32_t i = 1; i <= cut.sheets; i++) {
		if (live_from(t, i, cut) != 0)
			counts[sheets_at(t, i)->rater]++;
	}
}

/* Counts become the places where each rater's sheets begin. How many in all. */
static size_t to_offsets(size_t *counts, uint32_t raters)
{
	size_t at = 0;

	for (uint32_t i = 0; i < raters; i++) {
		size_t count = counts[i];

		counts[i] = at;
		at += count;
	}
	return at;
}

static struct sample_sheet sheet_of(const struct sheets *t, uint32_t sheet)
{
	const struct sheet_record *s = sheets_at(t, sheet);
	const struct rater *rater = &t->raters[s->rater];

	return (struct sample_sheet){.rater = s->rater,
				     .unit = s->unit,
				     .stratum = rater->stratum,
				     .cluster = rater->cluster,
				     .hour = s->hour,
				     .imported = t->imports[s->import].id != 0,
				     .ballot = s->first_n,
				     .answers = sheets_answers(t, sheet)};
}

/* Moves each offset to the end of its rater. */
static void place_sheets(const struct sheets *t, struct sheet_cut cut, size_t *offsets,
			 struct sample_sheet *list)
{
	for (uint32_t i = 1; i <= cut.sheets; i++) {
		uint32_t live = live_from(t, i, cut);

		if (live != 0)
			list[offsets[sheets_at(t, i)->rater]++] = sheet_of(t, live);
	}
}

static bool units_ascend(const struct sample_sheet *list, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		if (list[i].unit < list[i - 1].unit)
			return false;
	}
	return true;
}

static void sort_sheets(const size_t *ends, uint32_t raters, struct sample_sheet *list)
{
	size_t start = 0;

	for (uint32_t i = 0; i < raters; i++) {
		size_t count = ends[i] - start;

		/* Mostly they came so: a ballot's units ascend. */
		if (!units_ascend(list + start, count))
			qsort(list + start, count, sizeof *list, compare_units);
		start = ends[i];
	}
}

static int take_sheets(const struct sheets *t, struct sheet_cut cut, struct sample *out)
{
	size_t *offsets = calloc(t->rater_count + (size_t)1, sizeof *offsets);
	struct sample_sheet *list;
	size_t count;

	if (offsets == NULL)
		return -ENOMEM;
	count_live(t, cut, offsets);
	count = to_offsets(offsets, t->rater_count);
	list = malloc((count + 1) * sizeof *list);
	if (list == NULL) {
		free(offsets);
		return -ENOMEM;
	}
	place_sheets(t, cut, offsets, list);
	sort_sheets(offsets, t->rater_count, list);
	free(offsets);
	out->sheets = list;
	out->sheet_count = count;
	return 0;
}

/* ---- what was annulled ---- */

/* A sheet that an annulment took out. */
struct loss {
	uint32_t reason;
	uint32_t rater;
};

struct losses {
	struct loss *list;
	size_t count;
};

static int compare_losses(const void *left, const void *right)
{
	const struct loss *a = left, *b = right;

	if (a->reason != b->reason)
		return a->reason < b->reason ? -1 : 1;
	return (a->rater > b->rater) - (a->rater < b->rater);
}

static int find_losses(const struct sheets *t, struct sheet_cut cut, struct losses *out)
{
	struct sheet_cut unannulled = {.sheets = cut.sheets};

	for (uint32_t i = 1; cut.annulments > 0 && i <= cut.sheets; i++) {
		uint32_t sheet = live_from(t, i, unannulled);
		const struct sheet_record *s = sheet == 0 ? NULL : sheets_at(t, sheet);
		uint32_t by = s == NULL ? 0 : sheets_annulment(t, s, cut);
		struct loss *list;

		if (by == 0)
			continue;
		list = list_room(out->list, out->count, sizeof *list);
		if (list == NULL)
			return -ENOMEM;
		out->list = list;
		list[out->count++] =
		    (struct loss){t->annulments[by - 1].reason, s->rater};
	}
	return 0;
}

static int add_reason(const struct sheets *t, uint32_t reason, struct sample *out)
{
	struct sample_annulment *list =
	    list_room(out->annulments, out->annulment_count, sizeof *list);
	char *copy;

	if (list == NULL)
		return -ENOMEM;
	out->annulments = list;
	copy = strdup(t->reasons[reason - 1]);
	if (copy == NULL)
		return -ENOMEM;
	list[out->annulment_count++] = (struct sample_annulment){.reason = copy};
	return 0;
}

/* Losses come sorted; `last` is the one before. */
static int add_loss(const struct sheets *t, const struct loss *loss,
		    const struct loss *last, struct sample *out)
{
	bool is_new = last == NULL || loss->reason != last->reason;
	struct sample_annulment *a;
	int err = is_new ? add_reason(t, loss->reason, out) : 0;

	if (err != 0)
		return err;
	a = &out->annulments[out->annulment_count - 1];
	a->sheets++;
	a->raters += is_new || loss->rater != last->rater;
	return 0;
}

static int take_annulments(const struct sheets *t, struct sheet_cut cut,
			   struct sample *out)
{
	struct losses losses = {.list = NULL};
	int err = find_losses(t, cut, &losses);

	if (losses.count > 0)
		qsort(losses.list, losses.count, sizeof *losses.list, compare_losses);
	for (size_t i = 0; err == 0 && i < losses.count; i++)
		err = add_loss(t, &losses.list[i], i == 0 ? NULL : &losses.list[i - 1],
			       out);
	free(losses.list);
	return err;
}

/* ---- the rest ---- */

static int take_frame(const struct fold_round *r, uint64_t n, struct sample *out)
{
	const struct fold_frame *frame = fold_round_frame(r);
	struct stratum *strata;
	int err;

	while (frame != r->frames && frame->n > n)
		frame--;
	err = model_strata_copy(frame->strata, frame->stratum_count,
				r->model.strata_column_count, &strata);
	if (err != 0)
		return err;
	out->strata = strata;
	out->stratum_count = frame->stratum_count;
	out->invited = frame->rows;
	return 0;
}

/* A place in the journal: of what enterprises said, and of what the council put. */
struct cut {
	uint64_t sheets_n, values_n;
	bool unannulled;
};

/* All but the pool. */
static int take_round(const struct fold_round *r, struct cut cut, struct sample *out)
{
	struct sheet_cut sheets = sheets_cut(&r->sheets, cut.sheets_n);
	struct sample s = {.round = &r->model};
	int err = take_frame(r, cut.sheets_n, &s);

	if (cut.unannulled)
		sheets.annulments = 0;
	if (err == 0)
		err = take_sheets(&r->sheets, sheets, &s);
	if (err == 0)
		err = take_annulments(&r->sheets, sheets, &s);
	if (err == 0)
		err = values_copy_appraisals(&r->values, cut.values_n, &s.appraisals,
					     &s.appraisal_count);
	if (err == 0)
		err = values_copy_measured(&r->values, cut.values_n, &s.measured,
					   &s.measured_count);
	if (err != 0) {
		sample_free(&s);
		return err;
	}
	*out = s;
	return 0;
}

static bool is_void_at(const struct fold_round *r, uint64_t n)
{
	return r->void_n != 0 && r->void_n <= n;
}

static int take_pool(const struct fold_round *r, struct cut cut, struct sample *out)
{
	const struct composite *composite = &r->model.composite;

	out->pool = calloc(composite->pool_count + (size_t)1, sizeof *out->pool);
	if (out->pool == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < composite->pool_count; i++) {
		const struct fold_round *other =
		    fold_round_by_code(r->fold, bytes_str(composite->pool[i]));
		int err;

		if (other == NULL || is_void_at(other, cut.sheets_n))
			continue;
		err = take_round(other, cut, &out->pool[out->pool_count]);
		if (err != 0)
			return err;
		out->pool_count++;
	}
	return 0;
}

static int take(const struct fold_round *r, struct cut cut, struct sample *out)
{
	struct sample s;
	int err = take_round(r, cut, &s);

	if (err != 0)
		return err;
	cut.unannulled = false;
	err = take_pool(r, cut, &s);
	if (err != 0) {
		sample_free(&s);
		return err;
	}
	*out = s;
	return 0;
}

int fold_sample(const struct fold_round *r, struct sample *out)
{
	return fold_sample_at(r, r->fold->n, r->fold->n, out);
}

int fold_sample_at(const struct fold_round *r, uint64_t sheets_n, uint64_t values_n,
		   struct sample *out)
{
	return take(r, (struct cut){.sheets_n = sheets_n, .values_n = values_n}, out);
}

int fold_sample_unannulled(const struct fold_round *r, uint64_t n, struct sample *out)
{
	return take(r, (struct cut){.sheets_n = n, .values_n = n, .unannulled = true},
		    out);
}
