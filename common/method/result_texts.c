#include "common/method/result_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/method/figure.h"
#include "common/method/interval.h"
#include "common/method/rank.h"

enum { PUBLIC_DECIMALS = 1 };

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
static void write_se(const struct result *r, uint32_t u, struct unit_result *out)
{
	const struct unit_exact *e = &r->exact[u];
	mpz_t rounded;

	if (e->surveyed && r->clusters < CLUSTERS_MIN)
		return;
	mpz_init(rounded);
	figure_root_12g(e->variance, out->se);
	figure_round_root(e->variance, PUBLIC_DECIMALS, r->round->half_even, rounded);
	figure_text(rounded, PUBLIC_DECIMALS, out->public_se);
	mpz_clear(rounded);
}

/* U2: none with n_u < 2 or without a surveyed leaf. */
static void write_interval(const struct result *r, uint32_t u, struct unit_result *out)
{
	struct unit_exact *e = &r->exact[u];
	const struct round *round = r->round;
	mpq_t low, high;

	if (!e->surveyed || out->raters < CLUSTERS_MIN)
		return;
	mpq_inits(low, high, NULL);
	e->half_width = interval_half_width(e->stabilised, out->raters);
	interval_ends(e->index, e->half_width, &round->composite, low, high);
	write_rounded(round, low, round->decimals, out->ci_low);
	write_rounded(round, high, round->decimals, out->ci_high);
	write_rounded(round, low, PUBLIC_DECIMALS, out->public_ci_low);
	write_rounded(round, high, PUBLIC_DECIMALS, out->public_ci_high);
	out->band_certain = rank_band_holds(round, out->band, low, high);
	mpq_clears(low, high, NULL);
}

int result_texts(struct result *r)
{
	for (uint32_t u = 0; u < r->unit_count; u++) {
		struct unit_result *unit = &r->units[u];

		if (!unit->has_figure) {
			unit->exact = calloc(1, 1);
			if (!unit->exact)
				return -ENOMEM;
			continue;
		}
		unit->exact = mpq_get_str(NULL, 10, r->exact[u].index);
		figure_text(r->exact[u].rounded, r->round->decimals, unit->score);
		write_se(r, u, unit);
		write_interval(r, u, unit);
	}
	return 0;
}

static bool is_merged(const struct frame *f, uint32_t group, uint32_t stratum_count)
{
	uint32_t strata = 0;

	for (uint32_t h = 0; h < stratum_count; h++)
		strata += f->group_of[h] == group;
	return strata > 1;
}

/* A group may be named more than once: as merged, and as thin or not represented. */
static int name_group(struct result *r, uint32_t group, char **list, uint32_t *count)
{
	const struct sample *s = r->sample;
	char *name = frame_group_name(r->frame, group, s->strata, s->stratum_count,
				      s->round->strata_column_count);

	if (!name)
		return -ENOMEM;
	list[(*count)++] = name;
	return 0;
}

static int name_groups(struct result *r, uint32_t group)
{
	const struct frame_group *g = &r->frame->groups[group];
	int err = 0;

	if (is_merged(r->frame, group, r->sample->stratum_count) &&
	    r->round->strata_column_count > 0)
		err = name_group(r, group, r->merged, &r->merged_count);
	if (err || !g->thin)
		return err;
	if (g->responded)
		return name_group(r, group, r->thin, &r->thin_count);
	return name_group(r, group, r->not_represented, &r->not_represented_count);
}

int result_groups(struct result *r)
{
	uint32_t count = r->frame->group_count;
	int err = 0;

	r->unweighted = r->round->strata_column_count == 0;
	r->merged = calloc(count + 1u, sizeof *r->merged);
	r->thin = calloc(count + 1u, sizeof *r->thin);
	r->not_represented = calloc(count + 1u, sizeof *r->not_represented);
	if (!r->merged || !r->thin || !r->not_represented)
		return -ENOMEM;
	for (uint32_t g = 0; !err && g < count; g++)
		err = name_groups(r, g);
	return err;
}

bool result_covariance(const struct result *r, uint32_t block, uint32_t i, uint32_t j,
		       mpq_t value)
{
	const struct block_result *b = &r->blocks[block];

	if (!b->sums)
		return false;
	covariance_value(b->sums[(size_t)i * b->count + j], r->clusters, value);
	return true;
}
