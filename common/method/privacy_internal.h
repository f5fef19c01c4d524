#ifndef PAR_METHOD_PRIVACY_INTERNAL_H
#define PAR_METHOD_PRIVACY_INTERNAL_H

/*
 * Internal to privacy_*.c: the cells of one unit, who scored them, and what each weighs
 * in the index. A cell is a leaf that counts, a field, or PRIVACY_INDEX.
 */

#include "common/method/privacy.h"

struct privacy_work {
	const struct round *round;
	const struct result *result; /* of the unit at hand */
	const struct score *score;

	/* own[c]: what P1 and P2 make of a cell alone, without its neighbours */
	enum cell_state *own;
	/* Of the surveyed leaves of a cell that count: sum of weight, of weight x
	 * 0..100 */
	mpq_t *weight, *worth;
	mpq_t index_weight, index_worth;

	uint8_t *picked; /* by answer place: leaves of the cells that are looked at */
	uint32_t *seen;  /* by place in criteria: last rater, while they are counted */
	uint32_t *row;   /* room for the cells of a row */
};

/* Whether there is a surveyed leaf in it that counts. */
bool privacy_is_surveyed(const struct privacy_work *w, uint32_t leaf);

/* p->raters and p->index_raters. */
void privacy_count(struct privacy_work *w, struct privacy_unit *p);
/* A leaf's part of the index: max_c P[u,f] / sum of counting max in f. It counts. */
void privacy_leaf_weight(const struct round *r, const struct score *s, uint32_t leaf,
			 mpq_t weight);
/* weight and worth of every cell. */
void privacy_weigh(struct privacy_work *w);

/* The surveyed leaves of the cells picked since the last privacy_unpick(). */
void privacy_unpick(struct privacy_work *w);
void privacy_pick(struct privacy_work *w, uint32_t cell);
/* Raters who scored a picked leaf; at `enough` of them it stops. */
uint64_t privacy_picked_raters(const struct privacy_work *w, uint64_t enough);
/* P2: one value holds more than 9/10 of the scores of the picked leaves. */
bool privacy_picked_alike(const struct privacy_work *w);

/* P2: CELL_HIGH at 95 and more, CELL_LOW at 5 and less, else CELL_NO_SE. */
enum cell_state privacy_side(const mpq_t weight, const mpq_t worth);

/* How far a bound of P2 stands from its end of 0..100. */
enum { PRIVACY_EDGE = 5, PRIVACY_FULL = 100 };

#endif
