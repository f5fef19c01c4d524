#ifndef PAR_FUZZ_ANSWER_H
#define PAR_FUZZ_ANSWER_H

/*
 * What a service answers to par, made of a few bytes of an input: as they are, or as
 * that part of a reply which a command looks at, with the digests and the chain that it
 * must have.
 */

#include "common/net/wire.h"
#include "common/round/entry.h"

/*
 * Puts the reply to question `id` into `out`, which is empty; nothing when the bytes
 * make none. from: where a feed was asked to go on.
 */
void answer_wrap(unsigned how, struct bytes body, const uint8_t id[WIRE_ID_SIZE],
		 const struct position *from, struct buf *out);

#endif
