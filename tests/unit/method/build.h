#ifndef PAR_TESTS_METHOD_BUILD_H
#define PAR_TESTS_METHOD_BUILD_H

/* Small rounds and samples made by hand. Every failure ends the test. */

#include "common/method/result.h"

enum { BUILD_MAX = 4000, BUILD_ANSWERS = 32, BUILD_POOL = 4 };

struct build {
	struct round round;
	struct sample sample;
	struct sample_sheet sheets[BUILD_MAX];
	uint8_t answers[BUILD_MAX][BUILD_ANSWERS];
	struct appraisal appraisals[64];
	struct measured measured[64];
	struct sample pool[BUILD_POOL];
};

/* A round of one scale of `levels`, one block "B" with minimums 1 and 1, no strata. */
struct build *build_new(uint32_t levels);
void build_free(struct build *b);

/* Points are text. parent NULL: a field. source SOURCE_NONE: a parent. */
void build_criterion(struct build *b, const char *code, const char *parent,
		     const char *points, enum source source);
void build_block(struct build *b, const char *name, uint32_t full_rank, uint32_t rank);
void build_unit(struct build *b, const char *code, uint32_t block);
/* labels: as many as columns were declared, separated by spaces. */
void build_columns(struct build *b, uint32_t count);
void build_stratum(struct build *b, const char *labels, uint64_t members);
void build_band(struct build *b, const char *edge, bool above);
/* Mode composite; without minmax, and with it: max_eq_min NULL is none. */
void build_composite(struct build *b, const char *lo, const char *hi,
		     const char *factor);
void build_minmax(struct build *b, const char *max_eq_min);
/* In the order of criteria. */
void build_exclude(struct build *b, uint32_t unit, const char *criterion);

/* After everything above and before anything below. Adds the one stratum if none. */
void build_finish(struct build *b);

/* One character an answer place: 1..9, or - (not shown), b n d r as in enum answer. */
void build_sheet(struct build *b, uint32_t rater, uint32_t unit, uint32_t stratum,
		 uint32_t cluster, const char *answers);
void build_points(struct build *b, uint32_t unit, const char *criterion,
		  const char *points);
void build_bonus(struct build *b, uint32_t unit, enum appraisal_target target,
		 const char *points, const char *evidence);
void build_measured(struct build *b, uint32_t unit, const char *criterion,
		    const char *value);
/* The other, finished, is pooled with this one; it outlives what is made of this. */
void build_pool(struct build *b, const struct build *other);

/* Everything up to the score of a unit, without a result. */
struct scored {
	struct tally tally;
	struct frame frame;
	struct score_rules rules;
	struct score score;
};
/* What score_rules_make() gives; call scored_free() in any case. */
int build_rules(const struct build *b, struct scored *out, struct faults *faults)
    __attribute__((warn_unused_result));
/* The score of one unit; score_unit() with it gives others. */
void build_score(const struct build *b, uint32_t unit, struct scored *out);
void scored_free(struct scored *s);
/* That the canonical number is "a/b" or "a". */
void build_assert(const mpq_t number, const char *expected);

/* The result, free with result_free(). */
struct result build_result(const struct build *b);

#endif
