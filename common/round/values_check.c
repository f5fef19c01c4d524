/* What may be wrong with an appraisal or a measured value. */

#include <string.h>

#include "common/round/folder.h"

/* Points of one bonus or penalty; their sum is cut to bonus_max or penalty_max. */
static const int64_t extra_max = 100 * (int64_t)DECIMAL_ONE;

static bool text_is_good(const char *text)
{
	return strlen(text) <= MODEL_TEXT_MAX && text_is_nfc(bytes_str(text));
}

static const char *leaf_fault(const struct round *r, uint32_t unit, uint32_t criterion,
			      enum source source)
{
	const struct criterion *c;

	if (criterion >= r->criterion_count)
		return "this criterion is not in the round";
	c = &r->criteria[criterion];
	if (!c->leaf)
		return "this criterion has parts: give its parts a value";
	if (c->source == SOURCE_SURVEY)
		return "this criterion is surveyed: enterprises answer it";
	if (c->source != source)
		return source == SOURCE_APPRAISED
			   ? "this criterion is measured: it belongs in measured.csv"
			   : "this criterion is appraised: it belongs in "
			     "appraisals.csv";
	if (!model_applies(r, unit, criterion))
		return "this criterion does not apply to this unit";
	return NULL;
}

static const char *extra_fault(struct decimal points, struct decimal max,
			       const char *none)
{
	if (max.micro == 0)
		return none;
	if (points.micro < 0 || points.micro > extra_max)
		return "points of a bonus or penalty are a positive number up to 100";
	return NULL;
}

const char *appraisal_fault(const struct round *r, const struct appraisal *a)
{
	const char *fault;

	if (a->unit >= r->unit_count)
		return "this unit is not in the round";
	if (!text_is_good(a->evidence) || !text_is_good(a->by))
		return "evidence and by are at most 1000 bytes of UTF-8 in form NFC";
	if (a->target == TARGET_BONUS)
		return extra_fault(a->points, r->bonus_max,
				   "this round has no bonus (bonus_max is 0)");
	if (a->target == TARGET_PENALTY)
		return extra_fault(a->points, r->penalty_max,
				   "this round has no penalty (penalty_max is 0)");
	fault = leaf_fault(r, a->unit, a->criterion, SOURCE_APPRAISED);
	if (fault != NULL)
		return fault;
	if (a->points.micro < 0 ||
	    a->points.micro > r->criteria[a->criterion].points.micro)
		return "points are outside 0 to the criterion's maximum";
	return NULL;
}

const char *measured_fault(const struct round *r, const struct measured *m)
{
	if (m->unit >= r->unit_count)
		return "this unit is not in the round";
	if (!text_is_good(m->evidence))
		return "evidence is at most 1000 bytes of UTF-8 in form NFC";
	return leaf_fault(r, m->unit, m->criterion, SOURCE_MEASURED);
}
