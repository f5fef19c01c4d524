#ifndef PAR_ROUND_VALUES_H
#define PAR_ROUND_VALUES_H

/*
 * Internal to the fold: appraisals and measured values that hold. The last one put
 * under a key replaces the one before: (unit, criterion), and for bonus and penalty
 * (unit, which, evidence).
 */

#include "common/round/folder.h"
#include "common/round/index.h"

struct values {
	struct appraisal *appraisals;
	uint32_t appraisal_count;
	struct index by_appraisal;
	struct measured *measured;
	uint32_t measured_count;
	struct index by_measured;
};

void values_init(struct values *v);
void values_free(struct values *v);
/* Rows that have no fault. They own their text only when this succeeds. -ENOMEM. */
int values_put_appraisal(struct values *v, const struct appraisal *a)
    __attribute__((warn_unused_result));
int values_put_measured(struct values *v, const struct measured *m)
    __attribute__((warn_unused_result));
/* Deep copies, sorted as struct sample says. -ENOMEM. */
int values_copy_appraisals(const struct values *v, struct appraisal **out)
    __attribute__((warn_unused_result));
int values_copy_measured(const struct values *v, struct measured **out)
    __attribute__((warn_unused_result));

#endif
