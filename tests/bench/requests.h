#ifndef PAR_TESTS_BENCH_REQUESTS_H
#define PAR_TESTS_BENCH_REQUESTS_H

/*
 * The ballots of a load, one sheet each, encoded as requests of link 1 by the
 * operator's key. Sheet number s is respondent R1 + s / units about unit s % units of
 * those that are rated, in its next revision once all have been; runs with other
 * numbers never meet. The same number is the same bytes, whoever makes it.
 */

#include "common/net/wire.h"
#include "common/round/model.h"

enum kind { KIND_FRESH, KIND_DUPLICATE, KIND_INVALID, KIND_COUNT };

struct request_plan {
	uint64_t first;             /* number of the first sheet */
	uint32_t unit_first, units; /* which units are rated */
	uint32_t respondents;
	uint32_t duplicates, invalid; /* of a hundred */
	uint64_t lag;                 /* a duplicate is this many sheets old */
};

struct made_request {
	size_t at, len;
	enum kind kind;
};

struct requests {
	struct request_plan plan;
	const struct round *round; /* borrowed */
	uint8_t rules[32];
	uint8_t *answers;
	uint64_t made, fresh;
	struct buf data;
	struct made_request *list; /* the first of them, made ahead */
	uint64_t ahead;
};

/* Ends the program on failure, as all of these. */
void requests_init(struct requests *r, const struct request_plan *plan,
		   const struct round *round, const uint8_t rules[32]);
void requests_free(struct requests *r);
/* Makes up to `count` before the clock starts, as far as memory for them is meant. */
void requests_make_ahead(struct requests *r, uint64_t count);
/* Request number i, in order; its id is put in. Valid until the next is asked for. */
struct bytes requests_next(struct requests *r, uint64_t i,
			   const uint8_t id[WIRE_ID_SIZE], enum kind *kind);

#endif
