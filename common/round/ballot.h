#ifndef PAR_ROUND_BALLOT_H
#define PAR_ROUND_BALLOT_H

/*
 * What a ballot may be. Decoding refuses any encoding but the one protobuf-c makes;
 * checking needs the round. The fold and the collector use the same functions, so
 * what is refused at the door counts nothing in the fold.
 */

#include "common/round/arena.h"
#include "common/round/model.h"

enum {
	BALLOT_BYTES_MAX = 60 * 1024,
	BALLOT_SHEETS_MAX = 1000,
	BALLOT_NONCE = 32,
	ANSWERS_HASH = 16,
};

struct sheet {
	uint32_t
	    unit; /* place in the round's units; may be out of range until checked */
	uint32_t revision;
	struct bytes answers;
};

struct ballot {
	struct bytes round;
	struct bytes rules;
	struct bytes nonce;
	struct sheet *sheets;
	uint32_t sheet_count;
	void *message; /* the decoded protobuf all views point into */
};

/*
 * Faults of the whole ballot (does not parse, unknown fields, not canonical, newer
 * version, no sheets, too many, a unit twice, no nonce, bad UTF-8) are added to faults:
 * ERR_FORMAT or ERR_VERSION then; -ENOMEM.
 */
int ballot_decode(struct bytes in, struct ballot *out, struct faults *faults)
    __attribute__((warn_unused_result));
void ballot_free(struct ballot *b);
/*
 * The same in memory of the caller: everything decoded lives until the arena is reset,
 * and there is nothing to free. `faults` may be NULL.
 */
int ballot_decode_in(struct arena *a, struct bytes in, struct ballot *out,
		     struct faults *faults) __attribute__((warn_unused_result));

/* The other way, for clients: encodes and leaves `out` holding the bytes. */
int ballot_encode(const struct ballot *b, struct buf *out)
    __attribute__((warn_unused_result));

/* Round code and rules of the ballot are those of the round; `faults` may be NULL. */
bool ballot_is_for(const struct ballot *b, const struct round *r,
		   const uint8_t rules[32], struct faults *faults);
/*
 * One sheet against the round: unit, revision 1..1000, length, answers within their
 * scale, `not shown` where a criterion does not apply. True when nothing is wrong;
 * `faults` may be NULL.
 */
bool sheet_check(const struct sheet *s, const struct round *r, struct faults *faults);
/* SHA-256 of the answers, cut: what "same answers" means in a fold; never stored. */
void sheet_hash(const struct sheet *s, uint8_t hash[ANSWERS_HASH]);

#endif
