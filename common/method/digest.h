#ifndef PAR_METHOD_DIGEST_H
#define PAR_METHOD_DIGEST_H

/* The hash of a result; its layout is written down in result.h. */

#include "common/method/frame.h"
#include "common/method/result.h"
#include "common/method/tally.h"

/* Sets r->hash from what is otherwise ready. -ENOMEM. */
int digest_result(const struct tally *t, struct result *r)
    __attribute__((warn_unused_result));

#endif
