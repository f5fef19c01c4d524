#ifndef PAR_SCORER_DETAIL_INTERNAL_H
#define PAR_SCORER_DETAIL_INTERNAL_H

/*
 * Internal to detail*.c: the messages of one UnitDetail live in an arena until they are
 * packed. When memory runs out texts are empty and lists are left out; arena.failed
 * tells at the end.
 */

#include "common/round/arena.h"
#include "par/v1/inspect.pb-c.h"
#include "common/report/analysis.h"
#include "common/report/edge.h"

struct detail {
	const struct analysis *a;
	uint32_t unit;
	struct score score; /* of the unit */
	struct arena memory;
};

/* Cleared; NULL: out of memory. */
void *detail_get(struct detail *d, size_t size);
ProtobufCBinaryData detail_text(struct detail *d, const char *text);
/* "a/b" or "a". */
ProtobufCBinaryData detail_fraction(struct detail *d, const mpq_t x);
/* Signed where it is; rounded once. */
ProtobufCBinaryData detail_rounded(struct detail *d, const mpq_t x, uint32_t decimals);
/* The shortest form of whole millionths. */
ProtobufCBinaryData detail_decimal(struct detail *d, int64_t micro);
/* Weight N/m of a group as it is; 0 where m = 0, 1 without strata columns. */
void detail_weight(const struct detail *d, uint32_t group, mpq_t weight);

enum { DETAIL_DECIMALS = 6, DETAIL_COLUMN_DECIMALS = 4 };

/* All leaves of the tree, in the order of criteria.csv. */
void detail_leaves(struct detail *d, Par__V1__UnitDetail *out);
/* The other units of the block that have a figure. */
void detail_pairs(struct detail *d, Par__V1__UnitDetail *out);

#endif
