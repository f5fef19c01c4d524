#ifndef PAR_METHOD_RANKSET_H
#define PAR_METHOD_RANKSET_H

/*
 * METHOD U3: simultaneous confidence sets of the ranks of a block (Mogstad, Romano,
 * Shaikh and Wilhelm 2024), from 9,999 draws of signs. The same bits for any number of
 * threads.
 */

#include "common/method/covariance.h"

enum { RANKSET_DRAWS = 9999 };

/* A ranked unit; the numbers are borrowed. */
struct rankset_unit {
	uint32_t unit;
	uint32_t raters;                /* n_u */
	uint32_t rank;                  /* published */
	const __mpq_struct *index;      /* I[u] */
	const __mpq_struct *stabilised; /* V~[u,u] */
};

struct rankset {
	uint32_t count;
	uint32_t *low;   /* best place, by place in the list */
	uint32_t *high;  /* worst place */
	uint8_t *better; /* count x count: [u * count + t]: u is surely better than t */
};

/*
 * The units ascend and were added to the covariance where n >= 2 and a surveyed leaf
 * applies. `order` as covariance_order() gives; made once for all blocks, not looked at
 * where n < 2. draws: RANKSET_DRAWS but in a benchmark (the rank of q among them is 95
 * % of draws + 1, rounded down). No sum overflows: covariance_add() saw to it. Room: 8
 * bytes a draw and unit, 64 a cluster and thread. -ENOMEM.
 */
int rankset_compute(const struct covariance *c, const uint32_t *order, uint64_t seed,
		    uint32_t draws, uint32_t threads, const struct rankset_unit *units,
		    uint32_t count, struct rankset *out)
    __attribute__((warn_unused_result));
void rankset_free(struct rankset *r);

#endif
