#include "common/method/alpha.h"

#include <errno.h>
#include <stdlib.h>

/*
 * With N sheets, v = value / den of a leaf, and all numbers whole:
 *     N^2 variance of a leaf = (N sum value^2 - (sum value)^2) / den^2
 *     N^2 variance of the sum = sum over pairs of den d, e
 *                               (N sum S_d S_e - sum S_d sum S_e) / (d e)
 * where S_d is the sum of a sheet's values over the leaves with the denominator d. So a
 * sheet costs one addition a leaf, and there are seldom more denominators than one.
 *
 * S_d < MODEL_CRITERIA_MAX x 10^8 < 2^38, so 2^32 sheets stay far below 2^128.
 */

enum { LEAVES_MIN = 2, SHEETS_MIN = 2, WORD_BITS = 64 };

__extension__ typedef unsigned __int128 wide;

struct work {
	const struct result *result;
	uint32_t leaves;   /* k */
	uint32_t *places;  /* answer place of each */
	uint32_t *kind_of; /* of each */
	uint32_t kinds;    /* of denominators */
	uint64_t *den;     /* by kind */
	uint64_t *sum;     /* by kind: of the sheet at hand */
	wide *products;    /* kind x kind, sums over the sheets */
	uint64_t *given;   /* by slot of a row: how often, in the sheets taken */
	uint64_t sheets;
	uint8_t *takes_part; /* by unit */
};

static void find_leaves(struct work *w, uint32_t field)
{
	const struct round *r = w->result->round;

	for (uint32_t a = 0; a < r->answer_count; a++) {
		uint64_t den = w->result->rules->den[a];
		uint32_t kind = 0;

		if ((uint32_t)r->criteria[r->surveyed[a]].field != field)
			continue;
		while (kind < w->kinds && w->den[kind] != den)
			kind++;
		if (kind == w->kinds)
			w->den[w->kinds++] = den;
		w->kind_of[w->leaves] = kind;
		w->places[w->leaves++] = a;
	}
}

/* Units to which all of the leaves apply. */
static void find_units(struct work *w)
{
	const struct round *r = w->result->round;

	for (uint32_t u = 0; u < r->unit_count; u++) {
		w->takes_part[u] = 1;
		for (uint32_t i = 0; i < w->leaves; i++)
			if (!model_applies(r, u, r->surveyed[w->places[i]]))
				w->takes_part[u] = 0;
	}
}

static bool scores_all(const struct work *w, const struct sample_sheet *s)
{
	for (uint32_t i = 0; i < w->leaves; i++)
		if (!tally_is_score(s->answers[w->places[i]]))
			return false;
	return true;
}

static void take_sheet(struct work *w, const struct sample_sheet *s)
{
	const struct tally *t = w->result->tally;

	for (uint32_t c = 0; c < w->kinds; c++)
		w->sum[c] = 0;
	for (uint32_t i = 0; i < w->leaves; i++) {
		uint32_t a = w->places[i];
		size_t slot = t->offset[a] + tally_slot(s->answers[a]);

		w->given[slot]++;
		w->sum[w->kind_of[i]] += w->result->rules->values[slot];
	}
	for (uint32_t c = 0; c < w->kinds; c++)
		for (uint32_t d = 0; d < w->kinds; d++)
			w->products[c * w->kinds + d] += (wide)w->sum[c] * w->sum[d];
	w->sheets++;
}

static void take_sheets(struct work *w)
{
	const struct sample *s = w->result->sample;

	for (size_t i = 0; i < s->sheet_count; i++)
		if (w->takes_part[s->sheets[i].unit] && scores_all(w, &s->sheets[i]))
			take_sheet(w, &s->sheets[i]);
}

static void set_wide(mpz_t out, wide x)
{
	mpz_set_ui(out, (uint64_t)(x >> WORD_BITS));
	mpz_mul_2exp(out, out, WORD_BITS);
	mpz_add_ui(out, out, (uint64_t)x);
}

/* sum += n / (d e), canonical. */
static void add_over(mpq_t sum, const mpz_t n, uint64_t d, uint64_t e)
{
	mpq_t part;

	mpq_init(part);
	mpz_set(mpq_numref(part), n);
	mpz_set_ui(mpq_denref(part), d);
	mpz_mul_ui(mpq_denref(part), mpq_denref(part), e);
	mpq_canonicalize(part);
	mpq_add(sum, sum, part);
	mpq_clear(part);
}

/* Adds N^2 times the variance of each leaf; totals[kind] += sum of its values. */
static void add_variances(const struct work *w, mpq_t variances, mpz_t *totals)
{
	const struct tally *t = w->result->tally;
	mpz_t sum, squares, worth;

	mpz_inits(sum, squares, worth, NULL);
	for (uint32_t i = 0; i < w->leaves; i++) {
		uint32_t a = w->places[i];
		uint64_t den = w->den[w->kind_of[i]];

		mpz_set_ui(sum, 0);
		mpz_set_ui(squares, 0);
		for (size_t at = t->offset[a] + TALLY_FIRST_SCORE;
		     at < t->offset[a + 1]; at++) {
			uint64_t value = w->result->rules->values[at];

			mpz_set_ui(worth, w->given[at]);
			mpz_mul_ui(worth, worth, value);
			mpz_add(sum, sum, worth);
			mpz_addmul_ui(squares, worth, value);
		}
		mpz_add(totals[w->kind_of[i]], totals[w->kind_of[i]], sum);
		mpz_mul_ui(squares, squares, w->sheets);
		mpz_submul(squares, sum, sum);
		add_over(variances, squares, den, den);
	}
	mpz_clears(sum, squares, worth, NULL);
}

/* N^2 times the variance of the sum. */
static void sum_variance(const struct work *w, mpz_t *totals, mpq_t variance)
{
	mpz_t product;

	mpz_init(product);
	for (uint32_t c = 0; c < w->kinds; c++)
		for (uint32_t d = 0; d < w->kinds; d++) {
			set_wide(product, w->products[c * w->kinds + d]);
			mpz_mul_ui(product, product, w->sheets);
			mpz_submul(product, totals[c], totals[d]);
			add_over(variance, product, w->den[c], w->den[d]);
		}
	mpz_clear(product);
}

/* k / (k - 1) x (1 - variances / variance) */
static void set_alpha(const struct work *w, const mpq_t variances, const mpq_t variance,
		      mpq_t alpha)
{
	mpq_t factor;

	mpq_init(factor);
	mpq_sub(alpha, variance, variances);
	mpq_div(alpha, alpha, variance);
	mpq_set_ui(factor, w->leaves, w->leaves - 1);
	mpq_mul(alpha, alpha, factor);
	mpq_clear(factor);
}

static int finish(const struct work *w, struct reliability_field *out)
{
	mpz_t *totals = malloc((w->kinds + 1u) * sizeof *totals);
	mpq_t variances, variance;

	if (!totals)
		return -ENOMEM;
	for (uint32_t c = 0; c < w->kinds; c++)
		mpz_init(totals[c]);
	mpq_inits(variances, variance, NULL);
	add_variances(w, variances, totals);
	sum_variance(w, totals, variance);
	out->sheets = w->sheets;
	out->any = w->sheets >= SHEETS_MIN && mpq_sgn(variance) > 0;
	if (out->any)
		set_alpha(w, variances, variance, out->alpha);
	mpq_clears(variances, variance, NULL);
	for (uint32_t c = 0; c < w->kinds; c++)
		mpz_clear(totals[c]);
	free(totals);
	return 0;
}

static int run(struct work *w, uint32_t field, struct reliability_field *out)
{
	find_leaves(w, field);
	if (w->leaves < LEAVES_MIN)
		return 0;
	w->products = calloc((size_t)w->kinds * w->kinds, sizeof *w->products);
	if (!w->products)
		return -ENOMEM;
	find_units(w);
	take_sheets(w);
	return finish(w, out);
}

int alpha_of_field(const struct result *r, uint32_t field,
		   struct reliability_field *out)
{
	size_t answers = r->round->answer_count + 1u;
	struct work w = {.result = r};
	int err = -ENOMEM;

	w.places = calloc(answers, sizeof *w.places);
	w.kind_of = calloc(answers, sizeof *w.kind_of);
	w.den = calloc(answers, sizeof *w.den);
	w.sum = calloc(answers, sizeof *w.sum);
	w.given = calloc(r->tally->width + 1, sizeof *w.given);
	w.takes_part = calloc(r->unit_count + 1u, 1);
	if (w.places && w.kind_of && w.den && w.sum && w.given && w.takes_part)
		err = run(&w, field, out);
	free(w.places);
	free(w.kind_of);
	free(w.den);
	free(w.sum);
	free(w.products);
	free(w.given);
	free(w.takes_part);
	return err;
}
