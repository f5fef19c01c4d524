#ifndef PAR_CLIENT_TAKEN_H
#define PAR_CLIENT_TAKEN_H

/*
 * What a decoded message becomes when it is handed out: texts and arrays in memory of
 * their own. The first error stays; look once, at the end.
 */

#include "common/round/arena.h"

#include "par/v1/manifest.pb-c.h"

struct taken {
	struct arena arena;
	bool bad;
};

void taken_init(struct taken *t);
void taken_free(struct taken *t);
/* ERR_FORMAT, -ENOMEM. */
int taken_err(const struct taken *t) __attribute__((warn_unused_result));

/* ERR_FORMAT unless it holds. */
void taken_check(struct taken *t, bool holds);
/* Zeroed; NULL without memory. */
void *taken_array(struct taken *t, size_t count, size_t size);
/* A C string; NULL without memory. */
const char *taken_copy(struct taken *t, const char *text);
/* The same of bytes, which must be UTF-8. */
const char *taken_text(struct taken *t, ProtobufCBinaryData from);
const char *taken_vi(struct taken *t, const Par__V1__Text *from); /* NULL: "" */
const char *taken_en(struct taken *t, const Par__V1__Text *from);
/* 32 bytes in hexadecimal, or "" when there are none. */
const char *taken_hex(struct taken *t, ProtobufCBinaryData from);

#endif
