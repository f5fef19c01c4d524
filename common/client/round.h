#ifndef PAR_CLIENT_ROUND_H
#define PAR_CLIENT_ROUND_H

/* A round as the library hands it out: client.h's view of a model. */

#include "common/client/client.h"
#include "common/round/arena.h"
#include "common/round/model.h"

struct held_round {
	struct par_round public; /* first, so that one pointer is both */
	struct round model;
	uint8_t rules[32];
	struct buf manifest;
	struct arena arena; /* what the view is made of */
};

/*
 * From an encoded Manifest, whose bytes it takes over on success. ERR_REFUSED,
 * ERR_FORMAT and ERR_VERSION as manifest_decode(), with faults; -ENOMEM.
 */
int round_make(struct buf *manifest, struct held_round **out, struct faults *faults)
    __attribute__((warn_unused_result));
const struct held_round *round_held(const struct par_round *round);

#endif
