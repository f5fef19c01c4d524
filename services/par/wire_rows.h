#ifndef PAR_PAR_WIRE_ROWS_H
#define PAR_PAR_WIRE_ROWS_H

/* Rows of roster.csv as link 1 wants them: the stratum by its labels. */

#include "common/round/folder.h"

#include "par/v1/intake.pb-c.h"

struct wire_rows {
	Par__V1__RosterRow **list;
	size_t count;
	Par__V1__RosterRow *rows; /* what the list points to */
	ProtobufCBinaryData *labels;
};

/* The texts are borrowed from `rows` and `strata`. -ENOMEM. */
int wire_rows_make(const struct roster_rows *rows, const struct stratum *strata,
		   uint32_t columns, struct wire_rows *out)
    __attribute__((warn_unused_result));
void wire_rows_free(struct wire_rows *w);

#endif
