#include "common/method/covariance.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "common/method/order.h"

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
 * Size. Where a group scored a leaf, w_h / D <= 1, so |coefficient| <= 100 omega; over
 * all raters the weights w_h / D of a leaf sum to 1 and the omegas to at most 1. Hence
 * the sum of all |coefficients| that occur is at most 100, of all m_h |means| as well,
 * and |E| <= 200 for any cluster: below 2^104 in the unit 2^-96, and below 2^56 in
 * 2^-48. The squares of all clusters add up to at most 200^2 x 2^96 < 2^112 but for
 * rounding.
 *
 * Error. A cluster of R raters looks up at most R L coefficients and, since a mean is
 * the sum of one rounded term a leaf, R L terms of means, where L is the number of
 * surveyed leaves. Each is off by at most 2^-97, so E x 2^48 is off by at most 2 R L x
 * 2^-97 x 2^48 = R L x 2^-48, under 2^-8 while R L < 2^40. covariance_new() refuses a
 * sample where that could fail.
 */

enum { SCALE_BITS = 96, RESULT_BITS = 48, ANSWERS_BITS_MAX = 40 };

__extension__ typedef __int128 fixed; /* in units of 2^-96 */
__extension__ typedef unsigned __int128 wide;

/*
 * Clusters that hold the same raters by group have the same E on a unit none of them
 * has a sheet about, and are kept once: every single rater of a group, and each cluster
 * of several on its own.
 */
struct profile {
	uint32_t first; /* of its members */
	uint32_t count;
	uint32_t clusters; /* that look like this */
};

struct member {
	uint32_t group;
	uint32_t raters;
};

struct covariance {
	const struct score_rules *rules;
	struct profile *profiles;
	uint32_t profile_count;
	struct member *members;
	uint32_t *profile_of; /* by cluster */
	/* of the unit at hand */
	fixed *coefficients; /* group x slot of a row */
	fixed *means;        /* by group */
	fixed *absent;       /* by profile: minus the means of its raters */
	uint32_t *present;   /* by profile: clusters with a sheet */
	mpz_t num, den, mean_den, share, part;
};

/* num / den to the nearest 2^-96, den > 0. */
static fixed to_fixed(struct covariance *c, const mpz_t num, const mpz_t den)
{
	wide magnitude;

	/* floor((2 num 2^96 + den) / (2 den)) */
	mpz_mul_2exp(c->part, num, SCALE_BITS + 1);
	mpz_add(c->part, c->part, den);
	mpz_fdiv_q(c->part, c->part, den);
	mpz_fdiv_q_2exp(c->part, c->part, 1);
	assert(mpz_sizeinbase(c->part, 2) < 127);
	magnitude = (wide)mpz_getlimbn(c->part, 1) << 64 | mpz_getlimbn(c->part, 0);
	return mpz_sgn(c->part) < 0 ? -(fixed)magnitude : (fixed)magnitude;
}

/* Places of raters, by cluster, then group. */
static int order_raters(const struct tally *t, const struct frame *f, uint32_t *key,
			uint32_t *order)
{
	int err;

	order_init(order, t->rater_count);
	for (uint32_t i = 0; i < t->rater_count; i++)
		key[i] = f->group_of[t->raters[i].stratum];
	err = order_by(key, order, t->rater_count);
	if (err)
		return err;
	for (uint32_t i = 0; i < t->rater_count; i++)
		key[i] = t->raters[i].cluster;
	return order_by(key, order, t->rater_count);
}

/* A cluster of several raters, order[from..to), gets a profile of its own. */
static void add_profile(struct covariance *c, const uint32_t *order, uint32_t from,
			uint32_t to, uint32_t *member_count)
{
	const struct tally *t = c->rules->tally;
	struct profile *p = &c->profiles[c->profile_count];

	*p = (struct profile){.first = *member_count, .clusters = 1};
	for (uint32_t i = from; i < to; i++) {
		uint32_t group = c->rules->frame->group_of[t->raters[order[i]].stratum];
		struct member *last = &c->members[*member_count];

		if (p->count && last[-1].group == group) {
			last[-1].raters++;
			continue;
		}
		*last = (struct member){.group = group, .raters = 1};
		p->count++;
		++*member_count;
	}
	c->profile_of[t->raters[order[from]].cluster] = c->profile_count++;
}

static void find_profiles(struct covariance *c, const uint32_t *order)
{
	const struct tally *t = c->rules->tally;
	const struct frame *f = c->rules->frame;
	uint32_t member_count = f->group_count;

	/* the first profiles are the single raters of each group */
	c->profile_count = f->group_count;
	for (uint32_t g = 0; g < f->group_count; g++) {
		c->profiles[g] = (struct profile){.first = g, .count = 1};
		c->members[g] = (struct member){.group = g, .raters = 1};
	}
	for (uint32_t i = 0, next; i < t->rater_count; i = next) {
		uint32_t cluster = t->raters[order[i]].cluster;

		next = i + 1;
		while (next < t->rater_count &&
		       t->raters[order[next]].cluster == cluster)
			next++;
		if (next - i > 1) {
			add_profile(c, order, i, next, &member_count);
			continue;
		}
		c->profile_of[cluster] = f->group_of[t->raters[order[i]].stratum];
		c->profiles[c->profile_of[cluster]].clusters++;
	}
}

static int make_profiles(struct covariance *c)
{
	const struct tally *t = c->rules->tally;
	uint32_t *key = malloc((t->rater_count + 1u) * sizeof *key);
	uint32_t *order = malloc((t->rater_count + 1u) * sizeof *order);
	int err = -ENOMEM;

	if (key && order)
		err = order_raters(t, c->rules->frame, key, order);
	if (!err)
		find_profiles(c, order);
	free(key);
	free(order);
	return err;
}

static bool allocate(struct covariance *c)
{
	const struct tally *t = c->rules->tally;
	size_t groups = c->rules->frame->group_count;

	c->profiles = calloc(groups + t->rater_count + 1, sizeof *c->profiles);
	c->members = calloc(groups + t->rater_count + 1, sizeof *c->members);
	c->profile_of = calloc(t->cluster_count + 1u, sizeof *c->profile_of);
	c->coefficients = calloc(groups * t->width + 1, sizeof *c->coefficients);
	c->means = calloc(groups + 1, sizeof *c->means);
	c->absent = calloc(groups + t->rater_count + 1, sizeof *c->absent);
	c->present = calloc(groups + t->rater_count + 1, sizeof *c->present);
	return c->profiles && c->members && c->profile_of && c->coefficients &&
	       c->means && c->absent && c->present;
}

int covariance_new(const struct score_rules *rules, struct covariance **out)
{
	const struct tally *t = rules->tally;
	struct covariance *c;
	int err;

	if ((uint64_t)t->sample->sheet_count * t->sample->round->answer_count >>
	    ANSWERS_BITS_MAX)
		return ERR_OVERFLOW;
	c = calloc(1, sizeof *c);
	if (!c)
		return -ENOMEM;
	c->rules = rules;
	mpz_inits(c->num, c->den, c->mean_den, c->share, c->part, NULL);
	err = allocate(c) ? make_profiles(c) : -ENOMEM;
	if (err) {
		covariance_free(c);
		return err;
	}
	*out = c;
	return 0;
}

void covariance_free(struct covariance *c)
{
	if (!c)
		return;
	mpz_clears(c->num, c->den, c->mean_den, c->share, c->part, NULL);
	free(c->profiles);
	free(c->members);
	free(c->profile_of);
	free(c->coefficients);
	free(c->means);
	free(c->absent);
	free(c->present);
	free(c);
}

/*
 * U1: omega[u,c] = P[u,f] / sum_f P[u,f] x max_c / sum of counting max in f, as share /
 * den; den gets 1 / (den of v x count^2) besides, so that with W the weight of a group
 *     w omega (v - theta) / D = W share (v' count - sum) / den,
 * v' being the numerator of v.
 */
static void set_leaf(struct covariance *c, const struct score *s, uint32_t answer)
{
	const struct round *r = c->rules->tally->sample->round;
	const struct criterion *criterion = &r->criteria[r->surveyed[answer]];
	const struct score_leaf *leaf = &s->leaves[r->surveyed[answer]];
	const struct score_field *field = &s->fields[criterion->field];

	mpz_set_si(c->share, field->applying);
	mpz_mul_si(c->share, c->share, criterion->points.micro);
	mpz_set_si(c->den, s->applying);
	mpz_mul_si(c->den, c->den, field->counting);
	mpz_mul_ui(c->den, c->den, c->rules->den[answer]);
	mpz_mul(c->den, c->den, leaf->count);
	mpz_mul(c->den, c->den, leaf->count);
}

/* The coefficients of one leaf in one group that scored it. */
static void set_coefficients(struct covariance *c, const struct score_leaf *leaf,
			     uint32_t answer, uint32_t group)
{
	const struct tally *t = c->rules->tally;

	for (size_t i = t->offset[answer] + TALLY_FIRST_SCORE;
	     i < t->offset[answer + 1]; i++) {
		mpz_mul_ui(c->num, leaf->count, c->rules->values[i]);
		mpz_sub(c->num, c->num, leaf->sum);
		mpz_mul(c->num, c->num, c->share);
		mpz_mul(c->num, c->num, c->rules->frame->groups[group].weight);
		c->coefficients[group * t->width + i] = to_fixed(c, c->num, c->den);
	}
}

/* What one leaf adds to w_h mean(z): the group's sum of coefficients over its m_h. */
static void add_mean(struct covariance *c, const struct score *s,
		     const struct score_leaf *leaf, uint32_t answer, uint32_t group)
{
	const struct frame_group *g = &c->rules->frame->groups[group];
	size_t at = (size_t)answer * c->rules->frame->group_count + group;

	mpz_mul_ui(c->num, leaf->count, s->worth[at]);
	mpz_submul_ui(c->num, leaf->sum, s->given[at]);
	mpz_mul(c->num, c->num, c->share);
	mpz_mul(c->num, c->num, g->weight);
	mpz_mul_ui(c->mean_den, c->den, g->responded);
	c->means[group] += to_fixed(c, c->num, c->mean_den);
}

static void set_unit(struct covariance *c, const struct score *s)
{
	const struct tally *t = c->rules->tally;
	const struct round *r = t->sample->round;
	uint32_t groups = c->rules->frame->group_count;

	memset(c->coefficients, 0, groups * t->width * sizeof *c->coefficients);
	memset(c->means, 0, groups * sizeof *c->means);
	for (uint32_t a = 0; a < r->answer_count; a++) {
		const struct score_leaf *leaf = &s->leaves[r->surveyed[a]];

		if (!leaf->counts)
			continue;
		set_leaf(c, s, a);
		for (uint32_t g = 0; g < groups; g++) {
			if (s->given[(size_t)a * groups + g] == 0)
				continue;
			set_coefficients(c, leaf, a, g);
			add_mean(c, s, leaf, a, g);
		}
	}
	for (uint32_t p = 0; p < c->profile_count; p++) {
		const struct profile *profile = &c->profiles[p];

		c->absent[p] = 0;
		c->present[p] = 0;
		for (uint32_t i = profile->first; i < profile->first + profile->count;
		     i++)
			c->absent[p] -=
			    c->means[c->members[i].group] * c->members[i].raters;
	}
}

/* One look-up an answer. */
static fixed sum_sheet(const struct covariance *c, const struct sample_sheet *sheet)
{
	const struct tally *t = c->rules->tally;
	uint32_t count = t->sample->round->answer_count;
	const fixed *table =
	    c->coefficients + c->rules->frame->group_of[sheet->stratum] * t->width;
	fixed sum = 0;

	for (uint32_t a = 0; a < count; a++)
		sum += table[t->offset[a] + tally_slot(sheet->answers[a])];
	return sum;
}

/* Adds (E x 2^48, to the nearest integer, halves up)^2 as often as `times` says. */
static int add_square(wide *sum, fixed e, uint32_t times)
{
	fixed half = (fixed)1 << (SCALE_BITS - RESULT_BITS - 1);
	fixed unit = half * 2;
	fixed up = e + half;
	fixed rounded = up / unit - (up % unit < 0);
	wide magnitude = (wide)(rounded < 0 ? -rounded : rounded);
	wide square;

	if (__builtin_mul_overflow(magnitude, magnitude, &square) ||
	    __builtin_mul_overflow(square, (wide)times, &square) ||
	    __builtin_add_overflow(*sum, square, sum))
		return ERR_OVERFLOW;
	return 0;
}

static int sum_present(struct covariance *c, uint32_t unit, wide *sum)
{
	const struct tally *t = c->rules->tally;
	size_t end = t->unit_first[unit + 1];

	for (size_t i = t->unit_first[unit]; i < end;) {
		uint32_t cluster = t->sheet_cluster[t->order[i]];
		uint32_t profile = c->profile_of[cluster];
		fixed e = c->absent[profile];
		int err;

		for (; i < end && t->sheet_cluster[t->order[i]] == cluster; i++)
			e += sum_sheet(c, &t->sample->sheets[t->order[i]]);
		c->present[profile]++;
		err = add_square(sum, e, 1);
		if (err)
			return err;
	}
	return 0;
}

int covariance_variance(struct covariance *c, const struct score *s, mpq_t variance)
{
	uint32_t n = c->rules->tally->cluster_count;
	wide sum = 0;
	int err;

	assert(n >= 2);
	set_unit(c, s);
	err = sum_present(c, s->unit, &sum);
	for (uint32_t p = 0; !err && p < c->profile_count; p++)
		err = add_square(&sum, c->absent[p],
				 c->profiles[p].clusters - c->present[p]);
	if (err)
		return err;
	mpz_set_ui(c->num, (unsigned long)(sum >> 64));
	mpz_mul_2exp(c->num, c->num, 64);
	mpz_add_ui(c->num, c->num, (unsigned long)(sum & UINT64_MAX));
	mpz_mul_ui(mpq_numref(variance), c->num, n);
	mpz_set_ui(mpq_denref(variance), n - 1u);
	mpz_mul_2exp(mpq_denref(variance), mpq_denref(variance), 2 * RESULT_BITS);
	mpq_canonicalize(variance);
	return 0;
}
