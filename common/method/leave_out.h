#ifndef PAR_METHOD_LEAVE_OUT_H
#define PAR_METHOD_LEAVE_OUT_H

/*
 * METHOD O2: the index of every unit without the raters of one association, and how
 * much of its weight each association has. For the operator and auditors only. Exact.
 *
 * Without an association means: its sheets leave the counters, and with them its
 * clusters those of `cell_score`. The weights w_h of the others, group by group as S2
 * merged them, and the ranges of minmax (S6) stay as they were.
 */

#include "common/method/association.h"
#include "common/method/result.h"

/* One association that has a live sheet about one unit. */
struct leave_out_row {
	uint32_t association; /* place in associations.labels */
	uint32_t raters; /* of it, with a sheet about the unit, whatever is in it */
	/*
	 * w of its raters who scored a counting leaf of the unit / the same of all
	 * raters; 0..1. 0 where nobody did.
	 */
	mpq_t share;
	/* Only of a unit with a figure: */
	bool no_figure; /* without it the unit has none */
	mpq_t change;   /* index without it - index, signed; 0 with no_figure */
};

struct leave_out_unit {
	size_t
	    first; /* its rows: first .. first + count - 1 of `rows`, by association */
	size_t count;
	/*
	 * The row that moves the index most; no_figure is more than any change; ties go
	 * to the first. NULL: no row, or the unit has no figure.
	 */
	const struct leave_out_row *largest;
	/* Kish: (sum w)^2 / sum w^2 of the raters who scored a counting leaf; 0: none.
	 */
	mpq_t effective;
};

struct leave_out {
	struct associations
	    associations;             /* count 0: no strata columns, there is no O2 */
	struct leave_out_unit *units; /* in the order of units.csv; NULL: no O2 */
	uint32_t unit_count;
	struct leave_out_row *rows;
	size_t row_count;
};

/*
 * Takes sheets out of r->tally and puts them back: it is as it was afterwards, but
 * nobody else may look at it meanwhile. About two passes over the sheets, and one score
 * of a unit for each row. The labels live as long as r->sample. -ENOMEM.
 */
int leave_out_compute(struct result *r, struct leave_out *out)
    __attribute__((warn_unused_result));
void leave_out_free(struct leave_out *l);

#endif
