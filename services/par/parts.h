#ifndef PAR_PAR_PARTS_H
#define PAR_PAR_PARTS_H

/*
 * Things larger than a message: cut into numbered parts under the digest of the whole,
 * and put together again (Part of proto/par/v1/common.proto). Pure.
 */

#include "common/base/bytes.h"

#include "par/v1/common.pb-c.h"

enum { PARTS_DATA_MAX = 48 * 1024, PARTS_WHOLE_MAX = 16 << 20, PARTS_DIGEST = 32 };

/* A whole to send; `data` is borrowed. */
struct whole {
	struct bytes data;
	uint8_t digest[PARTS_DIGEST];
	uint32_t count; /* of parts, at least one */
};

void parts_whole(struct bytes data, struct whole *out);
/* Part `index`, 1-based, as a message that points into `w`. */
void parts_cut(struct whole *w, uint32_t index, Par__V1__Part *out);

struct parts {
	struct buf whole;
	uint8_t digest[PARTS_DIGEST];
	uint32_t count;
	uint32_t taken;
};

void parts_init(struct parts *p);
void parts_free(struct parts *p);
void parts_reset(struct parts *p); /* from part 1 again */
/*
 * Takes the next part. 1: whole, its digest holds. 0: more are awaited. ERR_RETRY: a
 * part of something newer, start again. ERR_FORMAT, ERR_LIMIT, ERR_CORRUPT, -ENOMEM.
 */
int parts_take(struct parts *p, const Par__V1__Part *part)
    __attribute__((warn_unused_result));

#endif
