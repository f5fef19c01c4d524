#ifndef PAR_TESTS_GOLDEN_SURVEY_H
#define PAR_TESTS_GOLDEN_SURVEY_H

/*
 * Samples of Californian schools as rounds. A school is a rater, a district a cluster.
 * A unit is a variable over a domain, and every school of the domain gives the
 * variable's value as two answers, the hundreds and the rest, each on a scale of
 * 0..99: with points 100 and 1 the index is the variable's Hájek mean / 101, exactly,
 * and U1 is its variance / 101^2.
 *
 * R's designs differ from U1's in two factors that are known beforehand. They have a
 * finite population correction: where all schools share it, R's variance is that of U1
 * times 1 - n/N. One is stratified: its variance is the sum over strata of
 * (1 - n_h/N_h) n_h/(n_h-1) sum_k E E', with the E of U1. Every failure ends the test.
 */

#include "tests/golden/table.h"
#include "tests/unit/method/matrix.h"

enum survey_design {
	SURVEY_SRS,        /* apisrs, unweighted */
	SURVEY_SRS_POST,   /* apisrs, post-stratified by type of school */
	SURVEY_CLUS1,      /* apiclus1: districts, unweighted */
	SURVEY_CLUS1_POST, /* apiclus1, post-stratified by type of school */
	SURVEY_STRAT,      /* apistrat: drawn by type of school */
};
enum { SURVEY_DESIGNS = SURVEY_STRAT + 1 };
enum { SURVEY_INDEX_PARTS = 101, SURVEY_STRATA = 3, SURVEY_LEVELS = 100 };

struct survey {
	enum survey_design design;
	struct table schools;
	struct build *build;
	struct matrix matrix;
};

void survey_open(enum survey_design design, struct survey *s);
void survey_close(struct survey *s);

/* The unit of a code: "api00", "E:api00", "No:api99", ... */
uint32_t survey_unit(const struct survey *s, const char *code);
/* The stratum of a school, its weight in a design drawn by strata. */
uint32_t survey_stratum(const struct survey *s, size_t school);
double survey_weight(const struct survey *s, size_t school);

/* The estimated mean, and R's covariance of two of them, with its correction or not. */
void survey_mean(const struct survey *s, uint32_t unit, mpq_t mean);
void survey_covariance(const struct survey *s, uint32_t i, uint32_t j, bool corrected,
		       mpq_t value);
/* The same of two indexes of any matrix over the raters of apistrat, not times 101^2.
 */
void survey_stratified(const struct matrix *m, uint32_t i, uint32_t j, bool corrected,
		       mpq_t value);

#endif
