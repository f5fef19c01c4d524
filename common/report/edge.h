#ifndef PAR_REPORT_EDGE_H
#define PAR_REPORT_EDGE_H

/*
 * Pure. Our values as fields of protobuf messages, borrowed as long as the message
 * lives, and packing a message into a buffer.
 */

#include <protobuf-c/protobuf-c.h>

#include "common/method/result.h"
#include "common/round/entry.h"
#include "par/v1/common.pb-c.h"
#include "par/v1/manifest.pb-c.h"
#include "par/v1/release.pb-c.h"

ProtobufCBinaryData edge_text(const char *text);
/* Texts as repeated bytes, malloc; NULL when out of memory (never for count 0). */
ProtobufCBinaryData *edge_texts(char *const texts[], size_t count);
Par__V1__Text edge_text2(const struct text2 *text);
Par__V1__Position edge_position(const struct position *p);
Par__V1__UnitStatus edge_status(enum status status);
Par__V1__Design edge_design(enum design design);
Par__V1__Source edge_source(enum source source);
Par__V1__Mode edge_mode(enum mode mode);

/* Appends the encoded message. ERR_LIMIT, -ENOMEM. */
int edge_pack(const ProtobufCMessage *message, struct buf *out)
    __attribute__((warn_unused_result));

#endif
