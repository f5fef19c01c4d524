#ifndef PAR_PUBLISHER_TAKER_H
#define PAR_PUBLISHER_TAKER_H

/*
 * What item.c and item_unit.c decode with: copies the texts of a message into one piece
 * of memory and checks what is taken. The first error stays; check once, at the end.
 */

#include <protobuf-c/protobuf-c.h>

#include "common/round/model.h"
#include "par/v1/intake.pb-c.h"

struct taker {
	char *at; /* room for what is left */
	size_t left;
	int err; /* ERR_FORMAT, ERR_VERSION, -ENOMEM */
};

/* ERR_FORMAT unless it holds. */
void take_check(struct taker *t, bool holds);
/* A C string, never NULL; ERR_FORMAT when it is not UTF-8. */
char *take_bytes(struct taker *t, ProtobufCBinaryData from);
/* The same of what must not be empty. */
char *take_needed(struct taker *t, ProtobufCBinaryData from);
/* `from` may be NULL. */
struct text2 take_text(struct taker *t, const Par__V1__Text *from);
/* "" or a decimal as the scorer prints it: "72.35", "-0.25". */
const char *take_figure(struct taker *t, ProtobufCBinaryData from);
/* At least one element, zeroed, the caller's to free; NULL with -ENOMEM. */
void *take_array(struct taker *t, size_t count, size_t size);
/* Place of a wire value among ours; the lists are in the order of our enums. */
unsigned take_enum(struct taker *t, int value, const int wire[], unsigned count);

#endif
