#include "common/method/influence.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"

/*
 * How E is computed, and why its error before rounding is under 1/256.
 *
 * With a figure given, z[r,u] is a sum over the answers of rater r of
 *     omega (v(y) - theta) / D,
 * which depends only on leaf, merged stratum h and answer. So there is one coefficient
 * w_h omega (v - theta) / D for each of these, and one mean w_h mean(z) for each h,
 * both exact rationals. Each is rounded once to a whole number of 2^-96; from then on
 * only whole numbers are added, without error.
 *
 * Size. Let O be the sum of the unit's omegas: at most 1 in mode points, and in mode
 * composite the slopes dT/dtheta, which grow as the range of a leaf shrinks. Where a
 * group scored a leaf, w_h / D <= 1, so |coefficient| <= 100 omega; over all answers
 * the weights w_h / D of a leaf sum to 1. Hence the sum of all |coefficients| that
 * occur is at most 100 O, of all m_h |means| as well, and |E| <= 200 O for any cluster,
 * as is every partial sum on the way to it. set_leaf() refuses O >= 2^21. So all of
 * these are under 200 x 2^21 < 2^29, with their rounding still under 2^30, and in the
 * unit 2^-96 under 2^126: nothing leaves a signed number of 128 bits.
 *
 * Error. A cluster of R raters looks up at most R L coefficients and, since a mean is
 * the sum of one rounded term a leaf, R L terms of means, where L is the number of
 * surveyed leaves. (R L counts its sheets if it has more of them than raters.) Each is
 * off by at most 2^-97, whatever its size, so E x 2^48 is off by at most 2 R L x 2^-97
 * x 2^48 = R L x 2^-48, under 2^-8 while R L < 2^40. influence_new() refuses a sample
 * where that could fail.
 */

enum {
	SCALE_BITS = 96,
	ANSWERS_BITS_MAX = 40,
	OMEGA_BITS_MAX = 21,
	/* so many sheets before its turn, a sheet's memory, then its answers', is asked
	 * for */
	SHEET_AHEAD = 24,
	ANSWERS_AHEAD = 8,
};

__extension__ typedef __int128 fixed; /* in units of 2^-96 */
__extension__ typedef unsigned __int128 wide;

struct influence {
	const struct score_rules *rules;
	const struct profile_set *profiles;
	/* of the unit at hand */
	fixed *coefficients; /* group x slot of a row */
	fixed *means;        /* by group */
	fixed *absent;       /* by profile: minus the means of its raters */
	uint32_t *left;      /* by profile: clusters without a sheet */
	uint32_t *clusters;  /* with a sheet, and their E x 2^48 */
	int64_t *values;
	uint32_t count;
	fixed omegas; /* their sum */
	mpq_t omega;
	mpz_t num, den, mean_den, part;
};

/* num / den to the nearest 2^-96, den > 0. */
static fixed to_fixed(struct influence *f, const mpz_t num, const mpz_t den)
{
	wide magnitude;

	/* floor((2 num 2^96 + den) / (2 den)) */
	mpz_mul_2exp(f->part, num, SCALE_BITS + 1);
	mpz_add(f->part, f->part, den);
	mpz_fdiv_q(f->part, f->part, den);
	mpz_fdiv_q_2exp(f->part, f->part, 1);
	assert(mpz_sizeinbase(f->part, 2) < 127);
	magnitude = (wide)mpz_getlimbn(f->part, 1) << 64 | mpz_getlimbn(f->part, 0);
	return mpz_sgn(f->part) < 0 ? -(fixed)magnitude : (fixed)magnitude;
}

static bool allocate(struct influence *f)
{
	const struct tally *t = f->rules->tally;
	size_t groups = f->rules->frame->group_count;

	f->coefficients = calloc(groups * t->width + 1, sizeof *f->coefficients);
	f->means = calloc(groups + 1, sizeof *f->means);
	f->absent = calloc(f->profiles->count + 1u, sizeof *f->absent);
	f->left = calloc(f->profiles->count + 1u, sizeof *f->left);
	f->clusters = malloc((t->cluster_count + 1u) * sizeof *f->clusters);
	f->values = malloc((t->cluster_count + 1u) * sizeof *f->values);
	return f->coefficients && f->means && f->absent && f->left && f->clusters &&
	       f->values;
}

int influence_new(const struct score_rules *rules, const struct profile_set *profiles,
		  struct influence **out)
{
	const struct tally *t = rules->tally;
	struct influence *f;

	if ((uint64_t)t->sample->sheet_count * t->sample->round->answer_count >>
	    ANSWERS_BITS_MAX)
		return ERR_OVERFLOW;
	f = calloc(1, sizeof *f);
	if (!f)
		return -ENOMEM;
	f->rules = rules;
	f->profiles = profiles;
	mpq_init(f->omega);
	mpz_inits(f->num, f->den, f->mean_den, f->part, NULL);
	if (!allocate(f)) {
		influence_free(f);
		return -ENOMEM;
	}
	*out = f;
	return 0;
}

void influence_free(struct influence *f)
{
	if (!f)
		return;
	mpq_clear(f->omega);
	mpz_clears(f->num, f->den, f->mean_den, f->part, NULL);
	free(f->coefficients);
	free(f->means);
	free(f->absent);
	free(f->left);
	free(f->clusters);
	free(f->values);
	free(f);
}

/*
 * With omega[u,c] = p / q, W the weight of a group, v = v' / d and theta = sum / (d
 * count):
 *     w omega (v - theta) / D = W p (v' count - sum) / (q d count^2),
 * of which this sets p, as the numerator of omega, and the denominator.
 */
static int set_leaf(struct influence *f, const struct score *s, uint32_t answer)
{
	uint32_t criterion = f->rules->tally->sample->round->surveyed[answer];
	const struct score_leaf *leaf = &s->leaves[criterion];
	unsigned long max = 1ul << OMEGA_BITS_MAX;

	score_omega(f->rules, s, criterion, f->omega);
	if (mpq_cmp_ui(f->omega, max, 1) >= 0)
		return ERR_OVERFLOW;
	f->omegas += to_fixed(f, mpq_numref(f->omega), mpq_denref(f->omega));
	if (f->omegas >= (fixed)max << SCALE_BITS)
		return ERR_OVERFLOW;
	mpz_mul_ui(f->den, mpq_denref(f->omega), f->rules->den[answer]);
	mpz_mul(f->den, f->den, leaf->count);
	mpz_mul(f->den, f->den, leaf->count);
	return 0;
}

/* The coefficients of one leaf in one group that scored it. */
static void set_coefficients(struct influence *f, const struct score_leaf *leaf,
			     uint32_t answer, uint32_t group)
{
	const struct tally *t = f->rules->tally;

	for (size_t i = t->offset[answer] + TALLY_FIRST_SCORE;
	     i < t->offset[answer + 1]; i++) {
		mpz_mul_ui(f->num, leaf->count, f->rules->values[i]);
		mpz_sub(f->num, f->num, leaf->sum);
		mpz_mul(f->num, f->num, mpq_numref(f->omega));
		mpz_mul(f->num, f->num, f->rules->frame->groups[group].weight);
		f->coefficients[group * t->width + i] = to_fixed(f, f->num, f->den);
	}
}

/* What one leaf adds to w_h mean(z): the group's sum of coefficients over its m_h. */
static void add_mean(struct influence *f, const struct score *s,
		     const struct score_leaf *leaf, uint32_t answer, uint32_t group)
{
	const struct frame_group *g = &f->rules->frame->groups[group];
	size_t at = (size_t)answer * f->rules->frame->group_count + group;

	mpz_mul_ui(f->num, leaf->count, s->worth[at]);
	mpz_submul_ui(f->num, leaf->sum, s->given[at]);
	mpz_mul(f->num, f->num, mpq_numref(f->omega));
	mpz_mul(f->num, f->num, g->weight);
	mpz_mul_ui(f->mean_den, f->den, g->responded);
	f->means[group] += to_fixed(f, f->num, f->mean_den);
}

static void set_absent(struct influence *f)
{
	for (uint32_t p = 0; p < f->profiles->count; p++) {
		const struct profile *profile = &f->profiles->profiles[p];
		const struct profile_member *m = f->profiles->members + profile->first;

		f->absent[p] = 0;
		f->left[p] = profile->clusters;
		for (uint32_t i = 0; i < profile->count; i++)
			f->absent[p] -= f->means[m[i].group] * m[i].raters;
	}
}

static int set_unit(struct influence *f, const struct score *s)
{
	const struct tally *t = f->rules->tally;
	const struct round *r = t->sample->round;
	uint32_t groups = f->rules->frame->group_count;

	memset(f->coefficients, 0, groups * t->width * sizeof *f->coefficients);
	memset(f->means, 0, groups * sizeof *f->means);
	f->omegas = 0;
	for (uint32_t a = 0; a < r->answer_count; a++) {
		const struct score_leaf *leaf = &s->leaves[r->surveyed[a]];
		int err = leaf->counts ? set_leaf(f, s, a) : 0;

		if (err)
			return err;
		for (uint32_t g = 0; g < groups; g++) {
			if (!leaf->counts || s->given[(size_t)a * groups + g] == 0)
				continue;
			set_coefficients(f, leaf, a, g);
			add_mean(f, s, leaf, a, g);
		}
	}
	set_absent(f);
	return 0;
}

/* One look-up an answer. */
static fixed sum_sheet(const struct influence *f, const struct sample_sheet *sheet)
{
	const struct tally *t = f->rules->tally;
	uint32_t count = t->sample->round->answer_count;
	const fixed *table =
	    f->coefficients + f->rules->frame->group_of[sheet->stratum] * t->width;
	fixed sum = 0;

	for (uint32_t a = 0; a < count; a++)
		sum += table[t->offset[a] + tally_slot(sheet->answers[a])];
	return sum;
}

/* To the nearest 2^-48, halves up. */
static int round_once(fixed e, int64_t *out)
{
	fixed unit = (fixed)1 << (SCALE_BITS - INFLUENCE_BITS);
	fixed max = (fixed)1 << INFLUENCE_BITS_MAX;
	fixed up = e + unit / 2;
	fixed rounded = up / unit - (up % unit < 0);

	if (rounded >= max || rounded <= -max)
		return ERR_OVERFLOW;
	*out = (int64_t)rounded;
	return 0;
}

/*
 * The sheets of one cluster about a unit, from place i of the order on. They stand far
 * apart in memory, and so do their answers: without asking ahead for those that follow,
 * most of the time would be waiting.
 */
static fixed sum_cluster(const struct influence *f, uint32_t cluster, size_t end,
			 size_t *i)
{
	const struct tally *t = f->rules->tally;
	const struct sample_sheet *sheets = t->sample->sheets;
	fixed sum = 0;

	for (; *i < end && t->sheet_cluster[t->order[*i]] == cluster; ++*i) {
		if (*i + SHEET_AHEAD < end) {
			uint32_t ahead = t->order[*i + SHEET_AHEAD];

			__builtin_prefetch(&t->sheet_cluster[ahead]);
			__builtin_prefetch(&sheets[ahead].stratum);
			__builtin_prefetch(&sheets[ahead].answers);
		}
		if (*i + ANSWERS_AHEAD < end)
			__builtin_prefetch(
			    sheets[t->order[*i + ANSWERS_AHEAD]].answers);
		sum += sum_sheet(f, &sheets[t->order[*i]]);
	}
	return sum;
}

/* The clusters with a sheet about the unit. */
static int sum_present(struct influence *f, uint32_t unit)
{
	const struct tally *t = f->rules->tally;
	size_t end = t->unit_first[unit + 1];

	f->count = 0;
	for (size_t i = t->unit_first[unit]; i < end; f->count++) {
		uint32_t cluster = t->sheet_cluster[t->order[i]];
		uint32_t profile = f->profiles->of[cluster];
		fixed e = f->absent[profile];
		int err;

		e += sum_cluster(f, cluster, end, &i);
		err = round_once(e, &f->values[f->count]);
		if (err)
			return err;
		f->clusters[f->count] = cluster;
		f->left[profile]--;
	}
	return 0;
}

/* Where no cluster is left it is nobody's, and 0: its size must not refuse a sample. */
static int round_absent(const struct influence *f, int64_t *absent)
{
	int err = 0;

	for (uint32_t p = 0; !err && p < f->profiles->count; p++) {
		absent[p] = 0;
		if (f->left[p])
			err = round_once(f->absent[p], &absent[p]);
	}
	return err;
}

/* What is as if there were no sheet, "no contact" in the first place, needs no room. */
static void drop_ordinary(struct influence *f, const int64_t *absent)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < f->count; i++) {
		f->clusters[kept] = f->clusters[i];
		f->values[kept] = f->values[i];
		kept += f->values[i] != absent[f->profiles->of[f->clusters[i]]];
	}
	f->count = kept;
}

static int fill_row(struct influence *f, struct influence_row *row)
{
	int err;

	row->absent = malloc((f->profiles->count + 1u) * sizeof *row->absent);
	if (!row->absent)
		return -ENOMEM;
	err = round_absent(f, row->absent);
	if (err)
		return err;
	drop_ordinary(f, row->absent);
	row->count = f->count;
	row->clusters = malloc((row->count + 1u) * sizeof *row->clusters);
	row->values = malloc((row->count + 1u) * sizeof *row->values);
	if (!row->clusters || !row->values)
		return -ENOMEM;
	memcpy(row->clusters, f->clusters, row->count * sizeof *row->clusters);
	memcpy(row->values, f->values, row->count * sizeof *row->values);
	return 0;
}

int influence_row(struct influence *f, const struct score *s, struct influence_row *out)
{
	struct influence_row row = {0};
	int err = set_unit(f, s);

	if (!err)
		err = sum_present(f, s->unit);
	if (!err)
		err = fill_row(f, &row);
	if (err) {
		influence_row_free(&row);
		return err;
	}
	*out = row;
	return 0;
}

void influence_row_free(struct influence_row *r)
{
	free(r->absent);
	free(r->clusters);
	free(r->values);
	memset(r, 0, sizeof *r);
}
