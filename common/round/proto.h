#ifndef PAR_ROUND_PROTO_H
#define PAR_ROUND_PROTO_H

/*
 * What every reader of our messages needs from protobuf-c: memory from an arena, and
 * the proof that bytes are the one encoding that protobuf-c itself makes.
 */

#include <protobuf-c/protobuf-c.h>

#include "common/round/arena.h"

/* Allocates from the arena, frees nothing. Lives as long as the arena. */
ProtobufCAllocator proto_allocator(struct arena *a);
/* A field that this version does not know, here or in a message within. */
bool proto_has_unknown(const ProtobufCMessage *m);
/* Packing the message gives exactly these bytes. */
bool proto_is_canonical(const ProtobufCMessage *m, struct bytes in);
struct bytes proto_bytes(ProtobufCBinaryData b);
/* A view for packing; protobuf-c does not write to it. */
ProtobufCBinaryData proto_view(struct bytes b);

#endif
