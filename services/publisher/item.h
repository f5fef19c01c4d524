#ifndef PAR_PUBLISHER_ITEM_H
#define PAR_PUBLISHER_ITEM_H

/*
 * One item of links 3 and 4, a release or a retraction, as the rest of the publisher
 * sees it: decoded once, checked, its texts as C strings and its enums our own. Figures
 * stay text: the scorer printed them, and nobody rounds again.
 */

#include "common/method/result.h"
#include "common/round/fold.h"

struct item_unit {
	const char *code;
	struct text2 name;
	enum status status;
	const char *score; /* "": none, as are the figures below */
	uint32_t rank;     /* 0: none */
	struct text2 band;
	const char *se;
	const char *ci_low;
	const char *ci_high;
	uint32_t raters; /* 0: too few to be told */
	uint32_t criteria_counted;
	uint32_t criteria_applicable;
};

struct item_block {
	const char *name;
	uint32_t full_rank;
	uint32_t rank;
	struct item_unit *units; /* in the order of units.csv */
	size_t unit_count;
};

struct item {
	const char *round;
	uint32_t number; /* of the release made or retracted, in its round */
	int64_t time;    /* Unix seconds of the journal's entry */
	bool retraction;
	const char *reason; /* of a retraction; all that follows is of a release */
	enum release_kind kind;
	const char *decision; /* "" */
	const char *note;     /* "" */
	struct text2 title;
	bool trial;
	enum design design;
	bool unweighted;
	uint64_t respondents; /* in tens; 0: fewer than ten */
	uint64_t invited;
	struct item_block *blocks;
	size_t block_count;
	const char **thin;
	size_t thin_count;
	const char **not_represented;
	size_t not_represented_count;
	uint8_t hash[RESULT_HASH];
	uint32_t decimals;
	void *text; /* what the strings point into */
};

/*
 * A release together with its retraction; ordinals are those of links 3 and 4. The
 * items live as long as the store that hands them out.
 */
struct publication {
	uint64_t n;
	const struct item *release;
	uint64_t retraction_n;         /* 0: not retracted */
	const struct item *retraction; /* NULL then */
};

/*
 * ERR_FORMAT when it does not parse, lacks what it must have, or holds text that is not
 * UTF-8 or a figure that is no decimal; ERR_VERSION; -ENOMEM. *out untouched then.
 */
int item_decode(struct bytes payload, struct item *out)
    __attribute__((warn_unused_result));
void item_free(struct item *i);

#endif
