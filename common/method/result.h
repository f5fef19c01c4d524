#ifndef PAR_METHOD_RESULT_H
#define PAR_METHOD_RESULT_H

/*
 * From a sample to the finished result of METHOD: figures, ranks, status, bands, SEs,
 * intervals and rank sets of every unit, and the hash that names it. A function of the
 * sample alone: the same bytes on any machine, in any order of arrival, with any number
 * of threads. This file coordinates; the rules are in tally, frame, score, covariance,
 * interval, rank and rankset.
 *
 * What it was made from stays with it, so that a figure can be explained: score_unit()
 * with result.rules gives every step of a unit again.
 */

#include "common/method/covariance.h"
#include "common/method/figure_text.h"
#include "common/method/score.h"

enum status { STATUS_RANKED, STATUS_RANKED_WARNING, STATUS_INSUFFICIENT };
enum { RESULT_HASH = 32 };

struct unit_result {
	bool has_figure;
	char *exact;             /* the index as a fraction "a/b" or "a"; "" if none */
	char score[FIGURE_TEXT]; /* S8, declared decimals; "" if none */
	enum status status;      /* S9 */
	uint32_t rank;           /* 0: none */
	uint32_t rank_low;       /* U3: best and worst place, 0: none */
	uint32_t rank_high;
	int32_t band;             /* place in round->bands, -1: none */
	bool band_certain;        /* U3: the interval lies inside it */
	char se[FIGURE_TEXT];     /* %.12g of the exact root; "" if none (U2) */
	char ci_low[FIGURE_TEXT]; /* declared decimals; "" if none */
	char ci_high[FIGURE_TEXT];
	char public_se[FIGURE_TEXT]; /* one decimal, from the unrounded values (P5) */
	char public_ci_low[FIGURE_TEXT];
	char public_ci_high[FIGURE_TEXT];
	uint32_t raters;           /* n_u, clusters */
	uint32_t criteria_counted; /* leaves that count (S5) */
	uint32_t criteria_applicable;
};

/* A unit's exact numbers. */
struct unit_exact {
	bool surveyed;     /* a surveyed leaf applies */
	mpq_t index;       /* I[u], where it has a figure */
	mpz_t rounded;     /* the published figure times 10^decimals */
	mpq_t variance;    /* V[u,u]; 0 where there is none */
	mpq_t stabilised;  /* V~[u,u], U2 */
	double half_width; /* of the interval; 0 where there is none */
};

/* The units of a block that have a figure, and what is between any two of them. */
struct block_result {
	uint32_t count;
	uint32_t *units;             /* ascending */
	struct covariance_sum *sums; /* count x count; of V[u,t]; NULL when n < 2 */
	uint8_t *better;             /* count x count: surely better (U3) */
	mpq_t median;                /* S of U2 */
};

struct result {
	const struct sample *sample; /* borrowed: outlives the result */
	const struct round *round;   /* borrowed from the sample */
	struct unit_result *units;   /* in the order of units.csv */
	uint32_t unit_count;
	uint64_t respondents; /* raters with a live sheet */
	uint32_t clusters;    /* n */
	bool unweighted;      /* no strata columns */
	char **merged;        /* groups of several strata (S2) */
	uint32_t merged_count;
	char **thin; /* groups still thin */
	uint32_t thin_count;
	char **not_represented; /* groups with m = 0 */
	uint32_t not_represented_count;
	uint64_t seed; /* U4 */
	uint8_t hash[RESULT_HASH];

	struct unit_exact *exact;    /* by unit */
	struct block_result *blocks; /* by block */
	struct tally *tally;
	struct frame *frame;
	struct score_rules *rules;
};

/*
 * -ENOMEM; ERR_OVERFLOW (U1, U3); ERR_REFUSED with faults for a frame smaller than its
 * respondents, or a range of width 0 (S6).
 */
int result_compute(const struct sample *sample, uint32_t threads, struct result *out,
		   struct faults *faults) __attribute__((warn_unused_result));
void result_free(struct result *r);

/*
 * Only the figures, by unit, "" where there is none: S1 to S8 without ranks and without
 * section 3. Errors as result_compute().
 */
int result_figures(const struct sample *sample, uint32_t threads,
		   char (*figures)[FIGURE_TEXT], struct faults *faults)
    __attribute__((warn_unused_result));

/* V[u,t] of two units of a block that have a figure, by place in `units` of the block;
 * false: n < 2, there is none. */
bool result_covariance(const struct result *r, uint32_t block, uint32_t i, uint32_t j,
		       mpq_t value);

#endif
