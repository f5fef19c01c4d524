#ifndef PAR_REPORT_HOLDING_H
#define PAR_REPORT_HOLDING_H

/*
 * Pure. METHOD P6: which release's survey data each unit shows. A unit goes over to the
 * data of a release only if they differ from those it shows by the answers of 0, or of
 * at least 10, raters; so the chain of all releases of a round decides, in order, and
 * the public view of each is made again.
 */

#include "common/method/public.h"

/*
 * The public view of release `number`, of which `own` is the result; cuts[i] is the
 * sample of the cut of release i + 1, number - 1 of them; all 0 when it was lost.
 * Errors as result_compute().
 */
int holding_publish(const struct result *own, const struct sample *cuts,
		    uint32_t number, uint32_t threads, struct public_release *out,
		    struct faults *faults) __attribute__((warn_unused_result));

#endif
