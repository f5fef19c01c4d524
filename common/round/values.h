#ifndef PAR_ROUND_VALUES_H
#define PAR_ROUND_VALUES_H

/*
 * Internal to the fold: appraisals and measured values, and after which entries each
 * holds. The last one put under a key replaces the one before, which stays known: the
 * key is (unit, criterion), and for bonus and penalty (unit, which, evidence). A
 * criterion is appraised or measured, never both.
 */

#include "common/round/folder.h"
#include "common/round/index.h"

struct value {
	struct appraisal row; /* of a measured value: its value as points, no `by` */
	bool measured;
	uint64_t since; /* n of the entry that put it */
	uint64_t until; /* n of the one that replaced it; 0: none */
};

struct values {
	struct value *held; /* one a key */
	uint32_t held_count;
	struct index by_key;
	struct value *replaced;
	uint32_t replaced_count;
};

void values_init(struct values *v);
void values_free(struct values *v);
/* Rows of entry n that have no fault. Their text is taken over on success. -ENOMEM. */
int values_put_appraisal(struct values *v, uint64_t n, const struct appraisal *a)
    __attribute__((warn_unused_result));
int values_put_measured(struct values *v, uint64_t n, const struct measured *m)
    __attribute__((warn_unused_result));
/* Deep copies of what holds after entry n, sorted as struct sample says. -ENOMEM. */
int values_copy_appraisals(const struct values *v, uint64_t n, struct appraisal **out,
			   size_t *count) __attribute__((warn_unused_result));
int values_copy_measured(const struct values *v, uint64_t n, struct measured **out,
			 size_t *count) __attribute__((warn_unused_result));

#endif
