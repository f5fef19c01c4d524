#ifndef PAR_PAR_EXPLAIN_INTERNAL_H
#define PAR_PAR_EXPLAIN_INTERNAL_H

/* Internal to explain_*.c: the sections of the page, and how a step is printed. */

#include "services/par/explain_out.h"

enum { EXPLAIN_CELL = 1100 };

/* "  label = fraction = six decimals"; "none" for what is empty. */
void explain_step(FILE *out, const char *label, ProtobufCBinaryData fraction);

/* Section 2, section 3, sections 5 and 6. -ENOMEM. */
int explain_leaves(const Par__V1__UnitDetail *d, FILE *out)
    __attribute__((warn_unused_result));
int explain_index(const Par__V1__UnitDetail *d, FILE *out)
    __attribute__((warn_unused_result));
int explain_columns(const struct inspected *i, FILE *out)
    __attribute__((warn_unused_result));

#endif
