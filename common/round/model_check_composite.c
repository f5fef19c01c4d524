/* Checks of METHOD S6: the scale of a composite, what is pooled, points of 100. */

#include <string.h>

#include "common/round/model_check.h"

static const int64_t points_full = 100 * (int64_t)DECIMAL_ONE;
/* Keeps figures short, and U1's whole numbers in their bounds. */
static const int64_t top_max = 1000 * (int64_t)DECIMAL_ONE;

static bool is_in_bounds(const struct composite *c)
{
	return c->hi.micro > 0 && c->hi.micro <= top_max && c->factor.micro > 0 &&
	       c->factor.micro <= top_max;
}

struct decimal check_top(const struct round *r)
{
	const struct composite *c = &r->composite;

	if (!is_in_bounds(c))
		return (struct decimal){top_max};
	return (struct decimal){c->hi.micro * c->factor.micro / DECIMAL_ONE};
}

static void check_scale(struct checker *k)
{
	const struct composite *c = &k->r->composite;
	char lo[DECIMAL_TEXT], hi[DECIMAL_TEXT];

	if (c->lo.micro < 0 || c->lo.micro >= c->hi.micro)
		check_rule(k, (struct model_path){{"composite", "scale"}},
			   "scale goes from %s to %s: its first end must be 0 or more, "
			   "and its second end higher",
			   decimal_text(c->lo, lo), decimal_text(c->hi, hi));
	if (c->factor.micro <= 0)
		check_rule(k, (struct model_path){{"composite", "factor"}},
			   "factor must be more than 0");
	if (c->hi.micro > top_max || c->factor.micro > top_max ||
	    check_top(k->r).micro > top_max)
		check_rule(k, (struct model_path){{"composite"}},
			   "the scale's upper end, the factor and their product are at "
			   "most 1000: choose a smaller scale");
}

static void check_pool(struct checker *k)
{
	const struct composite *c = &k->r->composite;
	struct model_path path = (struct model_path){{"composite", "pool"}};

	if (c->pool_count > 0 && !c->minmax)
		check_rule(k, path,
			   "pool says nothing without minmax: set minmax to true, or "
			   "leave pool out");
	if (c->pool_count > MODEL_POOL_MAX) {
		check_rule(k, path, "%lu pooled rounds: at most %d are possible",
			   (unsigned long)c->pool_count, MODEL_POOL_MAX);
		return;
	}
	for (uint32_t i = 0; i < c->pool_count; i++) {
		check_name(k, check_at_path(path, "a pooled round's code"), c->pool[i]);
		if (strcmp(c->pool[i], k->r->code) == 0)
			check_rule(k, path,
				   "a round is not pooled with itself: name earlier "
				   "rounds only");
		for (uint32_t n = 0; n < i; n++) {
			if (strcmp(c->pool[n], c->pool[i]) == 0)
				check_rule(k, path, "pooled round \"%s\" stands twice",
					   c->pool[i]);
		}
	}
}

static void check_equal(struct checker *k)
{
	const struct composite *c = &k->r->composite;
	struct model_path path = (struct model_path){{"composite", "max_eq_min"}};

	if (!c->has_max_eq_min)
		return;
	if (!c->minmax)
		check_rule(k, path,
			   "max_eq_min says nothing without minmax: set minmax to "
			   "true, or leave max_eq_min out");
	if (c->max_eq_min.micro < c->lo.micro || c->max_eq_min.micro > c->hi.micro)
		check_rule(k, path,
			   "max_eq_min is outside the scale: choose a number on it");
}

/* Whether criterion c and all above it are for this block. */
static bool is_for_block(const struct round *r, int32_t c, uint32_t block)
{
	for (; c >= 0; c = r->criteria[c].parent) {
		const struct criterion *x = &r->criteria[c];
		bool found = x->blocks == NULL;

		for (uint32_t i = 0; !found && i < x->block_count; i++)
			found = x->blocks[i] == block;
		if (!found)
			return false;
	}
	return true;
}

/* The points of the fields with a leaf for this block; -1: not all are known. */
static int64_t sum_fields(const struct round *r, uint32_t block)
{
	bool counted[MODEL_CRITERIA_MAX] = {false};
	int64_t sum = 0;

	for (uint32_t c = 0; c < r->criterion_count; c++) {
		int32_t f = r->criteria[c].field;

		if (!r->criteria[c].leaf || counted[f] ||
		    !is_for_block(r, (int32_t)c, block))
			continue;
		counted[f] = true;
		if (r->criteria[f].points.micro <= 0 ||
		    r->criteria[f].points.micro > top_max)
			return -1;
		sum += r->criteria[f].points.micro;
	}
	return sum;
}

static void check_points(struct checker *k)
{
	const struct round *r = k->r;
	char text[DECIMAL_TEXT];

	if (r->criterion_count > MODEL_CRITERIA_MAX ||
	    r->block_count > MODEL_BLOCKS_MAX)
		return;
	for (uint32_t b = 0; b < r->block_count; b++) {
		int64_t sum = sum_fields(r, b);

		if (sum < 0 || sum == points_full)
			continue;
		faults_add(k->faults, "criteria.csv", 0,
			   "block %s: the points of its fields add up to %s; in mode "
			   "composite they are weights and must add up to exactly 100",
			   r->blocks[b].name,
			   decimal_text((struct decimal){sum}, text));
	}
}

void check_composite(struct checker *k)
{
	if (k->r->mode != MODE_COMPOSITE)
		return;
	check_scale(k);
	check_pool(k);
	check_equal(k);
	check_points(k);
}
