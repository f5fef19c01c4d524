#include "common/method/composite.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "common/method/score_internal.h"

static struct score_range *range_at(const struct score_rules *rules, uint32_t block,
				    uint32_t criterion)
{
	size_t width = score_round(rules)->criterion_count;

	return &rules->ranges[block * width + criterion];
}

static size_t range_count(const struct score_rules *rules)
{
	const struct round *r = score_round(rules);

	return (size_t)r->block_count * r->criterion_count;
}

static void widen(struct score_range *range, const mpq_t theta)
{
	if (!range->any || mpq_cmp(theta, range->min) < 0)
		mpq_set(range->min, theta);
	if (!range->any || mpq_cmp(theta, range->max) > 0)
		mpq_set(range->max, theta);
	range->any = true;
}

/* S6: over all units of a block for which the leaf counts, whatever their status. */
static int add_own(struct score_rules *rules)
{
	const struct round *r = score_round(rules);
	struct score s;
	int err = score_init(rules, &s);

	if (err)
		return err;
	for (uint32_t u = 0; u < r->unit_count; u++) {
		score_leaves(rules, u, &s);
		for (uint32_t c = 0; c < r->criterion_count; c++)
			if (s.leaves[c].counts)
				widen(range_at(rules, r->units[u].block, c),
				      s.leaves[c].theta);
	}
	score_free(rules, &s);
	return 0;
}

/* The block of the same name, -1: none. */
static int32_t find_block(const struct round *r, const char *name)
{
	for (uint32_t b = 0; b < r->block_count; b++)
		if (strcmp(r->blocks[b].name, name) == 0)
			return (int32_t)b;
	return -1;
}

/* For each criterion of r the one of the same code in the other round, -1: none. */
static int32_t *match_criteria(const struct round *r, const struct round *other)
{
	int32_t *places = calloc(r->criterion_count + 1u, sizeof *places);

	for (uint32_t c = 0; places && c < r->criterion_count; c++)
		places[c] = model_criterion(other, bytes_str(r->criteria[c].code));
	return places;
}

/* What no unit of this round has needs no range, and gets none here. */
static void add_unit(struct score_rules *rules, uint32_t block, const struct score *s,
		     const int32_t *places)
{
	for (uint32_t c = 0; c < score_round(rules)->criterion_count; c++) {
		struct score_range *range = range_at(rules, block, c);

		if (range->any && places[c] >= 0 && s->leaves[places[c]].counts)
			widen(range, s->leaves[places[c]].theta);
	}
}

static int add_units(struct score_rules *rules, const struct score_rules *other)
{
	const struct round *r = score_round(rules), *from = score_round(other);
	int32_t *places = match_criteria(r, from);
	struct score s;
	int err = places ? score_init(other, &s) : -ENOMEM;

	for (uint32_t u = 0; !err && u < from->unit_count; u++) {
		int32_t block = find_block(r, from->blocks[from->units[u].block].name);

		if (block < 0)
			continue;
		score_leaves(other, u, &s);
		add_unit(rules, (uint32_t)block, &s, places);
	}
	if (!err)
		score_free(other, &s);
	free(places);
	return err;
}

/* S6, pooled: theta as the other round's own rules give it. */
static int add_pooled(struct score_rules *rules, const struct sample *sample)
{
	struct tally tally = {0};
	struct frame frame = {0};
	struct score_rules other = {0};
	int err = tally_make(sample, 1, &tally);

	if (err)
		return err;
	err = frame_make(sample->round, sample->strata, sample->stratum_count,
			 tally.responded, &frame);
	if (!err)
		err = score_rules_plain(&tally, &frame, &other);
	if (!err)
		err = add_units(rules, &other);
	score_rules_free(&other);
	frame_free(&frame);
	tally_free(&tally);
	return err;
}

bool composite_is_flat(const struct score_range *range)
{
	return mpq_equal(range->min, range->max);
}

/* S6: max = min needs the declared max_eq_min. */
static int refuse_flat(const struct score_rules *rules, struct faults *faults)
{
	const struct round *r = score_round(rules);
	int err = 0;

	if (r->composite.has_max_eq_min)
		return 0;
	for (size_t i = 0; i < range_count(rules); i++) {
		if (!rules->ranges[i].any || !composite_is_flat(&rules->ranges[i]))
			continue;
		faults_add(faults, NULL, 0,
			   "block %s: all units score the same on criterion %s, so "
			   "minmax cannot tell them apart; composite in round.json "
			   "must say with max_eq_min what that is worth",
			   r->blocks[i / r->criterion_count].name,
			   r->criteria[i % r->criterion_count].code);
		err = ERR_REFUSED;
	}
	return err;
}

int composite_ranges(struct score_rules *rules, struct faults *faults)
{
	const struct sample *s = rules->tally->sample;
	int err;

	rules->ranges = calloc(range_count(rules) + 1, sizeof *rules->ranges);
	if (!rules->ranges)
		return -ENOMEM;
	for (size_t i = 0; i < range_count(rules); i++)
		mpq_inits(rules->ranges[i].min, rules->ranges[i].max, NULL);
	err = add_own(rules);
	for (size_t i = 0; !err && i < s->pool_count; i++)
		err = add_pooled(rules, &s->pool[i]);
	return err ? err : refuse_flat(rules, faults);
}

void composite_ranges_free(struct score_rules *rules)
{
	if (!rules->ranges)
		return;
	for (size_t i = 0; i < range_count(rules); i++)
		mpq_clears(rules->ranges[i].min, rules->ranges[i].max, NULL);
	free(rules->ranges);
	rules->ranges = NULL;
}

const struct score_range *composite_range(const struct score_rules *rules,
					  uint32_t unit, uint32_t criterion)
{
	return range_at(rules, score_round(rules)->units[unit].block, criterion);
}

/* out = 100 a / b, b > 0. */
static void set_share(mpq_t out, const mpq_t a, const mpq_t b)
{
	mpq_div(out, a, b);
	mpz_mul_ui(mpq_numref(out), mpq_numref(out), POINTS_FULL);
	mpq_canonicalize(out);
}

/* max_eq_min stands on the declared scale; here the place it has between its ends. */
static void set_flat(const struct composite *c, mpq_t out)
{
	mpq_t width;

	mpq_init(width);
	mpq_set_si(width, c->hi.micro - c->lo.micro, 1);
	mpq_set_si(out, c->max_eq_min.micro - c->lo.micro, 1);
	set_share(out, out, width);
	mpq_clear(width);
}

mpq_srcptr composite_value(const struct score_rules *rules, const struct score *s,
			   uint32_t criterion, mpq_t room)
{
	const struct score_range *range;
	mpq_t width;

	if (!rules->ranges)
		return s->leaves[criterion].theta;
	range = composite_range(rules, s->unit, criterion);
	assert(range->any);
	if (composite_is_flat(range)) {
		set_flat(&score_round(rules)->composite, room);
		return room;
	}
	mpq_init(width);
	mpq_sub(width, range->max, range->min);
	mpq_sub(room, s->leaves[criterion].theta, range->min);
	set_share(room, room, width);
	mpq_clear(width);
	return room;
}
