#ifndef PAR_ROUND_MODEL_CHECK_H
#define PAR_ROUND_MODEL_CHECK_H

/* Internal to model_check*.c: where faults go, and the checks of each part. */

#include "common/round/model.h"

struct checker {
	const struct round *r;
	model_line_fn *line; /* may be NULL */
	void *ctx;
	struct faults *faults;
};

/* A fault of round.json at this path. */
void check_rule(struct checker *k, struct model_path path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

struct check_place {
	const char *file;
	unsigned line;
	const char *what;
	struct model_path
	    path; /* if not empty, the line is looked up by it when told */
};

struct check_place check_at_line(const char *file, unsigned line, const char *what);
/* In round.json. */
struct check_place check_at_path(struct model_path path, const char *what);

/* Text of 1 to max bytes, UTF-8 in NFC, on one line. */
void check_text(struct checker *k, struct check_place at, const char *text, size_t max);
/* The same, and no blanks within: names that stand in lists. */
void check_name(struct checker *k, struct check_place at, const char *text);
/* Vietnamese, English or both. */
void check_text2(struct checker *k, struct check_place at, const struct text2 *t);

/* The highest figure, in whole millionths: 100, in mode composite hi x factor. */
struct decimal check_top(const struct round *r);

void check_rules(struct checker *k);
void check_criteria(struct checker *k);
void check_units(struct checker *k);
void check_strata(struct checker *k);
void check_composite(struct checker *k);

#endif
