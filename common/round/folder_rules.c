/* round.json. What it leaves out is as METHOD says. */

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/round/folder_internal.h"
#include "common/round/list.h"

enum { FULL_RANK = 50, RANK = 30 };

static const char *const file_keys[] = {
    "round",
    "title",
    "scales",
    "mode",
    "composite",
    "strata",
    "collapse_first",
    "design",
    "minimum",
    "rounding",
    "ties",
    "rank_on",
    "bands",
    "bonus_max",
    "penalty_max",
    "flags",
    "annulment_reasons",
    "trial",
    "auto_close",
    "opens",
    "closes",
    NULL,
};

static int set(char **text, const char *value)
{
	free(*text);
	*text = strdup(value);
	return *text == NULL ? -ENOMEM : 0;
}

/* No text of a round is ever NULL. */
static int set_texts(struct round *r, const char *code)
{
	int err = set(&r->code, code);

	if (err == 0)
		err = set(&r->title.vi, code);
	if (err == 0)
		err = set(&r->title.en, "");
	if (err == 0)
		err = set(&r->opens, "");
	if (err == 0)
		err = set(&r->closes, "");
	return err;
}

static int set_text2(struct text2 *t)
{
	int err = set(&t->vi, "");

	return err != 0 ? err : set(&t->en, "");
}

static void read_values(struct folder *f, struct jsonplace at, struct scale *s)
{
	struct jsonfile *j = &f->json;
	char number[JSON_NUMBER];

	if (!jsonfile_is_array(j, at))
		return;
	if (s->levels == 0 || json_array_size(at.value) != s->levels) {
		jsonfile_fault(j, at, "scale %s has %" PRIu32 " levels, but %zu values",
			       s->name, s->levels, json_array_size(at.value));
		return;
	}
	s->values = calloc(s->levels, sizeof *s->values);
	if (s->values == NULL)
		f->err = -ENOMEM;
	for (uint32_t i = 0; s->values != NULL && i < s->levels; i++)
		jsonfile_decimal(j, jsonfile_item(at, i, number), &s->values[i]);
}

static void read_labels(struct folder *f, struct jsonplace at, struct scale *s)
{
	struct jsonfile *j = &f->json;
	char number[JSON_NUMBER];

	if (!jsonfile_is_array(j, at))
		return;
	if (s->levels == 0 || json_array_size(at.value) != s->levels) {
		jsonfile_fault(j, at, "scale %s has %" PRIu32 " levels, but %zu labels",
			       s->name, s->levels, json_array_size(at.value));
		return;
	}
	s->labels = calloc(s->levels, sizeof *s->labels);
	if (s->labels == NULL)
		f->err = -ENOMEM;
	for (uint32_t i = 0; s->labels != NULL && i < s->levels; i++) {
		if (set_text2(&s->labels[i]) != 0)
			f->err = -ENOMEM;
		jsonfile_text2(j, jsonfile_item(at, i, number), &s->labels[i]);
	}
}

static int compare_scales(const void *left, const void *right)
{
	const struct scale *a = left, *b = right;

	return strcmp(a->name, b->name);
}

static void read_scale(struct folder *f, struct jsonplace at, const char *name)
{
	static const char *const known[] = {"levels", "values", "labels", NULL};
	struct jsonfile *j = &f->json;
	struct scale *list, *s;

	if (!jsonfile_is_object(j, at))
		return;
	list = list_room(f->r->scales, f->r->scale_count, sizeof *list);
	if (list == NULL) {
		f->err = -ENOMEM;
		return;
	}
	f->r->scales = list;
	s = &list[f->r->scale_count];
	*s = (struct scale){0};
	if (text_clean(bytes_str(name), &s->name) != 0) {
		jsonfile_fault(j, at,
			       "a scale's name has characters that are not text");
		return;
	}
	f->r->scale_count++;
	s->levels = 2;
	jsonfile_keys(j, at, known);
	if (jsonfile_child(at, "levels").value == NULL)
		jsonfile_fault(j, at, "scale %s says no levels", s->name);
	jsonfile_uint(j, jsonfile_child(at, "levels"), &s->levels);
	if (!json_is_integer(jsonfile_child(at, "levels").value) ||
	    s->levels > MODEL_LEVELS_MAX)
		return;
	read_values(f, jsonfile_child(at, "values"), s);
	read_labels(f, jsonfile_child(at, "labels"), s);
}

static void read_scales(struct folder *f, struct jsonplace root)
{
	struct jsonplace at = jsonfile_child(root, "scales");
	const char *name;
	json_t *value;

	if (at.value == NULL)
		jsonfile_fault(&f->json, root, "the key \"scales\" is missing");
	if (!jsonfile_is_object(&f->json, at))
		return;
	json_object_foreach(at.value, name, value)
	    read_scale(f, jsonfile_child(at, name), name);
	if (f->r->scale_count > 0)
		qsort(f->r->scales, f->r->scale_count, sizeof *f->r->scales,
		      compare_scales);
}

void folder_texts(struct folder *f, struct jsonplace at, char ***list, uint32_t *count)
{
	char number[JSON_NUMBER];
	size_t room;

	if (!jsonfile_is_array(&f->json, at))
		return;
	room = json_array_size(at.value);
	*list = calloc(room + 1, sizeof **list);
	if (*list == NULL) {
		f->err = -ENOMEM;
		return;
	}
	for (size_t i = 0; i < room; i++) {
		jsonfile_text(&f->json, jsonfile_item(at, i, number), &(*list)[*count]);
		if ((*list)[*count] != NULL)
			++*count;
	}
}

static void read_flags(struct folder *f, struct jsonplace at)
{
	static const char *const known[] = {"identical_scores", "identical_raters",
					    "straight_scores", "ballots_hour", NULL};
	struct jsonfile *j = &f->json;
	struct flag_rules *flags = &f->r->flags;

	if (!jsonfile_is_object(j, at))
		return;
	jsonfile_keys(j, at, known);
	jsonfile_uint(j, jsonfile_child(at, "identical_scores"),
		      &flags->identical_scores);
	jsonfile_uint(j, jsonfile_child(at, "identical_raters"),
		      &flags->identical_raters);
	jsonfile_uint(j, jsonfile_child(at, "straight_scores"),
		      &flags->straight_scores);
	jsonfile_uint(j, jsonfile_child(at, "ballots_hour"), &flags->ballots_hour);
}

static void read_rounding(struct folder *f, struct jsonplace at)
{
	static const char *const known[] = {"decimals", "rule", NULL};
	static const char *const rules[] = {"half_up", "half_even", NULL};
	uint32_t rule = 0;

	if (!jsonfile_is_object(&f->json, at))
		return;
	jsonfile_keys(&f->json, at, known);
	jsonfile_uint(&f->json, jsonfile_child(at, "decimals"), &f->r->decimals);
	jsonfile_choice(&f->json, jsonfile_child(at, "rule"), rules, &rule);
	f->r->half_even = rule == 1;
}

/* False when there is no edge to go by. */
static bool read_edge(struct folder *f, struct jsonplace at, struct band *band)
{
	struct jsonplace from = jsonfile_child(at, "from");
	struct jsonplace above = jsonfile_child(at, "above");
	size_t before = f->faults->count;

	if ((from.value == NULL) == (above.value == NULL)) {
		jsonfile_fault(
		    &f->json, at,
		    "a band has either \"from\" (with the edge) or \"above\" "
		    "(without it)");
		return false;
	}
	band->above = above.value != NULL;
	jsonfile_decimal(&f->json, band->above ? above : from, &band->edge);
	return f->faults->count == before;
}

static void read_band(struct folder *f, struct jsonplace at)
{
	static const char *const known[] = {"from", "above", "name", NULL};
	struct band band = {0}, *list;

	if (!jsonfile_is_object(&f->json, at))
		return;
	jsonfile_keys(&f->json, at, known);
	if (!read_edge(f, at, &band))
		return;
	list = list_room(f->r->bands, f->r->band_count, sizeof *list);
	if (list == NULL || set_text2(&band.name) != 0) {
		f->err = -ENOMEM;
		return;
	}
	f->r->bands = list;
	jsonfile_text2(&f->json, jsonfile_child(at, "name"), &band.name);
	list[f->r->band_count++] = band;
}

static void read_bands(struct folder *f, struct jsonplace at)
{
	char number[JSON_NUMBER];
	struct round *r = f->r;

	if (!jsonfile_is_array(&f->json, at))
		return;
	for (size_t i = 0; f->err == 0 && i < json_array_size(at.value); i++)
		read_band(f, jsonfile_item(at, i, number));
	if (r->band_count < 2 ||
	    !model_band_is_higher(&r->bands[0], &r->bands[r->band_count - 1]))
		return;
	for (uint32_t i = 0, k = r->band_count - 1; i < k; i++, k--) {
		struct band first = r->bands[i];

		r->bands[i] = r->bands[k];
		r->bands[k] = first;
	}
}

static void read_words(struct folder *f, struct jsonplace root)
{
	static const char *const modes[] = {"points", "composite", NULL};
	static const char *const designs[] = {"open", "census", "probability", NULL};
	static const char *const ties[] = {"standard", "dense", NULL};
	static const char *const bases[] = {"published", "exact", NULL};
	static const enum design design_of[] = {DESIGN_OPEN, DESIGN_CENSUS,
						DESIGN_PROBABILITY};
	uint32_t mode = 0, design = 0, tie = 0, basis = 0;

	jsonfile_choice(&f->json, jsonfile_child(root, "mode"), modes, &mode);
	jsonfile_choice(&f->json, jsonfile_child(root, "design"), designs, &design);
	jsonfile_choice(&f->json, jsonfile_child(root, "ties"), ties, &tie);
	jsonfile_choice(&f->json, jsonfile_child(root, "rank_on"), bases, &basis);
	f->r->mode = mode == 0 ? MODE_POINTS : MODE_COMPOSITE;
	f->r->design = design_of[design];
	f->r->dense_ties = tie == 1;
	f->r->rank_on_exact = basis == 1;
}

static void read_all(struct folder *f, struct jsonplace root)
{
	struct jsonfile *j = &f->json;
	struct round *r = f->r;

	jsonfile_keys(j, root, file_keys);
	jsonfile_text(j, jsonfile_child(root, "round"), &r->code);
	jsonfile_text2(j, jsonfile_child(root, "title"), &r->title);
	read_scales(f, root);
	read_words(f, root);
	folder_texts(f, jsonfile_child(root, "strata"), &r->strata_columns,
		     &r->strata_column_count);
	jsonfile_bool(j, jsonfile_child(root, "collapse_first"), &r->collapse_first);
	folder_minimum(f, jsonfile_child(root, "minimum"));
	read_rounding(f, jsonfile_child(root, "rounding"));
	read_bands(f, jsonfile_child(root, "bands"));
	jsonfile_decimal(j, jsonfile_child(root, "bonus_max"), &r->bonus_max);
	jsonfile_decimal(j, jsonfile_child(root, "penalty_max"), &r->penalty_max);
	folder_composite(f, root);
	read_flags(f, jsonfile_child(root, "flags"));
	folder_texts(f, jsonfile_child(root, "annulment_reasons"),
		     &r->annulment_reasons, &r->annulment_reason_count);
	jsonfile_bool(j, jsonfile_child(root, "trial"), &r->trial);
	jsonfile_bool(j, jsonfile_child(root, "auto_close"), &r->auto_close);
	jsonfile_text(j, jsonfile_child(root, "opens"), &r->opens);
	jsonfile_text(j, jsonfile_child(root, "closes"), &r->closes);
}

/* So that the other files can be checked although round.json says nothing. */
static void stand_in(struct folder *f)
{
	struct round *r = f->r;

	r->scales = calloc(1, sizeof *r->scales);
	r->strata = calloc(1, sizeof *r->strata);
	if (r->scales == NULL || r->strata == NULL) {
		f->err = -ENOMEM;
		return;
	}
	r->scale_count = 1;
	r->scales[0].levels = 2;
	r->scales[0].name = strdup("-");
	r->stratum_count = 1;
	r->strata[0].labels = calloc(1, sizeof *r->strata[0].labels);
	if (r->scales[0].name == NULL || r->strata[0].labels == NULL ||
	    set_texts(r, "-") != 0)
		f->err = -ENOMEM;
}

void folder_rules(struct folder *f)
{
	char *path = folder_path(f->dir, "round.json");
	struct jsonplace root;

	f->full_rank = FULL_RANK;
	f->rank = RANK;
	if (path == NULL || set_texts(f->r, "") != 0) {
		free(path);
		f->err = -ENOMEM;
		return;
	}
	jsonfile_open(&f->json, path, "round.json", f->faults);
	free(path);
	root = jsonfile_root(&f->json);
	f->rules_known = jsonfile_is_object(&f->json, root);
	if (f->rules_known)
		read_all(f, root);
	else
		stand_in(f);
	if (f->json.full)
		f->err = -ENOMEM;
}
