#ifndef PAR_CLIENT_RELEASE_H
#define PAR_CLIENT_RELEASE_H

/* The figures of a release as the library hands them out. Pure. */

#include "common/client/client.h"
#include "common/client/taken.h"

#include "par/v1/release.pb-c.h"

/* Copied into what is taken, which has the errors; NULL without memory. */
const struct par_release *release_take(struct taken *t,
				       const Par__V1__PublicRelease *from);

#endif
