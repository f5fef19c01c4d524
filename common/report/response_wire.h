#ifndef PAR_REPORT_RESPONSE_WIRE_H
#define PAR_REPORT_RESPONSE_WIRE_H

/* Pure. METHOD O5 as a message: who was invited and who answered, by stratum. */

#include "par/v1/inspect.pb-c.h"
#include "common/report/analysis.h"

struct response_wire {
	Par__V1__Response message;
	Par__V1__Annulment *annulments;
	Par__V1__Annulment **annulment_list;
	Par__V1__StratumResponse *strata;
	Par__V1__StratumResponse **stratum_list;
	char **names; /* of strata, of their groups, and weights; 3 a stratum */
	uint32_t stratum_count;
};

/* It borrows the analysis, and must not move. -ENOMEM. */
int response_wire_make(const struct analysis *a, struct response_wire *out)
    __attribute__((warn_unused_result));
void response_wire_free(struct response_wire *r);

/*
 * The weight N/m of a group as a fraction, malloc; "1" without strata columns, "" where
 * m = 0. NULL: out of memory.
 */
char *response_wire_weight(const struct result *r, uint32_t group);

#endif
