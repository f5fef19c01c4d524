#include "common/method/robust.h"

enum { SHARES_LEVELS_MIN = 4, POLARISATION_MAX = 2500 };
enum { TENTHS = 10, TENTHS_KEPT = 8 };

/* The answers of a leaf, worst first: what was given of each, weighted. */
struct ladder {
	uint32_t levels;
	uint64_t den;                      /* v = values[i] / den */
	uint64_t values[MODEL_LEVELS_MAX]; /* ascending */
	mpz_t weight[MODEL_LEVELS_MAX];
	mpz_t all;
};

static void ladder_init(const struct score_rules *rules, uint32_t answer,
			struct ladder *l)
{
	const struct tally *t = rules->tally;
	const struct round *r = t->sample->round;
	size_t first = t->offset[answer] + TALLY_FIRST_SCORE;

	l->levels = (uint32_t)(t->offset[answer + 1] - first);
	l->den = rules->den[answer];
	for (uint32_t i = 0; i < l->levels; i++) {
		bool down = r->criteria[r->surveyed[answer]].down;

		l->values[i] = rules->values[first + (down ? l->levels - 1 - i : i)];
		mpz_init(l->weight[i]);
	}
	mpz_init(l->all);
}

static void ladder_clear(struct ladder *l)
{
	for (uint32_t i = 0; i < l->levels; i++)
		mpz_clear(l->weight[i]);
	mpz_clear(l->all);
}

/* False: no score. */
static bool ladder_fill(const struct score_rules *rules, const struct score *s,
			uint32_t answer, struct ladder *l)
{
	const struct tally *t = rules->tally;
	const struct criterion *c =
	    &t->sample->round->criteria[t->sample->round->surveyed[answer]];
	size_t first = t->offset[answer] + TALLY_FIRST_SCORE;

	for (size_t row = t->row_first[s->unit]; row < t->row_first[s->unit + 1];
	     row++) {
		uint32_t group = rules->frame->group_of[t->row_stratum[row]];
		const uint32_t *n = tally_row(t, row) + first;

		for (uint32_t i = 0; i < l->levels; i++)
			mpz_addmul_ui(l->weight[i], rules->frame->groups[group].weight,
				      n[c->down ? l->levels - 1 - i : i]);
	}
	for (uint32_t i = 0; i < l->levels; i++)
		mpz_add(l->all, l->all, l->weight[i]);
	return mpz_sgn(l->all) > 0;
}

/* The smallest v with weight of {v' <= v} >= half of all. */
static void lower_median(const struct ladder *l, mpq_t median)
{
	uint32_t at = 0;
	mpz_t twice;

	mpz_init(twice);
	for (uint32_t i = 0; i < l->levels; i++) {
		mpz_addmul_ui(twice, l->weight[i], 2);
		at = i;
		if (mpz_cmp(twice, l->all) >= 0)
			break;
	}
	mpz_clear(twice);
	mpq_set_ui(median, l->values[at], l->den);
	mpq_canonicalize(median);
}

/* x held to low..high. */
static void hold(mpz_t x, const mpz_t low, const mpz_t high)
{
	if (mpz_cmp(x, low) < 0)
		mpz_set(x, low);
	if (mpz_cmp(x, high) > 0)
		mpz_set(x, high);
}

/*
 * In tenths of the weight, all of it is 10 x all, and what is kept lies between 1 x all
 * and 9 x all: each answer gives the part of its stretch that lies there.
 */
static void trimmed_mean(const struct ladder *l, mpq_t trimmed)
{
	mpz_t low, high, end, from, to, part;

	mpz_inits(low, high, end, from, to, part, NULL);
	mpz_set(low, l->all);
	mpz_mul_ui(high, l->all, TENTHS - 1);
	mpz_set(from, low);
	mpz_set_ui(mpq_numref(trimmed), 0);
	for (uint32_t i = 0; i < l->levels; i++) {
		mpz_addmul_ui(end, l->weight[i], TENTHS);
		mpz_set(to, end);
		hold(to, low, high);
		mpz_sub(part, to, from);
		mpz_addmul_ui(mpq_numref(trimmed), part, l->values[i]);
		mpz_set(from, to);
	}
	mpz_mul_ui(mpq_denref(trimmed), l->all, TENTHS_KEPT);
	mpz_mul_ui(mpq_denref(trimmed), mpq_denref(trimmed), l->den);
	mpq_canonicalize(trimmed);
	mpz_clears(low, high, end, from, to, part, NULL);
}

/* The weight of two neighbours as a share. */
static void share_of_two(const struct ladder *l, uint32_t first, mpq_t share)
{
	mpz_add(mpq_numref(share), l->weight[first], l->weight[first + 1]);
	mpz_set(mpq_denref(share), l->all);
	mpq_canonicalize(share);
}

/* (all x sum W v^2 - (sum W v)^2) / (all^2 den^2) / 2500 */
static void polarise(const struct ladder *l, mpq_t polarisation)
{
	mpz_t sum, part;

	mpz_inits(sum, part, NULL);
	mpz_set_ui(mpq_numref(polarisation), 0);
	for (uint32_t i = 0; i < l->levels; i++) {
		mpz_mul_ui(part, l->weight[i], l->values[i]);
		mpz_add(sum, sum, part);
		mpz_addmul_ui(mpq_numref(polarisation), part, l->values[i]);
	}
	mpz_mul(mpq_numref(polarisation), mpq_numref(polarisation), l->all);
	mpz_submul(mpq_numref(polarisation), sum, sum);
	mpz_mul_ui(part, l->all, l->den);
	mpz_mul(part, part, part);
	mpz_mul_ui(mpq_denref(polarisation), part, POLARISATION_MAX);
	mpq_canonicalize(polarisation);
	mpz_clears(sum, part, NULL);
}

void robust_init(struct robust_leaf *l)
{
	*l = (struct robust_leaf){0};
	mpq_inits(l->median, l->trimmed, l->top2, l->bottom2, l->polarisation, NULL);
}

void robust_clear(struct robust_leaf *l)
{
	mpq_clears(l->median, l->trimmed, l->top2, l->bottom2, l->polarisation, NULL);
}

static bool applies(const struct score_rules *rules, const struct score *s,
		    uint32_t answer)
{
	return s->leaves[rules->tally->sample->round->surveyed[answer]].applies;
}

void robust_leaf(const struct score_rules *rules, const struct score *s,
		 uint32_t answer_place, struct robust_leaf *out)
{
	struct ladder l;

	ladder_init(rules, answer_place, &l);
	out->any =
	    applies(rules, s, answer_place) && ladder_fill(rules, s, answer_place, &l);
	out->has_shares = out->any && l.levels >= SHARES_LEVELS_MIN;
	if (out->any) {
		lower_median(&l, out->median);
		trimmed_mean(&l, out->trimmed);
		polarise(&l, out->polarisation);
	}
	if (out->has_shares) {
		share_of_two(&l, l.levels - 2, out->top2);
		share_of_two(&l, 0, out->bottom2);
	}
	ladder_clear(&l);
}

bool robust_trimmed(const struct score_rules *rules, const struct score *s,
		    uint32_t answer_place, mpq_t trimmed)
{
	struct ladder l;
	bool any;

	ladder_init(rules, answer_place, &l);
	any =
	    applies(rules, s, answer_place) && ladder_fill(rules, s, answer_place, &l);
	if (any)
		trimmed_mean(&l, trimmed);
	ladder_clear(&l);
	return any;
}
