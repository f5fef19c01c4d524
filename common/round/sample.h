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
	uint32_t hour;    /* of the entry that carried it, hours since 1970 */
	bool imported;    /* by an import, not by the enterprise itself */
	uint64_t ballot;  /* n of that entry */
	const uint8_t *answers; /* round->answer_count bytes */
};

/* METHOD O5: sheets, one or more, that would live if nothing had been annulled. */
struct sample_annulment {
	char *reason;
	uint64_t sheets;
	uint64_t raters;
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
	uint64_t invited; /* rows of the roster */
	/*
	 * What annulments took out, by reason in order of the reasons' first entries; a
	 * sheet stands under the reason of the first annulment that took it out.
	 */
	struct sample_annulment *annulments;
	size_t annulment_count;
	/* S6: of the rounds whose range is pooled with this one's; owned. */
	struct sample *pool;
	size_t pool_count;
};

void sample_free(struct sample *s);

#endif
