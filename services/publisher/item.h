#ifndef PAR_PUBLISHER_ITEM_H
#define PAR_PUBLISHER_ITEM_H

/*
 * One item of links 3 and 4 as the rest of the publisher sees it: a release, its
 * retraction, or a release that could not be computed. Decoded once, checked, its texts
 * as C strings and its enums our own. Figures stay text: the scorer printed them, and
 * nobody rounds again.
 */

#include "common/method/privacy.h"
#include "common/round/fold.h"

/* A figure and what METHOD P1 and P2 leave of it. */
struct item_cell {
	enum cell_state state;
	const char *text; /* "" of CELL_NONE and CELL_HIDDEN; ">= 95.00" of CELL_HIGH */
};

struct item_criterion {
	const char *code;
	int32_t field; /* place of its field among the criteria, -1: it is one */
	struct text2 name;
	const char *points;
	enum source source; /* of a leaf */
	bool leaf;          /* a field may be one */
};

struct item_unit {
	const char *code;
	struct text2 name;
	enum status status; /* insufficient: there are no figures */
	struct item_cell index;
	uint32_t rank;                /* 0: none */
	uint32_t rank_low, rank_high; /* best and worst place; 0: none */
	struct text2 band;
	bool band_certain;
	const char *se; /* "": none, as of the other figures */
	const char *ci_low;
	const char *ci_high;
	uint32_t raters; /* 0: too few to be told */
	uint32_t criteria_counted;
	uint32_t criteria_applicable;
	struct item_cell *cells; /* one for each of the item's criteria, or NULL */
	struct item_cell survey_part, appraised_part;
	uint32_t held_from; /* METHOD P6: number of that release; 0: none */
};

struct item_block {
	const char *name;
	uint32_t full_rank;
	uint32_t rank;
	struct item_unit *units; /* in the order of units.csv */
	size_t unit_count;
};

struct item_annulment {
	const char *reason; /* "": of any reason */
	uint64_t sheets;    /* 0: too few to be told */
};

struct item_texts {
	const char **list;
	size_t count;
};

enum { ITEM_DIGEST = 32 };

enum item_what { ITEM_RELEASE, ITEM_RETRACTION, ITEM_FAILURE };

struct item {
	enum item_what what;
	/* The journal was restored without it: of a failure that the release was made,
	 * and is withdrawn. Not known which one: round "", number 0. */
	bool lost;
	const char *round;
	uint32_t number;        /* of the release made or retracted, in its round */
	int64_t time;           /* Unix seconds of the journal's entry */
	const char *reason;     /* of a retraction */
	enum release_kind kind; /* of a failure too; what follows is of a release */
	const char *decision;   /* "" */
	const char *note;       /* "" */
	struct text2 title;
	bool trial;
	enum design design;
	enum mode mode;
	bool minmax;
	bool unweighted;
	uint64_t respondents; /* in tens; 0: fewer than ten */
	uint64_t invited;
	struct item_block *blocks;
	size_t block_count;
	/*
	 * Fields, each before its leaves. None: the release was made by a version that
	 * told no criteria, rank sets, digests, ...
	 */
	struct item_criterion *criteria;
	size_t criterion_count;
	size_t leaf_count;
	struct item_texts merged, thin, not_represented;
	struct item_annulment *annulments;
	size_t annulment_count;
	const char *bonus_max; /* "" */
	const char *penalty_max;
	uint32_t decimals;
	uint32_t cell_show;
	uint8_t result_hash[ITEM_DIGEST];
	uint8_t rules_digest[ITEM_DIGEST];
	uint8_t method_digest[ITEM_DIGEST];
	uint64_t seed;
	void *text; /* what the strings point into */
};

/*
 * A release, or one that could not be computed, with its retraction; ordinals are those
 * of links 3 and 4. The items live as long as the store that hands them out.
 */
struct publication {
	uint64_t n;
	const struct item *release;    /* ITEM_RELEASE or ITEM_FAILURE */
	uint64_t retraction_n;         /* 0: not retracted */
	const struct item *retraction; /* NULL then */
};

/*
 * ERR_FORMAT when it does not parse, lacks what it must have, contradicts itself, or
 * holds text that is not UTF-8, a figure that is no decimal, or more than a round may
 * have; ERR_VERSION; -ENOMEM. *out untouched then.
 */
int item_decode(struct bytes payload, struct item *out)
    __attribute__((warn_unused_result));
void item_free(struct item *i);

/* Whether it tells criteria, and so has a page for each unit. */
bool item_is_detailed(const struct item *i);
/* The unit with this code, of `len` bytes, and its block; false: there is none. */
bool item_find_unit(const struct item *i, const char *code, size_t len,
		    const struct item_block **block, const struct item_unit **unit);

#endif
