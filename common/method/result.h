#ifndef PAR_METHOD_RESULT_H
#define PAR_METHOD_RESULT_H

/*
 * From a sample to the finished result of METHOD: figures, ranks, status, bands, SEs
 * and intervals of every unit, and the hash that names it. A function of the sample
 * alone: the same bytes on any machine, in any order of arrival. This file coordinates;
 * the rules are in tally, score and covariance.
 */

#include "common/round/sample.h"

enum status { STATUS_RANKED, STATUS_RANKED_WARNING, STATUS_INSUFFICIENT };
enum { FIGURE_TEXT = 48, RESULT_HASH = 32 };

struct unit_result {
	bool has_figure;
	char *exact;              /* the index as a fraction "a/b" or "a"; "" if none */
	char score[FIGURE_TEXT];  /* S8, declared decimals; "" if none */
	enum status status;       /* S9 */
	uint32_t rank;            /* 0: none */
	int32_t band;             /* place in round->bands, -1: none */
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

struct result {
	const struct round *round; /* borrowed from the sample */
	struct unit_result *units; /* in the order of units.csv */
	uint32_t unit_count;
	uint64_t respondents; /* raters with a live sheet */
	bool unweighted;      /* no strata columns */
	char **thin;          /* groups named by S2 */
	uint32_t thin_count;
	char **not_represented; /* groups with m = 0 */
	uint32_t not_represented_count;
	uint8_t hash[RESULT_HASH]; /* see above */
};

/*
 * -ENOMEM; ERR_OVERFLOW (U1); ERR_REFUSED with faults for what this version does not
 * score (mode composite) or a frame smaller than its respondents.
 */
int result_compute(const struct sample *sample, struct result *out,
		   struct faults *faults) __attribute__((warn_unused_result));
void result_free(struct result *r);

#endif
