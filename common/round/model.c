/* What a round owns, what follows from it, and the look-ups. Judges nothing. */

#include "common/round/model.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* METHOD O3. */
static const struct flag_rules flags_default = {
    .identical_scores = 10,
    .identical_raters = 3,
    .straight_scores = 10,
    .ballots_hour = 60,
};

void model_init(struct round *r)
{
	*r = (struct round){
	    .mode = MODE_POINTS,
	    .composite = {.hi = {100 * (int64_t)DECIMAL_ONE}, .factor = {DECIMAL_ONE}},
	    .flags = flags_default,
	    .design = DESIGN_OPEN,
	    .cell_score = 3,
	    .cell_show = 10,
	    .decimals = 2,
	};
}

static void text2_free(struct text2 *t)
{
	free(t->vi);
	free(t->en);
}

static void texts_free(char **list, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		free(list[i]);
	free(list);
}

static void scales_free(struct round *r)
{
	for (uint32_t i = 0; i < r->scale_count; i++) {
		struct scale *s = &r->scales[i];

		for (uint32_t k = 0; s->labels != NULL && k < s->levels; k++)
			text2_free(&s->labels[k]);
		free(s->labels);
		free(s->values);
		free(s->name);
	}
	free(r->scales);
}

static void criteria_free(struct round *r)
{
	for (uint32_t i = 0; i < r->criterion_count; i++) {
		free(r->criteria[i].code);
		text2_free(&r->criteria[i].name);
		free(r->criteria[i].blocks);
	}
	free(r->criteria);
}

static void units_free(struct round *r)
{
	for (uint32_t i = 0; i < r->unit_count; i++) {
		free(r->units[i].code);
		text2_free(&r->units[i].name);
		free(r->units[i].excludes);
	}
	free(r->units);
	for (uint32_t i = 0; i < r->block_count; i++)
		free(r->blocks[i].name);
	free(r->blocks);
}

void model_strata_free(struct stratum *strata, uint32_t count, uint32_t label_count)
{
	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t k = 0; strata[i].labels != NULL && k < label_count; k++)
			free(strata[i].labels[k]);
		free(strata[i].labels);
	}
	free(strata);
}

static int stratum_copy(const struct stratum *from, uint32_t label_count,
			struct stratum *to)
{
	struct stratum copy = *from;

	copy.labels = calloc(label_count + 1, sizeof *copy.labels);
	if (copy.labels == NULL)
		return -ENOMEM;
	for (uint32_t k = 0; k < label_count; k++) {
		copy.labels[k] = strdup(from->labels[k]);
		if (copy.labels[k] == NULL) {
			while (k-- > 0)
				free(copy.labels[k]);
			free(copy.labels);
			return -ENOMEM;
		}
	}
	*to = copy;
	return 0;
}

int model_strata_copy(const struct stratum *from, uint32_t count, uint32_t label_count,
		      struct stratum **out)
{
	struct stratum *to = calloc(count + 1, sizeof *to);

	if (to == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < count; i++) {
		int err = stratum_copy(&from[i], label_count, &to[i]);

		if (err != 0) {
			model_strata_free(to, i, label_count);
			return err;
		}
	}
	*out = to;
	return 0;
}

void model_free(struct round *r)
{
	free(r->code);
	text2_free(&r->title);
	scales_free(r);
	model_strata_free(r->strata, r->stratum_count, r->strata_column_count);
	texts_free(r->strata_columns, r->strata_column_count);
	texts_free(r->composite.pool, r->composite.pool_count);
	texts_free(r->annulment_reasons, r->annulment_reason_count);
	for (uint32_t i = 0; i < r->band_count; i++)
		text2_free(&r->bands[i].name);
	free(r->bands);
	free(r->opens);
	free(r->closes);
	criteria_free(r);
	units_free(r);
	free(r->surveyed);
	free(r->answer_levels);
	free(r->unit_levels);
	free(r->applies);
	*r = (struct round){0};
}

static void finish_tree(struct round *r)
{
	for (uint32_t c = 0; c < r->criterion_count; c++) {
		struct criterion *x = &r->criteria[c];

		x->leaf = true;
		x->field = (int32_t)c;
		if (x->parent >= 0) {
			r->criteria[x->parent].leaf = false;
			x->field = r->criteria[x->parent].field;
		}
	}
	r->answer_count = 0;
	for (uint32_t c = 0; c < r->criterion_count; c++) {
		struct criterion *x = &r->criteria[c];

		x->answer = -1;
		if (x->leaf && x->source == SOURCE_SURVEY)
			x->answer = (int32_t)r->answer_count++;
	}
}

static int finish_answers(struct round *r)
{
	r->surveyed = calloc(r->answer_count + 1, sizeof *r->surveyed);
	r->answer_levels = calloc(r->answer_count + 1, 1);
	if (r->surveyed == NULL || r->answer_levels == NULL)
		return -ENOMEM;
	for (uint32_t c = 0; c < r->criterion_count; c++) {
		const struct criterion *x = &r->criteria[c];

		if (x->answer < 0)
			continue;
		r->surveyed[x->answer] = c;
		if (x->scale >= 0)
			r->answer_levels[x->answer] =
			    (uint8_t)r->scales[x->scale].levels;
	}
	return 0;
}

static int compare_places(const void *left, const void *right)
{
	const uint32_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static bool holds(const uint32_t *places, uint32_t count, uint32_t place)
{
	return count > 0 &&
	       bsearch(&place, places, count, sizeof *places, compare_places) != NULL;
}

static void finish_unit(struct round *r, const struct unit *u, uint8_t *applies)
{
	for (uint32_t c = 0; c < r->criterion_count; c++) {
		const struct criterion *x = &r->criteria[c];

		applies[c] = x->parent < 0 || applies[x->parent];
		if (x->blocks != NULL && !holds(x->blocks, x->block_count, u->block))
			applies[c] = 0;
		if (holds(u->excludes, u->exclude_count, c))
			applies[c] = 0;
	}
}

static void finish_levels(struct round *r, uint32_t unit)
{
	uint8_t *levels = r->unit_levels + (size_t)unit * r->answer_count;

	for (uint32_t i = 0; i < r->answer_count; i++)
		levels[i] =
		    model_applies(r, unit, r->surveyed[i]) ? r->answer_levels[i] : 0;
}

int model_finish(struct round *r)
{
	int err;

	finish_tree(r);
	err = finish_answers(r);
	if (err != 0)
		return err;
	r->applies = calloc((size_t)r->unit_count * r->criterion_count + 1, 1);
	r->unit_levels = calloc((size_t)r->unit_count * r->answer_count + 1, 1);
	if (r->applies == NULL || r->unit_levels == NULL)
		return -ENOMEM;
	for (uint32_t u = 0; u < r->unit_count; u++) {
		finish_unit(r, &r->units[u],
			    r->applies + (size_t)u * r->criterion_count);
		finish_levels(r, u);
	}
	return 0;
}

bool model_applies(const struct round *r, uint32_t unit, uint32_t criterion)
{
	return r->applies[(size_t)unit * r->criterion_count + criterion] != 0;
}

bool model_band_is_higher(const struct band *a, const struct band *b)
{
	if (a->edge.micro != b->edge.micro)
		return a->edge.micro > b->edge.micro;
	return a->above && !b->above;
}

bool model_flags_are_default(const struct flag_rules *f)
{
	return f->identical_scores == flags_default.identical_scores &&
	       f->identical_raters == flags_default.identical_raters &&
	       f->straight_scores == flags_default.straight_scores &&
	       f->ballots_hour == flags_default.ballots_hour;
}

int32_t model_unit(const struct round *r, struct bytes code)
{
	for (uint32_t i = 0; i < r->unit_count; i++) {
		if (bytes_equal(bytes_str(r->units[i].code), code))
			return (int32_t)i;
	}
	return -1;
}

int32_t model_criterion(const struct round *r, struct bytes code)
{
	for (uint32_t i = 0; i < r->criterion_count; i++) {
		if (bytes_equal(bytes_str(r->criteria[i].code), code))
			return (int32_t)i;
	}
	return -1;
}

int32_t model_stratum(const struct stratum *strata, uint32_t count,
		      const char *const labels[], uint32_t label_count)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t k = 0;

		while (k < label_count && strcmp(strata[i].labels[k], labels[k]) == 0)
			k++;
		if (k == label_count)
			return (int32_t)i;
	}
	return -1;
}
