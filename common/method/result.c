#include "common/method/result.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "common/method/digest.h"
#include "common/method/figure.h"
#include "common/method/philox.h"
#include "common/method/rank.h"
#include "common/method/result_internal.h"

/* METHOD section 7: N_h < m_h. */
static int refuse_frame(const struct result *r, struct faults *faults)
{
	const struct sample *s = r->sample;
	int err = 0;

	for (uint32_t h = 0; h < s->stratum_count; h++) {
		const struct stratum *stratum = &s->strata[h];
		char *name;

		if (stratum->members >= r->tally->responded[h])
			continue;
		name = frame_stratum_name(stratum, s->round->strata_column_count);
		if (!name)
			return -ENOMEM;
		faults_add(faults, NULL, 0,
			   "stratum \"%s\" has %llu members but %u respondents; "
			   "its members in strata.csv must be at least as many",
			   name, (unsigned long long)stratum->members,
			   r->tally->responded[h]);
		free(name);
		err = ERR_REFUSED;
	}
	return err;
}

static int make_units(struct result *r)
{
	r->units = calloc(r->round->unit_count + 1u, sizeof *r->units);
	r->exact = calloc(r->round->unit_count + 1u, sizeof *r->exact);
	if (!r->units || !r->exact)
		return -ENOMEM;
	r->unit_count = r->round->unit_count;
	for (uint32_t u = 0; u < r->unit_count; u++) {
		struct unit_exact *e = &r->exact[u];

		mpz_init(e->rounded);
		mpq_inits(e->index, e->variance, e->stabilised, NULL);
	}
	return 0;
}

/* The counters, the weights of S2, and the rules of S1 and S6 over them. */
static int make_rules(struct result *r, uint32_t threads, struct faults *faults)
{
	const struct sample *s = r->sample;
	int err;

	r->tally = calloc(1, sizeof *r->tally);
	r->frame = calloc(1, sizeof *r->frame);
	r->rules = calloc(1, sizeof *r->rules);
	if (!r->tally || !r->frame || !r->rules)
		return -ENOMEM;
	err = tally_make(s, threads, r->tally);
	if (!err)
		err = refuse_frame(r, faults);
	if (!err)
		err = frame_make(s->round, s->strata, s->stratum_count,
				 r->tally->responded, r->frame);
	if (!err)
		err = score_rules_make(r->tally, r->frame, r->rules, faults);
	return err;
}

/* S3 to S7, and E of U1, of one unit. */
static int score_one(struct result *r, struct covariance *c, struct score *s,
		     uint32_t unit)
{
	struct unit_exact *e = &r->exact[unit];
	struct unit_result *out = &r->units[unit];

	score_unit(r->rules, unit, s);
	e->surveyed = s->surveyed;
	out->has_figure = s->has_figure;
	out->raters = r->tally->scorers[unit];
	out->criteria_counted = s->criteria_counted;
	out->criteria_applicable = s->criteria_applicable;
	if (!s->has_figure)
		return 0;
	mpq_set(e->index, s->index);
	figure_round(e->index, r->round->decimals, r->round->half_even, e->rounded);
	return r->clusters < CLUSTERS_MIN ? 0 : covariance_add(c, s);
}

static int score_all(struct result *r, struct covariance *c)
{
	struct score s;
	int err = score_init(r->rules, &s);

	if (err)
		return err;
	for (uint32_t u = 0; !err && u < r->unit_count; u++)
		err = score_one(r, c, &s, u);
	score_free(r->rules, &s);
	return err;
}

/* S9 and the bands of S8. */
static void set_statuses(struct result *r)
{
	for (uint32_t u = 0; u < r->unit_count; u++) {
		const struct block *block = &r->round->blocks[r->round->units[u].block];
		struct unit_result *unit = &r->units[u];

		unit->status = rank_status(block, r->exact[u].surveyed,
					   unit->has_figure, unit->raters);
		unit->band = -1;
		if (unit->status != STATUS_INSUFFICIENT)
			unit->band = rank_band(r->round, r->exact[u].rounded);
	}
}

static int compute(struct result *r, uint32_t threads)
{
	struct covariance *c = NULL;
	int err = covariance_new(r->rules, &c);

	r->respondents = r->tally->rater_count;
	r->clusters = r->tally->cluster_count;
	if (!err)
		err = score_all(r, c);
	if (!err) {
		set_statuses(r);
		err = result_blocks(r, c, threads);
	}
	covariance_free(c);
	if (!err)
		err = result_texts(r);
	if (!err)
		err = result_groups(r);
	if (!err)
		err = digest_result(r);
	return err;
}

int result_compute(const struct sample *sample, uint32_t threads, struct result *out,
		   struct faults *faults)
{
	struct result r = {.sample = sample,
			   .round = sample->round,
			   .seed = philox_seed(sample->round->code)};
	int err = make_units(&r);

	if (!err)
		err = make_rules(&r, threads, faults);
	if (!err)
		err = compute(&r, threads);
	if (err) {
		result_free(&r);
		return err;
	}
	*out = r;
	return 0;
}

static int score_figures(struct result *r, char (*figures)[FIGURE_TEXT])
{
	struct score s;
	int err = score_init(r->rules, &s);

	if (err)
		return err;
	for (uint32_t u = 0; u < r->unit_count; u++) {
		mpz_ptr rounded = r->exact[u].rounded;

		score_unit(r->rules, u, &s);
		figures[u][0] = '\0';
		if (!s.has_figure)
			continue;
		figure_round(s.index, r->round->decimals, r->round->half_even, rounded);
		figure_text(rounded, r->round->decimals, figures[u]);
	}
	score_free(r->rules, &s);
	return 0;
}

int result_figures(const struct sample *sample, uint32_t threads,
		   char (*figures)[FIGURE_TEXT], struct faults *faults)
{
	struct result r = {.sample = sample, .round = sample->round};
	int err = make_units(&r);

	if (!err)
		err = make_rules(&r, threads, faults);
	if (!err)
		err = score_figures(&r, figures);
	result_free(&r);
	return err;
}

static void free_names(char **names, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
}

static void free_units(struct result *r)
{
	for (uint32_t u = 0; u < r->unit_count; u++) {
		struct unit_exact *e = &r->exact[u];

		free(r->units[u].exact);
		mpz_clear(e->rounded);
		mpq_clears(e->index, e->variance, e->stabilised, NULL);
	}
	free(r->units);
	free(r->exact);
}

void result_free(struct result *r)
{
	free_units(r);
	result_blocks_free(r);
	free_names(r->merged, r->merged_count);
	free_names(r->thin, r->thin_count);
	free_names(r->not_represented, r->not_represented_count);
	if (r->rules)
		score_rules_free(r->rules);
	if (r->frame)
		frame_free(r->frame);
	if (r->tally)
		tally_free(r->tally);
	free(r->rules);
	free(r->frame);
	free(r->tally);
	memset(r, 0, sizeof *r);
}
