/* P2: the bounds that stand in for figures. */

#include "common/method/composite.h"
#include "common/method/privacy_internal.h"

static unsigned long bound_of(enum cell_state state)
{
	return state == CELL_HIGH ? PRIVACY_FULL - PRIVACY_EDGE : PRIVACY_EDGE;
}

static bool is_in(const struct criterion *c, uint32_t leaf, uint32_t cell)
{
	switch (cell) {
	case PRIVACY_INDEX:
		return true;
	case PRIVACY_SURVEY_PART:
		return c->source == SOURCE_SURVEY;
	default:
		return leaf == cell || (uint32_t)c->field == cell;
	}
}

/* S5 on 0..100, with each surveyed leaf at the bound. */
static void average(const struct score_rules *rules, const struct score *s,
		    uint32_t cell, unsigned long bound, mpq_t mean)
{
	const struct round *r = rules->tally->sample->round;
	mpq_t weight, value, weights;

	mpq_inits(weight, value, weights, NULL);
	mpq_set_ui(mean, 0, 1);
	for (uint32_t c = 0; c < r->criterion_count; c++) {
		if (!s->leaves[c].counts || !is_in(&r->criteria[c], c, cell))
			continue;
		privacy_leaf_weight(r, s, c, weight);
		mpq_add(weights, weights, weight);
		mpq_set_ui(value, bound, 1);
		if (r->criteria[c].source != SOURCE_SURVEY)
			mpq_set(value, composite_value(rules, s, c, value));
		mpq_mul(value, value, weight);
		mpq_add(mean, mean, value);
	}
	mpq_div(mean, mean, weights);
	mpq_clears(weight, value, weights, NULL);
}

/* S5: plus bonus minus penalty, then clip. */
static void finish_index(const struct score_rules *rules, const struct score *s,
			 mpq_t index)
{
	struct score_extra extra;
	mpq_t change;

	score_extra(rules, s, &extra);
	mpq_init(change);
	mpq_set_si(change, extra.bonus - extra.penalty, DECIMAL_ONE);
	mpq_canonicalize(change);
	mpq_add(index, index, change);
	if (mpq_cmp(index, rules->low) < 0)
		mpq_set(index, rules->low);
	if (mpq_cmp(index, rules->high) > 0)
		mpq_set(index, rules->high);
	mpq_clear(change);
}

void privacy_bound(const struct score_rules *rules, const struct score *s,
		   uint32_t cell, enum cell_state state, mpq_t bound)
{
	average(rules, s, cell, bound_of(state), bound);
	mpq_mul(bound, bound, rules->slope);
	mpq_add(bound, bound, rules->low);
	if (cell == PRIVACY_INDEX)
		finish_index(rules, s, bound);
}
