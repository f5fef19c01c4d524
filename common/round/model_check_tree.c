/* Checks of criteria.csv: codes, depth, points, sources. */

#include <inttypes.h>
#include <string.h>

#include "common/round/index.h"
#include "common/round/model_check.h"

static const char file[] = "criteria.csv";
/* Keeps every sum of points exact. */
static const int64_t points_max = (int64_t)1000000 * DECIMAL_ONE;

static void fault(struct checker *k, const struct criterion *c, const char *text)
{
	faults_add(k->faults, file, c->line, "criterion %s: %s", c->code, text);
}

static void check_codes(struct checker *k)
{
	const struct round *r = k->r;
	struct index ix;

	index_init(&ix);
	for (uint32_t i = 0; i < r->criterion_count; i++) {
		const struct criterion *c = &r->criteria[i];
		uint64_t hash = hash_bytes(bytes_str(c->code));
		struct index_cursor at = index_seek(&ix, hash);

		check_name(k, check_at_line(file, c->line, "a criterion's code"),
			   c->code);
		if (strcmp(c->code, "bonus") == 0 || strcmp(c->code, "penalty") == 0)
			fault(k, c,
			      "this word has a meaning in appraisals.csv: use "
			      "another code");
		while (index_next(&ix, &at)) {
			if (strcmp(r->criteria[at.place].code, c->code) == 0)
				fault(k, c, "this code stands twice");
		}
		if (index_add(&ix, hash, i) != 0)
			faults_add(k->faults, NULL, 0, "out of memory");
	}
	index_free(&ix);
}

static uint32_t depth_of(const struct round *r, const struct criterion *c)
{
	uint32_t depth = 1;

	for (; c->parent >= 0; c = &r->criteria[c->parent])
		depth++;
	return depth;
}

static void check_survey(struct checker *k, const struct criterion *c)
{
	if (c->source == SOURCE_SURVEY && c->scale < 0)
		fault(k, c, "a surveyed criterion needs a scale of round.json");
	if (c->source != SOURCE_SURVEY && c->scale >= 0)
		fault(k, c, "only a surveyed criterion has a scale: leave it empty");
}

static void check_measure(struct checker *k, const struct criterion *c)
{
	if (c->source == SOURCE_MEASURED && c->lo.micro >= c->hi.micro)
		fault(k, c,
		      "a measured criterion needs lo and hi, lo less than hi; for "
		      "\"less is better\" give "
		      "direction down");
	if (c->source != SOURCE_MEASURED && (c->lo.micro != 0 || c->hi.micro != 0))
		fault(k, c,
		      "only a measured criterion has lo and hi: leave them empty");
	if (c->down && c->source != SOURCE_SURVEY && c->source != SOURCE_MEASURED)
		fault(k, c, "only a surveyed or measured criterion has a direction");
}

static void check_one(struct checker *k, const struct criterion *c)
{
	check_text2(k, check_at_line(file, c->line, "a criterion's name"), &c->name);
	if (depth_of(k->r, c) > MODEL_DEPTH_MAX)
		fault(k, c, "more than three levels: field, criterion, component");
	if (!c->points_told && (c->points.micro <= 0 || c->points.micro > points_max))
		fault(k, c, "points must be more than 0 and at most 1000000");
	if (c->leaf && c->source == SOURCE_NONE)
		fault(k, c,
		      "it has no parts, so it needs a source: survey, appraised "
		      "or measured");
	if (!c->leaf && c->source != SOURCE_NONE)
		fault(k, c, "it has parts, so its source must be empty");
	check_survey(k, c);
	check_measure(k, c);
}

/* Of a parent; says nothing where a part's own points are wrong already. */
static void check_sum(struct checker *k, uint32_t parent)
{
	const struct criterion *p = &k->r->criteria[parent];
	char has[DECIMAL_TEXT], sum_text[DECIMAL_TEXT];
	struct decimal sum = {0};

	if (p->leaf || p->points.micro <= 0)
		return;
	for (uint32_t i = parent + 1; i < k->r->criterion_count; i++) {
		const struct criterion *c = &k->r->criteria[i];

		if (c->parent != (int32_t)parent)
			continue;
		if (c->points.micro <= 0 || c->points.micro > points_max)
			return;
		sum.micro += c->points.micro;
	}
	if (sum.micro != p->points.micro)
		faults_add(k->faults, file, p->line,
			   "criterion %s has %s points, but its parts add up to %s",
			   p->code, decimal_text(p->points, has),
			   decimal_text(sum, sum_text));
}

void check_criteria(struct checker *k)
{
	const struct round *r = k->r;

	if (r->criterion_count == 0)
		faults_add(k->faults, file, 0, "there is no criterion");
	if (r->criterion_count > MODEL_CRITERIA_MAX) {
		faults_add(k->faults, file, 0,
			   "%" PRIu32 " criteria: at most %d are possible",
			   r->criterion_count, MODEL_CRITERIA_MAX);
		return;
	}
	check_codes(k);
	for (uint32_t i = 0; i < r->criterion_count; i++) {
		check_one(k, &r->criteria[i]);
		check_sum(k, i);
	}
}
