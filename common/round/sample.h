#ifndef PAR_ROUND_SAMPLE_H
#define PAR_ROUND_SAMPLE_H

/*
 * What counts at a cut: the input of METHOD, and all of it. Immutable; an own copy, so
 * that a worker may score it while the fold goes on. Made by fold_sample(); tests make
 * their own.
 */

#include "common/round/folder.h"
#include "common/round/model.h"

struct sample_sheet {
	uint32_t rater;
	uint32_t unit;
	uint32_t stratum;
	uint32_t cluster; /* 0: a cluster of its own; else a label, over all strata */
	const uint8_t *answers; /* round->answer_count bytes */
};

struct sample {
	const struct round *round;    /* borrowed: lives as long as its fold */
	const struct stratum *strata; /* the frame at the cut (own copy) */
	uint32_t stratum_count;
	struct sample_sheet *sheets; /* live ones, by rater, then unit */
	size_t sheet_count;
	struct appraisal *appraisals; /* those that hold, by unit, target, criterion */
	size_t appraisal_count;
	struct measured *measured; /* those that hold, by unit, criterion */
	size_t measured_count;
};

void sample_free(struct sample *s);

#endif
