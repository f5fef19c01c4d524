#ifndef PAR_CLIENT_ACKNOWLEDGEMENT_H
#define PAR_CLIENT_ACKNOWLEDGEMENT_H

/* What was answered to a ballot, as the library hands it out. Pure. */

#include "common/client/client.h"

#include "par/v1/intake.pb-c.h"

/* Copied. ERR_FORMAT: a digest or a text is none; -ENOMEM. */
int acknowledgement_make(const Par__V1__Acknowledgement *from,
			 struct par_acknowledgement **out)
    __attribute__((warn_unused_result));

#endif
