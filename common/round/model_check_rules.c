/* Checks of what round.json declares. */

#include <string.h>

#include "common/round/model_check.h"

enum { DECIMALS_MAX = 6, SHOW_MIN = 10, CELL_MAX = 1000000, FLAG_MAX = 1000000 };

static void check_head(struct checker *k)
{
	const struct round *r = k->r;

	check_name(k, check_at_path((struct model_path){{"round"}}, "the round's code"),
		   r->code);
	if (strpbrk(r->code, "/\\?#%") != NULL || r->code[0] == '.')
		check_rule(
		    k, (struct model_path){{"round"}},
		    "the round's code \"%s\" becomes part of an address: without "
		    "/ \\ ? # %% and no dot at its start",
		    r->code);
	check_text2(k, check_at_path((struct model_path){{"title"}}, "the title"),
		    &r->title);
}

static void check_values(struct checker *k, const struct scale *s)
{
	struct decimal top = {100 * (int64_t)DECIMAL_ONE};

	for (uint32_t i = 0; i < s->levels; i++) {
		struct model_path path =
		    (struct model_path){{"scales", s->name, "values"}};

		if (s->values[i].micro < 0 || s->values[i].micro > top.micro)
			check_rule(k, path, "scale %s: value %lu is outside 0..100",
				   s->name, (unsigned long)i + 1);
		if (i > 0 && s->values[i].micro < s->values[i - 1].micro)
			check_rule(
			    k, path,
			    "scale %s: value %lu falls; a higher answer must not be "
			    "worth less (criteria.csv has direction down for that)",
			    s->name, (unsigned long)i + 1);
	}
}

static void check_scale(struct checker *k, uint32_t i)
{
	const struct scale *s = &k->r->scales[i];
	struct model_path path = (struct model_path){{"scales", s->name}};

	check_name(k, check_at_path(path, "the scale's name"), s->name);
	if (i > 0 && strcmp(k->r->scales[i - 1].name, s->name) >= 0)
		check_rule(k, path, "scale %s stands twice, or not in order of names",
			   s->name);
	if (s->levels < 2 || s->levels > MODEL_LEVELS_MAX) {
		check_rule(k, (struct model_path){{"scales", s->name, "levels"}},
			   "scale %s has %lu levels: from 2 to %d are possible",
			   s->name, (unsigned long)s->levels, MODEL_LEVELS_MAX);
		return;
	}
	if (s->values != NULL)
		check_values(k, s);
	for (uint32_t n = 0; s->labels != NULL && n < s->levels; n++)
		check_text2(
		    k,
		    check_at_path((struct model_path){{"scales", s->name, "labels"}},
				  "a scale's label"),
		    &s->labels[n]);
}

static bool is_reserved(const char *column)
{
	static const char *const names[] = {"respondent", "code", "cluster", "members"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (strcmp(column, names[i]) == 0)
			return true;
	}
	return false;
}

static void check_columns(struct checker *k)
{
	const struct round *r = k->r;
	struct model_path path = (struct model_path){{"strata"}};

	if (r->strata_column_count > MODEL_STRATA_COLUMNS_MAX) {
		check_rule(k, path, "%lu strata columns: at most %d are possible",
			   (unsigned long)r->strata_column_count,
			   MODEL_STRATA_COLUMNS_MAX);
		return;
	}
	for (uint32_t i = 0; i < r->strata_column_count; i++) {
		const char *name = r->strata_columns[i];

		check_text(k, check_at_path(path, "a strata column"), name,
			   MODEL_CODE_MAX);
		if (is_reserved(name))
			check_rule(k, path,
				   "\"%s\" is a column of its own in the roster and "
				   "cannot be a strata column",
				   name);
		for (uint32_t n = 0; n < i; n++) {
			if (strcmp(r->strata_columns[n], name) == 0)
				check_rule(k, path, "strata column \"%s\" stands twice",
					   name);
		}
	}
}

static void check_numbers(struct checker *k)
{
	const struct round *r = k->r;
	const struct decimal top = check_top(r);
	char highest[DECIMAL_TEXT];

	decimal_text(top, highest);
	if (r->cell_score < 1 || r->cell_score > CELL_MAX)
		check_rule(k, (struct model_path){{"minimum", "cell_score"}},
			   "cell_score is %lu: from 1 to %d",
			   (unsigned long)r->cell_score, CELL_MAX);
	if (r->cell_show < SHOW_MIN || r->cell_show > CELL_MAX)
		check_rule(k, (struct model_path){{"minimum", "cell_show"}},
			   "cell_show is %lu: never under %d, for the raters' sake",
			   (unsigned long)r->cell_show, SHOW_MIN);
	if (r->decimals > DECIMALS_MAX)
		check_rule(k, (struct model_path){{"rounding", "decimals"}},
			   "decimals is %lu: from 0 to %d", (unsigned long)r->decimals,
			   DECIMALS_MAX);
	if (r->bonus_max.micro < 0 || r->bonus_max.micro > top.micro)
		check_rule(k, (struct model_path){{"bonus_max"}},
			   "bonus_max is outside 0..%s", highest);
	if (r->penalty_max.micro < 0 || r->penalty_max.micro > top.micro)
		check_rule(k, (struct model_path){{"penalty_max"}},
			   "penalty_max is outside 0..%s", highest);
}

static void check_flag(struct checker *k, const char *key, uint32_t number,
		       uint32_t least)
{
	if (number < least || number > FLAG_MAX)
		check_rule(k, (struct model_path){{"flags", key}},
			   "%s is %lu: from %lu to %d", key, (unsigned long)number,
			   (unsigned long)least, FLAG_MAX);
}

static void check_flags(struct checker *k)
{
	const struct flag_rules *f = &k->r->flags;

	check_flag(k, "identical_scores", f->identical_scores, 2);
	check_flag(k, "identical_raters", f->identical_raters, 1);
	check_flag(k, "straight_scores", f->straight_scores, 2);
	check_flag(k, "ballots_hour", f->ballots_hour, 1);
}

static void check_reasons(struct checker *k)
{
	const struct round *r = k->r;
	struct model_path path = (struct model_path){{"annulment_reasons"}};

	if (r->annulment_reason_count > MODEL_REASONS_MAX) {
		check_rule(k, path, "%lu annulment reasons: at most %d are possible",
			   (unsigned long)r->annulment_reason_count, MODEL_REASONS_MAX);
		return;
	}
	for (uint32_t i = 0; i < r->annulment_reason_count; i++) {
		const char *reason = r->annulment_reasons[i];

		check_text(k, check_at_path(path, "an annulment reason"), reason,
			   MODEL_TEXT_MAX);
		for (uint32_t n = 0; n < i; n++) {
			if (strcmp(r->annulment_reasons[n], reason) == 0)
				check_rule(k, path,
					   "annulment reason \"%s\" stands twice: "
					   "leave one out",
					   reason);
		}
	}
}

static void check_bands(struct checker *k)
{
	const struct round *r = k->r;
	struct model_path path = (struct model_path){{"bands"}};
	char edge[DECIMAL_TEXT];

	if (r->band_count > MODEL_BANDS_MAX)
		check_rule(k, path, "%lu bands: at most %d are possible",
			   (unsigned long)r->band_count, MODEL_BANDS_MAX);
	for (uint32_t i = 0; i < r->band_count; i++) {
		check_text2(k, check_at_path(path, "a band's name"), &r->bands[i].name);
		if (i == 0 || model_band_is_higher(&r->bands[i], &r->bands[i - 1]))
			continue;
		check_rule(
		    k, path,
		    "bands neither ascend nor descend: the edge %s is out of order "
		    "or stands twice",
		    decimal_text(r->bands[i].edge, edge));
	}
}

/* False when there is no time or when it is wrong. */
static bool check_time(struct checker *k, const char *key, const char *text,
		       int64_t *at)
{
	if (text[0] == '\0')
		return false;
	if (strlen(text) <= MODEL_CODE_MAX && text_time(text, at) == 0)
		return true;
	check_rule(k, (struct model_path){{key}},
		   "%s \"%s\" is not a time: write it as 2025-01-31T17:00:00+07:00",
		   key, text);
	return false;
}

static void check_times(struct checker *k)
{
	const struct round *r = k->r;
	int64_t opens, closes;
	bool both = check_time(k, "opens", r->opens, &opens);

	both = check_time(k, "closes", r->closes, &closes) && both;
	if (both && closes <= opens)
		check_rule(k, (struct model_path){{"closes"}},
			   "closes is not after opens");
	if (r->auto_close && r->closes[0] == '\0')
		check_rule(k, (struct model_path){{"auto_close"}},
			   "auto_close needs closes: say when");
}

void check_rules(struct checker *k)
{
	check_head(k);
	if (k->r->scale_count > MODEL_SCALES_MAX)
		check_rule(k, (struct model_path){{"scales"}},
			   "%lu scales: at most %d are possible",
			   (unsigned long)k->r->scale_count, MODEL_SCALES_MAX);
	for (uint32_t i = 0; i < k->r->scale_count; i++)
		check_scale(k, i);
	check_columns(k);
	check_numbers(k);
	check_flags(k);
	check_reasons(k);
	check_bands(k);
	check_times(k);
}
