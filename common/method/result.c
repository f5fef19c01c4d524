#include "common/method/result.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "common/method/covariance.h"
#include "common/method/digest.h"
#include "common/method/figure.h"
#include "common/method/interval.h"
#include "common/method/rank.h"

enum { PUBLIC_DECIMALS = 1, CLUSTERS_MIN = 2 };

/* A unit's exact numbers, until they are text. */
struct exact {
	bool surveyed;
	mpq_t index;
	mpz_t rounded;  /* the published figure times 10^decimals */
	mpq_t variance; /* V[u,u]; 0 where there is none */
	mpq_t median;   /* S of its block */
};

struct work {
	const struct sample *sample;
	struct tally tally;
	struct frame frame;
	struct score_rules rules;
	struct exact *units;
};

static int refuse_unscored(const struct sample *s, struct faults *faults)
{
	if (s->round->mode == MODE_POINTS)
		return 0;
	faults_add(faults, NULL, 0,
		   "mode composite is not scored by this version; declare mode points");
	return ERR_REFUSED;
}

/* METHOD section 7: N_h < m_h. */
static int refuse_frame(const struct work *w, struct faults *faults)
{
	const struct sample *s = w->sample;
	int err = 0;

	for (uint32_t h = 0; h < s->stratum_count; h++) {
		const struct stratum *stratum = &s->strata[h];
		char *name;

		if (stratum->members >= w->tally.responded[h])
			continue;
		name = frame_stratum_name(stratum, s->round->strata_column_count);
		if (!name)
			return -ENOMEM;
		faults_add(faults, NULL, 0,
			   "stratum \"%s\" has %llu members but %u respondents; "
			   "its members in strata.csv must be at least as many",
			   name, (unsigned long long)stratum->members,
			   w->tally.responded[h]);
		free(name);
		err = ERR_REFUSED;
	}
	return err;
}

static int work_open(const struct sample *s, struct work *w, struct faults *faults)
{
	uint32_t units = s->round->unit_count;
	int err = tally_make(s, &w->tally);

	w->sample = s;
	if (!err)
		err = refuse_frame(w, faults);
	if (!err)
		err = frame_make(s->round, s->strata, s->stratum_count,
				 w->tally.responded, &w->frame);
	if (!err)
		err = score_rules_make(&w->tally, &w->frame, &w->rules);
	if (err)
		return err;
	w->units = calloc(units + 1u, sizeof *w->units);
	if (!w->units)
		return -ENOMEM;
	for (uint32_t u = 0; u < units; u++) {
		mpz_init(w->units[u].rounded);
		mpq_inits(w->units[u].index, w->units[u].variance, w->units[u].median,
			  NULL);
	}
	return 0;
}

static void work_close(struct work *w)
{
	for (uint32_t u = 0; w->units && u < w->sample->round->unit_count; u++) {
		mpz_clear(w->units[u].rounded);
		mpq_clears(w->units[u].index, w->units[u].variance, w->units[u].median,
			   NULL);
	}
	free(w->units);
	score_rules_free(&w->rules);
	frame_free(&w->frame);
	tally_free(&w->tally);
}

/* S3 to S5, S7, U1 of one unit. */
static int score_one(struct work *w, struct covariance *c, struct score *s,
		     uint32_t unit, struct unit_result *out)
{
	struct exact *e = &w->units[unit];
	const struct round *r = w->sample->round;

	score_unit(&w->rules, unit, s);
	e->surveyed = s->surveyed;
	out->has_figure = s->has_figure;
	out->raters = w->tally.scorers[unit];
	out->criteria_counted = s->criteria_counted;
	out->criteria_applicable = s->criteria_applicable;
	if (!s->has_figure)
		return 0;
	mpq_set(e->index, s->index);
	figure_round(e->index, r->decimals, r->half_even, e->rounded);
	if (!s->surveyed || w->tally.cluster_count < CLUSTERS_MIN)
		return 0;
	return covariance_variance(c, s, e->variance);
}

static int score_all(struct work *w, struct result *out)
{
	struct covariance *c = NULL;
	struct score s;
	int err = score_init(&w->rules, &s);

	if (err)
		return err;
	err = covariance_new(&w->rules, &c);
	for (uint32_t u = 0; !err && u < out->unit_count; u++)
		err = score_one(w, c, &s, u, &out->units[u]);
	covariance_free(c);
	score_free(&w->rules, &s);
	return err;
}

/* S9 and the bands of S8. */
static void set_statuses(const struct work *w, struct result *out)
{
	const struct round *r = w->sample->round;

	for (uint32_t u = 0; u < out->unit_count; u++) {
		struct unit_result *unit = &out->units[u];

		unit->status =
		    rank_status(&r->blocks[r->units[u].block], w->units[u].surveyed,
				unit->has_figure, unit->raters);
		unit->band = -1;
		if (unit->status != STATUS_INSUFFICIENT)
			unit->band = rank_band(r, w->units[u].rounded);
	}
}

/* The ranked units of a block; mpq_t inside are initialised for all `items`. */
static uint32_t list_ranked(const struct work *w, const struct result *out,
			    uint32_t block, struct rank_item *items)
{
	const struct round *r = w->sample->round;
	uint32_t count = 0;

	for (uint32_t u = 0; u < out->unit_count; u++) {
		if (r->units[u].block != block ||
		    out->units[u].status == STATUS_INSUFFICIENT)
			continue;
		items[count].unit = u;
		/* all figures of a round have the same decimals: compare them whole */
		if (r->rank_on_exact)
			mpq_set(items[count].figure, w->units[u].index);
		else
			mpq_set_z(items[count].figure, w->units[u].rounded);
		count++;
	}
	return count;
}

/* U2: S, the lower median of n_t V[t,t] over the ranked units with a surveyed leaf. */
static void set_median(struct work *w, const struct result *out, uint32_t block,
		       const struct rank_item *items, uint32_t count, mpq_t *products)
{
	mpq_t n, median;
	uint32_t used = 0;

	mpq_inits(n, median, NULL);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t u = items[i].unit;

		if (!w->units[u].surveyed)
			continue;
		mpq_set_ui(n, out->units[u].raters, 1);
		mpq_mul(products[used++], n, w->units[u].variance);
	}
	interval_lower_median(products, used, median);
	for (uint32_t u = 0; u < out->unit_count; u++)
		if (w->sample->round->units[u].block == block)
			mpq_set(w->units[u].median, median);
	mpq_clears(n, median, NULL);
}

/* What belongs to a block: S8's ranks, U2's S. */
static int compare_units(struct work *w, struct result *out)
{
	const struct round *r = w->sample->round;
	struct rank_item *items = calloc(out->unit_count + 1u, sizeof *items);
	mpq_t *products = calloc(out->unit_count + 1u, sizeof *products);
	int err = items && products ? 0 : -ENOMEM;

	for (uint32_t u = 0; !err && u < out->unit_count; u++)
		mpq_inits(items[u].figure, products[u], NULL);
	for (uint32_t b = 0; !err && b < r->block_count; b++) {
		uint32_t count = list_ranked(w, out, b, items);

		rank_block(items, count, r->dense_ties);
		for (uint32_t i = 0; i < count; i++)
			out->units[items[i].unit].rank = items[i].rank;
		set_median(w, out, b, items, count, products);
	}
	for (uint32_t u = 0; !err && u < out->unit_count; u++)
		mpq_clears(items[u].figure, products[u], NULL);
	free(items);
	free(products);
	return err;
}

static void write_rounded(const struct round *r, const mpq_t x, uint32_t decimals,
			  char text[FIGURE_TEXT])
{
	mpz_t rounded;

	mpz_init(rounded);
	figure_round(x, decimals, r->half_even, rounded);
	figure_text(rounded, decimals, text);
	mpz_clear(rounded);
}

/* U2: `se` is the root of V; 0 without a surveyed leaf, none when n < 2. */
static void write_se(const struct work *w, uint32_t u, struct unit_result *out)
{
	const struct exact *e = &w->units[u];
	mpz_t rounded;

	if (e->surveyed && w->tally.cluster_count < CLUSTERS_MIN)
		return;
	mpz_init(rounded);
	figure_root_12g(e->variance, out->se);
	figure_round_root(e->variance, PUBLIC_DECIMALS, w->sample->round->half_even,
			  rounded);
	figure_text(rounded, PUBLIC_DECIMALS, out->public_se);
	mpz_clear(rounded);
}

/* U2: none with n_u < 2 or without a surveyed leaf. */
static void write_interval(const struct work *w, uint32_t u, struct unit_result *out)
{
	const struct exact *e = &w->units[u];
	const struct round *r = w->sample->round;
	mpq_t stabilised, low, high;

	if (!e->surveyed || out->raters < CLUSTERS_MIN)
		return;
	mpq_inits(stabilised, low, high, NULL);
	interval_stabilise(e->variance, out->raters, e->median, stabilised);
	interval_ends(e->index, interval_half_width(stabilised, out->raters), low,
		      high);
	write_rounded(r, low, r->decimals, out->ci_low);
	write_rounded(r, high, r->decimals, out->ci_high);
	write_rounded(r, low, PUBLIC_DECIMALS, out->public_ci_low);
	write_rounded(r, high, PUBLIC_DECIMALS, out->public_ci_high);
	mpq_clears(stabilised, low, high, NULL);
}

static int write_texts(const struct work *w, struct result *out)
{
	const struct round *r = w->sample->round;

	for (uint32_t u = 0; u < out->unit_count; u++) {
		struct unit_result *unit = &out->units[u];

		if (!unit->has_figure) {
			unit->exact = calloc(1, 1);
			if (!unit->exact)
				return -ENOMEM;
			continue;
		}
		unit->exact = mpq_get_str(NULL, 10, w->units[u].index);
		figure_text(w->units[u].rounded, r->decimals, unit->score);
		write_se(w, u, unit);
		write_interval(w, u, unit);
	}
	return 0;
}

/* S2: groups still thin, and those without a respondent, are named in the release. */
static int name_groups(const struct work *w, struct result *out)
{
	const struct frame *f = &w->frame;
	const struct sample *s = w->sample;

	out->unweighted = s->round->strata_column_count == 0;
	out->thin = calloc(f->group_count + 1u, sizeof *out->thin);
	out->not_represented =
	    calloc(f->group_count + 1u, sizeof *out->not_represented);
	if (!out->thin || !out->not_represented)
		return -ENOMEM;
	for (uint32_t g = 0; g < f->group_count; g++) {
		char *name;

		if (!f->groups[g].thin)
			continue;
		name = frame_group_name(f, g, s->strata, s->stratum_count,
					s->round->strata_column_count);
		if (!name)
			return -ENOMEM;
		if (f->groups[g].responded)
			out->thin[out->thin_count++] = name;
		else
			out->not_represented[out->not_represented_count++] = name;
	}
	return 0;
}

static int compute(struct work *w, struct result *out)
{
	int err = score_all(w, out);

	if (err)
		return err;
	out->respondents = w->tally.rater_count;
	set_statuses(w, out);
	err = compare_units(w, out);
	if (!err)
		err = write_texts(w, out);
	if (!err)
		err = name_groups(w, out);
	if (!err)
		err = digest_result(&w->tally, out);
	return err;
}

int result_compute(const struct sample *sample, struct result *out,
		   struct faults *faults)
{
	struct result r = {.round = sample->round};
	struct work w = {.sample = sample};
	int err = refuse_unscored(sample, faults);

	if (err)
		return err;
	r.units = calloc(sample->round->unit_count + 1u, sizeof *r.units);
	if (!r.units)
		return -ENOMEM;
	r.unit_count = sample->round->unit_count;
	err = work_open(sample, &w, faults);
	if (!err)
		err = compute(&w, &r);
	work_close(&w);
	if (err) {
		result_free(&r);
		return err;
	}
	*out = r;
	return 0;
}

void result_free(struct result *r)
{
	for (uint32_t u = 0; u < r->unit_count; u++)
		free(r->units[u].exact);
	for (uint32_t i = 0; i < r->thin_count; i++)
		free(r->thin[i]);
	for (uint32_t i = 0; i < r->not_represented_count; i++)
		free(r->not_represented[i]);
	free(r->units);
	free(r->thin);
	free(r->not_represented);
	memset(r, 0, sizeof *r);
}
