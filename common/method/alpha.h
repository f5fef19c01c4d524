#ifndef PAR_METHOD_ALPHA_H
#define PAR_METHOD_ALPHA_H

/* Internal to reliability: Cronbach's alpha of one field, as reliability.h says. */

#include "common/method/reliability.h"

/* out->alpha is initialised by the caller. One pass over the sheets. -ENOMEM. */
int alpha_of_field(const struct result *r, uint32_t field,
		   struct reliability_field *out) __attribute__((warn_unused_result));

#endif
