#ifndef PAR_METHOD_SCORE_H
#define PAR_METHOD_SCORE_H

/*
 * METHOD S1 and S3 to S7: the exact index of one unit from the counters. Rational
 * arithmetic throughout; no floating point. GMP ends the process when memory runs out.
 * Mode points is mode composite on the scale 0..100 with the factor 1.
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
	/* S6: [lo, hi] times factor, (high - low) / 100; 0, 100, 1 in mode points */
	mpq_t low, high, slope;
	/* S6, minmax: by block x criterion; NULL in every other mode */
	struct score_range *ranges;
};

/* S6: the least and the greatest theta of a leaf over the units of a block. */
struct score_range {
	bool any; /* a unit has it */
	mpq_t min, max;
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

/* A field of the unit; points in millionths. */
struct score_field {
	int64_t applying; /* P[u,f] */
	int64_t counting; /* sum of max_c over its counting leaves */
};

/* S5: the index over a subset of the leaves, before bonus, penalty and clip. */
struct score_part {
	int64_t applying; /* points of the subset; 0: the unit has none of it */
	bool has_figure;  /* S7 over the subset */
	mpq_t index;
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

/*
 * Borrows tally and frame. With minmax it scores every leaf of every unit, and those of
 * the pooled rounds, for the ranges. -ENOMEM; ERR_REFUSED with faults: a range of width
 * 0 without a declared max_eq_min (faults may not be NULL).
 */
int score_rules_make(const struct tally *t, const struct frame *f,
		     struct score_rules *out, struct faults *faults)
    __attribute__((warn_unused_result));
void score_rules_free(struct score_rules *r);

/* Room for the score of any unit, used again for the next one. -ENOMEM. */
int score_init(const struct score_rules *rules, struct score *s)
    __attribute__((warn_unused_result));
void score_free(const struct score_rules *rules, struct score *s);

/* Fills *s for one unit. */
void score_unit(const struct score_rules *rules, uint32_t unit, struct score *s);

/*
 * U1's omega[u,c] of a counting surveyed leaf of a score with a figure, in mode
 * composite times dT/dtheta (S6). Canonical.
 */
void score_omega(const struct score_rules *rules, const struct score *s,
		 uint32_t criterion, mpq_t omega);

/*
 * What a leaf that counts is worth: theta in mode points, s[u,c] in mode composite
 * (S6), not times the factor. Canonical.
 */
void score_leaf_value(const struct score_rules *rules, const struct score *s,
		      uint32_t criterion, mpq_t value);

/* The figure of field f of a unit (phi, or s times factor); false: S7 gives none. */
bool score_field_figure(const struct score_rules *rules, const struct score *s,
			uint32_t field, mpq_t figure);

/* The survey part and the appraised part; `part` is initialised by the caller. */
void score_survey_part(const struct score_rules *rules, const struct score *s,
		       struct score_part *part);
void score_appraised_part(const struct score_rules *rules, const struct score *s,
			  struct score_part *part);

/* Bonus and penalty of a unit as they are taken, in millionths, and before the cap. */
struct score_extra {
	int64_t bonus, bonus_given;
	int64_t penalty, penalty_given;
	bool clipped; /* the clip changed the index */
};
void score_extra(const struct score_rules *rules, const struct score *s,
		 struct score_extra *out);

#endif
