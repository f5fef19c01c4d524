#ifndef PAR_ROUND_MODEL_H
#define PAR_ROUND_MODEL_H

/*
 * A round as everyone sees it: units, criteria, scales, frame and rules. Built by
 * folder.c from the files of a person or by manifest.c from the wire, checked by
 * model_check(), and then never changed. Terms are those of METHOD section 1.
 */

#include "common/base/faults.h"
#include "common/base/text.h"

enum {
	MODEL_LEVELS_MAX = 100,
	MODEL_SCALES_MAX = 64,
	MODEL_CRITERIA_MAX = 2000,
	MODEL_BLOCKS_MAX = 200,
	MODEL_UNITS_MAX = 20000,
	MODEL_STRATA_MAX = 2000,
	MODEL_STRATA_COLUMNS_MAX = 8,
	MODEL_BANDS_MAX = 32,
	MODEL_CODE_MAX = 128, /* bytes of a code or a name of a round, unit, ... */
	MODEL_TEXT_MAX = 1000,
	MODEL_DEPTH_MAX = 3, /* field > criterion > component */
	MODEL_REVISION_MAX = 1000,
	MODEL_MEMBERS_MAX = 1000000000, /* of a stratum */
	MODEL_POOL_MAX = 16,
	MODEL_REASONS_MAX = 64,
};

/* One byte an answer. 1..levels is a score. */
enum answer {
	ANSWER_BLANK = 251,
	ANSWER_NO_CONTACT = 252,
	ANSWER_DONT_KNOW = 253,
	ANSWER_REFUSED = 254,
	ANSWER_NOT_SHOWN = 255,
};

struct text2 {
	char *vi; /* never NULL; may be "" */
	char *en;
};

enum mode { MODE_POINTS, MODE_COMPOSITE };
enum design { DESIGN_OPEN, DESIGN_CENSUS, DESIGN_PROBABILITY };
enum source { SOURCE_NONE, SOURCE_SURVEY, SOURCE_APPRAISED, SOURCE_MEASURED };

struct scale {
	char *name;
	uint32_t levels;        /* K */
	struct decimal *values; /* levels of them, or NULL: 100 (y-1)/(K-1) */
	struct text2 *labels;   /* levels of them, or NULL */
};

struct criterion {
	char *code;
	int32_t parent; /* place in criteria, -1: a field */
	struct decimal points;
	enum source source; /* SOURCE_NONE: a parent */
	int32_t scale;      /* place in scales, -1 */
	struct text2 name;
	uint32_t *blocks; /* places in blocks, ascending; NULL: all */
	uint32_t block_count;
	struct decimal lo, hi; /* measured */
	bool down;
	unsigned line;    /* of criteria.csv, 0 from the wire */
	bool points_told; /* they could not be read, and a fault says so; points is 0 */
	/* derived by model_finish() */
	int32_t field;  /* place of the root above, itself for a field */
	int32_t answer; /* place of the byte in a sheet's answers, -1: not surveyed */
	bool leaf;
};

struct block {
	char *name;
	uint32_t full_rank;
	uint32_t rank;
};

struct unit {
	char *code;
	uint32_t block;
	struct text2 name;
	uint32_t *excludes; /* places in criteria, as declared, ascending */
	uint32_t exclude_count;
	unsigned line;
};

struct stratum {
	char **labels;    /* one a strata column */
	uint64_t members; /* N_h */
	uint64_t rows;    /* of the roster */
	unsigned line;
};

struct band {
	struct decimal edge;
	bool above; /* the edge itself is excluded */
	struct text2 name;
};

/* METHOD S6. Of mode composite only; lo 0, hi 100, factor 1 in mode points. */
struct composite {
	struct decimal lo, hi;
	struct decimal factor;
	bool minmax;
	char **pool; /* codes of rounds */
	uint32_t pool_count;
	bool has_max_eq_min;
	struct decimal max_eq_min;
};

/* METHOD O3: thresholds. */
struct flag_rules {
	uint32_t identical_scores; /* default 10 */
	uint32_t identical_raters; /* default 3 */
	uint32_t straight_scores;  /* default 10 */
	uint32_t ballots_hour;     /* default 60 */
};

struct round {
	char *code;
	struct text2 title;
	enum mode mode;
	struct composite composite;
	struct flag_rules flags;
	char **annulment_reasons; /* declared; none: any reason is taken */
	uint32_t annulment_reason_count;
	struct scale *scales; /* by name, bytewise */
	uint32_t scale_count;
	char **strata_columns;
	uint32_t strata_column_count;
	bool collapse_first;
	enum design design;
	uint32_t cell_score; /* METHOD S5, default 3 */
	uint32_t cell_show;  /* METHOD P1, default 10, never less */
	uint32_t decimals;   /* 0..6 */
	bool half_even;
	bool dense_ties;
	bool rank_on_exact;
	struct band *bands; /* ascending: `from x` before `above x` */
	uint32_t band_count;
	struct decimal bonus_max, penalty_max;
	bool trial;
	bool auto_close;
	char *opens, *closes; /* as declared, "" */
	struct criterion *criteria;
	uint32_t criterion_count;
	struct block *blocks;
	uint32_t block_count;
	struct unit *units;
	uint32_t unit_count;
	struct stratum *strata; /* the frame at opening; at least one */
	uint32_t stratum_count;
	bool has_frame; /* strata.csv gave the members */
	uint8_t roster_digest[32];
	uint64_t roster_rows;

	/* derived by model_finish() */
	uint32_t answer_count;  /* surveyed leaves: bytes of a sheet's answers */
	uint32_t *surveyed;     /* place in criteria of each answer byte */
	uint8_t *answer_levels; /* highest score of each answer byte */
	/* unit_count x answer_count: the same, 0 where the leaf does not apply */
	uint8_t *unit_levels;
	uint8_t *applies;       /* unit_count x criterion_count, 0 or 1 */
};

void model_init(struct round *r);
void model_free(struct round *r);

/*
 * Derives what is derived. Call once all else is set; indices must be in range.
 * -ENOMEM.
 */
int model_finish(struct round *r) __attribute__((warn_unused_result));

/*
 * Every rule of DESIGN section 7 and METHOD that ties the parts together: repeated
 * codes, sums of points, depth, levels, values, bands, members, minimums, limits,
 * text. Faults name the file and line of each thing ("criteria.csv", its `line`), so
 * the same check serves folder and wire. After model_finish().
 */
void model_check(const struct round *r, struct faults *faults);

/*
 * The same for a reader of round.json: `line` finds where the value at the path
 * stands, or what encloses it. May be NULL.
 */
struct model_path {
	const char *keys[5]; /* from the outside in; NULL after the last */
};
typedef unsigned model_line_fn(void *ctx, struct model_path path);
void model_check_lines(const struct round *r, model_line_fn *line, void *ctx,
		       struct faults *faults);

/* Whether criterion c applies to unit u (blocks, excludes, parents). */
bool model_applies(const struct round *r, uint32_t unit, uint32_t criterion);
/* `from x` lies below `above x` (METHOD S8). */
bool model_band_is_higher(const struct band *a, const struct band *b);
/* As model_init() sets them: a manifest does not say them then. */
bool model_flags_are_default(const struct flag_rules *f);
/* Place, or -1. */
int32_t model_unit(const struct round *r, struct bytes code);
int32_t model_criterion(const struct round *r, struct bytes code);
/* Place of the stratum with these labels in a table, or -1. */
int32_t model_stratum(const struct stratum *strata, uint32_t count,
		      const char *const labels[], uint32_t label_count);

/* Deep copies of strata; -ENOMEM. Free a table with model_strata_free (NULL is fine).
 */
int model_strata_copy(const struct stratum *from, uint32_t count, uint32_t label_count,
		      struct stratum **out) __attribute__((warn_unused_result));
void model_strata_free(struct stratum *strata, uint32_t count, uint32_t label_count);

#endif
