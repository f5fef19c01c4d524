#ifndef PAR_TESTS_METHOD_BUILD_H
#define PAR_TESTS_METHOD_BUILD_H

/* Small rounds and samples made by hand. Every failure ends the test. */

#include "common/method/result.h"

enum { BUILD_MAX = 4000, BUILD_ANSWERS = 32 };

struct build {
	struct round round;
	struct sample sample;
	struct sample_sheet sheets[BUILD_MAX];
	uint8_t answers[BUILD_MAX][BUILD_ANSWERS];
	struct appraisal appraisals[64];
	struct measured measured[64];
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

/* The result, free with result_free(). */
struct result build_result(const struct build *b);

#endif
