/* The cells of a unit: their raters, their weights, and whether all said the same. */

#include "common/method/privacy_internal.h"

#include <string.h>

#include "common/method/composite.h"
#include "common/round/index.h"

/* S1: v(y) as a fraction. */
struct value {
	uint64_t numerator, denominator;
};

bool privacy_is_surveyed(const struct privacy_work *w, uint32_t leaf)
{
	return w->round->criteria[leaf].source == SOURCE_SURVEY &&
	       w->score->leaves[leaf].counts;
}

static bool same_value(const struct value *a, const struct value *b)
{
	return a->numerator * b->denominator == b->numerator * a->denominator;
}

static void count_rater(struct privacy_work *w, uint32_t rater, uint32_t cell,
			uint64_t *count)
{
	if (w->seen[cell] == rater + 1)
		return;
	w->seen[cell] = rater + 1;
	++*count;
}

/* A rater with several sheets about the unit has them one after the other. */
static void count_sheet(struct privacy_work *w, struct privacy_unit *p,
			const struct sample_sheet *sheet)
{
	const struct round *r = w->round;
	uint64_t print = hash_number(sheet->rater);

	for (uint32_t a = 0; a < r->answer_count; a++) {
		uint32_t leaf = r->surveyed[a];
		uint32_t field = (uint32_t)r->criteria[leaf].field;
		uint8_t y = sheet->answers[a];
		uint64_t score;

		if (!w->score->leaves[leaf].counts || !tally_is_score(y))
			continue;
		score = hash_number(print ^ ((uint64_t)a << 8 | y));
		p->prints[leaf] += score; /* in any order */
		if (field != leaf)
			p->prints[field] += score;
		count_rater(w, sheet->rater, leaf, &p->raters[leaf]);
		count_rater(w, sheet->rater, field, &p->raters[field]);
		count_rater(w, sheet->rater, r->criterion_count, &p->index_raters);
	}
}

void privacy_count(struct privacy_work *w, struct privacy_unit *p)
{
	const struct tally *t = w->result->tally;
	uint32_t unit = w->score->unit;

	memset(p->raters, 0, w->round->criterion_count * sizeof *p->raters);
	memset(p->prints, 0, w->round->criterion_count * sizeof *p->prints);
	memset(w->seen, 0, (w->round->criterion_count + 1u) * sizeof *w->seen);
	p->index_raters = 0;
	for (size_t i = t->unit_first[unit]; i < t->unit_first[unit + 1]; i++)
		count_sheet(w, p, &t->sample->sheets[t->order[i]]);
}

void privacy_leaf_weight(const struct round *r, const struct score *s, uint32_t leaf,
			 mpq_t weight)
{
	const struct criterion *c = &r->criteria[leaf];
	const struct score_field *field = &s->fields[c->field];

	mpq_set_si(weight, c->points.micro, 1);
	mpz_mul_si(mpq_numref(weight), mpq_numref(weight), field->applying);
	mpz_set_si(mpq_denref(weight), field->counting);
	mpq_canonicalize(weight);
}

void privacy_weigh(struct privacy_work *w)
{
	const struct round *r = w->round;
	mpq_t room;

	mpq_init(room);
	for (uint32_t c = 0; c < r->criterion_count; c++) {
		mpq_set_ui(w->weight[c], 0, 1);
		mpq_set_ui(w->worth[c], 0, 1);
	}
	mpq_set_ui(w->index_weight, 0, 1);
	mpq_set_ui(w->index_worth, 0, 1);
	for (uint32_t c = 0; c < r->criterion_count; c++) {
		uint32_t field = (uint32_t)r->criteria[c].field;

		if (!privacy_is_surveyed(w, c))
			continue;
		privacy_leaf_weight(r, w->score, c, w->weight[c]);
		mpq_mul(w->worth[c], w->weight[c],
			composite_value(w->result->rules, w->score, c, room));
		mpq_add(w->index_weight, w->index_weight, w->weight[c]);
		mpq_add(w->index_worth, w->index_worth, w->worth[c]);
		if (field == c)
			continue;
		mpq_add(w->weight[field], w->weight[field], w->weight[c]);
		mpq_add(w->worth[field], w->worth[field], w->worth[c]);
	}
	mpq_clear(room);
}

void privacy_unpick(struct privacy_work *w)
{
	memset(w->picked, 0, w->round->answer_count);
}

void privacy_pick(struct privacy_work *w, uint32_t cell)
{
	const struct round *r = w->round;

	for (uint32_t a = 0; a < r->answer_count; a++) {
		uint32_t leaf = r->surveyed[a];

		if (privacy_is_surveyed(w, leaf) &&
		    (cell == PRIVACY_INDEX || leaf == cell ||
		     (uint32_t)r->criteria[leaf].field == cell))
			w->picked[a] = 1;
	}
}

static bool scores_picked(const struct privacy_work *w, const uint8_t *answers)
{
	for (uint32_t a = 0; a < w->round->answer_count; a++)
		if (w->picked[a] && tally_is_score(answers[a]))
			return true;
	return false;
}

uint64_t privacy_picked_raters(const struct privacy_work *w, uint64_t enough)
{
	const struct tally *t = w->result->tally;
	uint32_t unit = w->score->unit;
	uint32_t last = UINT32_MAX;
	uint64_t count = 0;

	for (size_t i = t->unit_first[unit];
	     i < t->unit_first[unit + 1] && count < enough; i++) {
		uint32_t sheet = t->order[i];

		if (t->sheet_rater[sheet] == last ||
		    !scores_picked(w, t->sample->sheets[sheet].answers))
			continue;
		last = t->sheet_rater[sheet];
		count++;
	}
	return count;
}

/* The value of a score on a picked leaf; false: it is none. */
static bool picked_value(const struct privacy_work *w, uint32_t answer, uint8_t y,
			 struct value *v)
{
	const struct score_rules *rules = w->result->rules;

	if (!w->picked[answer] || !tally_is_score(y))
		return false;
	v->numerator = rules->values[rules->tally->offset[answer] + tally_slot(y)];
	v->denominator = rules->den[answer];
	return true;
}

/*
 * Boyer and Moore 1981: the only value that can have more than half of the scores. Each
 * other one cancels one of it.
 */
static void vote(const struct privacy_work *w, const uint8_t *answers,
		 struct value *leader, uint64_t *lead)
{
	struct value v;

	for (uint32_t a = 0; a < w->round->answer_count; a++) {
		if (!picked_value(w, a, answers[a], &v))
			continue;
		if (*lead == 0)
			*leader = v;
		if (same_value(leader, &v))
			++*lead;
		else
			--*lead;
	}
}

static void count_alike(const struct privacy_work *w, const uint8_t *answers,
			const struct value *leader, uint64_t *alike, uint64_t *all)
{
	struct value v;

	for (uint32_t a = 0; a < w->round->answer_count; a++) {
		if (!picked_value(w, a, answers[a], &v))
			continue;
		++*all;
		*alike += same_value(leader, &v);
	}
}

bool privacy_picked_alike(const struct privacy_work *w)
{
	const struct tally *t = w->result->tally;
	const struct sample_sheet *sheets = t->sample->sheets;
	size_t first = t->unit_first[w->score->unit];
	size_t end = t->unit_first[w->score->unit + 1];
	struct value leader = {0, 1};
	uint64_t lead = 0, alike = 0, all = 0;

	for (size_t i = first; i < end; i++)
		vote(w, sheets[t->order[i]].answers, &leader, &lead);
	for (size_t i = first; i < end; i++)
		count_alike(w, sheets[t->order[i]].answers, &leader, &alike, &all);
	return 10 * alike > 9 * all;
}

enum cell_state privacy_side(const mpq_t weight, const mpq_t worth)
{
	enum cell_state state = CELL_NO_SE;
	mpq_t edge, bound;

	mpq_inits(edge, bound, NULL);
	mpq_set_ui(edge, PRIVACY_FULL - PRIVACY_EDGE, 1);
	mpq_mul(bound, edge, weight);
	if (mpq_cmp(worth, bound) >= 0)
		state = CELL_HIGH;
	mpq_set_ui(edge, PRIVACY_EDGE, 1);
	mpq_mul(bound, edge, weight);
	if (mpq_cmp(worth, bound) <= 0)
		state = CELL_LOW;
	mpq_clears(edge, bound, NULL);
	return state;
}
