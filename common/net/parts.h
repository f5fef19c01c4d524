#ifndef PAR_NET_PARTS_H
#define PAR_NET_PARTS_H

/*
 * Things larger than a message: cut into numbered parts under the digest of the whole,
 * and joined again in order. Pure; what a Part is on the wire: part_wire.h.
 */

#include "common/base/bytes.h"

enum {
	PART_DIGEST = 32,
	PART_INTAKE_MAX = 48 * 1024,   /* bytes of data in a part on link 1 */
	PART_INSPECT_MAX = 512 * 1024, /* and on link 5 */
	PARTS_WHOLE_MAX = 16 << 20,
};

/* One part; its views are borrowed. */
struct part {
	struct bytes digest; /* SHA-256 of the whole */
	uint32_t index;      /* 1..count */
	uint32_t count;
	struct bytes data;
};

/* A whole to send; `data` is borrowed. */
struct whole {
	struct bytes data;
	uint8_t digest[PART_DIGEST];
	size_t part_max;
	uint32_t count; /* of parts, at least one */
};

/* To be cut into parts of part_max bytes, the last one maybe smaller. */
void whole_init(struct whole *w, struct bytes data, size_t part_max);
/* Part `index` of the whole, pointing into it. False: it has no such part. */
bool whole_part(const struct whole *w, uint32_t index, struct part *out)
    __attribute__((warn_unused_result));

struct joiner {
	struct buf whole;
	uint8_t digest[PART_DIGEST];
	uint32_t count;
	uint32_t taken;
};

void joiner_init(struct joiner *j);
void joiner_free(struct joiner *j);
void joiner_reset(struct joiner *j); /* from part 1 again; memory kept */
/*
 * Takes the next part. 1: whole, its digest holds. 0: more are awaited. ERR_RETRY: a
 * part of something else, start again. ERR_FORMAT: it makes no sense, or not now.
 * ERR_LIMIT: larger than PARTS_WHOLE_MAX. ERR_CORRUPT: the digest does not hold.
 * -ENOMEM.
 */
int joiner_take(struct joiner *j, const struct part *part)
    __attribute__((warn_unused_result));
/* Whether the part is of the whole that is being joined. */
bool joiner_is_of(const struct joiner *j, const struct part *part);

#endif
