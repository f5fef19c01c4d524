#ifndef PAR_PAR_COMPARISON_H
#define PAR_PAR_COMPARISON_H

/*
 * Two units of a result side by side (`par compare`): the difference, its standard
 * error, and what the simultaneous sets (METHOD U3) say of their order. Pure.
 */

#include "services/par/inspected.h"
#include "services/par/words.h"

#include <stdio.h>

enum order {
	ORDER_BETTER,      /* the first is surely better */
	ORDER_WORSE,       /* surely worse */
	ORDER_NOT_CERTAIN, /* both are ranked */
	ORDER_NONE,        /* one of them is not ranked */
	ORDER_OTHER_BLOCK, /* they are never compared */
};

/* Borrows the result, in which `first` is the unit of its detail. */
struct comparison {
	const struct inspected *result;
	const Par__V1__UnitScore *first, *second;
	const Par__V1__PairDetail *pair; /* NULL: one has no figure */
	enum order order;
};

/* ERR_NOT_FOUND: the result has no unit of that code. */
int comparison_make(const struct inspected *result, const char *second,
		    struct comparison *out) __attribute__((warn_unused_result));

/* One sentence, fit to be printed in a newspaper. Appends. ERR_LIMIT, -ENOMEM. */
int comparison_sentence(const struct comparison *c, enum language language,
			struct buf *out) __attribute__((warn_unused_result));

/* Not of units of two blocks. -ENOMEM, ERR_LIMIT. */
int comparison_table(const struct comparison *c, enum language language, FILE *out)
    __attribute__((warn_unused_result));
int comparison_json(const struct comparison *c, enum language language, struct buf *out)
    __attribute__((warn_unused_result));

enum { COMPARISON_TEXT_MAX = 16 << 20 };

#endif
