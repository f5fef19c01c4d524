/* What counts, in an order that does not depend on arrival. */

#include <errno.h>
#include <stdlib.h>

#include "common/round/fold_internal.h"

static int compare_units(const void *left, const void *right)
{
	const struct sample_sheet *a = left, *b = right;

	return (a->unit > b->unit) - (a->unit < b->unit);
}

/* Where the sheets of each rater begin, by rater number; one more at the end. */
static size_t *offsets_of(const struct sheets *t)
{
	size_t *offsets = calloc(t->rater_count + (size_t)1, sizeof *offsets);
	size_t at = 0;

	for (uint32_t i = 0; offsets != NULL && i < t->rater_count; i++) {
		offsets[i] = at;
		at += t->raters[i].live;
	}
	if (offsets != NULL)
		offsets[t->rater_count] = at;
	return offsets;
}

/* Moves each offset to the end of its rater. */
static void place_sheets(const struct sheets *t, size_t *offsets,
			 struct sample_sheet *list)
{
	for (uint32_t i = 0; i < t->count; i++) {
		const struct sheet_record *s = sheets_at(t, i);
		const struct sheet_record *live = s->first ? sheets_live(t, s) : NULL;

		if (live == NULL)
			continue;
		list[offsets[s->rater]++] = (struct sample_sheet){
		    .rater = s->rater,
		    .unit = s->unit,
		    .stratum = t->raters[s->rater].stratum,
		    .cluster = t->raters[s->rater].cluster,
		    .answers = live->answers,
		};
	}
}

static int take_sheets(const struct sheets *t, struct sample *out)
{
	size_t *offsets = offsets_of(t);
	struct sample_sheet *list;
	size_t count;

	if (offsets == NULL)
		return -ENOMEM;
	count = offsets[t->rater_count];
	list = calloc(count + 1, sizeof *list);
	if (list == NULL) {
		free(offsets);
		return -ENOMEM;
	}
	place_sheets(t, offsets, list);
	for (uint32_t i = 0; i < t->rater_count; i++) {
		uint32_t live = t->raters[i].live;

		qsort(list + offsets[i] - live, live, sizeof *list, compare_units);
	}
	free(offsets);
	out->sheets = list;
	out->sheet_count = count;
	return 0;
}

int fold_sample(const struct fold_round *r, struct sample *out)
{
	struct sample s = {.round = &r->model};
	struct stratum *strata;
	int err = model_strata_copy(r->strata, r->stratum_count,
				    r->model.strata_column_count, &strata);

	if (err != 0)
		return err;
	s.strata = strata;
	s.stratum_count = r->stratum_count;
	err = take_sheets(&r->sheets, &s);
	if (err == 0)
		err = values_copy_appraisals(&r->values, &s.appraisals);
	if (err == 0) {
		s.appraisal_count = r->values.appraisal_count;
		err = values_copy_measured(&r->values, &s.measured);
	}
	if (err != 0) {
		sample_free(&s);
		return err;
	}
	s.measured_count = r->values.measured_count;
	*out = s;
	return 0;
}
