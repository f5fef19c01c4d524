#ifndef PAR_METHOD_SCORE_H
#define PAR_METHOD_SCORE_H

/*
 * METHOD S1, S3, S4, S5 and S7: the exact index of one unit from the counters. Rational
 * arithmetic throughout; no floating point. GMP ends the process when memory runs out.
 */

#include "common/method/frame.h"
#include "common/method/tally.h"

/* What is the same for all units. */
struct score_rules {
	const struct tally *tally;
	const struct frame *frame;
	/* S1: v(y) of a slot of a row = values[slot] / den[answer place] */
	uint64_t *values; /* by slot; 0 where it is no score */
	uint64_t *den;    /* by answer place */
	/* S4: rows about unit u are [u] .. [u + 1] - 1 of the sample's lists */
	size_t *appraisal_first;
	size_t *measured_first;
};

struct score_leaf {
	bool applies;
	bool counts; /* S5 */
	/*
	 * Surveyed, with W the whole-number weights of the frame: sum = den x the sum
	 * of W v n, count = the sum of W n; theta = sum / (den x count), D in S3 is
	 * count without the frame's common factor.
	 */
	mpz_t sum;
	mpz_t count;
	mpq_t theta; /* 0..100 where it counts */
};

/* A field of the unit; all in millionths of a point. */
struct score_field {
	int64_t applying; /* P[u,f] */
	int64_t counting; /* sum of max_c over its counting leaves */
};

struct score {
	uint32_t unit;
	struct score_leaf *leaves;  /* by place in criteria; parents are unused */
	struct score_field *fields; /* by place in criteria */
	int64_t applying;           /* sum of P[u,f] */
	bool surveyed;              /* a surveyed leaf applies */
	bool has_figure;            /* S7 */
	uint32_t criteria_counted;
	uint32_t criteria_applicable;
	mpq_t index; /* I[u], after bonus, penalty and clip */
	/* By answer place x group: scores given, and den x the sum of their v. */
	uint64_t *given;
	uint64_t *worth;
};

/* Both borrow tally and frame. -ENOMEM. */
int score_rules_make(const struct tally *t, const struct frame *f,
		     struct score_rules *out) __attribute__((warn_unused_result));
void score_rules_free(struct score_rules *r);

/* Room for the score of any unit, used again for the next one. -ENOMEM. */
int score_init(const struct score_rules *rules, struct score *s)
    __attribute__((warn_unused_result));
void score_free(const struct score_rules *rules, struct score *s);

/* Fills *s for one unit. */
void score_unit(const struct score_rules *rules, uint32_t unit, struct score *s);

#endif
