#ifndef PAR_SCORER_PUBLISH_UNIT_H
#define PAR_SCORER_PUBLISH_UNIT_H

/*
 * Pure. One unit of a public release: a PublicUnit and what it points to. O2 and the
 * figure with annulled sheets stay with the operator: score and change together are the
 * figure of all others, which no rule of P1, P2 and P6 has judged.
 */

#include "par/v1/release.pb-c.h"
#include "common/report/analysis.h"

struct publish_unit {
	Par__V1__PublicUnit message;
	Par__V1__Text name, band;
	Par__V1__PublicCell survey_part, appraised_part;
	Par__V1__PublicCell *cells; /* one for each public criterion */
	Par__V1__PublicCell **cell_list;
};

/* Whether a criterion is told in public: fields and leaves are. */
bool publish_criterion(const struct criterion *c);
/* It borrows the analysis and must not move. -ENOMEM. */
int publish_unit_make(const struct analysis *a, uint32_t unit, struct publish_unit *out)
    __attribute__((warn_unused_result));
void publish_unit_free(struct publish_unit *u);

#endif
