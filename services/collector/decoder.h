#ifndef PAR_COLLECTOR_DECODER_H
#define PAR_COLLECTOR_DECODER_H

/*
 * Protobuf from peers, under a limit of memory: what is decoded lives until the next
 * decoding. Pure.
 */

#include "common/round/proto.h"

struct decoder {
	struct arena arena;
	size_t memory_max, memory_used;
};

void decoder_init(struct decoder *d, size_t memory_max);
void decoder_free(struct decoder *d);
/* NULL: it does not parse, or is too much. Never free the message. */
void *decoder_unpack(struct decoder *d, const ProtobufCMessageDescriptor *type,
		     struct bytes in);
/* Lets go of the memory of a large one. */
void decoder_reset(struct decoder *d);

#endif
