#ifndef PAR_METHOD_PUBLIC_H
#define PAR_METHOD_PUBLIC_H

/*
 * METHOD section 5 on a whole release: every figure that may be public, as text, and
 * nothing else. Link 3 is this, encoded. P6 makes a release a mixture of sources: the
 * survey data of a unit are those of the newest release that may be told from the ones
 * before by 0 or by at least 10 raters.
 */

#include "common/method/privacy.h"
#include "common/method/rank.h"

/* How two cuts of a round differ, in raters. */
struct public_changes {
	uint64_t raters;      /* D: with another score, or respondents in one only */
	uint64_t respondents; /* of them, respondents in one only */
	/*
	 * By unit: 1 where something that its row is made of differs by 1..9 raters: D,
	 * the respondents, the scores in its block, its own, those of one of its fields
	 * or leaves; with minmax also where that is so of another unit of its block, or
	 * of a pooled round.
	 */
	uint8_t *few;
	/* The same of what the release says of the whole round: respondents, names of
	 * groups, annulments by reason. */
	bool round_few;
};

/*
 * -ENOMEM. Both samples are of one round, with at most one sheet of a rater about a
 * unit.
 */
int public_changes_find(const struct sample *from, const struct sample *to,
			struct public_changes *out) __attribute__((warn_unused_result));
void public_changes_free(struct public_changes *c);

/* One public figure. */
struct public_cell {
	enum cell_state state;
	char text[FIGURE_TEXT]; /* "" when CELL_NONE or CELL_HIDDEN; ">= 95.00" */
};

struct public_unit {
	enum status status; /* insufficient: nothing below is there */
	struct public_cell index;
	uint32_t rank;
	uint32_t rank_low, rank_high; /* 0: none */
	int32_t band;                 /* place in round->bands, -1 */
	bool band_certain;
	char se[FIGURE_TEXT]; /* one decimal */
	char ci_low[FIGURE_TEXT];
	char ci_high[FIGURE_TEXT];
	uint32_t raters; /* n_u; 0 when fewer than cell_show */
	uint32_t criteria_counted, criteria_applicable;
	struct public_cell survey_part, appraised_part;
	struct public_cell *cells; /* by place in criteria: fields and leaves */
	uint32_t held_from;        /* P6: number of the release; 0: its own data */

	/* Never printed: what it is ranked by, the figure or the bound; by place in
	 * criteria, a print of the scores in each cell, 0 without any. */
	mpq_t place;
	uint64_t *prints;
};

struct public_annulment {
	char *reason;    /* declared; "": no reasons were declared, all in one */
	uint64_t sheets; /* 0: too few raters to tell */
};

struct public_names {
	char **list;
	uint32_t count;
};

/* What is told of the round as a whole. */
struct public_round {
	uint64_t respondents_tens;
	struct public_names merged, thin, not_represented;
	struct public_annulment *annulments;
	size_t annulment_count;
};

struct public_release {
	const struct round *round; /* borrowed */
	struct public_round whole;
	struct public_unit *units; /* in the order of units.csv */
	uint32_t unit_count;
	struct rank_item *items; /* room for one a unit */
};

/* A result of the release's values over the sheets of one release's cut. */
struct public_source {
	const struct result *result;
	uint32_t release; /* whose sheets; 0: the new one's own */
};

/*
 * source_of[u] is the place in `sources` of each unit, and source_of[unit_count] that
 * of the round as a whole; the first source is the new release's own. Ranks, statuses
 * and bands are those of the mixture. -ENOMEM.
 */
int public_make(const struct public_source *sources, const uint32_t *source_of,
		struct public_release *out) __attribute__((warn_unused_result));
void public_free(struct public_release *p);

/*
 * P6: a cell that one release shows and another hides, with the same scores in it, may
 * give away what the one hid it for; so may an appraisal that starts to count in a
 * field that is hidden. A row of `now` that would do so next to that of `before`
 * becomes the old row again, appraisals and all, held from release `number` (of
 * `before`) or from where it was held from already. Ranks are made anew, rank sets wide
 * enough for any order of what was kept. Call it with every earlier release, the newest
 * first.
 */
void public_keep(const struct public_release *before, uint32_t number,
		 struct public_release *now);

/*
 * Which annulments by reason may be counted in public: hidden[i] is 1 where not. A
 * round without declared reasons has one line for all: then every hidden[i] is the
 * same, and tells whether their sum may be shown.
 */
void public_annulments(const struct sample *s, uint8_t *hidden);

#endif
