#ifndef PAR_REPORT_ANALYSIS_H
#define PAR_REPORT_ANALYSIS_H

/*
 * Pure. Everything that is computed of one cut, by the worker thread: the result, the
 * columns beside it (METHOD section 4), and of a release what may be public (section
 * 5). It owns its samples, and never moves: what is computed points into it.
 */

#include "common/method/flags.h"
#include "common/method/leave_out.h"
#include "common/method/public.h"
#include "common/method/reliability.h"
#include "common/method/response.h"
#include "common/method/uncertainty.h"
#include "common/round/fold.h"

struct analysis {
	/* given */
	struct sample sample;
	bool annulled; /* something was: */
	struct sample unannulled;
	uint32_t number; /* of a release that is to be public; 0: none is */
	/* P6: the cuts of the releases before it, number - 1; all 0 of a lost one. */
	struct sample *earlier;

	/* computed */
	struct result result;
	struct leave_out leave_out;
	struct flags flags;
	struct reliability reliability;
	struct response response;
	struct uncertainty_unit *uncertainty; /* by unit */
	/* figures by unit; NULL: nothing was annulled, or with it there is no result */
	char (*with_annulled)[FIGURE_TEXT];
	struct public_release public; /* of a release */
};

/*
 * Takes what a draft needs from the fold, as things stood after entry n. The fold must
 * outlive it. -ENOMEM.
 */
int analysis_take(const struct fold_round *r, uint64_t n, struct analysis **out)
    __attribute__((warn_unused_result));
/* Of release `number` that is being made at the head: also the cuts before it. */
int analysis_take_release(const struct fold_round *r, uint64_t n, uint32_t number,
			  struct analysis **out) __attribute__((warn_unused_result));

/* -ENOMEM; ERR_OVERFLOW, ERR_REFUSED with faults: there is no result. */
int analysis_compute(struct analysis *a, uint32_t threads, struct faults *faults)
    __attribute__((warn_unused_result));
/* At any stage; NULL is fine. */
void analysis_free(struct analysis *a);

#endif
